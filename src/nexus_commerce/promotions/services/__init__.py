"""What loads and changes promotions, and counts their uses."""

from nexus_commerce.promotions.services.changing import (
    archive_promotion,
    change_promotion,
    clean_promotion,
    create_promotion,
)
from nexus_commerce.promotions.services.codes import normalize_code
from nexus_commerce.promotions.services.coupons import check_coupon, create_coupons
from nexus_commerce.promotions.services.customers import customer_key_of
from nexus_commerce.promotions.services.facts import load_customer_groups, load_line_facts
from nexus_commerce.promotions.services.loading import facts_needed, load_promotions
from nexus_commerce.promotions.services.redemptions import redeem_promotions
from nexus_commerce.promotions.services.releasing import confirm_redemptions, release_redemptions

__all__ = [
    "archive_promotion",
    "change_promotion",
    "check_coupon",
    "clean_promotion",
    "confirm_redemptions",
    "create_coupons",
    "create_promotion",
    "customer_key_of",
    "facts_needed",
    "load_customer_groups",
    "load_line_facts",
    "load_promotions",
    "normalize_code",
    "redeem_promotions",
    "release_redemptions",
]
