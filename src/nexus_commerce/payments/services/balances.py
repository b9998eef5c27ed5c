"""The one way in which the balance of a gift card or of store credit changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.events.services import Event, record_events
from nexus_commerce.payments.errors import CreditRefused, GiftCardNotUsable
from nexus_commerce.payments.models import CreditAccount, CreditEntry, Payment
from nexus_commerce.payments.signals import credit_account_changed, credit_changed

__all__ = [
    "change_balance",
    "entry_of",
    "event_of",
    "in_force",
    "is_in_force",
    "lock_account",
    "refusal_of",
    "save_account",
]


def in_force(now: Any) -> Q:
    """Return the condition that an account can be used at ``now``, a time or ``Now()``: not blocked, not expired."""
    return Q(is_active=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def is_in_force(account: CreditAccount, now: datetime) -> bool:
    """Return whether an account can be used at ``now``."""
    return account.is_active and (account.expires_at is None or account.expires_at > now)


def lock_account(account: CreditAccount) -> datetime:
    """Lock an account, bring ``account`` up to date, and return the database's time."""
    row: Any
    (row,) = lock_rows(CreditAccount.objects.filter(pk=account.pk).annotate(nexus_now=Now()))
    account.balance, account.is_active, account.expires_at = row.balance, row.is_active, row.expires_at
    now: datetime = row.nexus_now
    return now


def entry_of(key: str) -> CreditEntry | None:
    """Return the entry that a key has made, with its account; None where there is none yet."""
    rows: Any = CreditEntry.objects.select_related("account")
    entry: CreditEntry | None = rows.filter(key=key).first()
    return entry


def change_balance(
    *,
    account: CreditAccount,
    amount: int,
    key: str,
    reason: str,
    now: datetime,
    payment: Payment | None = None,
    actor: str = "",
    note: str = "",
    must_be_in_force: bool = False,
) -> tuple[CreditEntry, bool]:
    """Add ``amount`` minor units, less than zero to take some, to a locked account; return the entry, and whether it
    is new.

    An entry that ``key`` has made already stands for itself, and nothing changes. The balance changes by one
    conditional UPDATE; a CHECK holds the same. Writes ``credit.changed``; sends ``credit_changed``.
    """
    known = entry_of(key)
    if known is not None:
        if known.account_id != account.pk or known.amount != amount:
            raise InvalidInput(_("This key stands for another entry."), field="key")
        return known, False
    check_change(account, amount, key, payment)
    if not write_balance(account, amount, now=now, must_be_in_force=must_be_in_force):
        raise refusal_of(account, is_usable=not must_be_in_force or is_in_force(account, now))
    account.balance += amount
    entry = CreditEntry.objects.create(
        account=account, amount=amount, reason=reason, key=key, payment=payment, actor=actor, note=note
    )
    count = CreditEntry.objects.filter(account=account).count()
    record_events(events=[event_of(account, entry, version=count)])
    credit_changed.send_after_commit(CreditAccount, account=account, entry=entry)
    return entry, True


def check_change(account: CreditAccount, amount: int, key: str, payment: Payment | None) -> None:
    """Raise ``InvalidInput`` for an amount or key that can be nobody's, and refuse the money of another currency."""
    if amount == 0 or abs(amount) > MAX_MINOR:
        raise InvalidInput(_("Give an amount other than zero."), field="amount")
    if not 0 < len(key) <= 100:
        raise InvalidInput(_("Give a key of at most 100 characters."), field="key")
    if payment is not None and payment.currency != account.currency:
        raise refusal_of(account, is_usable=False)


def write_balance(account: CreditAccount, amount: int, *, now: datetime, must_be_in_force: bool) -> bool:
    """Add to a balance by one conditional UPDATE, and return whether there was enough for it."""
    may = in_force(Now()) if must_be_in_force else Q()
    enough = CreditAccount.objects.filter(may, pk=account.pk, balance__range=(-amount, MAX_MINOR - amount))
    return enough.update(balance=F("balance") + amount, updated_at=now) == 1


def refusal_of(account: CreditAccount, *, is_usable: bool) -> CreditRefused | GiftCardNotUsable:
    """Return why nothing is taken from an account: there is not enough on it, or it is of no use here at all."""
    if account.kind == "gift_card" and not is_usable:
        return GiftCardNotUsable()
    return CreditRefused(field="amount", balance=account.balance if is_usable else 0, currency=account.currency)


def event_of(account: CreditAccount, entry: CreditEntry, *, version: int) -> Event:
    """Return the event of an entry. The version is how many entries the account has by then."""
    payload = {
        "kind": account.kind,
        "amount": entry.amount,
        "balance": account.balance,
        "currency": account.currency,
        "reason": entry.reason,
        "payment": str(entry.payment.public_id) if entry.payment is not None else None,
    }
    return Event("credit.changed", "credit_account", account.public_id, version, payload)


def save_account(account: CreditAccount, change: str, columns: list[str]) -> None:
    """Save columns of a locked account, never its balance, and tell what was done."""
    account.updated_at = timezone.now()
    account.save(update_fields=[*columns, "updated_at"])
    credit_account_changed.send_after_commit(CreditAccount, account=account, change=change)
