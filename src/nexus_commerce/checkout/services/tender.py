"""Paying with gift cards and store credit, before a provider is asked for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nexus_commerce.customers.models import Customer
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.deriving import Fact
from nexus_commerce.payments.models import CreditAccount, Payment
from nexus_commerce.payments.services import add_facts, get_provider, open_payment
from nexus_commerce.payments.services.credit import hold_credit
from nexus_commerce.payments.services.credit_accounts import store_credit_of
from nexus_commerce.payments.services.gift_cards import find_gift_card

__all__ = ["Tender", "hold_tender", "plan_tender"]


@dataclass(frozen=True, slots=True)
class Tender:
    """How much of an order is paid from which balance, in minor units."""

    account: CreditAccount
    amount: int


def plan_tender(
    *, total: int, currency: str, codes: Sequence[str], customer: Customer | None, use_store_credit: bool
) -> list[Tender]:
    """Return what the gift cards, in the order given, and then the store credit of a customer pay of ``total``.

    Nothing is held yet. Raises ``GiftCardNotUsable``. No statement without a code or store credit.
    """
    accounts = {card.pk: card for card in (find_gift_card(code=code, currency=currency) for code in codes)}
    found = list(accounts.values())
    if use_store_credit and customer is not None:
        credit = store_credit_of(customer=customer, currency=currency)
        if credit is not None and credit.is_active:
            found.append(credit)
    plan = []
    for account in found:
        part = min(total, account.balance)
        if part > 0:
            plan.append(Tender(account, part))
            total -= part
    return plan


def hold_tender(*, order: Order, plan: Sequence[Tender], is_captured: bool, actor: str) -> list[Payment]:
    """Take the planned amounts from their balances, each with a payment of its own, in the checkout's transaction.

    Called before stock is taken, the accounts in the order of their keys. Until the order is placed the payments are
    authorized; ``is_captured`` captures them at once. Raises ``CreditRefused`` and ``GiftCardNotUsable``.
    """
    payments = []
    for tender in sorted(plan, key=lambda tender: tender.account.pk):
        payment = open_payment(order=order, provider=get_provider(alias=tender.account.kind), amount=tender.amount)
        hold_credit(payment=payment, account=tender.account, amount=tender.amount, actor=actor)
        facts = [Fact("authorized", tender.amount)]
        if is_captured:
            facts.append(Fact("captured", tender.amount))
        payments.append(add_facts(payment=payment, facts=facts))
    return payments
