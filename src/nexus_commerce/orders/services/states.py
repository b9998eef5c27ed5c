"""Changing the states of an order. Each has one writer, here, and each change leaves an event."""

from django.db import transaction
from django.utils import timezone

from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.state import IllegalTransition
from nexus_commerce.events.services import record_event
from nexus_commerce.orders.errors import IllegalOrderState
from nexus_commerce.orders.flows import order_flow, payment_state_of
from nexus_commerce.orders.models import Order, OrderEvent
from nexus_commerce.orders.signals import order_paid, order_state_changed

__all__ = ["change_state", "record_captured"]

MOMENTS = {"placed": "placed_at", "completed": "completed_at", "canceled": "canceled_at"}


@transaction.atomic
def change_state(*, order: Order, state: str, actor: str = "", note: str = "") -> Order:
    """Move an order to ``state``, as far as the flow allows, under its lock.

    Sets the moment that belongs to the state, writes an order event and ``order.<state>`` to the outbox; sends
    ``order_state_changed``. Raises ``IllegalOrderState``. Releases and refunds nothing: that is the choreographies'
    work.
    """
    (row,) = lock_rows(Order.objects.filter(pk=order.pk))
    before = row.state
    try:
        order_flow().check(before, state)
    except IllegalTransition as exc:
        raise IllegalOrderState(current=before, wanted=state) from exc
    row.state = state
    row.version += 1
    if column := MOMENTS.get(state):
        setattr(row, column, timezone.now())
    row.save(update_fields=["state", "version", "updated_at", *filter(None, [column])])
    OrderEvent.objects.create(order=row, type="state", from_state=before, to_state=state, actor=actor, note=note)
    record_event(
        type=f"order.{state}",
        aggregate="order",
        aggregate_id=row.public_id,
        version=row.version,
        payload={"number": row.number, "from": before},
    )
    order_state_changed.send_after_commit(Order, order=row, from_state=before, to_state=state)
    return row


@transaction.atomic
def record_captured(*, order: Order, amount: int, actor: str = "", note: str = "") -> Order:
    """Add ``amount`` minor units of money received to an order, under its lock, and derive its payment state.

    Called by payments, in the transaction that books the money there. Writes an order event and ``order.paid`` or
    ``order.partially_paid`` to the outbox; sends ``order_paid`` when nothing is left to pay.
    """
    (row,) = lock_rows(Order.objects.filter(pk=order.pk))
    before = row.payment_state
    row.captured += amount
    row.payment_state = payment_state_of(total=row.total, authorized=0, captured=row.captured, refunded=row.refunded)
    row.version += 1
    is_paid = row.payment_state == "paid" and before != "paid"
    if is_paid:
        row.paid_at = timezone.now()
    row.save(update_fields=["captured", "payment_state", "paid_at", "version", "updated_at"])
    OrderEvent.objects.create(
        order=row,
        type="payment",
        from_state=before,
        to_state=row.payment_state,
        actor=actor,
        note=note,
        data={"captured": amount},
    )
    record_event(
        type=f"order.{row.payment_state}",
        aggregate="order",
        aggregate_id=row.public_id,
        version=row.version,
        payload={"number": row.number, "captured": amount},
    )
    if is_paid:
        order_paid.send_after_commit(Order, order=row)
    return row
