"""Promotions, their codes and what was used of them."""

from nexus_commerce.admin.promotions.argument_fields import FIELD_MAKERS
from nexus_commerce.admin.promotions.code_sources import CODE_SOURCES, CodeSource, ListSource, RowSource
from nexus_commerce.admin.promotions.coupons import CouponAdmin
from nexus_commerce.admin.promotions.promotions import PromotionAdmin
from nexus_commerce.admin.promotions.records import CustomerUsageAdmin, RedemptionAdmin

__all__ = [
    "CODE_SOURCES",
    "FIELD_MAKERS",
    "CodeSource",
    "CouponAdmin",
    "CustomerUsageAdmin",
    "ListSource",
    "PromotionAdmin",
    "RedemptionAdmin",
    "RowSource",
]
