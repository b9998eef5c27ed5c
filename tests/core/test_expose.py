"""Who may read, write and filter a field, said once beside it."""

from typing import Any

import pytest
from django.db import models

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Physical, Product, Tag
from nexus_commerce.core.expose import Expose, exposures, fillable_at_checkout, filterable, readable, writable
from nexus_commerce.core.expose_checks import check_exposures


class Library(models.Model):
    nexus_api = {"code": Expose(read="public", filter=True), "note": Expose(read="owner", write="shopper")}

    class Meta:
        abstract = True


class Plugin(models.Model):
    nexus_api = {"margin": Expose(read="staff", write="staff", filter=True), "secret": Expose(read=None, write="staff")}

    class Meta:
        abstract = True


class Host(Plugin, Library):
    nexus_api: dict[str, Any] = {"note": Expose(read="public"), "secret": None, "slot": Expose(checkout=True)}

    class Meta:
        abstract = True


def test_declarations_of_all_classes_add_up_and_the_hosts_win() -> None:
    assert list(exposures(Host)) == ["code", "note", "margin", "slot"]
    assert exposures(Host)["note"] == Expose(read="public")
    assert exposures(Library)["note"].write == "shopper"


@pytest.mark.parametrize(
    ("reader", "names"),
    [("public", ["code"]), ("owner", ["code", "note"]), ("staff", ["code", "note"])],
)
def test_staff_read_what_owners_read_and_owners_what_everybody_reads(reader: Any, names: list[str]) -> None:
    assert readable(Library, reader) == names


def test_nobody_reads_a_field_without_read_and_staff_write_what_shoppers_write() -> None:
    assert readable(Plugin, "staff") == ["margin"]
    assert writable(Plugin, "staff") == ["margin", "secret"]
    assert writable(Plugin, "shopper") == []
    assert writable(Library, "shopper") == writable(Library, "staff") == ["note"]


def test_a_filter_is_for_those_who_may_read() -> None:
    assert filterable(Host, "public") == ["code"]
    assert filterable(Host, "staff") == ["code", "margin"]


def test_fields_for_the_checkout_are_named() -> None:
    assert fillable_at_checkout(Host) == ["slot"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"read": "everyone"}, "read='everyone'"),
        ({"write": "owner"}, "write='owner'"),
        ({"read": None, "filter": True}, "needs read"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Expose(**given)


WRONG: dict[str, tuple[type[models.Model], Any, str, str]] = {
    "no-field": (Product, {"nam": Expose()}, "names the field 'nam'", "Did you mean 'name'?"),
    "no-expose": (Tag, {"name": "public"}, "must be an Expose(...), not 'public'", "Import it from"),
    "no-dict": (Tag, ["name"], "nexus_api must be a dict", "Write {field: Expose(...)}."),
    "no-checkout": (
        Tag,
        {"name": Expose(checkout=True)},
        "does not fill nexus_catalog.Tag",
        "cart.Cart and orders.Order",
    ),
}


@pytest.mark.parametrize(("model", "written", "said", "cure"), WRONG.values(), ids=WRONG)
def test_a_wrong_declaration_is_one_e206(
    model: type[models.Model], written: Any, said: str, cure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "nexus_api", written, raising=False)
    found = [message for message in check_exposures(None) if f"{model.__name__}.nexus_api" in message.msg]
    assert [message.id for message in found] == ["nexus_commerce.E206"]
    assert said in found[0].msg
    assert cure in str(found[0].hint)


def test_right_declarations_have_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cart, "nexus_api", {"note": Expose(checkout=True), "email": None}, raising=False)
    monkeypatch.setattr(Physical, "nexus_api", {"name": Expose(), "customs_code": Expose()}, raising=False)
    assert check_exposures(None) == []
