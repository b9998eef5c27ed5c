"""Signals of promotions."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["coupons_created", "promotions_changed", "redemptions_changed"]

promotions_changed = CommerceSignal(
    "A promotion was made, changed or archived.",
    promotion="the Promotion",
    change="created, changed or archived",
)
coupons_created = CommerceSignal(
    "Codes of a promotion were made.", promotion="the Promotion", coupons="a list of the Coupons"
)
redemptions_changed = CommerceSignal(
    "An order used promotions, or its uses were confirmed or given back.",
    order="the public id of the order",
    redemptions="a list of the Redemptions, in their new state",
)
