"""Short ways to fill a cart in tests."""

from typing import Any

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import PricedCart, add_line, create_cart, find_offer, set_address
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.services import AddressData

BERLIN = AddressData(
    first_name="Ada", last_name="Ling", line1="Allee 1", city="Berlin", postal_code="10115", country="DE"
)


def put(cart: Cart, variant: Variant, quantity: int = 1, **terms: Any) -> PricedCart:
    offer = find_offer(channel=cart.channel, public_id=variant.public_id)
    return add_line(cart=cart, offer=offer, quantity=quantity, **terms)


def guest_cart(channel: Channel, *variants: Variant) -> Cart:
    cart, _ = create_cart(channel=channel)
    for variant in variants:
        put(cart, variant)
    return cart


def ready_cart(channel: Channel, *variants: Variant) -> Cart:
    cart, _ = create_cart(channel=channel, fields={"email": "ada@example.com"})
    for variant in variants:
        put(cart, variant)
    set_address(cart=cart, kind="shipping", address=BERLIN)
    return cart
