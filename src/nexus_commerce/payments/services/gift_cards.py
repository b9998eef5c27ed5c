"""Issuing gift cards, and finding them by their codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.core.tokens import hash_token
from nexus_commerce.core.validation import clean_model
from nexus_commerce.events.services import record_events
from nexus_commerce.payments.errors import GiftCardNotUsable
from nexus_commerce.payments.models import CreditAccount, CreditEntry
from nexus_commerce.payments.services.balances import event_of, in_force
from nexus_commerce.payments.signals import credit_changed

__all__ = ["MAX_CARDS", "find_gift_card", "issue_gift_card", "issue_gift_cards"]

MAX_CARDS: Final = 10_000
"""How many gift cards are issued at once."""


def find_gift_card(*, code: str, currency: str = "", now: datetime | None = None) -> CreditAccount:
    """Return the gift card that a code opens, however it was typed; without ``currency`` in whatever currency it is.

    Nothing is locked or held. Raises ``GiftCardNotUsable`` for a code that opens none and for a card that is blocked,
    expired, empty or in another currency, all alike.
    """
    canonical = nexus_settings.CREDIT_POLICY().read_code(code)
    if canonical:
        found = CreditAccount.objects.filter(
            in_force(now or Now()), kind="gift_card", code_hash=hash_token(canonical), balance__gt=0
        )
        card = (found.filter(currency=currency) if currency else found).first()
        if card is not None:
            return card
    raise GiftCardNotUsable(field="code")


def issue_gift_card(
    *,
    amount: int,
    currency: str,
    expires_at: datetime | None = None,
    code: str = "",
    actor: str = "",
    note: str = "",
    key: str = "",
) -> tuple[CreditAccount, str]:
    """Issue a gift card over ``amount`` minor units, and return it with its code.

    Otherwise as ``issue_gift_cards``. ``code`` is one that was printed already; it must be one that the credit policy
    can read and that no card has.
    """
    codes = [code] if code else None
    (made,) = issue_gift_cards(
        count=1, amount=amount, currency=currency, expires_at=expires_at, codes=codes, actor=actor, note=note, key=key
    )
    return made


@transaction.atomic
def issue_gift_cards(
    *,
    count: int,
    amount: int,
    currency: str,
    expires_at: datetime | None = None,
    codes: Sequence[str] | None = None,
    actor: str = "",
    note: str = "",
    key: str = "",
) -> list[tuple[CreditAccount, str]]:
    """Issue ``count`` gift cards over ``amount`` minor units each, and return them with their codes.

    The codes are shown this once: only their hashes and last four characters are kept. Without ``expires_at`` the
    credit policy says how long they last. ``key`` makes a second call refuse, for what it would return is not known any
    more. Raises ``InvalidInput`` naming the field. A constant number of statements for a thousand cards. Writes
    ``credit.changed`` and sends ``credit_changed`` for each.
    """
    policy = nexus_settings.CREDIT_POLICY()
    now = timezone.now()
    lasting = expires_at or policy.expires_at(now=now)
    check_issue(count, amount, lasting, now)
    key = key or uuid4().hex
    if CreditEntry.objects.filter(key=entry_key(key, 1)).exists():
        raise InvalidInput(_("These gift cards were issued already. Their codes cannot be shown again."), field="key")
    printed = list(codes) if codes is not None else draw_codes(count)
    accounts = [new_card(code, amount, currency, lasting) for code in printed]
    check_new(accounts)
    CreditAccount.objects.bulk_create(accounts, batch_size=1000)
    entries = CreditEntry.objects.bulk_create(
        [
            CreditEntry(
                account=account,
                amount=amount,
                reason="issued",
                key=entry_key(key, place),
                actor=actor,
                note=note,
            )
            for place, account in enumerate(accounts, start=1)
        ],
        batch_size=1000,
    )
    pairs = list(zip(accounts, entries, strict=True))
    record_events(events=[event_of(account, entry, version=1) for account, entry in pairs])
    for account, entry in pairs:
        credit_changed.send_after_commit(CreditAccount, account=account, entry=entry)
    return list(zip(accounts, printed, strict=True))


def entry_key(key: str, place: int) -> str:
    """Return the key of the entry that fills a card of a batch."""
    return f"issue:{key}:{place}"


def check_issue(count: int, amount: int, expires_at: datetime | None, now: datetime) -> None:
    """Raise ``InvalidInput`` unless such cards can be issued."""
    if not 1 <= count <= MAX_CARDS:
        message = _("Give a whole number from %(least)s to %(greatest)s.")
        raise InvalidInput(message, field="count", least=1, greatest=MAX_CARDS)
    if not 0 < amount <= MAX_MINOR:
        raise InvalidInput(_("Give an amount above zero."), field="amount")
    if expires_at is not None and expires_at <= now:
        raise InvalidInput(_("Give a time to come."), field="expires_at")


def new_card(code: str, amount: int, currency: str, expires_at: datetime | None) -> CreditAccount:
    """Return a card that is not saved yet. Raises ``InvalidInput`` for a code that the policy cannot read."""
    canonical = nexus_settings.CREDIT_POLICY().read_code(code)
    if not canonical:
        raise InvalidInput(_("This is not the code of a gift card."), field="code")
    return CreditAccount(
        kind="gift_card",
        currency=currency,
        balance=amount,
        code_hash=hash_token(canonical),
        code_end=canonical[-4:],
        expires_at=expires_at,
    )


def check_new(accounts: Sequence[CreditAccount]) -> None:
    """Raise ``InvalidInput`` for a currency that there is not, or a code that another card has."""
    clean_model(accounts[0], ["currency"])
    if codes_taken([account.code_hash or "" for account in accounts]):
        raise InvalidInput(_("Another gift card has this code."), field="code")


def draw_codes(count: int) -> list[str]:
    """Return ``count`` codes that no gift card has yet."""
    policy = nexus_settings.CREDIT_POLICY()
    codes: dict[str, str] = {}
    while len(codes) < count:
        drawn = [policy.make_code() for _ in range(count - len(codes))]
        codes |= {hash_token(policy.read_code(code)): code for code in drawn}
        for digest in codes_taken(list(codes)):
            del codes[digest]
    return list(codes.values())


def codes_taken(digests: Sequence[str]) -> set[str]:
    """Return those of the hashes that gift cards have."""
    taken: set[str] = set()
    for start in range(0, len(digests), 1000):
        part = digests[start : start + 1000]
        found = CreditAccount.objects.filter(code_hash__in=part).values_list("code_hash", flat=True)
        taken |= {digest for digest in found if digest is not None}
    return taken
