"""Rules are read from JSON and written to it; what is wrong is named, down to the argument."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.core.checks import run_checks

from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.promotions.checks import check_rules
from nexus_commerce.promotions.conditions import CONDITIONS
from nexus_commerce.promotions.effects import EFFECTS
from nexus_commerce.promotions.registry import (
    build_rule,
    build_rules,
    condition_classes,
    effect_classes,
    rule_json,
    schema_of,
)
from nexus_commerce.promotions.rules import Rule
from tests.promotions.host_rules import HERE, SETTINGS, Moon, Nothing, Wizardry

pytestmark = [pytest.mark.hosts]
CLASSES: Mapping[str, type[Rule]] = {"wizardry": Wizardry, "moon": Moon}


def wizardry(**args: Any) -> Rule:
    given = {"percent": "10"} | args
    return build_rule(CLASSES, {"code": "wizardry", "args": given}, where="effects.0")


def problem(stored: Any) -> tuple[str | None, str]:
    with pytest.raises(InvalidInput) as caught:
        build_rule(CLASSES, stored, where="effects.0")
    return caught.value.field, str(caught.value)


def test_the_hosts_classes_stand_beside_the_librarys(settings: Any) -> None:
    assert set(condition_classes()) >= {cls.code for cls in CONDITIONS}
    assert set(effect_classes()) >= {cls.code for cls in EFFECTS}
    assert "wizardry" not in effect_classes()
    assert effect_classes() is effect_classes()
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), **SETTINGS}
    assert effect_classes()["wizardry"] is Wizardry
    assert condition_classes()["moon"] is Moon
    assert set(effect_classes()) >= {cls.code for cls in EFFECTS}


def test_every_kind_of_argument_is_read_and_written() -> None:
    stored = {
        "code": "wizardry",
        "args": {
            "percent": "12.5",
            "least": 1000,
            "units": 3,
            "pick": "dear",
            "note": "for the moon",
            "tiers": [[1000, "5"], [5000, "7.25"]],
            "cap": 900,
        },
    }
    rule = build_rule(CLASSES, stored)
    tiers = ((1000, Decimal(5)), (5000, Decimal("7.25")))
    assert rule == Wizardry(Decimal("12.5"), 1000, 3, "dear", "for the moon", tiers, cap=900)
    assert rule_json(rule) == stored
    assert hash(rule) == hash(build_rule(CLASSES, rule_json(rule)))


def test_what_is_empty_by_default_is_left_out_and_nothing_else() -> None:
    rule = wizardry(note="", least=None)
    assert rule_json(rule) == {
        "code": "wizardry",
        "args": {"percent": "10", "units": 2, "pick": "cheap", "note": ""},
    }
    assert build_rule(CLASSES, rule_json(rule)) == rule
    phases = {"code": "moon", "args": {"phases": ["new"], "waxing": False}}
    assert rule_json(build_rule(CLASSES, phases)) == phases


@pytest.mark.parametrize(
    ("given", "stored"), [("10.0", "10"), ("100", "100"), ("0", "0"), (7, "7"), ("0.0001", "0.0001"), ("1E+1", "10")]
)
def test_a_percentage_is_kept_exactly(given: Any, stored: str) -> None:
    rule = wizardry(percent=given)
    assert rule_json(rule)["args"]["percent"] == stored


@pytest.mark.parametrize(
    ("args", "field", "words"),
    [
        ({"percent": 12.5}, "percent", 'as text, such as "12.5"'),
        ({"percent": "a"}, "percent", "percentage from 0 to 100"),
        ({"percent": "100.01"}, "percent", "percentage from 0 to 100"),
        ({"percent": "-1"}, "percent", "percentage from 0 to 100"),
        ({"percent": "NaN"}, "percent", "percentage from 0 to 100"),
        ({"percent": True}, "percent", "percentage from 0 to 100"),
        ({"percent": "1" * 50}, "percent", "percentage from 0 to 100"),
        ({"percent": "0.00001"}, "percent", "at most 4 digits"),
        ({"percent": None}, "percent", "wizardry needs percent"),
        ({"least": -1}, "least", "minor units from 0 to 1000000000000000"),
        ({"least": 10**15 + 1}, "least", "minor units"),
        ({"least": 10.0}, "least", "minor units"),
        ({"least": "10"}, "least", "minor units"),
        ({"least": True}, "least", "minor units"),
        ({"units": 0}, "units", "whole number from 1 to 10"),
        ({"units": 11}, "units", "whole number from 1 to 10"),
        ({"pick": "cheep"}, "pick", "one of cheap, dear. Did you mean 'cheap'?"),
        ({"pick": 1}, "pick", "one of cheap, dear"),
        ({"note": 1}, "note", "text of at most 255"),
        ({"note": "x" * 256}, "note", "text of at most 255"),
        ({"note": "\x00"}, "note", "neither NUL"),
        ({"tiers": {}}, "tiers", "list of at most 1000 rows"),
        ({"tiers": [[0, "5"]] * 1001}, "tiers", "list of at most 1000 rows"),
        ({"tiers": [5]}, "tiers.0", "row as a list: value, percent"),
        ({"tiers": [[1, "5"], [1]]}, "tiers.1", "row as a list: value, percent"),
        ({"tiers": [[1, "5"], [1, 2.5]]}, "tiers.1.percent", "percentage"),
        ({"tiers": [[-1, "5"]]}, "tiers.0.value", "minor units"),
        ({"cap": -1}, "cap", "minor units"),
        ({"unit": 1}, "unit", "has no argument unit. Did you mean 'units'?"),
        ({"pick": "dear", "units": 6}, "", "At most 5 of the dearest."),
    ],
)
def test_a_wrong_argument_is_named_with_what_to_give(args: dict[str, Any], field: str, words: str) -> None:
    found, message = problem({"code": "wizardry", "args": {"percent": "10"} | args})
    assert found == f"effects.0.args.{field}".rstrip(".")
    assert words in message


@pytest.mark.parametrize(
    ("args", "field", "words"),
    [
        ({}, "phases", "moon needs phases"),
        ({"phases": []}, "phases", "moon needs phases"),
        ({"phases": "new"}, "phases", "list of at most 1000"),
        ({"phases": ["new", 1]}, "phases.1", "text of at most 255"),
        ({"phases": [" "]}, "phases.0", "text of at most 255"),
        ({"phases": ["\ud800"]}, "phases", "neither NUL"),
        ({"phases": ["new"], "waxing": 1}, "waxing", "true or false"),
    ],
)
def test_codes_and_flags(args: dict[str, Any], field: str, words: str) -> None:
    found, message = problem({"code": "moon", "args": args})
    assert found == f"effects.0.args.{field}"
    assert words in message


def test_codes_are_trimmed_and_unique() -> None:
    rule = build_rule(CLASSES, {"code": "moon", "args": {"phases": ["new ", "full", "new"]}})
    assert rule == Moon(("new", "full"))


@pytest.mark.parametrize(
    ("stored", "field", "words"),
    [
        ("moon", "effects.0", "object with code and args"),
        ({"code": "moon", "arguments": {}}, "effects.0", "object with code and args"),
        ({"args": {}}, "effects.0.code", "unknown"),
        ({"code": "mon"}, "effects.0.code", "Did you mean 'moon'?"),
        ({"code": ["moon"]}, "effects.0.code", "unknown"),
        ({"code": "moon", "args": []}, "effects.0.args", "object with the arguments"),
    ],
)
def test_what_is_no_rule_is_named(stored: Any, field: str, words: str) -> None:
    found, message = problem(stored)
    assert found == field
    assert words in message


@pytest.mark.parametrize("stored", [None, {}, "moon"])
def test_a_list_of_rules_is_a_list(stored: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        build_rules(CLASSES, stored, where="conditions")
    assert caught.value.field == "conditions"


def test_alone_a_rule_names_its_own_fields() -> None:
    with pytest.raises(InvalidInput) as caught:
        build_rule(CLASSES, {"code": "wizardry", "args": {}})
    assert caught.value.field == "args.percent"


def test_the_schema_says_what_is_accepted() -> None:
    schema = schema_of(Wizardry)
    assert (schema["title"], schema["description"]) == ("Wizardry", "Take something off, by every kind of argument.")
    assert (schema["required"], schema["additionalProperties"]) == (["percent"], False)
    properties = schema["properties"]
    assert properties["units"] == {
        "title": "Units",
        "type": "integer",
        "minimum": 1,
        "maximum": 10,
        "x-kind": "count",
        "default": 2,
    }
    assert properties["pick"]["enum"] == ["cheap", "dear"]
    assert properties["pick"]["x-labels"]["dear"] == "The dearest"
    assert properties["least"]["minimum"] == 0
    assert "default" not in properties["least"]
    row = properties["tiers"]["items"]
    assert [cell["x-name"] for cell in row["prefixItems"]] == ["value", "percent"]
    assert (row["minItems"], row["maxItems"]) == (2, 2)
    phases = schema_of(Moon)["properties"]["phases"]
    assert (phases["x-of"], phases["minItems"], phases["description"]) == ("phase", 1, "One of them is enough.")
    assert schema_of(Moon)["properties"]["waxing"] == {
        "title": "Only while it grows",
        "type": "boolean",
        "x-kind": "flag",
        "default": False,
    }


@pytest.mark.parametrize("cls", [*CONDITIONS, *EFFECTS], ids=lambda cls: cls.__name__)
def test_every_rule_of_the_library_has_a_schema(cls: type[Rule]) -> None:
    schema = schema_of(cls)
    assert schema["title"]
    assert schema["description"]
    assert all(entry["title"] for entry in schema["properties"].values())


def found(settings: Any, *effects: str) -> list[tuple[str, str]]:
    settings.NEXUS_COMMERCE = {"PROMOTION_EFFECTS": [f"{HERE}.{name}" for name in effects]}
    return [(str(message.id).rpartition(".")[2], message.msg) for message in check_rules(None)]


def test_the_check_passes_over_good_classes(settings: Any) -> None:
    assert found(settings, "Nothing", "Wizardry") == []


def test_e211_reports_two_classes_with_one_code(settings: Any) -> None:
    ((number, message),) = found(settings, "Nothing", "Doubled")
    assert number == "E211"
    assert "'nothing'" in message
    assert "host_rules.Nothing" in message
    assert "host_rules.Doubled" in message
    assert effect_classes()["nothing"] is Nothing


@pytest.mark.parametrize(
    ("name", "words"), [("Nameless", "has no code"), ("Formless", "the field 'rate'"), ("Abstract", "implement take")]
)
def test_e212_reports_a_class_that_cannot_be_stored_or_asked_for(settings: Any, name: str, words: str) -> None:
    ((number, message),) = found(settings, name)
    assert number == "E212"
    assert words in message


@pytest.mark.django_db
def test_the_check_is_registered_and_leaves_bad_settings_to_others(settings: Any) -> None:
    settings.NEXUS_COMMERCE = {"PROMOTION_EFFECTS": [f"{HERE}.Nameless"]}
    assert "nexus_commerce.E212" in {message.id for message in run_checks()}
    settings.NEXUS_COMMERCE = {"PROMOTION_EFFECTS": [f"{HERE}.Gone"]}
    assert check_rules(None) == []
