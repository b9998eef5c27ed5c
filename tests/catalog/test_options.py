"""Options and their values are renamed without touching the variants that have them."""

from typing import Any

import pytest

from nexus_commerce.catalog.errors import InvalidOptions
from nexus_commerce.catalog.models import Option, Product
from nexus_commerce.catalog.services import add_variant, create_product, rename_option, rename_option_value, set_options
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.events.models import OutboxEvent

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def colr() -> Option:
    """Return a misspelt option of a product, whose variant is of the misspelt color."""
    product = create_product(name="Shirt")
    set_options(product=product, options={"Colr": ["Rde", "Blue"], "Size": ["L"]})
    add_variant(product=product, sku="RED-L", options={"Colr": "Rde", "Size": "L"})
    option: Option = product.options.get(name="Colr")
    return option


def told(product: Product) -> list[tuple[int, list[str]]]:
    rows = OutboxEvent.objects.filter(type="product.changed", aggregate_id=product.public_id).order_by("pk")
    return [(row.version, row.payload["changed"]) for row in rows]


def test_names_change_variants_stay_and_each_change_counts_once(colr: Option) -> None:
    product = Product.objects.get(pk=colr.product_id)
    before, variant = told(product), product.variants.get(sku="RED-L")
    for _repeated in range(2):
        rename_option(option=colr, name=" Color ")
        rename_option_value(option_value=colr.values.get(position=0), value="Red")

    assert [(value.option.name, value.value) for value in variant.option_values.order_by("option__position")] == [
        ("Color", "Red"),
        ("Size", "L"),
    ]
    version = product.version
    product.refresh_from_db()
    assert product.version == version + 2
    assert told(product) == [*before, (version + 1, ["options"]), (version + 2, ["options"])]
    assert variant.signature == product.variants.get(sku="RED-L").signature


@pytest.mark.parametrize("text", ["Size", "", "   ", "x" * 256, None, 5, "\x00"])
def test_an_option_is_not_renamed_to_nonsense_or_another(text: Any, colr: Option) -> None:
    with pytest.raises(InvalidInput) as refused:
        rename_option(option=colr, name=text)
    assert refused.value.field == "name"
    colr.refresh_from_db()
    assert colr.name == "Colr"


@pytest.mark.parametrize("text", ["Blue", "", "x" * 256, None, "\x00"])
def test_a_value_is_not_renamed_to_nonsense_or_another(text: Any, colr: Option) -> None:
    value = colr.values.get(position=0)
    with pytest.raises(InvalidInput) as refused:
        rename_option_value(option_value=value, value=text)
    assert refused.value.field == "value"
    value.refresh_from_db()
    assert value.value == "Rde"


def test_the_same_text_may_stand_in_another_option(colr: Option) -> None:
    rename_option_value(option_value=colr.values.get(position=0), value="L")
    with pytest.raises(InvalidOptions):
        rename_option_value(option_value=colr.values.get(position=1), value="L")
