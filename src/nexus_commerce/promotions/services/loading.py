"""The promotions that may apply to a cart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import router
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)

from nexus_commerce.catalog.querysets import within_window
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.prepared import AnyOf, Prepared, Slot
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion
from nexus_commerce.promotions.rules import PromotionInput
from nexus_commerce.promotions.services.codes import normalize_code
from nexus_commerce.promotions.services.stored import Rules, read_rules

__all__ = ["facts_needed", "load_promotions"]

COLUMNS: Final = (
    "pk",
    "public_id",
    "version",
    "updated_at",
    "name",
    "conditions",
    "effects",
    "basis",
    "priority",
    "is_exclusive",
    "stops_others",
    "group",
    "upsell_message",
    "needs_coupon",
    "usage_limit",
    "usage_limit_per_customer",
    "budget",
    "uses",
    "spent",
)


def promotions_in_force() -> QuerySet[Promotion]:
    """Return the promotions in force, with slots for ``channel``, ``currency`` and ``now``; best first."""
    now: Any = Slot("now", DateTimeField())
    bound = Promotion.channels.through.objects.filter(promotion=OuterRef("pk"))
    return Promotion.objects.filter(
        ~Exists(bound) | Exists(bound.filter(channel=Slot("channel", BigIntegerField()))),
        Q(currency="") | Q(currency=Slot("currency", CharField())),
        within_window("valid_from", "valid_until", now),
        is_active=True,
        archived_at__isnull=True,
    ).order_by("-priority", "pk")


def automatic_promotions() -> QuerySet[Promotion, dict[str, Any]]:
    """Return the promotions in force that need no coupon."""
    found: QuerySet[Promotion, dict[str, Any]] = promotions_in_force().filter(needs_coupon=False).values(*COLUMNS)
    return found


def opened_promotions() -> QuerySet[Promotion, dict[str, Any]]:
    """Return the promotions in force that need no coupon, or that a usable one among ``codes`` opens.

    Of several codes of one promotion that with uses left counts, then the older one.
    """
    now: Any = Slot("now", DateTimeField())
    usable = Coupon.objects.filter(
        AnyOf("code", "codes"), within_window("valid_from", "valid_until", now), is_active=True
    )
    left = Case(
        When(Q(usage_limit__isnull=True) | Q(uses__lt=F("usage_limit")), then=True),
        default=False,
        output_field=BooleanField(),
    )
    best = usable.filter(promotion=OuterRef("pk")).annotate(left=left).order_by("-left", "pk")
    found: QuerySet[Promotion, dict[str, Any]] = (
        promotions_in_force()
        .filter(Q(needs_coupon=False) | Q(pk__in=usable.order_by().values("promotion")))
        .annotate(coupon_code=Subquery(best.values("code")[:1]), coupon_left=Subquery(best.values("left")[:1]))
        .values(*COLUMNS, "coupon_code", "coupon_left")
    )
    return found


FIELDS: Final[dict[str, Any]] = {"channel": BigIntegerField(), "currency": CharField(), "now": DateTimeField()}
AUTOMATIC: Final = Prepared(automatic_promotions, **FIELDS)
OPENED: Final = Prepared(opened_promotions, **FIELDS, codes=CharField())
USED: Final[Prepared[Any]] = Prepared(
    lambda: (
        CustomerUsage.objects.filter(AnyOf("promotion_id", "promotions"), customer_key=Slot("key", CharField()))
        .order_by()
        .values("promotion_id", "uses")
    ),
    promotions=BigIntegerField(),
    key=CharField(),
)


def load_promotions(
    *, channel: Channel, currency: str, codes: Collection[str], customer_key: str, now: datetime
) -> list[PromotionInput]:
    """Return the promotions that may apply in ``channel``, in the order in which they are tried.

    Those in force that need no coupon, or that one of ``codes`` opens. One whose uses or budget are gone is among
    them, with the reason as its ``refusal``. One whose stored rules cannot be read any more, because the host removed
    a class, is left out with a warning in the log: it must not break carts. ``customer_key`` is that of
    ``customer_key_of``; while it is empty no limit for each customer counts. One statement, and one more where there
    is such a limit.
    """
    using = router.db_for_write(Promotion)
    values: dict[str, Any] = {"channel": channel.pk, "currency": currency, "now": now}
    wanted = sorted({normalize_code(code) for code in codes})
    rows = OPENED.run(using, **values, codes=wanted) if wanted else AUTOMATIC.run(using, **values)
    pairs = [(row, rules) for row in rows if (rules := read_rules(row)) is not None]
    used = uses_by_customer([row for row, _ in pairs], customer_key, using)
    return [promotion_input(row, rules, used.get(row["pk"], 0)) for row, rules in pairs]


def uses_by_customer(rows: Sequence[dict[str, Any]], customer_key: str, using: str) -> dict[int, int]:
    """Return how often the customer has used the promotions that limit it; no statement where none does."""
    limited = [row["pk"] for row in rows if row["usage_limit_per_customer"] is not None]
    if not limited or not customer_key:
        return {}
    return {row["promotion_id"]: row["uses"] for row in USED.run(using, promotions=limited, key=customer_key)}


def promotion_input(row: dict[str, Any], rules: Rules, used: int) -> PromotionInput:
    """Return a promotion as the totals engine reads it."""
    coupon_code = row.get("coupon_code") or ""
    coupon_left = bool(row.get("coupon_left", True))
    if not row["needs_coupon"] and not coupon_left:
        # It applies without the code as well.
        coupon_code, coupon_left = "", True
    return PromotionInput(
        id=str(row["public_id"]),
        rank=row["pk"],
        name=row["name"],
        conditions=rules.conditions,
        effects=rules.effects,
        priority=row["priority"],
        is_exclusive=row["is_exclusive"],
        stops_others=row["stops_others"],
        group=row["group"],
        basis=row["basis"],
        coupon_code=coupon_code,
        refusal=refusal_of(row, used) if not coupon_code or coupon_left else "used_up",
        budget_left=None if row["budget"] is None else max(0, row["budget"] - row["spent"]),
        upsell_message=row["upsell_message"],
    )


def refusal_of(row: dict[str, Any], used: int) -> str:
    """Return why a promotion cannot apply to anything any more, or the empty string."""
    if row["usage_limit"] is not None and row["uses"] >= row["usage_limit"]:
        return "used_up"
    if row["usage_limit_per_customer"] is not None and used >= row["usage_limit_per_customer"]:
        return "customer_limit"
    if row["budget"] is not None and row["spent"] >= row["budget"]:
        return "budget_exhausted"
    return ""


def facts_needed(promotions: Iterable[PromotionInput]) -> frozenset[str]:
    """Return which facts the promotions ask for, of those that are loaded only on demand."""
    rules = (rule for entry in promotions for rule in (*entry.conditions, *entry.effects))
    return frozenset[str]().union(*(rule.needs for rule in rules))
