"""What ``check`` says about NEXUS_COMMERCE["MODELS"], by id, message and hint."""

from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from nexus_commerce.catalog.abstract_models import AbstractTag
from nexus_commerce.core import compose as composing
from nexus_commerce.core.extensions import changes_schema
from nexus_commerce.core.model_checks import check_models

HERE = "tests.core.host_classes"


def messages(models: Any) -> list[CheckMessage]:
    with override_settings(NEXUS_COMMERCE={"MODELS": models}):
        return check_models(None)


def ids(models: Any) -> list[str]:
    return sorted({str(message.id).rpartition(".")[2] for message in messages(models)})


WRONG = {
    "E100-number": ({"catalog.Tag": 3}, "E100", "3 must be a dotted path, or a list of them."),
    "E100-none": ({"catalog.Tag": None}, "E100", "must be a dotted path"),
    "E100-class": ({"catalog.Tag": [AbstractTag]}, "E100", "must be a dotted path"),
    "E101-no-module": ({"catalog.Tag": "shopp.nexus.ShopTag"}, "E101", "No module named 'shopp'"),
    "E101-empty": ({"catalog.Tag": ""}, "E101", "cannot be imported"),
    "B-W7-typo-E101": ({"catalog.Tag": f"{HERE}.GoodTagg"}, "E101", "cannot be imported"),
    "B-W7-label-of-a-model-E101": ({"catalog.Tag": "auth.Group"}, "E101", "No module named 'auth'"),
    "B-W7-concrete-model-E102": (
        {"catalog.Tag": "django.contrib.auth.models.Group"},
        "E102",
        "is not an abstract model.",
    ),
    "E102-constant": ({"catalog.Tag": f"{HERE}.ANSWER"}, "E102", "is not an abstract model."),
    "E102-other-model": ({"catalog.Tag": f"{HERE}.OtherOrder"}, "E102", "extends orders.Order, not catalog.Tag."),
    "E103-unknown": ({"catalog.Prodct": f"{HERE}.SlimProduct"}, "E103", "unknown model 'catalog.Prodct'"),
    "E103-case": ({"Catalog.product": f"{HERE}.SlimProduct"}, "E103", "unknown model"),
    "B-W7-module-E104": ({"catalog.Tag": HERE}, "E104", "is a module, not a class."),
    "E107": ({"catalog.Tag": f"{HERE}.MovedTag"}, "E107", "sets Meta.db_table, which the library owns."),
    "E108": ({"catalog.Tag": f"{HERE}.PlainWithField"}, "E108", "has fields but is not a model"),
    "E117": ({"catalog.Tag": f"{HERE}.KeyedTag"}, "E117", "declares a primary key."),
    "E204-not-a-dict": (["catalog.Tag"], "E204", "must be a dict with text keys"),
}


@pytest.mark.parametrize(("models", "number", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_entry_is_one_message_with_its_own_id_and_a_hint(models: Any, number: str, said: str) -> None:
    (message,) = messages(models)
    assert message.id == f"nexus_commerce.{number}"
    assert said in message.msg
    assert message.hint


@pytest.mark.parametrize(("models", "number", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_entry_stops_the_building_of_models_with_the_same_id(models: Any, number: str, said: str) -> None:
    with override_settings(NEXUS_COMMERCE={"MODELS": models}), pytest.raises(ImproperlyConfigured) as caught:
        composing.compose("catalog.Tag", AbstractTag)
    assert f"(nexus_commerce.{number})\n    HINT: " in str(caught.value)
    assert said in str(caught.value)


def test_hints_name_the_nearest_right_name() -> None:
    assert [m.hint for m in messages({"catalog.Prodct": "x"})] == ["Did you mean 'catalog.Product'?"]
    assert [m.hint for m in messages({"catalog.Tag": f"{HERE}.GodTag"})] == [f"Did you mean '{HERE}.GoodTag'?"]


def test_all_wrong_entries_are_told_at_once() -> None:
    found = ids({"catalog.Prodct": "x", "catalog.Tag": "nowhere.Tag", "orders.Order": 3})
    assert found == ["E100", "E101", "E103"]


def test_a_setting_that_models_were_not_built_from_is_e119() -> None:
    assert ids({"catalog.Tag": f"{HERE}.GoodTag"}) == ["E119"]


def test_two_classes_that_declare_one_field_are_e109_and_one_that_settles_it_is_not() -> None:
    clash = [m for m in messages({"catalog.Tag": [f"{HERE}.ColoredTag", f"{HERE}.PaintedTag"]}) if "E109" in str(m.id)]
    assert [m.msg for m in clash] == [f"catalog.Tag: {HERE}.ColoredTag and {HERE}.PaintedTag both declare 'color'."]
    assert ids({"catalog.Tag": f"{HERE}.SettledTag"}) == ["E119"]
    assert ids({"catalog.Tag": [f"{HERE}.SettledTag", f"{HERE}.ColoredTag"]}) == ["E119"]


def test_a_field_with_neither_null_nor_default_is_w118() -> None:
    assert ids({"catalog.Tag": f"{HERE}.DemandingTag"}) == ["E119", "W118"]


def test_bases_in_an_impossible_order_are_e106() -> None:
    models = {"catalog.Tag": [f"{HERE}.ColoredTag", f"{HERE}.SettledTag"]}
    with (
        override_settings(NEXUS_COMMERCE={"MODELS": models}),
        pytest.raises(ImproperlyConfigured, match=r"(?s)combined in this order.*E106.*HINT: "),
    ):
        composing.compose("catalog.Tag", AbstractTag)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("GoodTag", False),
        ("PlainWithMethod", False),
        ("ColoredTag", True),
        ("NamelessTag", True),
        ("SortedTag", True),
    ],
)
def test_only_fields_and_meta_options_change_the_schema(name: str, changes: bool) -> None:
    with override_settings(NEXUS_COMMERCE={"MODELS": {"catalog.Tag": f"{HERE}.{name}"}}):
        assert changes_schema("catalog.Tag") is changes


def test_names_in_nexus_without_change_the_schema() -> None:
    with override_settings(NEXUS_COMMERCE={"MODELS": {"catalog.Product": f"{HERE}.SlimProduct"}}):
        assert changes_schema("catalog.Product")
