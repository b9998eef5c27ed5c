"""The models of promotions, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.promotions.abstract_models import AbstractCoupon as CouponBase
    from nexus_commerce.promotions.abstract_models import AbstractCustomerUsage as CustomerUsageBase
    from nexus_commerce.promotions.abstract_models import AbstractPromotion as PromotionBase
    from nexus_commerce.promotions.abstract_models import AbstractRedemption as RedemptionBase
else:
    from nexus_commerce.promotions import abstract_models as a

    PromotionBase = compose("promotions.Promotion", a.AbstractPromotion)
    CouponBase = compose("promotions.Coupon", a.AbstractCoupon)
    CustomerUsageBase = compose("promotions.CustomerUsage", a.AbstractCustomerUsage)
    RedemptionBase = compose("promotions.Redemption", a.AbstractRedemption)

__all__ = ["Coupon", "CustomerUsage", "Promotion", "Redemption"]


@seal
class Promotion(PromotionBase):
    """See ``AbstractPromotion``."""


@seal
class Coupon(CouponBase):
    """See ``AbstractCoupon``."""


@seal
class CustomerUsage(CustomerUsageBase):
    """See ``AbstractCustomerUsage``."""


@seal
class Redemption(RedemptionBase):
    """See ``AbstractRedemption``."""
