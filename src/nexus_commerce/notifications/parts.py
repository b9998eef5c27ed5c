"""What mails say besides the order itself: how it is paid, what is in a parcel, what is given back."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import get_language

from nexus_commerce.core.formatting import format_money
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.notifications.receipts import Item, Row, details_of, one_line
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.payments.errors import UnknownProvider
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.services import get_provider

__all__ = ["Parcel", "PaymentShown", "RefundShown", "goods_item", "parcel_of", "payment_of", "refund_of", "way_of"]

OVER = ("failed", "voided")
"""States of payments that came to nothing."""


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """How an order is paid: in which ways, what is still ``due`` (empty: nothing), and what is to be done for that.

    ``is_held`` says that the money is authorized and will be taken later.
    """

    ways: tuple[Row, ...] = ()
    paid: str = ""
    due: str = ""
    is_held: bool = False
    instructions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is in a parcel, who carries it, and whether more of the order follows."""

    items: tuple[Item, ...]
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    is_rest_due: bool = False


@dataclass(frozen=True, slots=True)
class RefundShown:
    """Money given back: for what, and which way."""

    amount: str
    items: tuple[Item, ...] = ()
    shipping: str = ""
    way: str = ""
    is_credit: bool = False


def payment_of(order: Order) -> PaymentShown:
    """Return how an order is paid, by its payments as they are now. One statement."""
    payments = [payment for payment in order.payments.all() if payment.state not in OVER]
    due = max(0, order.total - order.captured)
    is_held = 0 < due <= order.authorized
    return PaymentShown(
        ways=tuple(Row(way_of(payment), format_money(payment.amount, payment.currency)) for payment in payments),
        paid=format_money(order.captured, order.currency) if order.captured else "",
        due=format_money(due, order.currency) if due else "",
        is_held=is_held,
        instructions=instructions_of(payments) if due and not is_held else (),
    )


def instructions_of(payments: list[Payment]) -> tuple[str, ...]:
    """Return what is left to do for payments whose money comes outside the shop, in the active language."""
    open_ones = (payment for payment in payments if payment.captured < payment.amount)
    backends = (backend for payment in open_ones if (backend := backend_of(payment)) and backend.is_offline)
    texts = (backend.instructions(language=get_language() or "en") for backend in backends)
    return tuple(dict.fromkeys(text for text in texts if text))


def backend_of(payment: Payment) -> PaymentProvider | None:
    """Return the provider of a payment; None where the settings know it no more."""
    try:
        return get_provider(alias=payment.provider)
    except UnknownProvider:
        return None


def way_of(payment: Payment) -> str:
    """Return what the way of a payment is called; its alias where the settings know no name."""
    backend = backend_of(payment)
    return one_line((backend and backend.name) or payment.provider)


def parcel_of(shipment: Shipment) -> Parcel:
    """Return what is in a shipment. Three statements."""
    order = shipment.order
    return Parcel(
        items=tuple(goods_item(row.order_line, row.quantity) for row in shipment.lines.select_related("order_line")),
        carrier=one_line(shipment.carrier),
        tracking_number=one_line(shipment.tracking_number),
        tracking_url=web_address(shipment.tracking_url),
        is_rest_due=any(
            line.requires_shipping and line.quantity > line.shipped_quantity + line.canceled_quantity
            for line in order.lines.all()
        ),
    )


def web_address(text: str) -> str:
    """Return an address of the web; nothing where it is something else, or has a blank in it."""
    parts = urlsplit(text) if text == one_line(text) and " " not in text else None
    return text if parts and parts.scheme in ("http", "https") and parts.netloc else ""


def goods_item(line: OrderLine, quantity: int, total: str = "") -> Item:
    """Return so many units of a line, without its price."""
    return Item(name=one_line(line.product_name), quantity=quantity, details=details_of(line), total=total)


def refund_of(refund: Refund) -> RefundShown:
    """Return what a refund gives back. Two statements."""
    currency = refund.payment.currency
    return RefundShown(
        amount=format_money(refund.amount, currency),
        items=tuple(
            goods_item(row.order_line, row.quantity, format_money(row.amount, currency))
            for row in refund.lines.select_related("order_line")
        ),
        shipping=format_money(refund.shipping_amount, currency) if refund.shipping_amount else "",
        way=way_of(refund.payment),
        is_credit=refund.target == "store_credit",
    )
