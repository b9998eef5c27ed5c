"""Bringing to an end what broke off: checkouts whose time is over, and providers that never answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import Now

from nexus_commerce.checkout.services.finalizing import finalize
from nexus_commerce.checkout.services.resuming import close
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import PaymentBusy
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.services import (
    carry_out_capture,
    carry_out_refund,
    carry_out_void,
    fetch_payment,
    get_provider,
    take_up_operation,
)

__all__ = ["bring_up_to_date", "sweep_checkouts"]

logger: Final = logging.getLogger("nexus_commerce.checkout")
ACTOR: Final = "sweeper"


def sweep_checkouts(*, limit: int = 100) -> int:
    """Take up every operation of a payment that its process left, every refund that is still pending, and every
    pending order whose time is over; return how many there were.

    Times are the database's. Each is asked about outside any transaction; one that fails is logged and does not stop
    the others. Several sweepers do no harm: an operation is taken up by one, and what was done is not done again.
    """
    left = Payment.objects.exclude(operation="").filter(locked_until__lt=Now()).order_by("locked_until")
    refunds = Refund.objects.filter(Q(locked_until=None) | Q(locked_until__lt=Now()), state="pending").order_by("pk")
    late = Order.objects.filter(state="pending", expires_at__lt=Now()).order_by("expires_at")
    return (
        each(left.select_related("order")[:limit], take_up)
        + each(refunds.select_related("payment")[:limit], repeat_refund)
        + each(late[:limit], let_expire)
    )


def each(rows: Iterable[Any], act: Callable[[Any], bool]) -> int:
    """Act on each row, and return on how many there was something to do."""
    count = 0
    for row in rows:
        try:
            count += act(row)
        except Exception:
            logger.exception("%s %s could not be brought on.", type(row).__name__, row.public_id)
    return count


def take_up(payment: Payment) -> bool:
    """Finish what a process that is gone was asking a provider."""
    if not take_up_operation(payment=payment):
        return False
    if payment.operation == "capture":
        carry_out_capture(payment=payment, key=payment.operation_key, actor=ACTOR)
    elif payment.operation == "void":
        carry_out_void(payment=payment, actor=ACTOR)
        finalize(order=payment.order.public_id, actor=ACTOR)
    else:
        bring_up_to_date(payment=payment)
    return True


def bring_up_to_date(*, payment: Payment, actor: str = ACTOR) -> Order:
    """Ask the provider how a payment stands, and bring its order on by the answer."""
    report = fetch_payment(payment=payment)
    return finalize(order=payment.order.public_id, payment=payment, report=report, actor=actor).order


def repeat_refund(refund: Refund) -> bool:
    """Ask a provider again what became of a refund."""
    if get_provider(alias=refund.payment.provider).is_offline:
        return False
    carry_out_refund(refund=refund, actor=ACTOR)
    return True


def let_expire(order: Order) -> bool:
    """Void the payment of an order whose time is over, and let it expire, unless it went through after all.

    One whose provider is being asked, or never answered, waits for the next sweep.
    """
    try:
        close(order, actor=ACTOR, attempt=Attempt())
    except PaymentBusy:
        return False
    return True
