"""Variants: combinations are unique, quantities and barcodes are checked, bundles hold what has stock."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_commerce.catalog.errors import (
    DuplicateVariant,
    InvalidBarcode,
    InvalidBundle,
    InvalidOptions,
    SkuTaken,
)
from nexus_commerce.catalog.models import Bundle, Product, Variant
from nexus_commerce.catalog.services import (
    BundlePart,
    add_variant,
    archive_variant,
    create_product,
    set_bundle_items,
    set_options,
    update_variant,
)
from nexus_commerce.catalog.services.specs import is_gtin
from nexus_commerce.core.errors import CommerceError, InvalidInput
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.testing.factories import make_product

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def shirt(db: None) -> Product:
    return create_product(name="Shirt")


def values(variant: Variant) -> dict[str, str]:
    return dict(variant.option_values.values_list("option__name", "value"))


def test_the_first_variant_defines_the_options(shirt: Product) -> None:
    first = add_variant(product=shirt, sku="S-R", options={"Size": "S", "Color": "red"}, weight=200)
    second = add_variant(product=shirt, sku="M-R", options={"Color": " red ", "Size": "M"})

    assert list(shirt.options.values_list("name", flat=True)) == ["Size", "Color"]
    assert values(second) == {"Size": "M", "Color": "red"}
    assert (first.position, second.position, first.weight) == (0, 1, 200)
    assert Product.objects.get(pk=shirt.pk).version == 3
    assert OutboxEvent.objects.filter(aggregate_id=shirt.public_id).count() == 3


REFUSED: list[tuple[dict[str, Any], type[CommerceError], str]] = [
    ({"options": {"Size": "S"}}, DuplicateVariant, "options"),
    ({"options": {"Color": "S"}}, InvalidOptions, "options"),
    ({"options": {"Size": "M", "Color": "red"}}, InvalidOptions, "options"),
    ({"options": {"Size": " "}}, InvalidOptions, "options"),
    ({"options": {"Size": 5}}, InvalidOptions, "options"),
    ({"options": None}, InvalidOptions, "options"),
    ({"sku": "FIRST"}, SkuTaken, "sku"),
    ({"sku": ""}, InvalidInput, "sku"),
    ({"sku": "x" * 65}, InvalidInput, "sku"),
    ({"barcode": "4006381333932"}, InvalidBarcode, "barcode"),
    ({"barcode": "40063813"}, InvalidBarcode, "barcode"),
    ({"quantity_step": 0}, InvalidInput, "quantity_step"),
    ({"min_quantity": 0}, InvalidInput, "min_quantity"),
    ({"min_quantity": 1_000_001}, InvalidInput, "min_quantity"),
    ({"min_quantity": 5, "max_quantity": 4}, InvalidInput, "max_quantity"),
    ({"weight": -1}, InvalidInput, "weight"),
]


@pytest.mark.parametrize(("given", "error", "field"), REFUSED)
def test_a_variant_that_does_not_fit_is_refused(
    given: dict[str, Any], error: type[CommerceError], field: str, shirt: Product
) -> None:
    add_variant(product=shirt, sku="FIRST", options={"Size": "S"})
    fitting: dict[str, Any] = {"product": shirt, "sku": "NEXT", "options": {"Size": "M"}}
    with pytest.raises(error) as refused:
        add_variant(**fitting | given)
    assert refused.value.field == field
    assert shirt.variants.count() == 1


def test_a_product_without_options_has_one_variant(shirt: Product) -> None:
    add_variant(product=shirt, sku="ONLY")
    with pytest.raises(DuplicateVariant):
        add_variant(product=shirt, sku="SECOND")
    with pytest.raises(InvalidOptions):
        add_variant(product=shirt, sku="SECOND", options={"Size": "S"})


def test_an_archived_combination_is_free_again_its_sku_is_not(shirt: Product) -> None:
    old = add_variant(product=shirt, sku="OLD", options={"Size": "S"})
    archive_variant(variant=old)
    archive_variant(variant=old)
    with pytest.raises(SkuTaken):
        add_variant(product=shirt, sku="OLD", options={"Size": "S"})
    assert add_variant(product=shirt, sku="NEW", options={"Size": "S"}).pk


def test_a_variant_changes_and_meets_the_same_rules(shirt: Product) -> None:
    small = add_variant(product=shirt, sku="S", options={"Size": "S"})
    add_variant(product=shirt, sku="M", options={"Size": "M"})
    update_variant(variant=small, options={"Size": "L"}, barcode="4006381333931", track_stock=False)
    read = Variant.objects.get(pk=small.pk)
    assert (values(read), read.barcode, read.track_stock) == ({"Size": "L"}, "4006381333931", False)
    version = Product.objects.get(pk=shirt.pk).version
    update_variant(variant=small, sku="S")
    assert Product.objects.get(pk=shirt.pk).version == version
    for change, error in (
        ({"options": {"Size": "M"}}, DuplicateVariant),
        ({"sku": "M"}, SkuTaken),
        ({"max_quantity": 0}, InvalidInput),
    ):
        with pytest.raises(error):
            update_variant(variant=Variant.objects.get(pk=small.pk), **change)
    assert Variant.objects.get(pk=small.pk).sku == "S"


def test_options_are_laid_down_before_variants_and_then_only_grow(shirt: Product) -> None:
    set_options(product=shirt, options={"Size": ["S", "M"], "Color": ["red"]})
    set_options(product=shirt, options={"Color": ["red", "blue"], "Size": ["S"]})
    assert list(shirt.options.order_by("position").values_list("name", flat=True)) == ["Color", "Size"]
    add_variant(product=shirt, sku="X", options={"Size": "S", "Color": "red"})

    set_options(product=shirt, options={"Size": ["XS", "S"], "Color": ["red"]})
    assert list(shirt.options.get(name="Size").values.values_list("value", flat=True)) == ["XS", "S"]
    for options in ({"Size": ["S"]}, {"Size": ["XS"], "Color": ["red"]}, {"Size": [], "Color": ["red"]}):
        with pytest.raises(InvalidOptions):
            set_options(product=shirt, options=options)


def test_a_bundle_holds_variants_that_have_stock() -> None:
    mug, cup = (make_product(sku=sku).variants.get() for sku in ("MUG", "CUP"))
    product = create_product(name="Set", product_type=Bundle)
    bundle = add_variant(product=product, sku="SET")

    set_bundle_items(bundle=bundle, items=[BundlePart(mug, 2), BundlePart(cup)])
    set_bundle_items(bundle=bundle, items=[BundlePart(cup, 3), BundlePart(mug)])

    assert list(bundle.bundle_items.values_list("variant__sku", "quantity")) == [("CUP", 3), ("MUG", 1)]
    assert Product.objects.get(pk=product.pk).version == 4
    other = add_variant(product=create_product(name="Big set", product_type=Bundle), sku="BIG")
    for holder, items in (
        (mug, [BundlePart(cup)]),
        (bundle, [BundlePart(bundle)]),
        (other, [BundlePart(bundle)]),
        (bundle, [BundlePart(mug), BundlePart(mug)]),
    ):
        with pytest.raises(InvalidBundle):
            set_bundle_items(bundle=holder, items=items)
    for quantity in (0, -1, 1_000_001):
        with pytest.raises(InvalidInput):
            set_bundle_items(bundle=bundle, items=[BundlePart(mug, quantity)])
    assert bundle.bundle_items.count() == 2


# From the examples of the GS1 General Specifications and the codes of real goods.
GTINS = ["4006381333931", "9780306406157", "036000291452", "96385074", "10614141000415", "0000000000000"]


@pytest.mark.parametrize("code", GTINS)
def test_real_codes_are_gtins(code: str) -> None:
    assert is_gtin(code)


@pytest.mark.parametrize(
    "code", ["", "0", "400638133393", "40063813339310", "400638133393a", "４００６３８１３３３９３１"]
)
def test_other_texts_are_not(code: str) -> None:
    assert not is_gtin(code)


@given(st.sampled_from(GTINS), st.data())
def test_one_wrong_digit_is_always_noticed(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != code[place]]))
    assert not is_gtin(code[:place] + digit + code[place + 1 :])
