"""Gift cards to try, and orders in every state, so that the admin has something to show; by the services of checkout.

Everything is done as shoppers and staff would do it. Payments are made by a test provider where the project has one,
else by one whose money comes outside the shop; no other is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import (
    add_line,
    choose_shipping,
    create_cart,
    find_offer,
    list_priced_options,
    price_cart,
    set_address,
)
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import cancel_order, place_order, refund_order
from nexus_commerce.contrib.demo.loading import MARK
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.customers.services import AddressData, get_customer
from nexus_commerce.fulfillment.services import create_shipment, deliver_shipment, ship_order
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import GiftCardNotUsable, PaymentDeclined
from nexus_commerce.payments.models import CreditEntry
from nexus_commerce.payments.services import (
    RefundRequest,
    capture_manually,
    find_gift_card,
    get_provider,
    give_store_credit,
    issue_gift_card,
    provider_aliases,
)

__all__ = ["GIFT_CARDS", "STORIES", "Story", "load_gift_cards", "load_orders", "load_store_credit", "usable_gift_cards"]

logger = logging.getLogger("nexus_commerce.demo")


@dataclass(frozen=True, slots=True)
class CardSpec:
    """A gift card whose code everybody may know: a real one is drawn at random. The amount is minor units."""

    code: str
    amount: int
    currency: str


GIFT_CARDS: Final = (
    CardSpec("W1CK-ANDW-ARP5-0EVS", 5000, "EUR"),
    CardSpec("W1CK-ANDW-ARP0-5EVM", 500, "EUR"),
    CardSpec("W1CK-ANDW-ARP5-0VSG", 5000, "USD"),
)


def load_gift_cards() -> None:
    """Issue the gift cards that are not there. One whose code the project's policy cannot read is left out."""
    for spec in GIFT_CARDS:
        key = f"{MARK}:{spec.code}"
        if CreditEntry.objects.filter(key=f"issue:{key}:1").exists():
            continue
        try:
            issue_gift_card(
                amount=spec.amount, currency=spec.currency, code=spec.code, actor=MARK, note="Demo", key=key
            )
        except CommerceError as exc:
            logger.info("The gift card %s was not issued: %s", spec.code, exc)


def usable_gift_cards() -> Iterator[tuple[str, int, str]]:
    """Yield code, balance and currency of the demo's gift cards that can be spent."""
    for spec in GIFT_CARDS:
        try:
            yield spec.code, find_gift_card(code=spec.code, currency=spec.currency).balance, spec.currency
        except GiftCardNotUsable:
            continue


def load_store_credit(user: Any) -> None:
    """Give a user store credit to pay with, once."""
    give_store_credit(
        customer=get_customer(user=user), currency="EUR", amount=1500, key=f"{MARK}:store_credit", actor=MARK
    )


def receive_money(order: Order) -> None:
    """Book the whole of a payment that comes outside the shop; others were paid when the order was placed."""
    for payment in order.payments.all():
        if get_provider(alias=payment.provider).is_offline and payment.amount > payment.captured:
            capture_manually(payment=payment, amount=payment.amount - payment.captured, actor=MARK)


def pack(order: Order) -> None:
    """Make a parcel that waits to be sent."""
    receive_money(order)
    create_shipment(order=fresh(order), actor=MARK)


def send_half(order: Order) -> None:
    """Send the first line and keep the rest."""
    receive_money(order)
    line = order.lines.all()[0]
    ship_order(order=fresh(order), units={line.public_id: line.quantity}, carrier="Harbor Mail", actor=MARK)


def deliver(order: Order) -> None:
    """Send everything, and have it arrive."""
    receive_money(order)
    shipment = ship_order(order=fresh(order), carrier="Harbor Mail", tracking_number="HM 4711 0815 DE", actor=MARK)
    deliver_shipment(shipment=shipment, actor=MARK)


