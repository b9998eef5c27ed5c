"""Invariants of states and histories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Final

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Now

from nexus_commerce.cart.models import Cart
from nexus_commerce.checkout.invariants.base import Breaches, Invariant, breaches_of, named, total
from nexus_commerce.fulfillment.models import ShipmentLine
from nexus_commerce.orders.flows import order_flow
from nexus_commerce.orders.models import Order, OrderEvent, OrderLine
from nexus_commerce.payments.deriving import Fact, derive
from nexus_commerce.payments.models import CreditAccount, CreditEntry, Payment, PaymentEvent

__all__ = ["STATES"]

SETTLED_WITHIN: Final = timedelta(minutes=15)
"""How long captured money may belong to an order that is not placed."""


def one_live_order_a_cart() -> Breaches:
    live = Order.objects.exclude(state="expired").filter(cart=OuterRef("pk"))
    many = live.order_by().values("cart").annotate(count=Count("pk")).values("count")
    carts = Cart.objects.annotate(
        count=Coalesce(Subquery(many, output_field=BigIntegerField()), Value(0)),
        has_pending=Exists(live.filter(state="pending")),
        has_placed=Exists(live.filter(state__in=("placed", "completed"))),
    )
    thawed = Q(has_pending=True) & ~Q(state="frozen")
    reopened = Q(has_placed=True) & ~Q(state="ordered")
    return breaches_of(carts.filter(Q(count__gt=1) | thawed | reopened))


def histories_are_paths() -> Breaches:
    return named(broken_histories())


def broken_histories() -> Iterator[str]:
    """Yield the orders whose history is no way through the flow, or ends elsewhere than where the order is."""
    transitions = order_flow().transitions
    events = OrderEvent.objects.filter(type="state").order_by("order_id", "pk")
    rows = events.values_list("order_id", "order__state", "from_state", "to_state", "order__public_id")
    for _, steps in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[0]):
        at, last = "", ""
        for _, state, before, after, public_id in steps:
            last, name = state, public_id
            if before != at or (before and after not in transitions.get(before, ())):
                at = "?"
                break
            at = after
        if at != last:
            yield f"order {name}"


def payments_follow_from_facts() -> Breaches:
    return named(wrong_payments())


def wrong_payments() -> Iterator[str]:
    """Yield the payments whose state or totals are not those that their facts make."""
    payments = Payment.objects.order_by("pk").values_list(
        "pk", "public_id", "amount", "state", "authorized", "captured", "refunded"
    )
    facts = PaymentEvent.objects.order_by("payment_id").values_list("payment_id", "type", "amount")
    grouped = groupby(facts.iterator(chunk_size=5000), key=lambda row: row[0])
    ahead = next(grouped, None)
    for pk, public_id, amount, *known in payments.iterator(chunk_size=5000):
        own: list[Fact] = []
        if ahead is not None and ahead[0] == pk:
            own = [Fact(name, value or 0) for _, name, value in ahead[1]]
            ahead = next(grouped, None)
        derived = derive(amount, own)
        if [derived.state, derived.authorized, derived.captured, derived.refunded] != known:
            yield f"payment {public_id}"


def captures_are_authorized() -> Breaches:
    return breaches_of(Payment.objects.exclude(authorized=0).filter(captured__gt=F("authorized")))


def no_orphan_money() -> Breaches:
    kept = Order.objects.filter(captured__gt=F("refunded") + F("refund_pending"), updated_at__lt=Now() - SETTLED_WITHIN)
    return breaches_of(kept.filter(state__in=("pending", "expired", "canceled")))


def balances_are_sums() -> Breaches:
    accounts = CreditAccount.objects.annotate(entered=total(CreditEntry.objects.all(), "account", F("amount")))
    return breaches_of(accounts.filter(~Q(balance=F("entered")) | Q(balance__lt=0)))


def units_are_counted() -> Breaches:
    sent = ShipmentLine.objects.exclude(shipment__state__in=("pending", "canceled"))
    lines = OrderLine.objects.annotate(sent=total(sent, "order_line", F("quantity")))
    right = Q(
        shipped_quantity=F("sent"),
        quantity__gte=F("shipped_quantity") + F("canceled_quantity"),
        shipped_quantity__gte=F("returned_quantity"),
    )
    return breaches_of(lines.exclude(right))


def fulfillment_follows() -> Breaches:
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    orders = Order.objects.annotate(
        sent=Coalesce(Subquery(lines.annotate(n=Sum("shipped_quantity")).values("n")), Value(0)),
        left=Coalesce(
            Subquery(lines.annotate(n=Sum(F("quantity") - F("canceled_quantity") - F("shipped_quantity"))).values("n")),
            Value(0),
        ),
    )
    wrong = (
        Q(fulfillment_state="fulfilled", left__gt=0)
        | Q(fulfillment_state="unfulfilled", sent__gt=0)
        | Q(fulfillment_state="partially_fulfilled", sent=0)
    )
    return breaches_of(orders.filter(wrong))


STATES: Final = (
    Invariant("carts.one_order", "A cart has at most one live order, and is closed by it.", one_live_order_a_cart),
    Invariant("orders.history", "The history of an order is a way through the flow.", histories_are_paths),
    Invariant("payments.facts", "A payment is what its facts make of it.", payments_follow_from_facts),
    Invariant("payments.captured", "No more is captured than was authorized.", captures_are_authorized),
    Invariant(
        "payments.orphans", "Money that came belongs to an order, is on its way back, or is looked at.", no_orphan_money
    ),
    Invariant("credit.balances", "A balance is the sum of its entries and never negative.", balances_are_sums),
    Invariant("shipments.units", "No more is sent than was ordered and not canceled.", units_are_counted),
    Invariant("orders.fulfillment", "How far an order was sent follows from its lines.", fulfillment_follows),
)
