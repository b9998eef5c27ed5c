"""``nexus_settings``: defaults, what the project writes, and when it is read again."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from nexus_commerce.conf import API_CLASSES, SETTINGS, BadSetting, Kind, NexusSettings, Setting, nexus_settings
from nexus_commerce.core.setting_checks import check_settings, check_time_zone
from tests.core import host_classes

HERE = "tests.core.host_classes"
BASE = f"{HERE}.GoodTag"


@pytest.fixture(autouse=True)
def rows_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add settings whose classes these tests know."""
    for row in (
        Setting("TAG_CLASS", Kind.CLASS, BASE, "For tests."),
        Setting("STEPS", Kind.FUNCTIONS, [f"{HERE}.step"], "For tests."),
        Setting("BACKENDS", Kind.PROVIDERS, {"one": {"BACKEND": BASE}}, "For tests.", base=BASE),
    ):
        monkeypatch.setitem(SETTINGS, row.name, row)
    monkeypatch.setitem(API_CLASSES, "tags.Tag", BASE)
    monkeypatch.setitem(API_CLASSES, "tags.Painted", f"{HERE}.PaintedTag")


def problems(**written: Any) -> list[tuple[str, str, str]]:
    with override_settings(NEXUS_COMMERCE=written):
        return [(str(m.id).rpartition(".")[2], m.msg, str(m.hint)) for m in check_settings(None)]


def test_a_class_is_resolved_once_and_again_after_the_setting_changed() -> None:
    assert nexus_settings.TAG_CLASS is host_classes.GoodTag
    assert "TAG_CLASS" in vars(nexus_settings)
    with override_settings(NEXUS_COMMERCE={"TAG_CLASS": f"{HERE}.SpecialTag"}):
        assert "TAG_CLASS" not in vars(nexus_settings)
        assert nexus_settings.TAG_CLASS is host_classes.SpecialTag
    assert nexus_settings.TAG_CLASS is host_classes.GoodTag


def test_functions_providers_and_api_classes_are_resolved() -> None:
    with override_settings(
        NEXUS_COMMERCE={
            "STEPS": (f"{HERE}.step", f"{HERE}.step"),
            "BACKENDS": {"main": {"BACKEND": f"{HERE}.SpecialTag", "OPTIONS": {"key": 1}}},
            "API": {"tags.Tag": f"{HERE}.SpecialTag"},
        }
    ):
        assert [host_classes.step, host_classes.step] == nexus_settings.STEPS
        assert {"main": (host_classes.SpecialTag, {"key": 1})} == nexus_settings.BACKENDS
        assert nexus_settings.API["tags.Tag"] is host_classes.SpecialTag
        assert nexus_settings.API["tags.Painted"] is host_classes.PaintedTag
        assert {"tags.Tag", "tags.Painted"} <= set(nexus_settings.API)
        assert len(nexus_settings.API) == len(API_CLASSES)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no setting 'PRICE_POLICE'"):
        _ = nexus_settings.PRICE_POLICE


def test_production_follows_debug_unless_it_is_said() -> None:
    with override_settings(DEBUG=True, NEXUS_COMMERCE={}):
        assert nexus_settings.PRODUCTION is False
    with override_settings(DEBUG=False, NEXUS_COMMERCE={}):
        assert nexus_settings.PRODUCTION is True
    with override_settings(DEBUG=True, NEXUS_COMMERCE={"PRODUCTION": True}):
        assert nexus_settings.PRODUCTION is True


@pytest.mark.parametrize("name", [name for name, row in SETTINGS.items() if row.kind is not Kind.MODELS])
def test_every_default_can_be_used(name: str) -> None:
    with override_settings(NEXUS_COMMERCE={}):
        assert getattr(nexus_settings, name) is not None


@pytest.mark.parametrize("key", list(API_CLASSES))
def test_every_api_class_of_the_library_exists(key: str) -> None:
    assert isinstance(nexus_settings.API[key], type)


def test_every_setting_is_documented_and_typed() -> None:
    own = {"TAG_CLASS", "STEPS", "BACKENDS"}
    assert set(NexusSettings.__annotations__) == set(SETTINGS) - own
    assert [name for name, row in SETTINGS.items() if not row.doc.endswith(".")] == []


