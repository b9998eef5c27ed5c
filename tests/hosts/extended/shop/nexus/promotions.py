"""What the shop adds to promotions."""

from django.db import models

from nexus_commerce.promotions.abstract_models import (
    AbstractCoupon,
    AbstractCustomerUsage,
    AbstractPromotion,
    AbstractRedemption,
)


class ShopPromotion(AbstractPromotion):
    """A promotion that a brand may pay for, with an index and a foreign key."""

    paid_by = models.ForeignKey(
        "extended_shop.Brand", models.SET_NULL, null=True, blank=True, related_name="promotions"
    )
    cost_center = models.CharField(max_length=16, default="marketing")

    class Meta:
        abstract = True
        indexes = [models.Index(name="promotion_cost_center", fields=["cost_center"])]


class ShopCoupon(AbstractCoupon):
    handed_out_by = models.CharField(max_length=80, null=True, blank=True, db_index=True)

    class Meta:
        abstract = True


class ShopCustomerUsage(AbstractCustomerUsage):
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class ShopRedemption(AbstractRedemption):
    is_settled = models.BooleanField(default=False)

    class Meta:
        abstract = True
