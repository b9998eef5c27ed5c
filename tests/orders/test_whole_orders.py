"""An order with everything on it: what it keeps, and that it can be computed again whatever the catalog says now."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.test import override_settings

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import PricedCart, add_coupon, choose_shipping, price_cart
from nexus_commerce.catalog.models import Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.inventory.models import Allocation
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import recompute_order
from nexus_commerce.pricing.inputs import FeeInput, Rounding
from nexus_commerce.pricing.models import Price
from nexus_commerce.pricing.policies import FeeContext, FeePolicy, RoundingPolicy
from nexus_commerce.pricing.totals import Charged, Totals
from nexus_commerce.promotions.conditions import CONDITIONS
from nexus_commerce.promotions.effects import EFFECTS
from nexus_commerce.promotions.models import Promotion, Redemption
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate
from nexus_commerce.tax.models import TaxRate
from nexus_commerce.testing.factories import (
    make_channel,
    make_coupon,
    make_product,
    make_promotion,
    make_shipping_method,
    make_tax,
)
from tests.cart.shopping import put, ready_cart

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

RULES: dict[str, Any] = {rule.code: rule for rule in (*CONDITIONS, *EFFECTS)}


class GiftWrap(FeePolicy):
    """Wraps the first line, and asks for it."""

    def fees(self, context: FeeContext) -> Sequence[FeeInput]:
        return [FeeInput("wrap", "Gift wrap", 240, line=line.key) for line in context.lines[:1]]


class RoundTotals(RoundingPolicy):
    default = Rounding(level="total", total_by="by_net")


def where(name: str) -> str:
    return f"{__name__}.{name}"


@pytest.fixture(params=[True, False], ids=["with tax", "without tax"])
def cart(request: pytest.FixtureRequest) -> Cart:
    """Return a cart with two tax rates, a promotion off lines, a coupon, free shipping above a value, and a gift."""
    channel = make_channel(prices_include_tax=request.param)
    make_tax(percent=19, tax_class="standard")
    make_tax(percent=7, tax_class="reduced")
    lamp = make_product(channel=channel, amount=2999, stock=50, tax_class="standard", name="Lamp")
    book = make_product(channel=channel, amount=1099, stock=50, tax_class="reduced", name="Book")
    gift = make_product(channel=channel, amount=500, stock=5, tax_class="standard", sku="GIFT", name="Pen")
    make_promotion(RULES["line_percent"](percent=10), channel=channel, name="Ten percent", priority=5)
    make_promotion(RULES["gift_line"](sku="GIFT"), channel=channel, name="A pen")
    coupon = make_promotion(RULES["order_amount"](amount=700), channel=channel, name="Seven off")
    make_coupon(promotion=coupon, code="SEVEN", usage_limit=3)
    make_shipping_method(code="post", amount=490, currency=channel.currency)
    cart = ready_cart(channel, variant_of(lamp))
    put(cart, variant_of(book), 3)
    add_coupon(cart=cart, code="seven")
    choose_shipping(cart=cart, method="post")
    assert gift
    return cart


def variant_of(product: Product) -> Variant:
    return product.variants.get()


def test_an_order_keeps_every_amount_as_a_row(cart: Cart) -> None:
    with override_settings(NEXUS_COMMERCE={"FEE_POLICY": where("GiftWrap")}):
        priced = price_cart(cart=cart)
        order = place_order(cart=cart, expected_total=priced.totals.total).order
    assert [(line.product_name, line.total) for line in order.lines.all()][2] == ("Pen", 0)
    check_rows(order, priced.totals)
    assert order.fee_total == 240
    (fee,) = order.fees.all()
    assert (fee.name, fee.line.position, fee.total) == ("Gift wrap", 1, 240)
    (shipping,) = order.shipping_charges.all()
    assert (shipping.method, shipping.amount, shipping.total) == ("post", 490, 490)
    assert {discount.name for discount in order.discounts.all()} == {"Ten percent", "Seven off", "A pen"}
    assert order.discounts.filter(coupon_code="SEVEN").exists()
    assert Allocation.objects.filter(order=order.public_id).count() == 3
    redeemed = {row.promotion.name: (row.state, row.amount) for row in Redemption.objects.select_related("promotion")}
    assert redeemed["Seven off"] == ("used", 700)


def check_rows(order: Order, totals: Totals) -> None:
    """Assert that the rows say what the engine said, and add up."""
    charges: list[tuple[Any, Charged]] = [
        *zip(order.lines.all(), totals.lines, strict=True),
        *zip(order.shipping_charges.all(), totals.shipping, strict=True),
        *zip(order.fees.all(), totals.fees, strict=True),
    ]
    for row, charge in charges:
        assert (row.total, row.tax_total) == (charge.total, charge.tax_total)
        assert [(tax.rate, tax.base, tax.amount) for tax in row.taxes.all()] == [
            (tax.rate.percent, tax.base, tax.amount) for tax in charge.taxes
        ]
    assert (order.total, order.tax_total) == (totals.total, totals.tax_total)
    assert sum(tax.amount for tax in order.taxes.all()) == order.tax_total
    assert sum(discount.amount for discount in order.discounts.all()) == order.discount_total
    whole = order.subtotal - order.discount_total + order.shipping_total + order.fee_total + order.rounding_total
    assert order.total == whole + (0 if order.prices_include_tax else order.tax_total)


@pytest.mark.parametrize("rounding", ["nexus_commerce.pricing.policies.RoundingPolicy", where("RoundTotals")])
def test_an_order_is_computed_again_from_itself_alone(
    cart: Cart, rounding: str, django_assert_num_queries: Any
) -> None:
    with override_settings(NEXUS_COMMERCE={"FEE_POLICY": where("GiftWrap"), "ROUNDING_POLICY": rounding}):
        order = place_order(cart=cart).order
    forget_everything()
    fresh = Order.objects.get(pk=order.pk)
    with django_assert_num_queries(0):
        totals = recompute_order(order=fresh)
    check_rows(fresh, totals)


def forget_everything() -> None:
    """Change all that the order was made of."""
    for price in Price.objects.all():
        price.amount += 1000
        price.save()
    TaxRate.objects.update(rate=25)
    Promotion.objects.update(is_active=False, effects=[])
    ShippingRate.objects.update(amount=9999)
    ShippingMethod.objects.update(name="Other")
    Product.objects.update(tax_class="reduced")


def test_the_policies_in_force_are_stamped_on_the_order(cart: Cart) -> None:
    with override_settings(NEXUS_COMMERCE={"ROUNDING_POLICY": where("RoundTotals")}):
        order = place_order(cart=cart).order
    assert order.policies["rounding"] == {
        "mode": "half_up",
        "level": "total",
        "target": "tax",
        "total_by": "by_net",
    }
    assert order.policies["rounding_policy"] == where("RoundTotals")
    assert order.policies["prices_include_tax"] is order.prices_include_tax
    assert order.policies["totals_steps"][0] == "nexus_commerce.pricing.steps.price_lines"


def test_an_order_that_costs_nothing_needs_no_payment(channel: Channel, variant: Variant) -> None:
    """A-P31: everything is off, and shipping is free."""
    make_promotion(RULES["line_percent"](percent=100), channel=channel)
    make_promotion(RULES["shipping_percent"](percent=100), channel=channel)
    make_shipping_method(code="post", amount=490, currency=channel.currency)
    cart = ready_cart(channel, variant)
    choose_shipping(cart=cart, method="post")
    placed = place_order(cart=cart, expected_total=0)
    assert (placed.order.total, placed.payment, placed.order.payment_state) == (0, None, "paid")


def test_a_gift_goes_with_its_condition(cart: Cart) -> None:
    assert names(price_cart(cart=cart)) == ["Lamp", "Book", "Pen"]
    Promotion.objects.filter(name="A pen").update(is_active=False)
    assert names(price_cart(cart=cart)) == ["Lamp", "Book"]


def test_a_gift_that_is_not_there_keeps_nobody_from_buying(cart: Cart) -> None:
    Variant.objects.get(sku="GIFT").stock_items.update(on_hand=0)
    priced = price_cart(cart=cart)
    assert names(priced) == ["Lamp", "Book"]
    assert place_order(cart=cart).order.lines.count() == 2


def names(priced: PricedCart) -> list[str]:
    return [entry.offer.product.name for entry in priced.lines]
