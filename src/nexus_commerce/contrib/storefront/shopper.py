"""Who stands before the shop: the channel, the cart of this visitor, the orders that this visitor may see."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nexus_commerce.cart.errors import CartNotFound
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import create_cart, find_cart
from nexus_commerce.channels.models import Channel
from nexus_commerce.channels.policies import ChannelHint
from nexus_commerce.conf import nexus_settings
from nexus_commerce.customers.models import Customer
from nexus_commerce.customers.services import get_customer
from nexus_commerce.listing.cards import Viewer
from nexus_commerce.orders.models import Order

__all__ = ["Shopper", "keep_cart", "keep_order", "opens_cart", "set_cookie", "shopper_of", "split", "waiting_order"]

CART_COOKIE: Final = "nexus_storefront_cart"
ORDER_COOKIE: Final = "nexus_storefront_order"
CHANNEL_COOKIE: Final = "nexus_storefront_channel"
COOKIE_AGE: Final = 60 * 60 * 24 * 30


@dataclass(frozen=True, slots=True)
class Shopper:
    """A visitor: where, and as whom."""

    channel: Channel
    customer: Customer | None
    cart: Cart | None
    order_token: str | None

    @property
    def viewer(self) -> Viewer:
        """What lists need to know of the visitor."""
        return Viewer(
            channel_id=self.channel.pk,
            currency=self.channel.currency,
            language=self.channel.default_language,
            now=timezone.now(),
            country=self.channel.country,
            customer_id=self.customer.pk if self.customer else None,
        )


def shopper_of(request: HttpRequest) -> Shopper:
    """Return who stands before the shop, by host name, login and cookies."""
    hint = ChannelHint(host=request.get_host(), path=request.path)
    channel = chosen_channel(request) or nexus_settings.CHANNEL_POLICY().find(hint)
    user = getattr(request, "user", None)
    customer = nexus_settings.CUSTOMER_POLICY().find(user) if user is not None and user.is_authenticated else None
    _, token = split(request.COOKIES.get(ORDER_COOKIE, ""))
    return Shopper(channel, customer, present_cart(request, channel, customer), token)


def chosen_channel(request: HttpRequest) -> Channel | None:
    """Return the channel that the visitor chose before, while it is active."""
    code = request.COOKIES.get(CHANNEL_COOKIE, "")
    return Channel.objects.filter(code=code, is_active=True).first() if code else None


def present_cart(request: HttpRequest, channel: Channel, customer: Customer | None) -> Cart | None:
    """Return the open cart of the visitor in the channel, if there is one."""
    if customer is not None:
        own = Cart.objects.select_related("channel").filter(customer=customer, channel=channel, name="", state="open")
        if cart := own.first():
            return cart
    public_id, token = split(request.COOKIES.get(CART_COOKIE, ""))
    if public_id is None:
        return None
    try:
        cart = find_cart(public_id=public_id, token=token)
    except CartNotFound:
        return None
    return cart if cart.state == "open" and cart.channel_id == channel.pk else None


def waiting_order(request: HttpRequest, shopper: Shopper) -> Order | None:
    """Return the order that waits for its payment, of a visitor without an open cart: theirs is frozen until then."""
    if shopper.cart is not None:
        return None
    pending = Order.objects.select_related("cart", "channel").filter(channel=shopper.channel, state="pending")
    if shopper.customer is not None:
        own = pending.filter(cart__customer=shopper.customer, cart__state="frozen").order_by("-pk").first()
        if own is not None:
            return own
    public_id, _ = split(request.COOKIES.get(CART_COOKIE, ""))
    if public_id is None or not opens_cart(request, public_id):
        return None
    return pending.filter(cart__public_id=public_id, cart__state="frozen").first()


def opens_cart(request: HttpRequest, public_id: UUID, customer: Customer | None = None) -> bool:
    """Tell whether a cart, open or not, is one of this visitor's."""
    kept, token = split(request.COOKIES.get(CART_COOKIE, ""))
    try:
        find_cart(public_id=public_id, token=token if kept == public_id else None, customer=customer)
    except CartNotFound:
        return False
    return True


def keep_cart(request: HttpRequest, shopper: Shopper) -> tuple[Cart, str | None]:
    """Return the visitor's cart, made now where there is none, and the cookie to be set for a new one."""
    if shopper.cart is not None:
        return shopper.cart, None
    user = getattr(request, "user", None)
    customer = get_customer(user=user) if user is not None and user.is_authenticated else None
    cart, token = create_cart(channel=shopper.channel, customer=customer)
    return cart, f"{cart.public_id}.{token}" if token else None


def keep_order(response: HttpResponse, public_id: UUID, token: str) -> None:
    """Let this browser see its order."""
    set_cookie(response, ORDER_COOKIE, f"{public_id}.{token}")


def set_cookie(response: HttpResponse, name: str, value: str, max_age: int | None = COOKIE_AGE) -> None:
    """Set a cookie that scripts cannot read and other sites do not send."""
    response.set_cookie(name, value, max_age=max_age, httponly=True, samesite="Lax", secure=not settings.DEBUG)


def split(cookie: str) -> tuple[UUID | None, str | None]:
    """Return the public id and the token of a cookie; None for what is not there."""
    public_id, _, token = cookie.partition(".")
    try:
        return UUID(public_id), token or None
    except ValueError:
        return None, None