def give_some_back(order: Order) -> None:
    """Send everything, and pay for what arrived broken."""
    deliver(order)
    line = order.lines.all()[0]
    request = RefundRequest(units={line.public_id: 1})
    refund_order(order=fresh(order), request=request, reason="Arrived with a crack", actor=MARK)


def cancel(order: Order) -> None:
    """Cancel, and give the money back."""
    receive_money(order)
    cancel_order(order=fresh(order), reason="Ordered twice", actor=MARK)


def nothing(order: Order) -> None:
    """Leave it as it is."""


def fresh(order: Order) -> Order:
    """Return an order as it is now."""
    return Order.objects.select_related("channel").get(pk=order.pk)


@dataclass(frozen=True, slots=True)
class Story:
    """An order: whose, of what (SKU and quantity), paid how (what a test provider does, or ``transfer``), and what
    happened to it."""

    first_name: str
    last_name: str
    lines: Sequence[tuple[str, int]]
    pays: str = "approve"
    then: Callable[[Order], None] = nothing

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@example.com".lower()


STORIES: Final = (
    Story("Ada", "Brink", [("SED-DITC", 3), ("SED-KALE", 2)], "approve", deliver),
    Story("Emil", "Holm", [("TOL-TROW", 1), ("SED-SWPE", 2)], "approve", send_half),
    Story("Ruth", "Okafor", [("SED-DITC", 6)], "transfer"),
    Story("Jonas", "Weber", [("TOL-FORK", 1)], "transfer", receive_money),
    Story("Mina", "Sato", [("SED-SWPE", 4)], "approve", pack),
    Story("Clara", "Lund", [("TOL-TROW", 2)], "approve", give_some_back),
    Story("Piet", "Vermeer", [("SED-KALE", 5)], "approve", cancel),
    Story("Nora", "Adler", [("TOL-FORK", 1)], "other_amount"),
    Story("Hugo", "Marin", [("SED-DITC", 1)], "decline"),
)
"""What the shop has sold. ``other_amount`` has to be looked at, ``decline`` came to nothing."""


def load_orders(channel: Channel) -> Iterator[int]:
    """Make the orders that are not there; yield 1 for each story. Call it outside a transaction."""
    online = next((alias for alias in provider_aliases() if get_provider(alias=alias).is_test), None)
    offline = next((alias for alias in provider_aliases() if get_provider(alias=alias).is_offline), None)
    for story in STORIES:
        is_online = story.pays != "transfer"
        alias = (online or offline) if is_online else offline
        is_told = Order.objects.filter(email=story.email).exists()
        if alias is not None and not is_told and (online or story.pays in ("approve", "transfer")):
            tell(story, channel, alias)
        yield 1


def tell(story: Story, channel: Channel, alias: str) -> None:
    """Let a story happen. What the shop's own rules are against does not."""
    try:
        order = place_order(
            cart=fill_cart(story, channel), provider=alias, payment_data={"token": story.pays}, actor=MARK
        ).order
        story.then(order)
    except PaymentDeclined:
        return
    except CommerceError as exc:
        logger.warning("The order of %s was not made: %s", story.email, exc)


def fill_cart(story: Story, channel: Channel) -> Cart:
    """Return a cart that can be ordered."""
    cart, _ = create_cart(channel=channel, fields={"email": story.email})
    for sku, quantity in story.lines:
        variant = Variant.objects.get(sku=sku)
        add_line(cart=cart, offer=find_offer(channel=channel, public_id=variant.public_id), quantity=quantity)
    address = AddressData(
        first_name=story.first_name,
        last_name=story.last_name,
        line1="Schiffbrücke 12",
        postal_code="24939",
        city="Flensburg",
        country=channel.country,
    )
    set_address(cart=cart, kind="shipping", address=address)
    options = [option for option in list_priced_options(priced=price_cart(cart=cart)) if option.offer.kind != "pickup"]
    if options:
        choose_shipping(cart=cart, method=options[0].offer.code)
    return cart
