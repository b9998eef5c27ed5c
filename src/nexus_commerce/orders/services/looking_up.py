"""Letting a guest ask for the link to an order."""

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from nexus_commerce.events.services import record_event
from nexus_commerce.orders.models import Order

__all__ = ["request_access"]

ONE_MAIL_IN: Final = timedelta(minutes=10)
"""Of requests for one order in such a span, one counts: nobody's mailbox is filled by somebody else."""


def request_access(*, number: str, email: str, now: datetime | None = None) -> None:
    """Have the link to a guest's order mailed to the address that ordered it, if number and address belong together.

    Writes ``order.access_requested`` to the outbox then, and nothing otherwise. It returns the same and asks the
    database the same either way, so that a caller learns neither which numbers nor which addresses exist. An order of
    a customer who has an account is seen there, and gets no link.
    """
    order = guest_order(number, email)
    moment = now or timezone.now()
    try:
        with transaction.atomic():
            record_event(
                type="order.access_requested",
                aggregate="order_access",
                aggregate_id=order.public_id if order else uuid4(),
                # The same in the same span of time: the unique outbox row is what lets one request count.
                version=int(moment.timestamp()) // int(ONE_MAIL_IN.total_seconds()),
                payload={"order": str(order.public_id)} if order else {},
            )
            if order is None:
                transaction.set_rollback(True)
    except IntegrityError:
        return


def guest_order(number: str, email: str) -> Order | None:
    """Return the guest's order that has this number and this address, however they are typed; one statement."""
    typed, address = number.strip(), email.strip()
    found = Order.objects.filter(number__in={typed, typed.upper()}, customer=None, placed_at__isnull=False)
    return found.exclude(email="").filter(email__iexact=address).first()
