"""Orders that have everything a mail can show, and what came of telling their customers."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from nexus_commerce.cart.services import add_coupon, change_cart, choose_shipping, set_address
from nexus_commerce.catalog.models import Option, OptionValue, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import deliver_entry, relay_events
from nexus_commerce.orders.models import Order
from nexus_commerce.promotions.effects import OrderPercentEffect
from nexus_commerce.testing.factories import (
    make_channel,
    make_coupon,
    make_product,
    make_promotion,
    make_shipping_method,
    make_tax,
)
from tests.cart.shopping import BERLIN, put, ready_cart

__all__ = ["HOME", "html_of", "last_event", "open_shop", "rich_order", "sent", "shirt", "simple_order", "tell"]

HOME = "https://kontor.example"


def open_shop(**fields: Any) -> Channel:
    """Write a channel that mails can link to, with taxes in its prices."""
    given = {"name": "Kontor", "hostname": "kontor.example", "is_default": True, "prices_include_tax": True}
    return make_channel(**given | fields)


def shirt(channel: Channel, *, amount: int = 3600, name: str = "Linen shirt", **options: str) -> Variant:
    """Write a shirt with options, of which there are nine."""
    variant = make_product(channel=channel, amount=amount, stock=9, name=name).variants.get()
    for place, (option, value) in enumerate((options or {"Size": "M", "Color": "Blue"}).items()):
        row = Option.objects.create(product=variant.product, name=option, position=place)
        variant.option_values.add(OptionValue.objects.create(option=row, value=value))
    return variant


def simple_order(channel: Channel, variant: Variant | None = None, **columns: Any) -> Order:
    """Place a guest's order over two units, to be paid by bank transfer; columns are set afterwards."""
    cart = ready_cart(channel)
    put(cart, variant or shirt(channel), 2)
    order = place_order(cart=cart).order
    if columns:
        Order.objects.filter(pk=order.pk).update(**columns)
    return Order.objects.select_related("channel").get(pk=order.pk)


def rich_order(channel: Channel, *, language: str = "en") -> Order:
    """Place a guest's order with options, a coupon, shipping, tax, and two addresses."""
    make_tax(percent=19, country="DE", name="VAT 19 %")
    make_shipping_method(code="parcel", name="Parcel", amount=490, currency=channel.currency, channel=channel)
    promotion = make_promotion(OrderPercentEffect(percent=Decimal(10)), channel=channel, name="Welcome")
    make_coupon(promotion=promotion, code="HELLO")
    cart = ready_cart(channel)
    change_cart(cart=cart, fields={"language": language})
    put(cart, shirt(channel), 2, personalization={"engraving": "For Ada"})
    put(cart, make_product(channel=channel, amount=800, stock=9, name="Cup").variants.get())
    set_address(cart=cart, kind="billing", address=replace(BERLIN, company="Ling & Co"))
    add_coupon(cart=cart, code="HELLO")
    choose_shipping(cart=cart, method="parcel")
    return place_order(cart=cart).order


def last_event(event_type: str) -> OutboxEvent:
    """Return the event of a type that was written last."""
    return OutboxEvent.objects.filter(type=event_type).latest("pk")


def tell() -> list[str]:
    """Hand every event on and have the mails sent; return what became of each entry."""
    while relay_events():
        pass
    entries = InboxEntry.objects.filter(consumer="nexus.emails", state="pending").order_by("pk")
    return [deliver_entry(entry_id=entry) for entry in entries.values_list("pk", flat=True)]


def sent() -> EmailMultiAlternatives:
    """Return the one mail that was sent."""
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    return message


def html_of(message: EmailMultiAlternatives) -> str:
    """Return the HTML of a mail."""
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    return str(html)
