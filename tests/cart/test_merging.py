"""A guest's cart and a customer's become one at login."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from nexus_commerce.cart.errors import CartLimitReached, CartNotFound, CartNotOpen, CustomerHasCart
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.policies import CartPolicy
from nexus_commerce.cart.services import (
    MergedCart,
    add_coupon,
    change_cart,
    claim_cart,
    create_cart,
    find_cart,
    find_guest_cart,
    hand_over_cart,
    merge_carts,
    price_cart,
    set_address,
)
from nexus_commerce.cart.signals import carts_merged
from nexus_commerce.catalog.models import Bundle, BundleItem, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import Conflict, InvalidInput
from nexus_commerce.customers.models import Customer
from nexus_commerce.customers.services import AddressData
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.pricing.errors import NoPrice
from nexus_commerce.pricing.models import Price
from nexus_commerce.promotions.effects.order import OrderPercentEffect
from nexus_commerce.testing.factories import (
    make_channel,
    make_coupon,
    make_customer,
    make_price,
    make_product,
    make_promotion,
    make_shipping_method,
)
from nexus_commerce.testing.statements import watch_statements
from tests.cart.shopping import BERLIN, put

pytestmark = pytest.mark.django_db

Make = Callable[..., Variant]
HAMBURG = AddressData(line1="Ring 2", city="Hamburg", country="DE")


class KeepLarger(CartPolicy):
    """Keep the larger quantity of each line."""

    merge = "larger"


class KeepAccount(CartPolicy):
    """Keep what the account has of each line."""

    merge = "account"


class TwentyUnits(CartPolicy):
    """A cart of 20 units at most."""

    max_units = 20


class TwoLines(CartPolicy):
    """A cart of two lines at most."""

    max_lines = 2


class Dozens(CartPolicy):
    """Sells by the dozen, and says so in the check alone."""

    def check_quantity(self, *, variant: Variant, quantity: int) -> None:
        if quantity % 12:
            super().check_quantity(variant=variant, quantity=0)


class DropGuests(CartPolicy):
    """Keep nothing of what guests had."""

    def merged_quantity(self, *, variant: Variant, own: int, guest: int) -> int:
        return 0


def policy(cls: type[CartPolicy]) -> Any:
    return override_settings(NEXUS_COMMERCE={"CART_POLICY": f"{__name__}.{cls.__name__}"})


@pytest.fixture
def make(channel: Channel) -> Make:
    def product(stock: int = 100, amount: int = 1000, **fields: Any) -> Variant:
        return make_product(channel=channel, amount=amount, stock=stock, **fields).variants.get()

    return product


@pytest.fixture
def own(channel: Channel, customer: Customer) -> Cart:
    return create_cart(channel=channel, customer=customer)[0]


@pytest.fixture
def guest(channel: Channel) -> Cart:
    return create_cart(channel=channel)[0]


def quantities(cart: Cart) -> dict[Variant, int]:
    lines = CartLine.objects.filter(cart=cart).select_related("variant")
    assert len({line.variant_id for line in lines}) == len(lines)
    return {line.variant: line.quantity for line in lines}


def codes(merged: MergedCart) -> list[tuple[str, str, int, int]]:
    return [(warning.code, warning.sku, warning.wanted, warning.quantity) for warning in merged.warnings]


# Which units


@pytest.mark.parametrize(
    ("case", "rule", "expected"),
    [
        ("A-C11", KeepLarger, [1, 2, 1, 1]),
        ("A-C11", CartPolicy, [1, 3, 1, 1]),
        ("account", KeepAccount, [1, 1, 1, 1]),
        ("own rule", DropGuests, [1, 1, 1, 0]),
    ],
)
def test_quantities_are_merged_by_the_policy(
    case: str, rule: type[CartPolicy], expected: list[int], own: Cart, guest: Cart, make: Make
) -> None:
    a, b, c, d = (make() for _ in range(4))
    for variant in (a, b, c):
        put(own, variant, 1)
    put(guest, b, 2)
    put(guest, d, 1)
    path = f"{rule.__module__}.{rule.__qualname__}"
    with override_settings(NEXUS_COMMERCE={"CART_POLICY": path}):
        merged = merge_carts(cart=own, guest=guest)
    assert [quantities(own).get(variant, 0) for variant in (a, b, c, d)] == expected
    assert merged.warnings == ()
    assert {entry.line.variant: entry.line.quantity for entry in merged.priced.lines} == quantities(own)
    assert merged.priced.totals == price_cart(cart=own).totals


def test_b_m1_units_beyond_stock_are_left_out_with_a_warning_that_names_the_line(
    own: Cart, guest: Cart, make: Make
) -> None:
    variant = make(stock=5)
    line = put(own, variant, 2).lines[0].line
    put(guest, variant, 4)
    merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {variant: 5}
    assert codes(merged) == [("insufficient_stock", variant.sku, 6, 5)]
    assert (merged.warnings[0].line, merged.warnings[0].variant) == (line.public_id, variant.public_id)
    assert merged.priced.changes == ()


def test_b_m2_units_are_summed_and_the_other_cart_is_closed(own: Cart, guest: Cart, make: Make) -> None:
    a, b = make(), make()
    put(own, a)
    put(guest, a)
    put(guest, b)
    merge_carts(cart=own, guest=guest)
    assert quantities(own) == {a: 2, b: 1}
    guest.refresh_from_db()
    assert (guest.state, guest.token_hash, guest.customer) == ("merged", None, None)
    with pytest.raises(CartNotOpen):
        put(guest, a)


def test_b_m3_lines_with_different_options_stay_apart(own: Cart, guest: Cart, make: Make) -> None:
    a = make()
    put(own, a, 1, personalization={"text": "x"})
    put(guest, a, 2, personalization={"text": "x"})
    put(guest, a, 1, personalization={"text": "y"})
    merge_carts(cart=own, guest=guest)
    found = {line.personalization["text"]: line.quantity for line in CartLine.objects.filter(cart=own)}
    assert found == {"x": 3, "y": 1}


@pytest.mark.parametrize(("added", "is_accepted"), [(7, True), (8, False)])
def test_b_m8_a_cart_takes_no_more_units_than_its_limit(
    added: int, is_accepted: bool, own: Cart, guest: Cart, make: Make
) -> None:
    a, b = make(), make()
    put(own, a, 13)
    with policy(TwentyUnits):
        if is_accepted:
            put(own, b, added)
        else:
            with pytest.raises(CartLimitReached):
                put(own, b, added)
    assert sum(quantities(own).values()) == (20 if is_accepted else 13)


def test_b_m8_merging_caps_where_adding_refuses(own: Cart, guest: Cart, make: Make) -> None:
    a, b, c = make(), make(), make()
    put(own, a, 13)
    put(guest, b, 8)
    put(guest, c, 1)
    with policy(TwentyUnits):
        merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {a: 13, b: 7}
    assert codes(merged) == [("cart_limit_reached", b.sku, 8, 7), ("cart_limit_reached", c.sku, 1, 0)]


def test_b_m9_a_variant_without_a_price_in_the_currency_is_refused_and_the_cart_unchanged(customer: Customer) -> None:
    pounds = make_channel(currency="GBP")
    cart, _token = create_cart(channel=pounds, customer=customer)
    variant = make_product(channel=pounds, stock=5).variants.get()
    make_price(variant=variant, amount=100, channel=make_channel(currency="USD"))
    with pytest.raises(NoPrice) as caught:
        put(cart, variant)
    assert caught.value.code == "no_price"
    assert not CartLine.objects.exists()


def test_a_line_that_lost_its_price_goes_along_and_is_told_of(own: Cart, guest: Cart, make: Make) -> None:
    variant = make()
    put(guest, variant)
    Price.objects.all().delete()
    merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {variant: 1}
    assert [change.code for change in merged.priced.changes] == ["no_price"]


def test_a_cart_has_no_more_lines_than_its_limit(own: Cart, guest: Cart, make: Make) -> None:
    a, b, c = make(), make(), make()
    put(own, a)
    for variant in (b, c, a):
        put(guest, variant)
    with policy(TwoLines):
        merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {a: 2, b: 1}
    assert codes(merged) == [("cart_limit_reached", c.sku, 1, 0)]
    assert merged.warnings[0].line == CartLine.objects.get(cart=guest, variant=c).public_id


@pytest.mark.parametrize(
    ("limits", "mine", "theirs", "expected"),
    [
        ({"max_quantity": 5}, 3, 3, 5),
        ({"quantity_step": 2}, 1, 3, 3),
        ({"min_quantity": 2, "quantity_step": 2, "max_quantity": 7}, 4, 4, 6),
    ],
)
def test_the_limits_of_a_variant_cap_a_line(
    limits: dict[str, int], mine: int, theirs: int, expected: int, own: Cart, guest: Cart, make: Make
) -> None:
    variant = make()
    Variant.objects.filter(pk=variant.pk).update(**limits)
    put(own, variant, mine)
    put(guest, variant, theirs)
    merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {variant: expected}
    assert codes(merged) == [("invalid_quantity", variant.sku, mine + theirs, expected)]


def test_stock_below_the_least_quantity_leaves_a_line_out(own: Cart, guest: Cart, make: Make) -> None:
    variant = make()
    Variant.objects.filter(pk=variant.pk).update(min_quantity=6)
    put(guest, variant, 6)
    StockItem.objects.update(on_hand=5)
    merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {}
    assert codes(merged) == [("insufficient_stock", variant.sku, 6, 0)]


def test_what_only_the_check_of_a_policy_forbids_is_left_out(own: Cart, guest: Cart, make: Make) -> None:
    a, b = make(), make()
    put(own, a, 24)
    put(guest, a, 3)
    put(guest, b, 12)
    with policy(Dozens):
        merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {a: 24, b: 12}
    assert codes(merged) == [("invalid_quantity", a.sku, 27, 24)]


def test_lines_of_one_variant_share_its_stock(own: Cart, guest: Cart, make: Make) -> None:
    variant = make(stock=5)
    put(own, variant, 2, personalization={"text": "x"})
    put(guest, variant, 4, personalization={"text": "y"})
    merged = merge_carts(cart=own, guest=guest)
    assert codes(merged) == [("insufficient_stock", variant.sku, 4, 3)]
    assert merged.priced.changes == ()


def test_nothing_is_taken_out_of_what_the_customer_had(own: Cart, guest: Cart, make: Make) -> None:
    variant = make(stock=9)
    put(own, variant, 6)
    put(guest, variant, 2)
    StockItem.objects.update(on_hand=3)
    merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {variant: 6}
    assert codes(merged) == [("insufficient_stock", variant.sku, 8, 6)]


def test_what_is_not_for_sale_any_more_is_left_out(own: Cart, guest: Cart, make: Make) -> None:
    kept, gone = make(), make()
    put(guest, gone)
    put(guest, kept)
    gone.product.listings.all().delete()
    merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {kept: 1}
    assert codes(merged) == [("not_for_sale", gone.sku, 1, 0)]


def test_a_bundle_is_capped_by_what_is_in_it(own: Cart, guest: Cart, make: Make, channel: Channel) -> None:
    part = make(stock=5)
    bundle = make_product(channel=channel, amount=900, product_type=Bundle).variants.get()
    BundleItem.objects.create(bundle=bundle, variant=part, quantity=2)
    put(guest, bundle, 2)
    put(own, bundle, 1)
    merged = merge_carts(cart=own, guest=guest)
    assert quantities(own) == {bundle: 2}
    assert codes(merged) == [("insufficient_stock", bundle.sku, 3, 2)]


def test_untracked_goods_have_no_bounds(own: Cart, guest: Cart, channel: Channel) -> None:
    variant = make_product(channel=channel, amount=100, track_stock=False).variants.get()
    put(own, variant, 600)
    put(guest, variant, 600)
    assert merge_carts(cart=own, guest=guest).warnings == ()
    assert quantities(own) == {variant: 1200}


# What the shopper has seen


def test_a_price_that_the_guest_saw_is_compared_with_the_present_one(own: Cart, guest: Cart, make: Make) -> None:
    moved, summed = make(), make()
    put(guest, moved)
    put(guest, summed)
    put(own, summed)
    Price.objects.update(amount=1200)
    merged = merge_carts(cart=own, guest=guest)
    line = CartLine.objects.get(cart=own, variant=moved)
    assert [(change.code, change.line) for change in price_cart(cart=own).changes] == [
        ("price_changed", line.public_id)
    ]
    assert ("price_changed", line.public_id) in [(change.code, change.line) for change in merged.priced.changes]


# The rest of the cart


def test_what_is_empty_is_filled_and_what_is_there_stays(own: Cart, guest: Cart, make: Make) -> None:
    method = make_shipping_method(amount=500)
    promotion = make_promotion(OrderPercentEffect(percent=10))
    for code in ("MINE", "THEIRS"):
        make_coupon(promotion=promotion if code == "MINE" else make_promotion(OrderPercentEffect(percent=5)), code=code)
    put(own, make())
    put(guest, make())
    add_coupon(cart=own, code="MINE")
    add_coupon(cart=guest, code="THEIRS")
    change_cart(cart=own, fields={"email": "own@example.com", "metadata": {"a": 1}})
    change_cart(cart=guest, fields={"email": "guest@example.com", "note": "Ring twice", "metadata": {"a": 2, "b": 3}})
    set_address(cart=own, kind="shipping", address=BERLIN)
    set_address(cart=guest, kind="shipping", address=HAMBURG)
    set_address(cart=guest, kind="billing", address=HAMBURG)
    Cart.objects.filter(pk=guest.pk).update(shipping_method=method.code, shipping_choice={"method": method.code})
    own.refresh_from_db()
    guest.refresh_from_db()

    merged = merge_carts(cart=own, guest=guest)

    own.refresh_from_db()
    assert (own.email, own.note, own.metadata) == ("own@example.com", "Ring twice", {"a": 1, "b": 3})
    assert own.coupon_codes == ["MINE", "THEIRS"]
    assert (own.shipping_method, own.shipping_choice) == (method.code, {"method": method.code})
    assert {address.kind: address.city for address in own.addresses.all()} == {
        "shipping": "Berlin",
        "billing": "Hamburg",
    }
    assert merged.priced.addresses.keys() == {"shipping", "billing"}


def test_a_shipping_method_that_was_chosen_stays(own: Cart, guest: Cart) -> None:
    Cart.objects.filter(pk=own.pk).update(shipping_method="mine")
    Cart.objects.filter(pk=guest.pk).update(shipping_method="theirs")
    own.refresh_from_db()
    guest.refresh_from_db()
    merge_carts(cart=own, guest=guest)
    own.refresh_from_db()
    assert own.shipping_method == "mine"


def test_a_cart_takes_ten_codes_at_most(own: Cart, guest: Cart) -> None:
    Cart.objects.filter(pk=own.pk).update(coupon_codes=[f"A{number}" for number in range(7)])
    Cart.objects.filter(pk=guest.pk).update(coupon_codes=["A1", *(f"B{number}" for number in range(7))])
    own.refresh_from_db()
    guest.refresh_from_db()
    merge_carts(cart=own, guest=guest)
    own.refresh_from_db()
    assert own.coupon_codes == [*(f"A{number}" for number in range(7)), "B0", "B1", "B2"]


# Which carts


@pytest.mark.parametrize("state", ["frozen", "ordered", "merged"])
@pytest.mark.parametrize("which", ["own", "guest"])
def test_a_cart_that_is_being_ordered_is_not_merged(state: str, which: str, own: Cart, guest: Cart, make: Make) -> None:
    variant = make()
    put(own, variant)
    put(guest, variant)
    closed = own if which == "own" else guest
    Cart.objects.filter(pk=closed.pk).update(state=state)
    with pytest.raises(CartNotOpen):
        merge_carts(cart=own, guest=guest)
    assert quantities(own) == quantities(guest) == {variant: 1}
    assert Cart.objects.get(pk=guest.pk).token_hash


def test_carts_of_two_channels_are_not_merged(own: Cart) -> None:
    guest, _token = create_cart(channel=make_channel())
    with pytest.raises(Conflict):
        merge_carts(cart=own, guest=guest)


def test_the_cart_of_another_customer_is_not_merged(own: Cart, channel: Channel) -> None:
    other, _token = create_cart(channel=channel, customer=make_customer())
    with pytest.raises(CartNotOpen):
        merge_carts(cart=own, guest=other)


def test_a_token_opens_a_guests_cart_until_it_is_merged(channel: Channel, own: Cart) -> None:
    guest, token = create_cart(channel=channel)
    assert find_guest_cart(token=token) == guest
    merge_carts(cart=own, guest=guest)
    for wrong in (token, None, "", "x"):
        with pytest.raises(CartNotFound):
            find_guest_cart(token=wrong)
    with pytest.raises(CartNotFound):
        find_cart(public_id=guest.public_id, token=token)


def test_a_customer_without_an_open_cart_gets_the_guests(channel: Channel, customer: Customer, make: Make) -> None:
    guest, token = create_cart(channel=channel)
    variant = make()
    put(guest, variant, 2)
    merged = hand_over_cart(guest=guest, customer=customer)
    assert merged.priced.cart == guest
    guest.refresh_from_db()
    assert (guest.state, guest.customer, guest.token_hash, guest.email) == ("open", customer, None, customer.email)
    assert quantities(guest) == {variant: 2}
    with pytest.raises(CartNotFound):
        find_cart(public_id=guest.public_id, token=token)
    assert find_cart(public_id=guest.public_id, customer=customer) == guest


def test_a_customer_with_an_open_cart_gets_the_guests_merged_into_it(own: Cart, guest: Cart, make: Make) -> None:
    variant = make()
    put(own, variant)
    put(guest, variant)
    assert own.customer is not None
    with pytest.raises(CustomerHasCart):
        claim_cart(guest=guest, customer=own.customer)
    merged = hand_over_cart(guest=guest, customer=own.customer)
    assert merged.priced.cart == own
    assert quantities(own) == {variant: 2}


def test_carts_of_other_channels_names_and_states_stay_out_of_it(
    channel: Channel, customer: Customer, guest: Cart
) -> None:
    for terms in ({"channel": make_channel()}, {"channel": channel, "name": "gifts"}):
        create_cart(customer=customer, **terms)
    busy, _token = create_cart(channel=channel, customer=customer)
    Cart.objects.filter(pk=busy.pk).update(state="frozen")
    assert hand_over_cart(guest=guest, customer=customer).priced.cart == guest


def test_a_cart_is_handed_over_once(guest: Cart, customer: Customer, make: Make) -> None:
    put(guest, make())
    again = Cart.objects.select_related("channel").get(pk=guest.pk)
    hand_over_cart(guest=guest, customer=customer)
    with pytest.raises(CartNotOpen):
        hand_over_cart(guest=again, customer=make_customer())
    assert Cart.objects.get(pk=guest.pk).customer == customer


# What it costs, and who hears of it


def test_the_number_of_statements_does_not_depend_on_the_lines(channel: Channel, make: Make) -> None:
    variants = [make() for _ in range(24)]

    def count(mine: int, theirs: int) -> int:
        own = create_cart(channel=channel, customer=make_customer())[0]
        guest = create_cart(channel=channel)[0]
        for variant in variants[:mine]:
            put(own, variant)
        for variant in variants[mine // 2 : mine // 2 + theirs]:
            put(guest, variant)
        set_address(cart=guest, kind="shipping", address=BERLIN)
        with watch_statements() as statements:
            merge_carts(cart=own, guest=guest)
        return len([statement for statement in statements if "SAVEPOINT" not in statement])

    assert count(2, 2) == count(12, 18) == 10


@pytest.mark.hosts
def test_it_is_told_after_commit(
    own: Cart, guest: Cart, make: Make, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[Any] = []

    def hear(sender: object, cart: Cart, guest: Cart, warnings: Any, **kwargs: Any) -> None:
        heard.append((cart, guest, warnings))

    put(guest, make())
    carts_merged.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            merged = merge_carts(cart=own, guest=guest)
            assert heard == []
    finally:
        carts_merged.disconnect(hear)
    assert heard == [(own, guest, merged.warnings)]


def test_a_refused_personalization_is_no_matter_of_merging(own: Cart, guest: Cart, make: Make) -> None:
    put(guest, make(), personalization={"text": "x"})
    with policy(NoWishes):
        assert merge_carts(cart=own, guest=guest).warnings == ()


class NoWishes(CartPolicy):
    """Personalizes nothing any more."""

    def check_personalization(self, *, variant: Variant, personalization: Any) -> None:
        raise InvalidInput
