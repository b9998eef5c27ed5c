"""Short ways to use promotions in tests."""

from typing import Any
from uuid import UUID, uuid4

from nexus_commerce.pricing.totals import Tried
from nexus_commerce.promotions.models import Coupon, Promotion, Redemption
from nexus_commerce.promotions.services import redeem_promotions

CUSTOMER = "a" * 64


def applied(used: Promotion | Coupon, amount: int = 500, **terms: Any) -> Tried:
    """Return that a promotion, or that of a coupon, took ``amount`` off."""
    promotion, code = (used.promotion, used.code) if isinstance(used, Coupon) else (used, "")
    return Tried(str(promotion.public_id), promotion.name, code, amount, **terms)


def redeem(*tried: Tried, order: UUID | None = None, **terms: Any) -> list[Redemption]:
    """Redeem for an order of its own, in euros."""
    given = {"customer_key": CUSTOMER, "currency": "EUR"}
    return redeem_promotions(order=order or uuid4(), tried=tried, **given | terms)
