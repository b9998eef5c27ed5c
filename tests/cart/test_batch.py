from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from nexus_commerce.cart.errors import CartLimitReached, CartNotOpen, InvalidQuantity, NotForSale
from nexus_commerce.cart.models import CartLine
from nexus_commerce.cart.policies import CartPolicy
from nexus_commerce.cart.services import NewLine, add_lines, price_cart, touch_cart
from nexus_commerce.cart.signals import line_added
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.pricing.errors import NoPrice
from nexus_commerce.testing.factories import make_product
from tests.cart.shopping import guest_cart, put

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


class TwoLines(CartPolicy):
    max_lines = 2


@pytest.fixture
def variants(channel: Channel) -> list[Variant]:
    return [make_product(channel=channel, amount=100 * n, stock=10).variants.get() for n in range(1, 6)]


def test_many_lines_are_added_as_one_by_one(channel: Channel, variants: list[Variant]) -> None:
    first, second, third = variants[:3]
    wish = {"engraving": "Ada"}
    singly, together = guest_cart(channel, first), guest_cart(channel, first)
    put(singly, second, 2)
    put(singly, first, 3)
    put(singly, second, 1, personalization=wish)
    put(singly, third, 1)
    put(singly, third, 2)
    priced = add_lines(
        cart=together,
        lines=[
            NewLine(second.public_id, 2),
            NewLine(first.public_id, 3),
            NewLine(second.public_id, 1, wish),
            NewLine(third.public_id),
            NewLine(third.public_id, 2),
        ],
    )

    def rows(cart: Any) -> list[Any]:
        columns = ("variant", "quantity", "personalization", "seen_unit_price", "seen_per")
        return list(CartLine.objects.filter(cart=cart).order_by("id").values_list(*columns))

    assert rows(together) == rows(singly)
    assert priced.totals.total == price_cart(cart=singly).totals.total
    assert priced.changes == ()


@pytest.mark.parametrize("length", [1, 5])
def test_many_lines_cost_as_many_statements_as_one(
    channel: Channel, variants: list[Variant], length: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cart = guest_cart(channel, variants[0])
    with django_assert_num_queries(8):  # with the savepoint, and one UPDATE of the line that was there
        add_lines(cart=cart, lines=[NewLine(variant.public_id) for variant in [variants[0], *variants[-length:]]])


@pytest.mark.parametrize(
    ("spoil", "error", "field"),
    [
        (lambda v: NewLine(uuid4()), NotForSale, "lines.1.variant"),
        (lambda v: NewLine(v.public_id, 0), InvalidQuantity, "lines.1.quantity"),
        (lambda v: NewLine(v.public_id, 99), OutOfStock, "lines.1.quantity"),
        (lambda v: NewLine(make_product(channel=v.channel).variants.get().public_id), NoPrice, "lines.1.variant"),
        (lambda v: NewLine(make_product(amount=1).variants.get().public_id), NotForSale, "lines.1.variant"),
    ],
    ids=["unknown", "zero", "too many", "no price", "not listed"],
)
def test_one_bad_line_spoils_all_and_is_named_by_its_place(
    channel: Channel, variants: list[Variant], spoil: Any, error: type[CommerceError], field: str
) -> None:
    cart = guest_cart(channel)
    variants[1].channel = channel  # type: ignore[attr-defined]
    with pytest.raises(error) as caught:
        add_lines(cart=cart, lines=[NewLine(variants[0].public_id), spoil(variants[1])])
    assert caught.value.field == field
    assert not CartLine.objects.exists()


def test_lines_of_one_variant_share_its_stock(channel: Channel, variants: list[Variant]) -> None:
    wishes = [NewLine(variants[0].public_id, 6, {"engraving": name}) for name in ("Ada", "Eve")]
    with pytest.raises(OutOfStock):
        add_lines(cart=guest_cart(channel), lines=wishes)


def test_the_policy_limits_the_whole(channel: Channel, variants: list[Variant], settings: Any) -> None:
    settings.NEXUS_COMMERCE = {**nexus_settings.given, "CART_POLICY": "tests.cart.test_batch.TwoLines"}
    with pytest.raises(CartLimitReached):
        add_lines(cart=guest_cart(channel), lines=[NewLine(variant.public_id) for variant in variants[:3]])


def test_a_closed_cart_takes_nothing(channel: Channel, variants: list[Variant]) -> None:
    cart = guest_cart(channel)
    touch_cart(cart=cart, state="ordered")
    with pytest.raises(CartNotOpen):
        add_lines(cart=cart, lines=[NewLine(variants[0].public_id)])


def test_each_line_sends_its_signal_after_commit(
    channel: Channel,
    variants: list[Variant],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[tuple[str, int]] = []

    def note(line: CartLine, quantity: int, **kwargs: Any) -> None:
        heard.append((line.variant.sku, quantity))

    line_added.connect(note)
    cart = guest_cart(channel)
    with django_capture_on_commit_callbacks(execute=True):
        add_lines(cart=cart, lines=[NewLine(variants[0].public_id, 2), NewLine(variants[1].public_id)])
    line_added.disconnect(note)
    assert heard == [(variants[0].sku, 2), (variants[1].sku, 1)]
