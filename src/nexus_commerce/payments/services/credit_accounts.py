"""Store credit, and what staff does to gift cards and store credit."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.validation import clean_model
from nexus_commerce.customers.models import Customer
from nexus_commerce.payments.models import CreditAccount, CreditEntry
from nexus_commerce.payments.services.balances import change_balance, lock_account, save_account
from nexus_commerce.payments.services.credit import give_back_credit

__all__ = ["adjust_credit", "block_account", "give_store_credit", "store_credit_of", "unblock_account"]


def store_credit_of(*, customer: Customer | None = None, email: str = "", currency: str) -> CreditAccount | None:
    """Return the store credit in a currency, of a customer or else of an e-mail address; None where there is none.

    That of an address is not that of the customer who says that it is theirs.
    """
    return CreditAccount.objects.filter(currency=currency, **owner_of(customer, email)).first()


def owner_of(customer: Customer | None, email: str) -> dict[str, Any]:
    """Return the columns that say whose store credit an account is. Raises ``InvalidInput`` where nobody is named."""
    if customer is not None:
        return {"kind": "store_credit", "customer": customer}
    if not email.strip():
        raise InvalidInput(_("Name a customer or an e-mail address."), field="email")
    return {"kind": "store_credit", "customer": None, "email": email.strip().lower()}


@transaction.atomic
def give_store_credit(
    *,
    customer: Customer | None = None,
    email: str = "",
    currency: str,
    amount: int,
    key: str,
    reason: str = "issued",
    actor: str = "",
    note: str = "",
) -> CreditAccount:
    """Give a customer, or an e-mail address, ``amount`` minor units of store credit; the account is made on demand.

    The same ``key`` again changes nothing. The account is locked. Raises ``InvalidInput`` naming the field. Writes
    ``credit.changed``; sends ``credit_changed``.
    """
    columns = owner_of(customer, email)
    clean_model(CreditAccount(currency=currency, **columns), ["currency", "email"])
    account, _is_new = CreditAccount.objects.get_or_create(currency=currency, **columns)
    give_back_credit(account=account, amount=amount, key=key, reason=reason, actor=actor, note=note)
    return account


@transaction.atomic
def adjust_credit(*, account: CreditAccount, amount: int, actor: str, note: str, key: str = "") -> CreditEntry:
    """Correct a balance by ``amount`` minor units, less than zero to take some, also of a blocked or expired account.

    ``note`` says why, and is required. The account is locked. Raises ``InvalidInput`` naming the field and
    ``CreditRefused`` where there is not enough. Writes ``credit.changed``; sends ``credit_changed``.
    """
    if not note.strip():
        raise InvalidInput(_("Say why."), field="note")
    now = lock_account(account)
    key = f"adjust:{key or uuid4()}"
    entry, _is_new = change_balance(
        account=account, amount=amount, key=key, reason="adjusted", now=now, actor=actor, note=note
    )
    return entry


@transaction.atomic
def block_account(*, account: CreditAccount) -> CreditAccount:
    """Block a gift card or store credit: nothing is taken from it any more, while money still comes back to it.

    Sends ``credit_account_changed``.
    """
    return set_active(account, is_active=False)


@transaction.atomic
def unblock_account(*, account: CreditAccount) -> CreditAccount:
    """Let a blocked gift card or store credit be used again. Sends ``credit_account_changed``."""
    return set_active(account, is_active=True)


def set_active(account: CreditAccount, *, is_active: bool) -> CreditAccount:
    """Block or unblock an account, unless it is so already."""
    lock_account(account)
    if account.is_active is not is_active:
        account.is_active = is_active
        save_account(account, "unblocked" if is_active else "blocked", ["is_active"])
    return account
