"""Invariants of promotions, events, calls and the catalog."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import Now

from nexus_commerce.catalog.models import Category
from nexus_commerce.checkout.invariants.base import Breaches, Invariant, breaches_of, named, total
from nexus_commerce.events.models import IdempotencyKey, InboxEntry, OutboxEvent, WebhookDelivery
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, ProviderNotice
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion, Redemption

__all__ = ["OTHERS"]

STUCK_AFTER: Final = timedelta(days=1)


def limits_hold() -> Breaches:
    live = Redemption.objects.exclude(state="released").annotate(one=Count("pk"))
    limited = Q(usage_limit__isnull=False)
    promotions = Promotion.objects.annotate(
        counted=total(live, "promotion", 1), taken=total(live, "promotion", F("amount"))
    )
    coupons = Coupon.objects.filter(limited).annotate(counted=total(live, "coupon", 1))
    wrong_uses = limited & (Q(uses__gt=F("usage_limit")) | ~Q(uses=F("counted")))
    wrong_budget = Q(budget__isnull=False) & (Q(spent__gt=F("budget")) | ~Q(spent=F("taken")))
    return breaches_of(
        promotions.filter(wrong_uses | wrong_budget),
        coupons.filter(Q(uses__gt=F("usage_limit")) | ~Q(uses=F("counted"))),
        CustomerUsage.objects.filter(uses__gt=F("usage_limit")),
    )


def redemptions_have_an_order() -> Breaches:
    live = Redemption.objects.exclude(state="released")
    orders = Order.objects.filter(public_id=OuterRef("order"), state__in=("pending", "placed", "completed", "review"))
    return breaches_of(live.annotate(is_wanted=Exists(orders)).filter(is_wanted=False))


def changes_are_told() -> Breaches:
    """Orders placed since the oldest event that is kept have one event that says so."""
    first = OutboxEvent.objects.aggregate(first=Min("occurred_at"))["first"]
    if first is None:
        return Breaches(0)
    told = OutboxEvent.objects.filter(aggregate="order", type="order.placed", aggregate_id=OuterRef("public_id"))
    placed = Order.objects.filter(placed_at__gt=first, state__in=("placed", "completed"))
    twice = (
        OutboxEvent.objects.filter(type="order.placed").values("aggregate_id").annotate(n=Count("pk")).filter(n__gt=1)
    )
    untold = breaches_of(placed.annotate(is_told=Exists(told)).filter(is_told=False))
    return Breaches(untold.count + twice.count(), untold.examples)


def events_are_handed_on() -> Breaches:
    late = Now() - STUCK_AFTER
    return breaches_of(
        OutboxEvent.objects.filter(state="pending", occurred_at__lt=late),
        InboxEntry.objects.filter(state__in=("pending", "running"), created_at__lt=late),
        WebhookDelivery.objects.filter(state="running", locked_until__lt=late),
    )


def calls_have_one_reply() -> Breaches:
    return breaches_of(IdempotencyKey.objects.filter(state="completed", status__isnull=True))


def references_are_unique() -> Breaches:
    payments = Payment.objects.filter(provider_ref__isnull=False).values("provider", "provider_ref")
    notices = ProviderNotice.objects.values("provider", "provider_event")
    numbers = Order.objects.values("number")
    found = [
        f"{' '.join(str(value) for name, value in row.items() if name != 'n')}"
        for rows in (payments, notices, numbers)
        for row in rows.order_by().annotate(n=Count("pk")).filter(n__gt=1)
    ]
    return named(found)


def tree_has_no_cycle() -> Breaches:
    return named(f"category {pk}" for pk in in_cycles(dict(Category.objects.values_list("pk", "parent_id"))))


def in_cycles(parents: dict[int, int | None]) -> list[int]:
    """Return the nodes from which the way up never ends."""
    ends: dict[int, bool] = {}
    for start in parents:
        way: list[int] = []
        at: int | None = start
        while at is not None and at not in ends and at not in way:
            way.append(at)
            at = parents.get(at)
        is_fine = at is None or ends.get(at, False)
        ends.update(dict.fromkeys(way, is_fine))
    return [pk for pk, is_fine in ends.items() if not is_fine]


OTHERS: Final = (
    Invariant("promotions.limits", "Limits and budgets hold, and uses are counted.", limits_hold),
    Invariant("promotions.orders", "A use belongs to an order that stands.", redemptions_have_an_order),
    Invariant("events.told", "Every placed order was told of once.", changes_are_told),
    Invariant("events.handed_on", "No event waits for more than a day.", events_are_handed_on),
    Invariant("calls.replies", "A call that was completed has its reply.", calls_have_one_reply),
    Invariant("references", "Numbers and references are unique.", references_are_unique),
    Invariant("catalog.tree", "The category tree has no cycle.", tree_has_no_cycle),
)
