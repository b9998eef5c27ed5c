"""The cart of a browser goes along when its visitor signs in."""

from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.signals import user_logged_in
from django.contrib.messages import WARNING, get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import DatabaseError
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from example_project.shop import carts
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services import create_cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.storefront.shopper import CART_COOKIE
from nexus_commerce.customers.models import Customer
from nexus_commerce.customers.services import get_customer
from nexus_commerce.testing.factories import make_product
from tests.cart.shopping import put

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def user(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("ada", "ada@example.com", "a password")


def sign_in(client: Client, user: Any) -> HttpRequest:
    """Sign in as a login page does, with the browser's cookies and session."""
    request = HttpRequest()
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(client.session.session_key)
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    login(request, user, backend=BACKEND)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return request


def fill(client: Client, variant: Variant, quantity: int = 1) -> None:
    client.post(reverse("nexus_storefront:add"), {"variant": variant.public_id, "quantity": quantity})


def warned(request: HttpRequest) -> list[str]:
    return [str(message) for message in get_messages(request) if message.level == WARNING]


def bought(customer: Customer) -> dict[Variant, int]:
    lines = CartLine.objects.filter(cart__customer=customer, cart__state="open").select_related("variant")
    return {line.variant: line.quantity for line in lines}


def test_a_guests_cart_is_merged_at_login(client: Client, user: Any, channel: Channel, variant: Variant) -> None:
    customer = get_customer(user=user)
    own, _token = create_cart(channel=channel, customer=customer)
    put(own, variant, 2)
    fill(client, variant, 3)
    before = client.session.session_key

    request = sign_in(client, user)

    assert request.session.session_key != before
    assert bought(customer) == {variant: 5}
    assert Cart.objects.filter(state="merged", token_hash__isnull=True).count() == 1
    page = client.get(reverse("nexus_storefront:cart")).content.decode()
    assert variant.product.name in page
    assert warned(request) == []


def test_a_new_customer_keeps_the_cart(client: Client, user: Any, channel: Channel, variant: Variant) -> None:
    fill(client, variant, 3)
    sign_in(client, user)
    assert bought(Customer.objects.get(user=user)) == {variant: 3}
    assert Cart.objects.get().token_hash is None


def test_the_shopper_is_told_what_was_left_out(client: Client, user: Any, channel: Channel) -> None:
    variant = make_product(channel=channel, amount=100, stock=5).variants.get()
    own, _token = create_cart(channel=channel, customer=get_customer(user=user))
    put(own, variant, 2)
    fill(client, variant, 4)
    assert warned(sign_in(client, user)) == [f"{variant.sku}: 5 of 6 are in your cart."]


@pytest.mark.parametrize("cookie", ["", "x", "x.y", "33333333-3333-4333-8333-333333333333.x", "."])
def test_a_cookie_that_opens_nothing_is_passed_over(client: Client, user: Any, cookie: str) -> None:
    client.cookies[CART_COOKIE] = cookie
    sign_in(client, user)
    assert not Customer.objects.exists()


def test_a_login_without_a_request_merges_nothing(user: Any) -> None:
    user_logged_in.send(sender=type(user), request=None, user=user)
    assert not Cart.objects.exists()


def test_a_login_does_not_fail_because_of_a_cart_that_is_being_ordered(
    client: Client, user: Any, channel: Channel, variant: Variant, caplog: pytest.LogCaptureFixture
) -> None:
    fill(client, variant)
    Cart.objects.update(state="frozen")
    sign_in(client, user)
    assert "not merged at login" in caplog.text
    assert client.cookies[CART_COOKIE].value.partition(".")[2] not in caplog.text
    assert Cart.objects.get().token_hash


def test_a_login_does_not_fail_because_of_the_database(
    client: Client, user: Any, channel: Channel, variant: Variant, settings: Any
) -> None:
    fill(client, variant)
    settings.NEXUS_COMMERCE = {**settings.NEXUS_COMMERCE, "CART_POLICY": f"{__name__}.LockedPolicy"}
    own, _token = create_cart(channel=channel, customer=get_customer(user=user))
    sign_in(client, user)
    assert Cart.objects.filter(state="open").count() == 2
    assert own.lines.count() == 0


class LockedPolicy(carts.LargerCartPolicy):
    """Meets a database that gave up."""

    def merged_quantity(self, **kwargs: Any) -> int:
        raise DatabaseError


def test_a_shop_of_its_own_merges_by_the_session(user: Any, channel: Channel, variant: Variant) -> None:
    guest, token = create_cart(channel=channel)
    put(guest, variant, 2)
    client = Client()
    session = client.session
    session[carts.SESSION_KEY] = token
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    user_logged_in.connect(carts.merge_at_login)
    try:
        request = sign_in(client, user)
        again = sign_in(client, user)
    finally:
        user_logged_in.disconnect(carts.merge_at_login)
    assert bought(Customer.objects.get(user=user)) == {variant: 2}
    assert carts.SESSION_KEY not in request.session
    assert again.session["cart_warnings"] == []
