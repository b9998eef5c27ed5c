"""Invariants of payments, refunds and balances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Greatest, Now

from nexus_commerce.checkout.invariants.base import Breaches, Invariant, breaches_of, merged, named, total, unequal
from nexus_commerce.core.fields import MinorUnitsField
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.payments.deriving import Fact, derive
from nexus_commerce.payments.models import CreditAccount, CreditEntry, Payment, PaymentEvent, Refund, RefundLine

__all__ = ["PAYMENTS"]

SETTLED_WITHIN: Final = timedelta(minutes=15)
"""How long captured money may belong to an order that is not placed, and what broke off may wait."""


def orders_know_their_payments() -> Breaches:
    held = Case(
        When(authorized__gt=F("captured"), then=F("authorized") - F("captured")),
        default=Value(0),
        output_field=MinorUnitsField(),
    )
    sums = {name: F(name) for name in ("captured", "refunded", "refund_pending")}
    return breaches_of(*unequal(Payment.objects.all(), "order", authorized=held, **sums))


def states_follow_from_money() -> Breaches:
    """The same function as ``orders.flows.payment_state_of``, as one query."""
    kept = F("captured") - F("refunded")
    follows = Case(
        When(refunded__gt=0, captured__lte=F("refunded"), then=Value("refunded")),
        When(kept__gte=F("total"), then=Value("paid")),
        When(refunded__gt=0, then=Value("partially_refunded")),
        When(kept__gt=0, then=Value("partially_paid")),
        When(authorized__gte=F("total"), then=Value("authorized")),
        default=Value("unpaid"),
        output_field=CharField(),
    )
    return breaches_of(Order.objects.alias(kept=kept, follows=follows).exclude(payment_state=F("follows")))


def payments_follow_from_facts() -> Breaches:
    return named(wrong_payments())


def wrong_payments() -> Iterator[str]:
    """Yield the payments whose state or totals are not those that their facts make."""
    columns = ("pk", "public_id", "amount", "state", "authorized", "captured", "refunded")
    payments = Payment.objects.order_by("pk").values_list(*columns)
    facts = PaymentEvent.objects.order_by("payment_id").values_list("payment_id", "type", "amount")
    for (_, public_id, amount, *known), rows in merged(payments, facts):
        derived = derive(amount, [Fact(name, figure or 0) for _, name, figure in rows])
        if [derived.state, derived.authorized, derived.captured, derived.refunded] != known:
            yield f"payment {public_id}"


def captures_are_authorized() -> Breaches:
    return breaches_of(Payment.objects.exclude(authorized=0).filter(captured__gt=F("authorized")))


def refunds_are_counted() -> Breaches:
    succeeded, pending = Refund.objects.filter(state="succeeded"), Refund.objects.filter(state="pending")
    lines = RefundLine.objects.exclude(refund__state="failed")
    too_much = Q(captured__lt=F("refunded") + F("refund_pending"))
    too_many = Q(refunded_quantity__gt=F("quantity")) | Q(refunded_amount__gt=F("total") + F("tax_total"))
    return breaches_of(
        *unequal(succeeded, "payment", refunded=F("amount")),
        *unequal(pending, "payment", refund_pending=F("amount")),
        *unequal(lines, "order_line", refunded_quantity=F("quantity"), refunded_amount=F("amount")),
        Payment.objects.filter(too_much),
        Order.objects.filter(too_much),
        OrderLine.objects.filter(too_many),
    )


def no_orphan_money() -> Breaches:
    kept = Order.objects.filter(captured__gt=F("refunded") + F("refund_pending"), updated_at__lt=Now() - SETTLED_WITHIN)
    return breaches_of(kept.filter(state__in=("pending", "expired", "canceled")))


def nothing_is_left_behind() -> Breaches:
    """Operations that no process has, and orders that nobody paid in time: the sweeper takes both up."""
    late = Now() - SETTLED_WITHIN
    asked = Payment.objects.filter(order=OuterRef("pk")).filter(~Q(operation="") | Q(state="unknown"))
    return breaches_of(
        Payment.objects.exclude(operation="").filter(locked_until__lt=late),
        Order.objects.filter(~Exists(asked), state="pending", expires_at__lt=late),
    )


def balances_are_sums() -> Breaches:
    return breaches_of(
        *unequal(CreditEntry.objects.all(), "account", balance=F("amount")), CreditAccount.objects.filter(balance__lt=0)
    )


def balances_paid() -> Breaches:
    """Store credit that is given for a refund is an entry of no payment; what went back where it came from has one."""
    back = Refund.objects.filter(state="succeeded", target="payment")
    paid = Payment.objects.filter(provider__in=("gift_card", "store_credit")).annotate(
        entered=total(CreditEntry.objects.all(), "payment", F("amount")),
        returned=total(back, "payment", F("amount")),
    )
    return breaches_of(paid.exclude(entered=F("returned") - Greatest("authorized", "captured")))


PAYMENTS: Final = (
    Invariant("orders.money", "What an order was paid is the sum of its payments.", orders_know_their_payments),
    Invariant("orders.payment_state", "Whether an order is paid follows from its money.", states_follow_from_money),
    Invariant("payments.facts", "A payment is what its facts make of it.", payments_follow_from_facts),
    Invariant("payments.captured", "No more is captured than was authorized.", captures_are_authorized),
    Invariant("payments.refunds", "No more is given back than came, of payments and lines.", refunds_are_counted),
    Invariant(
        "payments.orphans", "Money that came belongs to an order, is on its way back, or is looked at.", no_orphan_money
    ),
    Invariant("payments.left", "What broke off is taken up again.", nothing_is_left_behind),
    Invariant("credit.balances", "A balance is the sum of its entries and never negative.", balances_are_sums),
    Invariant("credit.payments", "What a balance paid is what its payments hold or took.", balances_paid),
)
