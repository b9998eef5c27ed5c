from dataclasses import replace
from uuid import uuid4

import pytest

from nexus_commerce.cart.errors import CartNotFound, CartNotOpen
from nexus_commerce.cart.models import Cart, CartAddress
from nexus_commerce.cart.services import change_cart, create_cart, find_cart, set_address, touch_cart
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.customers.models import Customer
from nexus_commerce.testing.factories import make_channel, make_customer
from tests.cart.shopping import BERLIN

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def test_a_guests_cart_opens_by_its_token_of_which_only_the_hash_is_kept(channel: Channel) -> None:
    cart, token = create_cart(channel=channel)
    assert token is not None
    assert find_cart(public_id=cart.public_id, token=token) == cart
    assert token not in str(Cart.objects.values().get())


def test_a_customers_cart_opens_to_that_customer_only(channel: Channel, customer: Customer) -> None:
    cart, token = create_cart(channel=channel, customer=customer)
    assert token is None
    assert find_cart(public_id=cart.public_id, customer=customer) == cart
    assert cart.email == customer.email


def test_nobody_else_learns_that_a_cart_exists(channel: Channel, customer: Customer) -> None:
    guests, token = create_cart(channel=channel)
    owned, _ = create_cart(channel=channel, customer=customer)
    _, other_token = create_cart(channel=channel)
    attempts = [
        {"public_id": guests.public_id},
        {"public_id": guests.public_id, "token": ""},
        {"public_id": guests.public_id, "token": other_token},
        {"public_id": guests.public_id, "customer": customer},
        {"public_id": owned.public_id},
        {"public_id": owned.public_id, "token": token},
        {"public_id": owned.public_id, "customer": make_customer()},
        {"public_id": uuid4(), "token": token},
    ]
    messages = set()
    for attempt in attempts:
        with pytest.raises(CartNotFound) as caught:
            find_cart(**attempt)
        messages.add(str(caught.value))
    assert len(messages) == 1


def test_a_customer_has_one_open_cart_a_channel_and_name(channel: Channel, customer: Customer) -> None:
    first, _ = create_cart(channel=channel, customer=customer)
    again, _ = create_cart(channel=channel, customer=customer, fields={"note": "ring twice"})
    assert again == first
    assert again.note == "ring twice"
    assert create_cart(channel=channel, customer=customer, name="wishes")[0] != first
    assert create_cart(channel=make_channel(), customer=customer)[0] != first


def test_every_change_counts_the_version(channel: Channel) -> None:
    cart, _ = create_cart(channel=channel)
    stale = Cart.objects.select_related("channel").get()
    change_cart(cart=cart, fields={"email": "ada@example.com"})
    change_cart(cart=stale, fields={"note": "hello"})
    set_address(cart=cart, kind="shipping", address=BERLIN)
    cart.refresh_from_db()
    assert (cart.version, cart.email, cart.note) == (4, "ada@example.com", "hello")


def test_a_closed_cart_changes_no_more(channel: Channel) -> None:
    cart, _ = create_cart(channel=channel)
    touch_cart(cart=cart, state="ordered")
    with pytest.raises(CartNotOpen):
        change_cart(cart=cart, fields={"note": "too late"})
    with pytest.raises(CartNotOpen):
        set_address(cart=cart, kind="shipping", address=BERLIN)
    assert Cart.objects.get().note == ""


@pytest.mark.parametrize(("field", "value"), [("email", "nobody"), ("email", "a" * 300 + "@example.com")])
def test_a_field_that_is_not_valid_is_named_and_nothing_changes(channel: Channel, field: str, value: str) -> None:
    cart, _ = create_cart(channel=channel)
    with pytest.raises(InvalidInput) as caught:
        change_cart(cart=cart, fields={field: value})
    assert caught.value.field == field
    cart.refresh_from_db()
    assert (cart.email, cart.version) == ("", 1)


def test_an_address_replaces_the_one_of_its_kind(channel: Channel) -> None:
    cart, _ = create_cart(channel=channel)
    set_address(cart=cart, kind="shipping", address=BERLIN)
    set_address(cart=cart, kind="billing", address=BERLIN)
    set_address(cart=cart, kind="shipping", address=replace(BERLIN, city="Potsdam"))
    assert dict(CartAddress.objects.values_list("kind", "city")) == {"shipping": "Potsdam", "billing": "Berlin"}


@pytest.mark.parametrize(
    ("columns", "field"),
    [({"country": "Germany"}, "country"), ({"phone": "030 123"}, "phone"), ({"line1": ""}, "line1")],
)
def test_an_address_that_is_not_valid_is_refused(channel: Channel, columns: dict[str, str], field: str) -> None:
    cart, _ = create_cart(channel=channel)
    with pytest.raises(InvalidInput) as caught:
        set_address(cart=cart, kind="shipping", address=replace(BERLIN, **columns))
    assert caught.value.field == field
    assert not CartAddress.objects.exists()
