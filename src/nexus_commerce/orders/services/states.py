"""Changing the states of an order. Each has one writer, here, and each change leaves an event."""

from django.db import transaction
from django.utils import timezone

from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.state import IllegalTransition
from nexus_commerce.events.services import record_event
from nexus_commerce.orders.errors import IllegalOrderState, OrderChanged
from nexus_commerce.orders.flows import order_flow
from nexus_commerce.orders.models import Order, OrderEvent
from nexus_commerce.orders.signals import order_state_changed

__all__ = ["change_state", "check_version", "complete_if_done"]

MOMENTS = {"placed": "placed_at", "completed": "completed_at", "canceled": "canceled_at"}


@transaction.atomic
def change_state(*, order: Order, state: str, actor: str = "", note: str = "") -> Order:
    """Move an order to ``state``, as far as the flow allows, under its lock.

    Sets the moment that belongs to the state, writes an order event and ``order.<state>`` to the outbox; sends
    ``order_state_changed``. Raises ``IllegalOrderState``. Releases and refunds nothing: that is the choreographies'
    work. Brings ``order`` up to date and returns it.
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
    for name in ("state", "version", "updated_at", *filter(None, [column])):
        setattr(order, name, getattr(row, name))
    return order


def complete_if_done(*, order: Order, actor: str = "") -> Order:
    """Complete a placed order that is paid and sent, in the caller's transaction, with the order locked."""
    if (order.state, order.payment_state, order.fulfillment_state) != ("placed", "paid", "fulfilled"):
        return order
    return change_state(order=order, state="completed", actor=actor)


def check_version(*, order: Order, expected: int | None) -> None:
    """Raise ``OrderChanged`` where a locked order is at another version than the expected one, if there is one."""
    if expected is not None and expected != order.version:
        raise OrderChanged(version=order.version)
