"""Counting the uses of promotions by orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from nexus_commerce.core.errors import CommerceError
from nexus_commerce.pricing.totals import Tried
from nexus_commerce.promotions.errors import (
    CouponUsedByCustomer,
    CouponUsedUp,
    CustomerNeeded,
    PromotionUsedByCustomer,
    PromotionUsedUp,
)
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion, Redemption
from nexus_commerce.promotions.signals import redemptions_changed

__all__ = ["redeem_promotions"]


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a promotion that is to be counted; ``row`` is a released one of the same order, taken up again."""

    promotion: Promotion
    coupon: Coupon | None
    amount: int
    row: Redemption | None

    @property
    def used_up(self) -> CommerceError:
        """The error when there are no more uses."""
        return CouponUsedUp(code=self.coupon.code) if self.coupon else PromotionUsedUp(promotion=self.promotion.name)

    @property
    def used_by_customer(self) -> CommerceError:
        """The error when the customer has no more uses."""
        if self.coupon:
            return CouponUsedByCustomer(code=self.coupon.code)
        return PromotionUsedByCustomer(promotion=self.promotion.name)


def redeem_promotions(
    *,
    order: UUID,
    customer_key: str,
    currency: str,
    tried: Sequence[Tried],
    state: Literal["used", "reserved"] = "used",
) -> list[Redemption]:
    """Count the uses that an order, by its public id, makes of the promotions that applied to it.

    Called in the checkout's transaction after the order was written and before stock is taken. Whatever is limited is
    counted by a conditional UPDATE whose row count is checked, promotions first, then coupons, then uses of the
    customer, each in the order of their keys; constraints hold the same. What is not limited is neither locked nor
    changed, and asks for no statement. A promotion that the order has used already is not counted again.
    ``customer_key`` is that of ``customer_key_of``. Raises ``CouponUsedUp``, ``PromotionUsedUp``,
    ``CouponUsedByCustomer``, ``PromotionUsedByCustomer`` or ``CustomerNeeded``, and counts nothing then. Sends
    ``redemptions_changed``.
    """
    applied = {UUID(entry.promotion): entry for entry in tried if not entry.reason}
    if not applied:
        return []
    with transaction.atomic():
        uses = uses_of(order, applied)
        take_uses(uses, customer_key)
        redemptions = write_redemptions(uses, order=order, customer_key=customer_key, currency=currency, state=state)
        if redemptions:
            redemptions_changed.send_after_commit(Redemption, order=order, redemptions=redemptions)
        return redemptions


def uses_of(order: UUID, applied: Mapping[UUID, Tried]) -> list[Use]:
    """Return what is to be counted, in the order of the promotions' keys. Nothing is locked."""
    known = {row.promotion_id: row for row in Redemption.objects.filter(order=order)}
    promotions = Promotion.objects.filter(public_id__in=applied).order_by("pk")
    codes = {entry.coupon_code for entry in applied.values() if entry.coupon_code}
    coupons = {coupon.code: coupon for coupon in Coupon.objects.filter(code__in=codes)} if codes else {}
    uses = []
    for promotion in promotions:
        entry, row = applied[promotion.public_id], known.get(promotion.pk)
        if row is None or row.state == "released":
            uses.append(Use(promotion, coupons.get(entry.coupon_code), entry.amount, row))
    return uses


def take_uses(uses: Sequence[Use], customer_key: str) -> None:
    """Count the uses in the global order of locks."""
    for use in uses:
        take_promotion(use)
    for use in sorted(uses, key=lambda use: use.coupon.pk if use.coupon else 0):
        take_coupon(use)
    take_customer_uses([use for use in uses if use.promotion.usage_limit_per_customer is not None], customer_key)


def take_promotion(use: Use) -> None:
    """Count a use of a limited promotion, and what it spends of a budget. No statement where it is not limited."""
    promotion, changes = use.promotion, {}
    if promotion.usage_limit is not None:
        changes["uses"] = F("uses") + 1
    if promotion.budget is not None:
        changes["spent"] = F("spent") + use.amount
    if not changes:
        return
    enough = Q(usage_limit__isnull=True) | Q(uses__lt=F("usage_limit"))
    enough &= Q(budget__isnull=True) | Q(spent__lte=F("budget") - use.amount)
    if not Promotion.objects.filter(enough, pk=promotion.pk).update(**changes):
        raise use.used_up


def take_coupon(use: Use) -> None:
    """Count a use of a limited coupon. No statement where it is not limited."""
    if use.coupon is None or use.coupon.usage_limit is None:
        return
    enough = Q(usage_limit__isnull=True) | Q(uses__lt=F("usage_limit"))
    if not Coupon.objects.filter(enough, pk=use.coupon.pk).update(uses=F("uses") + 1):
        raise use.used_up


def take_customer_uses(uses: Sequence[Use], customer_key: str) -> None:
    """Count the uses of promotions that limit each customer, by their present limits."""
    if not uses:
        return
    if not customer_key:
        raise CustomerNeeded(field="email", promotion=uses[0].promotion.name)
    # Whoever comes second waits here for the first, or finds the row.
    CustomerUsage.objects.bulk_create(
        [
            CustomerUsage(
                promotion=use.promotion,
                customer_key=customer_key,
                usage_limit=use.promotion.usage_limit_per_customer or 0,
            )
            for use in uses
        ],
        ignore_conflicts=True,
    )
    for use in uses:
        limit = use.promotion.usage_limit_per_customer or 0
        mine = CustomerUsage.objects.filter(promotion=use.promotion, customer_key=customer_key, uses__lt=limit)
        if not mine.update(uses=F("uses") + 1, usage_limit=limit):
            raise use.used_by_customer


def write_redemptions(
    uses: Sequence[Use], *, order: UUID, customer_key: str, currency: str, state: str
) -> list[Redemption]:
    """Write a row for each use; the customer's key only where it was counted, so that it can be given back."""
    rows = []
    for use in uses:
        row = use.row or Redemption(promotion=use.promotion, order=order)
        row.coupon, row.amount, row.currency, row.state = use.coupon, use.amount, currency, state
        row.customer_key = customer_key if use.promotion.usage_limit_per_customer is not None else ""
        row.updated_at = timezone.now()
        rows.append(row)
    again = [row for row in rows if not row._state.adding]
    Redemption.objects.bulk_create([row for row in rows if row._state.adding])
    columns: Any = ["coupon", "amount", "currency", "state", "customer_key", "updated_at"]
    if again:
        Redemption.objects.bulk_update(again, columns)
    return rows
