from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from nexus_commerce.cart.errors import CartLimitReached, InvalidQuantity, LineNotFound, NotForSale
from nexus_commerce.cart.models import CartLine
from nexus_commerce.cart.policies import CartPolicy
from nexus_commerce.cart.services import (
    acknowledge_changes,
    change_line,
    create_cart,
    find_offer,
    price_cart,
    remove_line,
)
from nexus_commerce.cart.signals import line_added, line_changed, line_removed
from nexus_commerce.catalog.models import Bundle, BundleItem, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.pricing.errors import AmountOutOfBounds, NoPrice
from nexus_commerce.testing.factories import make_channel, make_price, make_price_list, make_product
from tests.cart.shopping import guest_cart, put

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


class TwentyUnits(CartPolicy):
    max_units = 20


class OneLine(CartPolicy):
    max_lines = 1


def sold(channel: Channel, **fields: Any) -> Variant:
    """Return a variant for sale at 10.00; fields are the variant's."""
    variant = make_product(channel=channel, amount=1000, stock=fields.pop("stock", 100)).variants.get()
    for name, value in fields.items():
        setattr(variant, name, value)
    variant.save()
    return variant


def test_units_of_one_variant_meet_on_one_line(channel: Channel, variant: Variant) -> None:
    cart = guest_cart(channel, variant)
    priced = put(cart, variant, 2)
    (entry,) = priced.lines
    assert (entry.line.quantity, priced.totals.total, cart.version) == (3, 3000, 3)
    assert priced.changes == ()


def test_lines_that_ask_for_something_else_stay_apart(channel: Channel, variant: Variant) -> None:
    cart = guest_cart(channel, variant)
    put(cart, variant, personalization={"engraving": "A", "font": "serif"})
    put(cart, variant, personalization={"font": "serif", "engraving": "A"})
    priced = put(cart, variant, personalization={"engraving": "B"})
    assert [entry.line.quantity for entry in priced.lines] == [1, 2, 1]


@pytest.mark.parametrize(
    ("bounds", "quantity", "accepted"),
    [
        ({}, 0, False),
        ({}, -1, False),
        ({}, 2**63, False),
        ({"min_quantity": 5}, 4, False),
        ({"min_quantity": 5}, 5, True),
        ({"min_quantity": 2, "quantity_step": 3}, 5, True),
        ({"min_quantity": 2, "quantity_step": 3}, 6, False),
        ({"max_quantity": 3}, 3, True),
        ({"max_quantity": 3}, 4, False),
    ],
)
def test_quantities_keep_to_the_variants_bounds(
    channel: Channel, bounds: dict[str, int], quantity: int, accepted: bool
) -> None:
    variant = sold(channel, **bounds)
    cart = guest_cart(channel)
    if accepted:
        assert put(cart, variant, quantity).lines[0].line.quantity == quantity
        return
    with pytest.raises(InvalidQuantity, match=f"{variant.sku} is sold from"):
        put(cart, variant, quantity)
    assert not CartLine.objects.exists()


def test_a_cart_takes_no_more_than_can_be_sold(channel: Channel) -> None:
    variant = sold(channel, stock=5)
    cart = guest_cart(channel)
    put(cart, variant, 5)
    with pytest.raises(OutOfStock) as caught:
        put(cart, variant, 5)
    (line,) = CartLine.objects.all()
    assert caught.value.params["lines"] == [
        {"line": str(line.public_id), "sku": variant.sku, "wanted": 10, "available": 5}
    ]
    assert line.quantity == 5


def test_A_S5_the_error_names_what_is_left(channel: Channel) -> None:
    with pytest.raises(OutOfStock) as caught:
        put(guest_cart(channel), sold(channel, stock=105), 150)
    assert caught.value.code == "insufficient_stock"
    assert caught.value.params["lines"][0]["available"] == 105


def test_B_S5_lines_of_one_variant_share_its_stock(channel: Channel) -> None:
    variant = sold(channel, stock=10)
    cart = guest_cart(channel)
    put(cart, variant, 10, personalization={"x": 1})
    with pytest.raises(OutOfStock):
        put(cart, variant, 10, personalization={"x": 2})


def test_a_bundle_is_limited_by_its_items(channel: Channel) -> None:
    bundle = make_product(product_type=Bundle, channel=channel, amount=2500).variants.get()
    BundleItem.objects.create(bundle=bundle, variant=sold(channel, stock=5), quantity=2)
    cart = guest_cart(channel)
    assert put(cart, bundle, 2).totals.total == 5000
    with pytest.raises(OutOfStock):
        put(cart, bundle)


def test_what_is_not_for_sale_is_not_found(channel: Channel, variant: Variant) -> None:
    hidden = make_product(amount=1000).variants.get()
    archived = sold(channel, archived_at=timezone.now())
    for unsold in (hidden, archived):
        with pytest.raises(NotForSale):
            find_offer(channel=channel, public_id=unsold.public_id)
    with pytest.raises(NotForSale):
        find_offer(channel=make_channel(), public_id=variant.public_id)


def test_B_M9_a_variant_priced_in_another_currency_is_refused(channel: Channel) -> None:
    variant = make_product(channel=channel, stock=5).variants.get()
    make_price(variant=variant, amount=1000, price_list=make_price_list(channel=channel, currency="USD"))
    cart = guest_cart(channel)
    with pytest.raises(NoPrice, match="has no price in EUR") as caught:
        put(cart, variant)
    assert caught.value.code == "no_price"
    assert not CartLine.objects.exists()


