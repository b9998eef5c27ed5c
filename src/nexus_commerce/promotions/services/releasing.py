"""What becomes of the uses of an order: confirmed when it is placed, given back when it comes to nothing."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from nexus_commerce.core.errors import Conflict
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion, Redemption
from nexus_commerce.promotions.signals import redemptions_changed

__all__ = ["confirm_redemptions", "release_redemptions"]


@transaction.atomic
def confirm_redemptions(*, order: UUID) -> list[Redemption]:
    """Turn the reserved uses of an order, by its public id, into used ones; return those that changed.

    Called when the order is placed, any number of times. Sends ``redemptions_changed`` where something changed.
    """
    return move(order, {"reserved"}, "used")


@transaction.atomic
def release_redemptions(*, order: UUID) -> list[Redemption]:
    """Give the uses of an order, by its public id, back: those of promotions, budgets, coupons and the customer.

    Called when the order expires or is canceled, any number of times: only what is not released yet is given back.
    The order's redemptions are locked, then the counters in the global order. Returns those that changed; sends
    ``redemptions_changed`` where something did.
    """
    rows = move(order, {"reserved", "used"}, "released")
    for row in rows:
        give_back_promotion(row)
    for coupon_id in sorted(row.coupon_id for row in rows if row.coupon_id is not None):
        Coupon.objects.filter(pk=coupon_id, usage_limit__isnull=False, uses__gt=0).update(uses=F("uses") - 1)
    for row in rows:
        if row.customer_key:
            mine = CustomerUsage.objects.filter(promotion=row.promotion_id, customer_key=row.customer_key, uses__gt=0)
            mine.update(uses=F("uses") - 1)
    return rows


def move(order: UUID, before: Collection[str], after: str) -> list[Redemption]:
    """Change the state of the redemptions of an order; return those that changed, in the order of their promotions."""
    now = timezone.now()
    mine = Redemption.objects.filter(order=order, state__in=before)
    rows = lock_rows(mine)
    if not rows:
        return []
    if mine.filter(pk__in=[row.pk for row in rows]).update(state=after, updated_at=now) != len(rows):
        # On SQLite the rows were read without a lock.
        raise Conflict
    for row in rows:
        row.state, row.updated_at = after, now
    redemptions_changed.send_after_commit(Redemption, order=order, redemptions=rows)
    return sorted(rows, key=lambda row: row.promotion_id)


def give_back_promotion(row: Redemption) -> None:
    """Take a use off a promotion, and what it spent; no statement touches a row where neither is counted."""
    limited = Promotion.objects.filter(pk=row.promotion_id)
    limited = limited.filter(usage_limit__isnull=False) | limited.filter(budget__isnull=False)
    limited.update(
        uses=Case(
            When(usage_limit__isnull=False, uses__gt=0, then=F("uses") - 1),
            default=F("uses"),
            output_field=BigIntegerField(),
        ),
        spent=Case(
            When(budget__isnull=False, then=Greatest(F("spent") - row.amount, Value(0))),
            default=F("spent"),
            output_field=BigIntegerField(),
        ),
    )
