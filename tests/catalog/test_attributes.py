"""Run-time attributes: each kind has one stored form, and values fit the definitions."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_commerce.catalog import attribute_kinds as kinds
from nexus_commerce.catalog.errors import InvalidAttribute
from nexus_commerce.catalog.models import Digital, Physical, Product
from nexus_commerce.catalog.services import (
    add_variant,
    archive_attribute,
    create_attribute,
    create_category,
    create_product,
    update_attribute,
    update_product,
    update_variant,
)
from nexus_commerce.core.errors import CommerceError

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

SIZES = ["S", "M", 42]
ACCEPTED: list[tuple[str, Any, Any]] = [
    ("text", " wool ", "wool"),
    ("integer", 7, 7),
    ("integer", "-12", -12),
    ("integer", 2**53 - 1, 2**53 - 1),
    ("decimal", "12.50", "12.5"),
    ("decimal", "007", "7"),
    ("decimal", "-0.0", "0"),
    ("decimal", Decimal("1E+3"), "1000"),
    ("decimal", 100, "100"),
    ("boolean", False, False),
    ("date", "2026-02-28", "2026-02-28"),
    ("date", date(2026, 2, 28), "2026-02-28"),
    ("choice", "M", "M"),
    ("choice", 42, 42),
    ("choices", ["M", "S", "M"], ["S", "M"]),
]
REFUSED: list[tuple[str, Any]] = [
    *(("text", value) for value in ("", "  ", 5, ["wool"], "x" * 10_001)),
    *(("integer", value) for value in (True, 1.0, "1.0", "", "٣", 2**53, 10**400, "9" * 5000)),
    *(("decimal", value) for value in (1.5, True, "1e5", "NaN", "inf", "", "1.", ".5", "٣", "1" * 16, "0." + "1" * 11)),
    *(("decimal", value) for value in (Decimal("NaN"), Decimal("1E+400"), 10**5000)),
    *(("boolean", value) for value in (1, 0, "true")),
    *(("date", value) for value in ("2026-02-30", "20260228", "28.02.2026", 0, "2026-W09-6", datetime(2026, 2, 28))),  # noqa: DTZ001
    *(("choice", value) for value in ("L", "42", ["M"], {"value": "M"})),
    *(("choices", value) for value in ("M", [], ["L"], [["M"]])),
]


@pytest.mark.parametrize(("kind", "value", "stored"), ACCEPTED)
def test_equal_values_have_one_stored_form(kind: str, value: Any, stored: Any) -> None:
    cleaned = kinds.attribute_kind(kind).clean(value, SIZES)
    assert (cleaned, type(cleaned)) == (stored, type(stored))


@pytest.mark.parametrize(("kind", "value"), REFUSED, ids=[f"{kind}-{n}" for n, (kind, _) in enumerate(REFUSED)])
def test_what_does_not_fit_is_refused_by_name(kind: str, value: Any) -> None:
    choices = SIZES if kind.startswith("choice") else ()
    create_attribute(code="it", name="It", kind=kind, choices=choices)
    with pytest.raises(InvalidAttribute) as refused:
        create_product(name="Mug", attributes={"it": value})
    assert (refused.value.field, refused.value.params["attribute"]) == ("attributes.it", "it")
    assert "Give" in str(refused.value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_no_digit_of_a_decimal_is_lost(number: Decimal) -> None:
    stored = kinds.attribute_kind("decimal").clean(number, ())
    assert Decimal(stored) == number
    assert kinds.attribute_kind("decimal").clean(stored, ()) == stored


@pytest.fixture
def cotton() -> None:
    create_attribute(code="material", name="Material", is_required=True, product_types=[Physical])
    create_attribute(code="pages", name="Pages", kind="integer", product_types=["nexus_catalog.Digital"])


@pytest.mark.usefixtures("cotton")
def test_attributes_apply_to_their_product_types() -> None:
    shirt = create_product(name="Shirt", attributes={"material": "cotton"})
    book = create_product(name="Book", product_type=Digital, attributes={"pages": 300})
    assert (Product.objects.get(pk=shirt.pk).attributes, book.attributes) == ({"material": "cotton"}, {"pages": 300})
    for product_type, attributes, code in (
        (Physical, {"material": "cotton", "pages": 3}, "pages"),
        (Digital, {"material": "paper"}, "material"),
        (Physical, {}, "material"),
        (Physical, {"material": None}, "material"),
        (Physical, {"material": "cotton", "colour": "red"}, "colour"),
    ):
        with pytest.raises(InvalidAttribute) as refused:
            create_product(name="x", product_type=product_type, attributes=attributes)
        assert refused.value.params["attribute"] == code
    assert Product.objects.count() == 2


def test_attributes_apply_below_their_categories() -> None:
    clothes = create_category(name="Clothes")
    shirts = create_category(name="Shirts", parent=clothes)
    create_attribute(code="fit", name="Fit", kind="choice", choices=["slim", "wide"], categories=[clothes])

    shirt = create_product(name="Shirt", categories=[shirts], attributes={"fit": "slim"})
    update_product(product=shirt, attributes={"fit": "wide"})
    assert Product.objects.get(pk=shirt.pk).attributes == {"fit": "wide"}
    with pytest.raises(InvalidAttribute, match="not for this product type or its categories"):
        create_product(name="Mug", attributes={"fit": "slim"})


@pytest.mark.usefixtures("cotton")
def test_values_are_merged_under_the_lock_and_taken_away_by_none() -> None:
    create_attribute(code="care", name="Care")
    shirt = create_product(name="Shirt", attributes={"material": "cotton", "care": "wash"})
    stale = Product.objects.get(pk=shirt.pk)
    update_product(product=shirt, attributes={"care": "iron"})
    update_product(product=stale, attributes={"material": "silk"})
    assert Product.objects.get(pk=shirt.pk).attributes == {"material": "silk", "care": "iron"}
    update_product(product=stale, attributes={"care": None})
    assert Product.objects.get(pk=shirt.pk).attributes == {"material": "silk"}
    with pytest.raises(InvalidAttribute, match="required"):
        update_product(product=stale, attributes={"material": None})


def test_variants_have_attributes_of_their_own() -> None:
    create_attribute(code="fill", name="Filling", kind="decimal", unit="ml", on_variant=True)
    mug = create_product(name="Mug")
    variant = add_variant(product=mug, sku="MUG", attributes={"fill": "250.0"})
    update_variant(variant=variant, attributes={"fill": 300})
    variant.refresh_from_db()
    assert variant.attributes == {"fill": "300"}
    with pytest.raises(InvalidAttribute):
        update_product(product=mug, attributes={"fill": "1"})


def test_an_archived_attribute_keeps_its_values_and_takes_no_new_ones() -> None:
    attribute = create_attribute(code="care", name="Care", is_required=True)
    mug = create_product(name="Mug", attributes={"care": "wash"})
    archive_attribute(attribute=attribute)
    with pytest.raises(InvalidAttribute):
        update_product(product=mug, attributes={"care": "iron"})
    assert create_product(name="Cup").attributes == {}
    assert Product.objects.get(pk=mug.pk).attributes == {"care": "wash"}


def test_a_localized_attribute_has_a_value_for_each_language() -> None:
    create_attribute(code="hint", name="Hint", is_localized=True)
    mug = create_product(name="Mug", attributes={"hint": {"en": " hot ", "de-AT": "heiß"}})
    assert mug.attributes == {"hint": {"en": "hot", "de-AT": "heiß"}}
    for value in ("hot", {"not a language": "hot"}, {"en": ""}, {1: "x"}):
        with pytest.raises(InvalidAttribute):
            create_product(name="Mug", attributes={"hint": value})


BAD_DEFINITIONS: list[tuple[dict[str, Any], str]] = [
    ({"code": "no spaces"}, "code"),
    ({"code": "there"}, "code"),
    ({"kind": "colour"}, "kind"),
    ({"kind": "choice"}, "choices"),
    ({"choices": ["a"]}, "choices"),
    ({"kind": "choice", "choices": ["a", "a"]}, "choices"),
    ({"kind": "choice", "choices": [{"value": "a"}]}, "choices"),
    ({"kind": "choice", "choices": [None]}, "choices"),
    ({"kind": "choice", "choices": ["\x00"]}, "choices"),
    ({"product_types": ["nexus_catalog.Variant"]}, "product_types"),
    ({"product_types": ["nowhere"]}, "product_types"),
]


@pytest.mark.parametrize(("given", "field"), BAD_DEFINITIONS)
def test_a_definition_that_makes_no_sense_is_refused(given: dict[str, Any], field: str) -> None:
    create_attribute(code="there", name="There")
    with pytest.raises(CommerceError) as refused:
        create_attribute(**{"code": "new", "name": "New"} | given)
    assert refused.value.field == field
    assert str(refused.value)


def test_a_definition_changes_but_for_code_and_kind() -> None:
    fit = create_attribute(code="fit", name="Fit", kind="choice", choices=["slim"])
    update_attribute(
        attribute=fit, name="Cut", choices=["slim", {"value": "wide", "label": "Wide"}], is_filterable=True
    )
    fit.refresh_from_db()
    assert (fit.name, fit.is_filterable) == ("Cut", True)
    assert fit.choices == [{"value": "slim", "label": "slim"}, {"value": "wide", "label": "Wide"}]
    for change in ({"code": "cut"}, {"kind": "text"}):
        with pytest.raises(InvalidAttribute):
            update_attribute(attribute=fit, **change)  # type: ignore[arg-type]


@pytest.fixture
def color() -> Iterator[None]:
    @kinds.register_kind
    class Color(kinds.AttributeKind):
        code = "color"

        def clean(self, value: Any, choices: Any) -> str:
            return f"#{value}"

    yield
    del kinds._KINDS["color"]


@pytest.mark.usefixtures("color")
def test_a_host_registers_a_kind_of_its_own() -> None:
    create_attribute(code="shade", name="Shade", kind="color")
    assert create_product(name="Mug", attributes={"shade": "fff"}).attributes == {"shade": "#fff"}
    assert "color" in kinds.attribute_kinds()
