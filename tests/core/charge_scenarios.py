"""The services of promotions, shipping and tax that change something: how each is run, and the signal it sends."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from nexus_commerce.cart import services as cart
from nexus_commerce.cart.models import Cart
from nexus_commerce.core.areas import AreaData
from nexus_commerce.pricing.totals import Tried
from nexus_commerce.promotions import services as promotions
from nexus_commerce.promotions.effects.order import OrderPercentEffect
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.shipping import services as shipping
from nexus_commerce.tax import services as tax
from nexus_commerce.tax.models import TaxClass, TaxRate, TaxZone
from nexus_commerce.testing.factories import make_coupon, make_promotion, make_shipping_method, make_shipping_zone

__all__ = ["CHARGE_SCENARIOS", "CHARGE_SILENT"]

ORDER = UUID("00000000-0000-4000-8000-000000000001")


def promotion(**fields: Any) -> Promotion:
    return promotions.create_promotion(fields={"name": "Sale", **fields})


def coupon_code() -> str:
    return make_coupon(promotion=make_promotion(OrderPercentEffect(percent=Decimal(10))), code="CODE").code


def with_coupon(row: Cart) -> Cart:
    cart.add_coupon(cart=row, code=coupon_code())
    return row


def redeemed(state: Any = "used") -> UUID:
    tried = Tried(str(make_promotion(usage_limit=5).public_id), "Sale", amount=100)
    promotions.redeem_promotions(order=ORDER, customer_key="", currency="EUR", tried=[tried], state=state)
    return ORDER


def tax_class() -> TaxClass:
    return tax.create_tax_class(code="books", name="Books")


def zone() -> TaxZone:
    return tax.create_tax_zone(code="de", name="Germany", areas=[AreaData(country="DE")])


def rate() -> TaxRate:
    return tax.set_tax_rate(zone=zone(), tax_class=tax_class(), name="VAT 7 %", rate=Decimal(7))


def method() -> Any:
    return shipping.create_shipping_method(fields={"code": "post", "name": "Post"})


CHARGE_SCENARIOS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "create_promotion": ("promotions_changed", lambda s: promotion()),
    "change_promotion": (
        "promotions_changed",
        lambda s: promotions.change_promotion(promotion=promotion(), fields={"priority": 5}),
    ),
    "archive_promotion": ("promotions_changed", lambda s: promotions.archive_promotion(promotion=promotion())),
    "create_coupons": (
        "coupons_created",
        lambda s: promotions.create_coupons(promotion=promotion(needs_coupon=True), count=2),
    ),
    "redeem_promotions": ("redemptions_changed", lambda s: redeemed()),
    "confirm_redemptions": (
        "redemptions_changed",
        lambda s: promotions.confirm_redemptions(order=redeemed("reserved")),
    ),
    "release_redemptions": ("redemptions_changed", lambda s: promotions.release_redemptions(order=redeemed())),
    "add_coupon": ("cart_changed", lambda s: cart.add_coupon(cart=s.guest, code=coupon_code())),
    "add_coupons": ("cart_changed", lambda s: cart.add_coupons(cart=s.guest, codes=[coupon_code()])),
    "remove_coupon": ("cart_changed", lambda s: cart.remove_coupon(cart=with_coupon(s.guest), code="CODE")),
    "choose_shipping": (
        "cart_changed",
        lambda s: cart.choose_shipping(cart=s.guest, method=make_shipping_method(channel=s.channel).code),
    ),
    "clear_shipping": ("cart_changed", lambda s: cart.clear_shipping(cart=s.guest)),
    "create_shipping_zone": ("shipping_changed", lambda s: shipping.create_shipping_zone(code="de", name="Germany")),
    "set_shipping_areas": (
        "shipping_changed",
        lambda s: shipping.set_shipping_areas(zone=make_shipping_zone("DE"), areas=[]),
    ),
    "create_shipping_method": ("shipping_changed", lambda s: method()),
    "set_shipping_rate": (
        "shipping_changed",
        lambda s: shipping.set_shipping_rate(method=make_shipping_method(), rate=shipping.RateData("EUR", 490)),
    ),
    "record_shipping_change": ("shipping_changed", lambda s: shipping.record_shipping_change(method=method())),
    "create_tax_class": ("taxes_changed", lambda s: tax_class()),
    "set_default_tax_class": ("taxes_changed", lambda s: tax.set_default_tax_class(tax_class=tax_class())),
    "create_tax_zone": ("taxes_changed", lambda s: zone()),
    "set_tax_areas": ("taxes_changed", lambda s: tax.set_tax_areas(zone=zone(), areas=[])),
    "set_tax_rate": ("taxes_changed", lambda s: rate()),
    "end_tax_rate": (
        "taxes_changed",
        lambda s: tax.end_tax_rate(rate=rate(), valid_until=timezone.now() + timedelta(days=1)),
    ),
    "record_tax_change": ("taxes_changed", lambda s: tax.record_tax_change(tax_class=tax_class())),
}

CHARGE_SILENT: Final = {
    # They change nothing.
    "ask_carriers",
    "ask_tax_engine",
    "base_code",
    "carrier_aliases",
    "check_coupon",
    "check_overlap",
    "chosen_shipping",
    "clean_promotion",
    "customer_key_of",
    "facts_needed",
    "get_carrier",
    "has_methods",
    "is_outdated",
    "list_shipping_options",
    "load_customer_groups",
    "load_line_facts",
    "load_promotions",
    "normalize_code",
    "offered_methods",
    "list_priced_options",
    "price_cart_at",
    "quote_lines",
    "with_quote",
    # Asks an outside engine, which no transaction may do; tried where there is one.
    "refresh_tax",
}
