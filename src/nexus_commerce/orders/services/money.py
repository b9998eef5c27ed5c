"""What an order has been paid, as its payments say."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from nexus_commerce.events.services import record_event
from nexus_commerce.orders.flows import payment_state_of
from nexus_commerce.orders.models import Order, OrderEvent
from nexus_commerce.orders.services.states import complete_if_done
from nexus_commerce.orders.signals import order_paid

__all__ = ["Paid", "update_money"]


@dataclass(frozen=True, slots=True)
class Paid:
    """The sums of an order's payments, in minor units. ``authorized`` is what is held and not yet captured."""

    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    refund_pending: int = 0


@transaction.atomic
def update_money(*, order: Order, paid: Paid, actor: str = "", note: str = "") -> Order:
    """Set what an order has been paid, and derive its payment state. Called by payments, with the order locked.

    Nothing is written where nothing changed. A changed state leaves an order event and ``order.<payment state>`` in the
    outbox; ``order_paid`` is sent when nothing is left to pay, and an order that is sent and paid is completed.
    """
    columns = ("authorized", "captured", "refunded", "refund_pending")
    if all(getattr(order, name) == getattr(paid, name) for name in columns):
        return order
    before, received = order.payment_state, paid.captured - order.captured
    for name in columns:
        setattr(order, name, getattr(paid, name))
    order.payment_state = payment_state_of(
        total=order.total, authorized=paid.authorized, captured=paid.captured, refunded=paid.refunded
    )
    order.version += 1
    is_paid = order.payment_state == "paid" and before != "paid"
    if is_paid:
        order.paid_at = timezone.now()
    order.save(update_fields=[*columns, "payment_state", "paid_at", "version", "updated_at"])
    if order.payment_state != before or received:
        tell(order, before, received, actor=actor, note=note)
    if is_paid:
        order_paid.send_after_commit(Order, order=order)
        complete_if_done(order=order)
    return order


def tell(order: Order, before: str, received: int, *, actor: str, note: str) -> None:
    """Leave an event of the order, and tell others of its payment state."""
    OrderEvent.objects.create(
        order=order,
        type="payment",
        from_state=before,
        to_state=order.payment_state,
        actor=actor,
        note=note,
        data={"captured": received} if received else {},
    )
    record_event(
        type=f"order.{order.payment_state}",
        aggregate="order",
        aggregate_id=order.public_id,
        version=order.version,
        payload={"number": order.number, "captured": order.captured, "refunded": order.refunded},
    )
