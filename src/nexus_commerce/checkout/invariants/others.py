"""Invariants of promotions, names, calls and the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Category, Product, ProductAncestor, ProductCategory
from nexus_commerce.checkout.invariants.base import Breaches, Invariant, breaches_of, merged, named, total
from nexus_commerce.events.models import IdempotencyKey
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import CreditEntry, Payment, PaymentEvent, ProviderNotice
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion, Redemption

__all__ = ["OTHERS"]


def limits_hold() -> Breaches:
    live = Redemption.objects.exclude(state="released").annotate(one=Count("pk"))
    limited = Q(usage_limit__isnull=False)
    promotions = Promotion.objects.filter(limited | Q(budget__isnull=False)).annotate(
        counted=total(live, "promotion", 1), taken=total(live, "promotion", F("amount"))
    )
    wrong_uses = limited & (Q(uses__gt=F("usage_limit")) | ~Q(uses=F("counted")))
    wrong_budget = Q(budget__isnull=False) & (Q(spent__gt=F("budget")) | ~Q(spent=F("taken")))
    coupons = Coupon.objects.filter(limited).annotate(counted=total(live, "coupon", 1))
    return breaches_of(promotions.filter(wrong_uses | wrong_budget), coupons.filter(wrong_uses))


def customers_keep_their_limits() -> Breaches:
    """Uses are counted where a promotion limits each customer; such a redemption keeps the customer's key."""
    live = Redemption.objects.exclude(state="released").exclude(customer_key="").order_by()
    counted = live.values("promotion", "customer_key").annotate(n=Count("pk"))
    known = {(promotion, key): uses for promotion, key, uses in counted.values_list("promotion", "customer_key", "n")}
    usages = CustomerUsage.objects.order_by("pk").values_list("pk", "promotion", "customer_key", "uses", "usage_limit")

    def wrong() -> Iterator[str]:
        for pk, promotion, key, uses, limit in usages.iterator(chunk_size=2000):
            if uses != known.pop((promotion, key), 0) or uses > limit:
                yield f"use by a customer {pk}"
        yield from (f"uses of promotion {promotion} that are not counted" for promotion, _ in known)

    return named(wrong())


def redemptions_have_an_order() -> Breaches:
    standing = Order.objects.filter(public_id=OuterRef("order")).exclude(state__in=("expired", "canceled"))
    return breaches_of(Redemption.objects.exclude(state="released").filter(~Exists(standing)))


def names_are_unique() -> Breaches:
    return named(
        " ".join(str(value) for name, value in row.items() if name != "nexus_count")
        for rows in (
            Order.objects.values("number"),
            Order.objects.filter(access_token_hash__isnull=False).values("access_token_hash"),
            Cart.objects.filter(token_hash__isnull=False).values("token_hash"),
            Payment.objects.filter(provider_ref__isnull=False).values("provider", "provider_ref"),
            PaymentEvent.objects.values("provider", "provider_event"),
            ProviderNotice.objects.values("provider", "provider_event"),
            CreditEntry.objects.values("key"),
            IdempotencyKey.objects.values("scope"),
        )
        for row in twice(rows)
    )


def twice(rows: QuerySet[Any, Any]) -> Iterator[dict[str, Any]]:
    """Yield the values that there are more than once."""
    yield from rows.order_by().annotate(nexus_count=Count("pk")).filter(nexus_count__gt=1)


def calls_have_one_reply() -> Breaches:
    return breaches_of(IdempotencyKey.objects.filter(state="completed", status__isnull=True))


def tree_is_sound() -> Breaches:
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    inside = Q(
        tree_id=F("parent__tree_id"), level=F("parent__level") + 1, lft__gt=F("parent__lft"), rght__lt=F("parent__rght")
    )
    below = Category.objects.filter(parent__isnull=False).exclude(inside)
    wrong = {*in_cycles(parents), *below.values_list("pk", flat=True)}
    wrong.update(Category.objects.filter(Q(parent__isnull=True) & ~Q(level=0)).values_list("pk", flat=True))
    return named(f"category {pk}" for pk in sorted(wrong))


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


def paths_are_derived() -> Breaches:
    return named(wrong_paths())


def wrong_paths() -> Iterator[str]:
    """Yield the products whose categories are not those that they were placed in and all above these."""
    above = ways_up(dict(Category.objects.values_list("pk", "parent_id")))
    products = Product.plain.order_by("pk").values_list("pk", "public_id")
    placements = ProductCategory.objects.order_by("product_id").values_list("product_id", "category_id")
    derived = ProductAncestor.objects.order_by("product_id").values_list("product_id", "category_id")
    for ((_, public_id), placed), (_, kept) in zip(
        merged(products, placements), merged(products, derived), strict=True
    ):
        wanted = {category for _, start in placed for category in above[start]}
        if wanted != {category for _, category in kept}:
            yield f"product {public_id}"


def ways_up(parents: dict[int, int | None]) -> dict[int, set[int]]:
    """Return each category with all above it and itself; a cycle ends where it began."""
    found: dict[int, set[int]] = {}
    for start in parents:
        way: set[int] = set()
        at: int | None = start
        while at is not None and at not in way:
            way.add(at)
            at = parents.get(at)
        found[start] = way
    return found


OTHERS: Final = (
    Invariant("promotions.limits", "Limits and budgets hold, and uses are counted.", limits_hold),
    Invariant("promotions.customers", "So are the uses by each customer.", customers_keep_their_limits),
    Invariant("promotions.orders", "A use belongs to an order that stands.", redemptions_have_an_order),
    Invariant("references", "Numbers, tokens and references are unique.", names_are_unique),
    Invariant("calls.replies", "A call that was completed has its reply.", calls_have_one_reply),
    Invariant("catalog.tree", "The category tree has no cycle, and its numbers are those of the links.", tree_is_sound),
    Invariant("catalog.paths", "A product is in its categories and in all above them.", paths_are_derived),
)
