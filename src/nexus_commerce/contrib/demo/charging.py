"""Put the shop's taxes, shipping and promotions into the database through the services of their domains."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from nexus_commerce.catalog.models import Category, Slug
from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.demo.loading import MARK
from nexus_commerce.contrib.demo.terms import AreaSpec, MethodSpec, PromotionSpec, Terms, ZoneSpec
from nexus_commerce.core.areas import AreaData
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.promotions.models import Coupon, Promotion
from nexus_commerce.promotions.services import create_promotion
from nexus_commerce.shipping.models import ShippingMethod, ShippingZone
from nexus_commerce.shipping.services import RateData, create_shipping_method, create_shipping_zone
from nexus_commerce.tax.models import TaxClass, TaxZone
from nexus_commerce.tax.services import create_tax_class, create_tax_zone, set_tax_rate

__all__ = ["load_terms"]


@transaction.atomic
def load_terms(terms: Terms) -> None:
    """Create the taxes, shipping methods and promotions that are not there; the products are there already."""
    load_taxes(terms)
    for zone in terms.shipping_zones:
        if not ShippingZone.objects.filter(code=zone.code).exists():
            create_shipping_zone(code=zone.code, name=zone.name, areas=[AreaData(**area) for area in areas_of(zone)])
    for method in terms.shipping_methods:
        if not ShippingMethod.objects.filter(code=method.fields["code"]).exists():
            load_method(method)
    for group in terms.customer_groups:
        CustomerGroup.objects.get_or_create(code=group["code"], defaults={"name": group["name"]})
    present = set(Promotion.objects.values_list(f"private_metadata__{MARK}", flat=True))
    for promotion in terms.promotions:
        if promotion.key not in present:
            load_promotion(promotion)


def load_taxes(terms: Terms) -> None:
    """Create the tax classes and zones that are not there; a zone that is there keeps its rates."""
    has_default = TaxClass.objects.filter(is_default=True).exists()
    for row in terms.tax_classes:
        if not TaxClass.objects.filter(code=row["code"]).exists():
            is_default = bool(row.get("is_default")) and not has_default
            create_tax_class(code=row["code"], name=row["name"], is_default=is_default)
    classes = {tax_class.code: tax_class for tax_class in TaxClass.objects.all()}
    for spec in terms.tax_zones:
        if TaxZone.objects.filter(code=spec.code).exists():
            continue
        zone = create_tax_zone(
            code=spec.code,
            name=spec.name,
            areas=[AreaData(**area) for area in areas_of(spec)],
            allows_reverse_charge=spec.allows_reverse_charge,
        )
        for rate in spec.rates:
            set_tax_rate(zone=zone, tax_class=classes[rate.tax_class], name=rate.name, rate=rate.percent)


def areas_of(spec: AreaSpec | ZoneSpec) -> list[dict[str, str]]:
    """Return an area for each country of a zone."""
    return [{"country": country, "region": spec.region, "postcodes": spec.postcodes} for country in spec.countries]


def load_method(spec: MethodSpec) -> None:
    """Create a shipping method with its rates."""
    fields = dict(spec.fields)
    if spec.pickup_location:
        fields["pickup_location"] = StockLocation.objects.get(code=spec.pickup_location)
    create_shipping_method(
        fields=fields,
        rates=[rate_of(rate) for rate in spec.rates],
        channels=list(Channel.objects.filter(code__in=spec.channels)),
        zones=list(ShippingZone.objects.filter(code__in=spec.zones)),
    )


def rate_of(row: Mapping[str, Any]) -> RateData:
    """Return a rate; the keys of a TOML table are text, where a tier starts is a number."""
    tiers = {int(start): amount for start, amount in row.get("tiers", {}).items()}
    return RateData(**{**row, "tiers": tiers})


def load_promotion(spec: PromotionSpec) -> None:
    """Create a promotion with its codes."""
    fields = dict(spec.fields) | {"needs_coupon": bool(spec.coupons), "private_metadata": {MARK: spec.key}}
    for kind in ("conditions", "effects"):
        fields[kind] = [with_ids(rule) for rule in fields.get(kind, ())]
    channels = Channel.objects.filter(code__in=spec.channels)
    promotion = create_promotion(fields=fields, channels=channels)
    for code in spec.coupons:
        Coupon.objects.get_or_create(code=code, defaults={"promotion": promotion})


def with_ids(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule that names categories by their public ids, as rules do, in the place of their slugs."""
    args = {
        name: [category_id(slug) for slug in value] if name.endswith("categories") else value
        for name, value in rule.get("args", {}).items()
    }
    return {"code": rule["code"], "args": args}


def category_id(slug: str) -> str:
    """Return the public id of the category that has a slug now."""
    current = Slug.objects.filter(slug=slug, is_current=True, category__isnull=False)
    return str(Category.objects.get(slugs__in=current).public_id)