@override_settings(NEXUS_COMMERCE={"CART_POLICY": f"{__name__}.TwentyUnits"})
def test_B_M8_a_cart_of_twenty_units_takes_seven_more_on_thirteen_but_not_eight(channel: Channel) -> None:
    variant, other = sold(channel), sold(channel)
    cart = guest_cart(channel)
    put(cart, variant, 13)
    with pytest.raises(CartLimitReached, match="at most 20 units"):
        put(cart, other, 8)
    assert put(cart, other, 7).totals.total == 20_000


@override_settings(NEXUS_COMMERCE={"CART_POLICY": f"{__name__}.OneLine"})
def test_a_cart_takes_no_more_lines_than_its_policy(channel: Channel) -> None:
    cart = guest_cart(channel, sold(channel))
    with pytest.raises(CartLimitReached, match="at most 1 lines"):
        put(cart, sold(channel))


def test_a_total_that_cannot_be_stored_is_refused(channel: Channel) -> None:
    variant = make_product(channel=channel, amount=MAX_MINOR, stock=5).variants.get()
    with pytest.raises(AmountOutOfBounds):
        put(guest_cart(channel), variant, 2)
    assert not CartLine.objects.exists()


def test_a_line_is_changed_and_removed_by_its_public_id(channel: Channel, variant: Variant) -> None:
    cart = guest_cart(channel, variant, sold(channel))
    first, second = CartLine.objects.order_by("id")
    assert change_line(cart=cart, line=first.public_id, quantity=4).totals.total == 5000
    assert change_line(cart=cart, line=first.public_id, quantity=0).totals.total == 1000
    assert remove_line(cart=cart, line=second.public_id).totals.total == 0
    with pytest.raises(LineNotFound):
        change_line(cart=cart, line=second.public_id, quantity=1)


def test_a_line_takes_further_columns_when_it_changes(channel: Channel, variant: Variant) -> None:
    cart = guest_cart(channel, variant)
    change_line(cart=cart, line=cart.lines.get().public_id, fields={"metadata": {"gift": True}})
    assert (cart.lines.get().metadata, cart.lines.get().quantity) == ({"gift": True}, 1)


def test_no_more_units_are_taken_of_what_is_gone(channel: Channel, variant: Variant) -> None:
    cart = guest_cart(channel, variant)
    line = cart.lines.get().public_id
    variant.prices.all().delete()
    with pytest.raises(NoPrice):
        change_line(cart=cart, line=line, quantity=2)
    variant.product.listings.all().delete()
    with pytest.raises(NotForSale):
        change_line(cart=cart, line=line, quantity=2)
    assert [change.code for change in acknowledge_changes(cart=cart).changes] == ["not_for_sale"]


def test_fewer_units_are_accepted_of_what_is_short(channel: Channel) -> None:
    variant = sold(channel, stock=10)
    cart = guest_cart(channel)
    (entry,) = put(cart, variant, 9).lines
    StockItem.objects.update(on_hand=2)
    priced = change_line(cart=cart, line=entry.line.public_id, quantity=5)
    assert [(change.code, change.data) for change in priced.changes] == [
        ("insufficient_stock", {"wanted": 5, "available": 2})
    ]
    with pytest.raises(OutOfStock):
        change_line(cart=cart, line=entry.line.public_id, quantity=6)


def test_a_cart_tells_what_changed_until_the_shopper_has_seen_it(channel: Channel, variant: Variant) -> None:
    cart = guest_cart(channel, variant)
    variant.prices.update(amount=1200)
    (change,) = price_cart(cart=cart).changes
    assert (change.code, change.data["from"], change.data["to"]) == ("price_changed", 1000, 1200)
    assert acknowledge_changes(cart=cart).changes == ()
    assert price_cart(cart=cart).changes == ()


def test_lines_that_cannot_be_bought_any_more_are_not_in_the_total(channel: Channel, variant: Variant) -> None:
    gone, unpriced = sold(channel), sold(channel)
    cart = guest_cart(channel, variant, gone, unpriced)
    gone.product.listings.update(visible_until=timezone.now() - timedelta(hours=1))
    unpriced.prices.all().delete()
    priced = price_cart(cart=cart)
    assert priced.totals.total == 1000
    assert [change.code for change in priced.changes] == ["not_for_sale", "no_price"]


def test_adding_a_line_costs_the_same_in_a_cart_of_any_length(
    channel: Channel, variant: Variant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cart = guest_cart(channel, *(sold(channel) for _ in range(12)))
    short_cart = guest_cart(channel)
    for filled in (short_cart, cart):
        with django_assert_num_queries(8):  # two of them savepoint
            put(filled, variant)


def test_changes_of_lines_are_signaled(
    channel: Channel, variant: Variant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[str] = []

    def added(sender: object, quantity: int, **payload: Any) -> None:
        heard.append(f"added {quantity}")

    def changed(sender: object, line: CartLine, **payload: Any) -> None:
        heard.append(f"changed to {line.quantity}")

    def removed(sender: object, variant_id: int, **payload: Any) -> None:
        heard.append(f"removed {variant_id}")

    line_added.connect(added)
    line_changed.connect(changed)
    line_removed.connect(removed)
    try:
        cart, _ = create_cart(channel=channel)
        with django_capture_on_commit_callbacks(execute=True):
            (entry,) = put(cart, variant, 2).lines
            change_line(cart=cart, line=entry.line.public_id, quantity=3)
            remove_line(cart=cart, line=entry.line.public_id)
    finally:
        line_added.disconnect(added)
        line_changed.disconnect(changed)
        line_removed.disconnect(removed)
    assert heard == ["added 2", "changed to 3", f"removed {variant.pk}"]
