"""The taxes, shipping methods and promotions of the demo shop: loaded once, and right where they are shown."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db.models import Model

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import (
    PricedCart,
    add_coupon,
    add_line,
    choose_shipping,
    create_cart,
    find_offer,
    list_shipping_options,
    price_cart,
    set_address,
)
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.contrib.demo import loading
from nexus_commerce.contrib.demo.catalogue import CatalogueError
from nexus_commerce.contrib.demo.charging import load_terms
from nexus_commerce.contrib.demo.reading import read_catalogue
from nexus_commerce.contrib.demo.terms import read_terms
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.customers.services import AddressData
from nexus_commerce.orders.services import recompute_order
from nexus_commerce.promotions.errors import CouponConditionsNotMet, CouponUsedByCustomer
from nexus_commerce.promotions.models import Coupon, Promotion
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate, ShippingTier, ShippingZone
from nexus_commerce.tax.models import TaxClass, TaxRate, TaxZone

pytestmark = pytest.mark.django_db

CATALOGUE = read_catalogue()
SOLD = {
    "loft-tapers",
    "net-loft-candle",
    "storm-kale-seeds",
    "ditch-flower-seeds",
    "the-mending-year-book",
    "zinc-trough",
    "stool-plan",
}


@pytest.fixture(autouse=True)
def shop() -> None:
    """Load a few products, and all the terms."""
    few = tuple(product for product in CATALOGUE.products if product.handle in SOLD)
    catalogue = type(CATALOGUE)(**{**vars(CATALOGUE), "products": few})
    found = loading.load_shop(catalogue)
    list(loading.load_products(catalogue, found))
    load_terms(read_terms())


def cart_of(code: str, wanted: Mapping[str, int], *, country: str = "", region: str = "", postcode: str = "") -> Cart:
    cart, _ = create_cart(channel=Channel.objects.get(code=code), fields={"email": "ada@example.com"})
    for sku, quantity in wanted.items():
        variant = Variant.objects.get(sku=sku)
        add_line(cart=cart, offer=find_offer(channel=cart.channel, public_id=variant.public_id), quantity=quantity)
    if country:
        place = AddressData(line1="1", city="City", country=country, region=region, postal_code=postcode)
        set_address(cart=cart, kind="shipping", address=place)
    return cart


def taxes_of(priced: PricedCart) -> dict[str, int]:
    return {tax.rate.name: tax.amount for tax in priced.totals.taxes if tax.base}


def counts() -> dict[str, int]:
    models: list[type[Model]] = [
        TaxClass, TaxZone, TaxRate, ShippingZone, ShippingMethod, ShippingRate, ShippingTier, Promotion, Coupon,
        CustomerGroup,
    ]  # fmt: skip
    return {model.__name__: model._default_manager.count() for model in models}


def test_asked_again_nothing_is_added_and_what_was_changed_stays() -> None:
    before = counts()
    assert min(before.values()) > 0
    Promotion.objects.filter(name__startswith="Candles").update(name="Mine", is_active=False)
    ShippingMethod.objects.filter(code="standard").update(name="My parcel")
    TaxRate.objects.filter(zone__code="germany").update(rate=16)
    load_terms(read_terms())
    assert counts() == before
    assert not Promotion.objects.get(name="Mine").is_active
    assert ShippingMethod.objects.get(code="standard").name == "My parcel"
    assert {rate.rate for rate in TaxRate.objects.filter(zone__code="germany")} == {16}


@pytest.mark.parametrize(
    ("country", "taxes"),
    [
        ("DE", {"VAT 19 %": 543, "VAT 7 %": 209}),
        ("AT", {"VAT 20 %": 567, "VAT 10 %": 291}),
        ("FR", {"VAT 20 %": 567, "VAT 5.5 %": 167}),
        ("IT", {"VAT 19 %": 543, "VAT 7 %": 209}),
        ("CH", {"Export, free of VAT": 0}),
        ("NO", {"Export, free of VAT": 0}),
    ],
)
def test_books_and_candles_are_taxed_where_they_go(country: str, taxes: Mapping[str, int]) -> None:
    priced = price_cart(cart=cart_of("eu", {"BOK-MEND": 1, "CND-LOFT-JAR": 1}, country=country))
    assert taxes_of(priced) == taxes
    assert priced.totals.total == 6600


@pytest.mark.parametrize(
    ("region", "postcode", "taxes"),
    [
        ("NY", "12534", {"New York State sales tax 4 %": 152, "Local sales tax 4 %": 152, "Free of sales tax": 0}),
        (
            "NY",
            "10001",
            {
                "New York State sales tax 4 %": 152,
                "New York City sales tax 4.5 %": 171,
                "Commuter district 0.375 %": 14,
                "Free of sales tax": 0,
            },
        ),
        ("CA", "94105", {"No sales tax": 0}),
    ],
)
def test_the_us_channel_adds_sales_tax_in_new_york_alone(region: str, postcode: str, taxes: Mapping[str, int]) -> None:
    cart = cart_of("us", {"BOK-MEND": 1, "CND-LOFT-JAR": 1}, country="US", region=region, postcode=postcode)
    priced = price_cart(cart=cart)
    assert taxes_of(priced) == taxes
    assert priced.totals.total == 3500 + 3800 + sum(taxes.values())


def charges(code: str, wanted: Mapping[str, int], **place: str) -> dict[str, int]:
    return {option.offer.code: option.charge for option in list_shipping_options(cart=cart_of(code, wanted, **place))}


def test_methods_are_offered_where_they_go_at_what_they_cost() -> None:
    one, heavy = {"CND-LOFT-JAR": 1}, {"PLA-ZINC": 2}
    assert charges("eu", one, country="DE") == {"standard": 490, "express": 1010, "pickup": 0}
    assert charges("eu", heavy, country="DE")["standard"] == 0
    assert charges("eu", one, country="FR") == {"neighbors": 990, "pickup": 0}
    assert charges("eu", {"PLA-ZINC": 1, "CND-LOFT-JAR": 6}, country="FR")["neighbors"] == 0
    assert charges("eu", one, country="JP") == {"overseas": 2700, "pickup": 0}
    assert charges("eu", one, country="IT") == {"pickup": 0}
    assert charges("us", one, country="US") == {"ground": 650, "two-day": 1620, "barn": 0}
    assert charges("eu", {"PLN-STOL": 1}, country="DE") == {}


def test_of_three_candles_the_cheapest_is_free() -> None:
    two = price_cart(cart=cart_of("eu", {"CND-LOFT-JAR": 2}))
    (missing,) = [tried.missing for tried in two.totals.tried if tried.name.startswith("Candles")]
    assert missing == {"quantity": 1}
    three = price_cart(cart=cart_of("us", {"CND-LOFT-JAR": 2, "CND-TAPR-HONEY": 1}))
    assert three.totals.discount_total == 1400


def test_a_gift_comes_with_much_and_ground_shipping_is_free_in_america() -> None:
    cart = cart_of("us", {"CND-LOFT-JAR": 2, "BOK-MEND": 1}, country="US", region="CA")
    choose_shipping(cart=cart, method="ground")
    priced = price_cart(cart=cart)
    assert [entry.offer.variant.sku for entry in priced.lines if entry.is_gift] == ["SED-DITC"]
    assert (priced.totals.shipping_total, priced.totals.total) == (0, 11100)


def test_welcome_is_for_the_first_order_once() -> None:
    cart = cart_of("eu", {"BOK-MEND": 1}, country="DE")
    choose_shipping(cart=cart, method="pickup")
    assert add_coupon(cart=cart, code="welcome10").totals.discount_total == 320
    order = place_order(cart=cart).order
    assert recompute_order(order=order).total == order.total == 2880
    with pytest.raises(CouponUsedByCustomer):
        add_coupon(cart=cart_of("eu", {"BOK-MEND": 1}), code="WELCOME10")


def test_the_garden_code_says_what_is_lacking() -> None:
    with pytest.raises(CouponConditionsNotMet) as caught:
        add_coupon(cart=cart_of("eu", {"SED-KALE": 2}), code="GARDEN5")
    assert caught.value.params["missing"] == {"amount": 4000 - 2 * 360}
    assert add_coupon(cart=cart_of("eu", {"PLA-ZINC": 1}), code="GARDEN5").totals.discount_total == 500


def test_a_larger_quantity_costs_less() -> None:
    priced = price_cart(cart=cart_of("eu", {"CND-TAPR-HONEY": 2}))
    assert priced.totals.subtotal == 2400
    priced = price_cart(cart=cart_of("eu", {"CND-TAPR-HONEY": 12}))
    assert priced.totals.subtotal == 12 * 960


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[coupons]]\ncode = 'X'", "'coupons' is not known"),
        ("[[promotions]]\nkey = 'x'", "x: "),
        ("[[tax_zones]]\ncode = 'x'\nname = 'X'\nrate = '19'", "x: "),
        ("[[tax_zones]\n", "terms.toml"),
    ],
)
def test_a_faulty_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "terms.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"terms\.toml") as caught:
        read_terms([path])
    assert said in str(caught.value)
