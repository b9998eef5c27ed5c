"""The mails of the library: each says for which events it is, when it is not sent after all, and what it shows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.formatting import format_money
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.notifications.parts import parcel_of, payment_of, refund_of
from nexus_commerce.notifications.samples import sample_parcel, sample_payment, sample_refund
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Refund

__all__ = [
    "MAILS",
    "Mail",
    "OrderAccessMail",
    "OrderCanceledMail",
    "OrderPaidMail",
    "OrderPlacedMail",
    "RefundSucceededMail",
    "ShipmentShippedMail",
]

Context = dict[str, Any]

AT_ONCE: Final = timedelta(minutes=1)
"""An order that is paid so soon after it was placed was paid in the checkout."""


class Mail:
    """One kind of mail to the customer of an order.

    Its texts are the templates ``nexus_commerce/mail/<code>.subject.txt``, ``.txt`` and ``.html``, rendered in the
    language and the time zone of the order. They get ``shop`` (its name), ``home`` and ``link`` (addresses, empty where
    the policy knows none), ``order`` (the model), ``receipt`` (its texts and amounts, formatted), and ``context``.

    To add one, derive a class, write the three templates, and return it from ``EmailPolicy.mails``.
    """

    code: ClassVar[str] = ""
    types: ClassVar[tuple[str, ...]] = ()
    """Types of events, whole. The event's aggregate is the order, or its payload names it as ``order``."""
    title: ClassVar[str | Promise] = ""
    """What the mail is called in the admin."""
    max_age: ClassVar[timedelta] = timedelta(days=7)
    """An event that is older is not told any more: whoever turns mails on must not write to last year's customers."""
    needs_link: ClassVar[bool] = False
    """Whether the mail says nothing without a link to the order."""

    def order_of(self, event: OutboxEvent) -> Order | None:
        """Return the order that an event is about."""
        named = event.aggregate_id if event.aggregate == "order" else event.payload.get("order")
        return Order.objects.select_related("channel", "customer").filter(public_id=named).first() if named else None

    def is_due(self, *, order: Order, event: OutboxEvent) -> bool:
        """Tell whether the mail is still true, by what the order has become since the event."""
        return True

    def context(self, *, order: Order, event: OutboxEvent) -> Mapping[str, Any]:
        """Return what the templates show besides the order. The language of the order is active."""
        return {}

    def sample(self, order: Order | None) -> Mapping[str, Any]:
        """Return the same for a preview: of the order, as far as it has come, else made up. Writes nothing."""
        return {}


class OrderPlacedMail(Mail):
    """The order has been received, with everything in it, and what is left to pay.

    An order that was paid in the checkout gets this mail alone: it says that it is paid. One that has been canceled
    before the mail could be sent gets only the mail that says so.
    """

    code = "order_placed"
    types = ("order.placed",)
    title = _("Order placed")

    def is_due(self, *, order: Order, event: OutboxEvent) -> bool:
        """Send it unless the order has been canceled since."""
        return order.state != "canceled"

    def context(self, *, order: Order, event: OutboxEvent) -> Context:
        """Return how the order is paid."""
        return {"payment": payment_of(order)}

    def sample(self, order: Order | None) -> Context:
        """Return how the order is paid now."""
        return {"payment": payment_of(order) if order else sample_payment()}


class OrderPaidMail(Mail):
    """The money has come: sent where it came after the order, such as by bank transfer."""

    code = "order_paid"
    types = ("order.paid",)
    title = _("Payment received")

    def is_due(self, *, order: Order, event: OutboxEvent) -> bool:
        """Send it where the order was placed first and paid later, and has not been canceled since."""
        if order.placed_at is None or order.paid_at is None or order.state == "canceled":
            return False
        return order.paid_at > order.placed_at + AT_ONCE

    def context(self, *, order: Order, event: OutboxEvent) -> Context:
        """Return what has been paid."""
        return {"paid": format_money(order.captured, order.currency)}

    def sample(self, order: Order | None) -> Context:
        """Return what the order costs, as if it had been paid."""
        return {"paid": format_money(order.total, order.currency) if order else sample_payment().due}


class ShipmentShippedMail(Mail):
    """A parcel is on its way: what is in it, and where it can be followed."""

    code = "shipment_shipped"
    types = ("shipment.shipped",)
    title = _("Parcel on its way")

    def is_due(self, *, order: Order, event: OutboxEvent) -> bool:
        """Send it unless the shipment has been canceled since."""
        return Shipment.objects.filter(public_id=event.aggregate_id, state__in=("shipped", "delivered")).exists()

    def context(self, *, order: Order, event: OutboxEvent) -> Context:
        """Return what is in the parcel."""
        return {"parcel": parcel_of(Shipment.objects.select_related("order").get(public_id=event.aggregate_id))}

    def sample(self, order: Order | None) -> Context:
        """Return the last parcel of the order, else one with all that it has."""
        last = order.shipments.order_by("-id").first() if order else None
        return {"parcel": parcel_of(last) if last else sample_parcel(order)}


class RefundSucceededMail(Mail):
    """Money has been given back: how much, for what and which way. Each refund is told of by itself."""

    code = "refund_succeeded"
    types = ("refund.succeeded",)
    title = _("Money given back")

    def context(self, *, order: Order, event: OutboxEvent) -> Context:
        """Return what was given back."""
        return {"refund": refund_of(Refund.objects.select_related("payment").get(public_id=event.aggregate_id))}

    def sample(self, order: Order | None) -> Context:
        """Return the last refund of the order, else one of all that it cost."""
        refunds = Refund.objects.select_related("payment").filter(payment__order=order, state="succeeded")
        last = refunds.order_by("-id").first() if order else None
        return {"refund": refund_of(last) if last else sample_refund(order)}


class OrderCanceledMail(Mail):
    """The order has been canceled, and what was paid will be given back."""

    code = "order_canceled"
    types = ("order.canceled",)
    title = _("Order canceled")

    def context(self, *, order: Order, event: OutboxEvent) -> Context:
        """Return what was paid and has not been given back yet; empty where that is nothing."""
        owed = order.captured - order.refunded
        return {"owed": format_money(owed, order.currency) if owed > 0 else ""}

    def sample(self, order: Order | None) -> Context:
        """Return the same of the order as it is."""
        owed = order.captured - order.refunded if order else 0
        return {"owed": format_money(owed, order.currency) if order and owed > 0 else ""}


class OrderAccessMail(Mail):
    """The link to an order that a guest asked for by number and e-mail."""

    code = "order_access"
    types = ("order.access_requested",)
    title = _("Link to the order")
    max_age = timedelta(hours=1)
    needs_link = True


MAILS: Final[tuple[type[Mail], ...]] = (
    OrderPlacedMail,
    OrderPaidMail,
    ShipmentShippedMail,
    RefundSucceededMail,
    OrderCanceledMail,
    OrderAccessMail,
)
"""The mails that are sent unless a host's policy says otherwise, in the order of an order's life."""
