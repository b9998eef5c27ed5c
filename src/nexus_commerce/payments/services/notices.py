"""Messages of providers: verified, kept once each, and looked into later."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.events.services import Event, record_events
from nexus_commerce.payments.models import Payment, ProviderNotice
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.providers.reports import Notice

__all__ = ["receive_notices"]


def receive_notices(*, provider: PaymentProvider, body: bytes, headers: Mapping[str, str]) -> int:
    """Verify a provider's message over its raw body, and keep what it is about; return how many notices are new.

    Nothing of its content is believed: ``payment.notified`` in the outbox has the payment fetched. A message that came
    before leaves nothing. Raises ``InvalidNotice``.
    """
    refuse_inside_transaction()
    return sum(keep(provider.alias, notice) for notice in provider.parse_webhook(body, headers))


@transaction.atomic
def keep(alias: str, notice: Notice) -> bool:
    """Write a notice and its event, unless it is there already; tell whether it was new."""
    payment = find(alias, notice)
    row, is_new = ProviderNotice.objects.get_or_create(
        provider=alias,
        provider_event=notice.event[:255],
        defaults={"payment": payment, "provider_ref": notice.ref[:255], "type": notice.type[:64]},
    )
    if is_new and payment is not None:
        record_events(
            events=[
                Event(
                    type="payment.notified",
                    aggregate="provider_notice",
                    aggregate_id=row.public_id,
                    version=1,
                    payload={"provider": alias, "payment": str(payment.public_id), "type": row.type},
                )
            ]
        )
    return is_new


def find(alias: str, notice: Notice) -> Payment | None:
    """Return the payment that a notice is about: by the library's own id where it carries it, else by reference."""
    about = Q(provider_ref=notice.ref) if notice.ref else Q()
    if notice.payment is not None:
        about |= Q(public_id=notice.payment)
    return Payment.objects.filter(about, provider=alias).first() if about else None
