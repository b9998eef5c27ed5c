"""Coupons: whether one can be used, and making many."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.querysets import within_window
from nexus_commerce.catalog.services.columns import refuse_unstorable
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.tokens import ALPHABET, random_code
from nexus_commerce.core.validation import clean_model
from nexus_commerce.events.services import record_event
from nexus_commerce.promotions.errors import (
    CouponExpired,
    CouponNotForThisCart,
    CouponNotYetValid,
    CouponSuperseded,
    CouponUnknown,
    CouponUsedByCustomer,
    CouponUsedUp,
)
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion
from nexus_commerce.promotions.services.changing import count_version
from nexus_commerce.promotions.services.codes import normalize_code
from nexus_commerce.promotions.signals import coupons_created

__all__ = ["check_coupon", "create_coupons"]

MAX_COUPONS = 100_000
LOOKED_UP = 500
"""How many codes one statement looks for; SQLite takes no more than 999 values."""


def check_coupon(
    *,
    code: str,
    channel: Channel,
    currency: str,
    customer_key: str,
    now: datetime,
    beside: Collection[str] = (),
) -> Coupon:
    """Return the coupon of a code, with its promotion, where it can be used in ``channel`` at ``now``.

    ``beside`` are the codes that the cart has already. Raises ``CouponUnknown``, ``CouponNotYetValid``,
    ``CouponExpired``, ``CouponNotForThisCart``, ``CouponUsedUp``, ``CouponUsedByCustomer``, or ``CouponSuperseded``
    where one of those is of the same promotion. Counts nothing: the last word is said when the order is placed.
    """
    wanted = normalize_code(code)
    coupon = None
    if wanted.isprintable():  # PostgreSQL takes neither NUL nor half a surrogate pair.
        coupon = Coupon.objects.select_related("promotion").filter(code=wanted).first()
    if coupon is None or not coupon.is_active or not coupon.promotion.is_active or coupon.promotion.archived_at:
        raise CouponUnknown(field="code", code=wanted)
    check_window(coupon, now)
    check_place(coupon, channel, currency)
    check_uses(coupon, customer_key)
    if beside:
        check_beside(coupon, beside, now)
    return coupon


def check_window(coupon: Coupon, now: datetime) -> None:
    """Raise unless coupon and promotion are valid now."""
    starts = [row.valid_from for row in (coupon, coupon.promotion) if row.valid_from and row.valid_from > now]
    if starts:
        raise CouponNotYetValid(field="code", code=coupon.code, valid_from=max(starts).isoformat())
    ends = [row.valid_until for row in (coupon, coupon.promotion) if row.valid_until and row.valid_until <= now]
    if ends:
        raise CouponExpired(field="code", code=coupon.code, valid_until=min(ends).isoformat())


def check_place(coupon: Coupon, channel: Channel, currency: str) -> None:
    """Raise unless the promotion is for the channel and the currency."""
    channels = set(coupon.promotion.channels.values_list("pk", flat=True))
    if coupon.promotion.currency not in ("", currency) or (channels and channel.pk not in channels):
        raise CouponNotForThisCart(field="code", code=coupon.code)


def check_uses(coupon: Coupon, customer_key: str) -> None:
    """Raise unless coupon, promotion and customer have uses left."""
    promotion = coupon.promotion
    gone = any(row.usage_limit is not None and row.uses >= row.usage_limit for row in (coupon, promotion))
    if gone or (promotion.budget is not None and promotion.spent >= promotion.budget):
        raise CouponUsedUp(field="code", code=coupon.code)
    limit = promotion.usage_limit_per_customer
    if limit is not None and customer_key:
        mine = CustomerUsage.objects.filter(promotion=promotion, customer_key=customer_key, uses__gte=limit)
        if mine.exists():
            raise CouponUsedByCustomer(field="code", code=coupon.code)


def check_beside(coupon: Coupon, codes: Collection[str], now: datetime) -> None:
    """Raise when another code of the same promotion is there and can be used: a promotion applies once."""
    left = Q(usage_limit__isnull=True) | Q(uses__lt=F("usage_limit"))
    usable = Coupon.objects.filter(left, within_window("valid_from", "valid_until", now), is_active=True)
    if usable.filter(promotion=coupon.promotion, code__in=codes).exclude(pk=coupon.pk).exists():
        raise CouponSuperseded(field="code", code=coupon.code, by=coupon.promotion.name)


@transaction.atomic
def create_coupons(
    *,
    promotion: Promotion,
    count: int,
    prefix: str = "",
    length: int = 10,
    batch: str = "",
    usage_limit: int | None = 1,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> list[Coupon]:
    """Make ``count`` random codes of ``length`` characters after ``prefix``, each good for ``usage_limit`` uses.

    The promotion is locked, so that two batches do not make the same code. Raises ``InvalidInput`` naming the field;
    ``length`` must leave so many codes that guessing one is hopeless. Writes ``promotion.coupons_created``; sends
    ``coupons_created``.
    """
    prefix = normalize_code(prefix)
    sample = Coupon(
        promotion=promotion,
        code=prefix + ALPHABET[0] * length,
        batch=batch,
        usage_limit=usage_limit,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    check_batch(promotion, sample, count, length)
    count_version(promotion)
    codes = new_codes(count, prefix, length)
    columns = {"batch": batch, "usage_limit": usage_limit, "valid_from": valid_from, "valid_until": valid_until}
    coupons = Coupon.objects.bulk_create(
        [Coupon(promotion=promotion, code=code, **columns) for code in codes], batch_size=1000
    )
    record_event(
        type="promotion.coupons_created",
        aggregate="promotion",
        aggregate_id=promotion.public_id,
        version=promotion.version,
        payload={"batch": batch, "count": count},
    )
    coupons_created.send_after_commit(Promotion, promotion=promotion, coupons=coupons)
    return coupons


def check_batch(promotion: Promotion, sample: Coupon, count: int, length: int) -> None:
    """Raise unless such codes can be made."""
    if not promotion.needs_coupon:
        raise InvalidInput(_("The promotion applies without a code."), field="promotion")
    if not 1 <= count <= MAX_COUPONS:
        message = _("Give a whole number from %(least)s to %(greatest)s.")
        raise InvalidInput(message, field="count", least=1, greatest=MAX_COUPONS)
    if not 6 <= length <= 32 or len(ALPHABET) ** length < count * 100_000:
        raise InvalidInput(_("Codes of this length could be guessed, or are too long: give 6 to 32."), field="length")
    refuse_unstorable("prefix", sample.code)
    refuse_unstorable("batch", sample.batch)
    clean_model(sample, ["code", "batch", "usage_limit"])
    if sample.valid_from and sample.valid_until and sample.valid_from >= sample.valid_until:
        raise InvalidInput(_("The end must be later than the start."), field="valid_until")


def new_codes(count: int, prefix: str, length: int) -> list[str]:
    """Return codes that no coupon has yet."""
    codes: set[str] = set()
    while len(codes) < count:
        made = sorted({prefix + random_code(length) for _ in range(min(LOOKED_UP, count - len(codes)))} - codes)
        codes |= set(made) - set(Coupon.objects.filter(code__in=made).values_list("code", flat=True))
    return sorted(codes)