WRONG = {
    "B-W8-E201": ({"PRICE_POLICYY": "x"}, "E201", "unknown key 'PRICE_POLICYY'", "Did you mean 'PRICE_POLICY'?"),
    "E201-far": ({"ZZZ": 1}, "E201", "unknown key 'ZZZ'", "Known names: "),
    "E201-number": ({3: 1}, "E201", "unknown key '3'", "Known names: "),
    "E202-module": ({"TAG_CLASS": "nowhere.Tag"}, "E202", "No module named 'nowhere'", "the module cannot be imported"),
    "E202-name": ({"TAG_CLASS": f"{HERE}.GodTag"}, "E202", "cannot be imported", f"Did you mean '{HERE}.GoodTag'?"),
    "E202-no-dot": ({"TAG_CLASS": "GoodTag"}, "E202", "doesn't look like a module path", "Check the dotted path"),
    "E202-broken": ({"TAG_CLASS": f"{HERE}.zzzzzz"}, "E202", "cannot be imported", "has no 'zzzzzz'"),
    "E203-base": ({"TAG_CLASS": f"{HERE}.NumberPolicy"}, "E203", "is not a subclass of", f"Derive it from {BASE}."),
    "E203-no-class": ({"TAG_CLASS": f"{HERE}.ANSWER"}, "E203", "is not a class.", f"Derive it from {BASE}."),
    "E204-object": ({"TAG_CLASS": 3}, "E204", "must be a dotted path, not 3.", "Give a string"),
    "E204-functions": ({"STEPS": f"{HERE}.step"}, "E204", "must be a list of dotted paths", "Give a list"),
    "E204-providers": ({"BACKENDS": []}, "E204", "must be a dict with text keys", "Give a dict"),
    "E204-options": (
        {"BACKENDS": {"one": {"BACKEND": BASE, "OPTIONS": []}}},
        "E204",
        "['OPTIONS'] must be a dict",
        "Give a dict",
    ),
    "E204-bool": ({"PRODUCTION": "yes"}, "E204", "must be a value of type bool, not 'yes'.", "Give"),
    "E204-states": ({"STATES": []}, "E204", "must be a value of type dict", "Give"),
    "E204-version": ({"DEFAULTS_VERSION": "9"}, "E204", "= '9' is unknown.", "Known names: 1."),
    "E205": ({"API": {"tags.Tga": BASE}}, "E205", "unknown class 'tags.Tga'", "Did you mean 'tags.Tag'?"),
    "E202-api": ({"API": {"tags.Tag": "nowhere.X"}}, "E202", "['API']['tags.Tag'] = 'nowhere.X'", "cannot be imported"),
    "E203-api": ({"API": {"tags.Tag": f"{HERE}.PaintedTag"}}, "E203", "is not a subclass of", "Derive it from"),
    "E209-no-backend": ({"BACKENDS": {"one": {}}}, "E209", "['one'] has no 'BACKEND'.", "Name a subclass of"),
    "E209-key": ({"BACKENDS": {"one": {"BACKND": BASE}}}, "E209", "unknown key 'BACKND'", "Did you mean 'BACKEND'?"),
    "E203-provider": (
        {"BACKENDS": {"one": {"BACKEND": f"{HERE}.PaintedTag"}}},
        "E203",
        "['one']['BACKEND']",
        "Derive it from",
    ),
    "E210": ({"STEPS": [f"{HERE}.ANSWER"]}, "E210", "which is not a function.", "Name a function."),
    "E202-function": ({"STEPS": [f"{HERE}.stp"]}, "E202", "['STEPS'][0]", f"Did you mean '{HERE}.step'?"),
}


@pytest.mark.parametrize(("written", "number", "said", "cure"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_one_message_with_its_own_id_and_a_hint(
    written: dict[Any, Any], number: str, said: str, cure: str
) -> None:
    with override_settings(NEXUS_COMMERCE=written):
        (message,) = check_settings(None)
    assert message.id == f"nexus_commerce.{number}"
    assert said in message.msg
    assert cure in str(message.hint)


def test_a_wrong_value_raises_the_same_where_it_is_used() -> None:
    with override_settings(NEXUS_COMMERCE={"TAG_CLASS": "nowhere.Tag"}):
        with pytest.raises(BadSetting, match=r"(?s)NEXUS_COMMERCE\['TAG_CLASS'\].*E202.*HINT"):
            _ = nexus_settings.TAG_CLASS
        with pytest.raises(ImproperlyConfigured):
            _ = nexus_settings.TAG_CLASS


def test_a_setting_that_is_no_dict_is_e200_and_nothing_else() -> None:
    with override_settings(NEXUS_COMMERCE=["MODELS"]):
        (message,) = check_settings(None)
    assert (message.id, message.hint) == ("nexus_commerce.E200", "Write NEXUS_COMMERCE = {...}.")


def test_all_wrong_values_are_told_at_once() -> None:
    assert [p[0] for p in problems(TAG_CLASS=3, BACKENDS=[], NOPE=1)] == ["E201", "E204", "E204"]


def test_a_project_that_writes_nothing_has_no_problem() -> None:
    assert problems() == []


def test_without_time_zones_is_e207() -> None:
    with override_settings(USE_TZ=False):
        (message,) = check_time_zone(None)
    assert message.id == "nexus_commerce.E207"
    with override_settings(USE_TZ=True):
        assert check_time_zone(None) == []
