"""Giving credit, taking it, and paying with it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.payments.errors import CreditRefused, RefundRefused
from nexus_commerce.payments.models import CreditAccount, CreditEntry, Payment
from nexus_commerce.payments.services.balances import change_balance, entry_of, lock_account, refusal_of, save_account

__all__ = ["give_back_credit", "hold_credit", "refund_credit", "release_credit", "take_credit"]


@transaction.atomic
def take_credit(
    *,
    account: CreditAccount,
    amount: int,
    key: str,
    payment: Payment | None = None,
    reason: str = "redeemed",
    actor: str = "",
) -> CreditEntry:
    """Take ``amount`` minor units from a balance, in the caller's transaction; the same ``key`` again takes nothing.

    The account is locked, and brought up to date. Raises ``CreditRefused`` where there is not enough, and
    ``GiftCardNotUsable`` for a card that is blocked, expired or in another currency than the payment. Writes
    ``credit.changed``; sends ``credit_changed``.
    """
    check_positive(amount)
    now = lock_account(account)
    entry, _is_new = change_balance(
        account=account,
        amount=-amount,
        key=key,
        reason=reason,
        now=now,
        payment=payment,
        actor=actor,
        must_be_in_force=True,
    )
    return entry


@transaction.atomic
def give_back_credit(
    *,
    account: CreditAccount,
    amount: int,
    key: str,
    payment: Payment | None = None,
    reason: str = "released",
    actor: str = "",
    note: str = "",
) -> CreditEntry:
    """Put ``amount`` minor units onto a balance, in the caller's transaction; the same ``key`` again adds nothing.

    A blocked account gets its money and stays blocked; one that expires is made to last as long as the credit policy
    says, so that the money can be spent. The account is locked, and brought up to date. Writes ``credit.changed``;
    sends ``credit_changed``, and ``credit_account_changed`` where it lasts longer.
    """
    check_positive(amount)
    now = lock_account(account)
    entry, is_new = change_balance(
        account=account, amount=amount, key=key, reason=reason, now=now, payment=payment, actor=actor, note=note
    )
    if is_new and account.expires_at is not None:
        until = nexus_settings.CREDIT_POLICY().expires_after_return(account=account, reason=reason, now=now)
        if until != account.expires_at:
            account.expires_at = until
            save_account(account, "extended", ["expires_at"])
    return entry


def check_positive(amount: int) -> None:
    """Raise ``InvalidInput`` unless there is something to take or give."""
    if amount <= 0:
        raise InvalidInput(_("Give an amount above zero."), field="amount")


@transaction.atomic
def hold_credit(*, payment: Payment, account: CreditAccount, amount: int, actor: str = "") -> CreditEntry:
    """Pay ``amount`` minor units of an order from a balance, in the caller's transaction; once a payment.

    A second call for the payment takes nothing. Raises what ``take_credit`` raises, and ``CreditRefused`` for a payment
    that was released.
    """
    if entry_of(release_key(payment)) is not None:
        raise refusal_of(account, is_usable=False)
    return take_credit(account=account, amount=amount, key=hold_key(payment), payment=payment, actor=actor)


@transaction.atomic
def release_credit(*, payment: Payment, actor: str = "") -> CreditEntry | None:
    """Give back all that a payment took from a balance, in the caller's transaction: its order came to nothing.

    Once a payment; None where it took nothing, or all of it was refunded. An expired card can be used again.
    """
    account = account_of(payment)
    if account is None:
        return None
    lock_account(account)
    key = release_key(payment)
    left = left_of(payment)
    if left == 0:
        return entry_of(key)
    return give_back_credit(account=account, amount=left, key=key, payment=payment, reason="released", actor=actor)


@transaction.atomic
def refund_credit(*, payment: Payment, amount: int, key: str | UUID, actor: str = "") -> CreditEntry:
    """Give back ``amount`` minor units of what a payment took from a balance, in the caller's transaction.

    ``key`` is the public id of the refund: the same again gives nothing. An expired card can be used again. Raises
    ``RefundRefused`` where less is left, and ``CreditRefused`` where the payment took nothing.
    """
    account = account_of(payment)
    if account is None:
        raise CreditRefused(field="payment", balance=0, currency=payment.currency)
    lock_account(account)
    entry_key = f"refund:{key}"
    left = left_of(payment)
    if amount > left and entry_of(entry_key) is None:
        raise RefundRefused(field="amount", refundable=left)
    return give_back_credit(
        account=account, amount=amount, key=entry_key, payment=payment, reason="refunded", actor=actor
    )


def hold_key(payment: Payment) -> str:
    """Return the key of the entry by which a payment took money."""
    return f"hold:{payment.public_id}"


def release_key(payment: Payment) -> str:
    """Return the key of the entry by which all of it came back."""
    return f"release:{payment.public_id}"


def account_of(payment: Payment) -> CreditAccount | None:
    """Return the account that a payment took money from; None where it took none."""
    held = entry_of(hold_key(payment))
    return held.account if held is not None else None


def left_of(payment: Payment) -> int:
    """Return how much of what a payment took has not come back; its account is locked."""
    total = CreditEntry.objects.filter(payment=payment).aggregate(total=Sum("amount"))["total"]
    return -(total or 0)
