"""Rows for tests: each function writes a working thing with as little said as possible.

Every function is keyword-only, but for the effects of a promotion, and takes the columns of its model, a host's own
among them, as ``**fields``. What is not said is made up: codes, SKUs and slugs are unique within the process.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from nexus_commerce.catalog.models import (
    Category,
    Physical,
    Product,
    ProductCategory,
    ProductListing,
    Slug,
    Variant,
)
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import Customer
from nexus_commerce.inventory.models import StockItem, StockLocation, StockMovement
from nexus_commerce.pricing.models import Price, PriceList
from nexus_commerce.promotions.models import Coupon, Promotion
from nexus_commerce.promotions.registry import rule_json
from nexus_commerce.promotions.rules import Condition, Effect
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate, ShippingTier, ShippingZone, ShippingZoneArea
from nexus_commerce.tax.models import TaxClass, TaxRate, TaxZone, TaxZoneArea

__all__ = [
    "make_category",
    "make_channel",
    "make_coupon",
    "make_customer",
    "make_price",
    "make_price_list",
    "make_product",
    "make_shipping_method",
    "make_shipping_zone",
    "make_stock",
    "make_stock_location",
    "make_tax",
    "make_variant",
]

_numbers = count(1)


def make_channel(**fields: Any) -> Channel:
    """Write a channel that sells in euros in Germany, without tax in its prices."""
    number = next(_numbers)
    given = {"code": f"channel-{number}", "name": f"Channel {number}", "currency": "EUR", "country": "DE"}
    return Channel.objects.create(**given | fields)


def make_category(*, name: str = "", parent: Category | None = None, slug: str = "", **fields: Any) -> Category:
    """Write a category with its slug, as a root or below ``parent``."""
    number = next(_numbers)
    category: Category = Category.objects.create(name=name or f"Category {number}", parent=parent, **fields)
    Slug.objects.create(language="en", slug=slug or f"category-{number}", category=category)
    return category


def make_product(
    *,
    product_type: type[Product] = Physical,
    channel: Channel | None = None,
    category: Category | None = None,
    amount: int | None = None,
    stock: int | None = None,
    slug: str = "",
    sku: str = "",
    track_stock: bool = True,
    **fields: Any,
) -> Product:
    """Write a product with one variant.

    With ``channel`` it is visible there; ``amount`` (minor units of the channel's currency) gives it a price there,
    ``stock`` so many units at a location that serves it. ``track_stock=False`` sells without stock.
    """
    number = next(_numbers)
    product = product_type.objects.create(**{"name": f"Product {number}"} | fields)
    Slug.objects.create(language="en", slug=slug or f"product-{number}", product=product)
    if channel is not None:
        ProductListing.objects.create(channel=channel, product=product)
    if category is not None:
        ProductCategory.objects.create(product=product, category=category, is_primary=True)
    make_variant(product=product, channel=channel, amount=amount, stock=stock, sku=sku, track_stock=track_stock)
    return product


def make_variant(
    *,
    product: Product | None = None,
    channel: Channel | None = None,
    amount: int | None = None,
    stock: int | None = None,
    sku: str = "",
    **fields: Any,
) -> Variant:
    """Write a variant, of a product of its own where none is given, with a price and stock as asked."""
    if product is None:
        return make_product(channel=channel, amount=amount, stock=stock, sku=sku, **fields).variants.get()
    number = next(_numbers)
    fields.setdefault("signature", "" if not product.variants.exists() else f"test-{number}")
    variant = Variant.objects.create(product=product, sku=sku or f"SKU-{number}", **fields)
    if amount is not None:
        make_price(variant=variant, amount=amount, channel=channel)
    if stock is not None:
        make_stock(variant=variant, quantity=stock, channel=channel)
    return variant


def make_price_list(*, channel: Channel | None = None, **fields: Any) -> PriceList:
    """Write a price list in the channel's currency, for that channel; without one, in euros, unbound."""
    number = next(_numbers)
    given = {
        "code": f"prices-{number}",
        "name": f"Prices {number}",
        "currency": channel.currency if channel is not None else "EUR",
    }
    price_list: PriceList = PriceList.objects.create(**given | fields)
    if channel is not None:
        price_list.channels.add(channel)
    return price_list


def make_price(
    *,
    variant: Variant,
    amount: int,
    channel: Channel | None = None,
    price_list: PriceList | None = None,
    **fields: Any,
) -> Price:
    """Write a price of ``amount`` minor units, in ``price_list`` or else in the channel's first list."""
    if price_list is None:
        lists = PriceList.objects.filter(channels=channel).order_by("id")
        price_list = lists.first() or make_price_list(channel=channel)
    price: Price = Price.objects.create(variant=variant, price_list=price_list, amount=amount, **fields)
    return price


def make_stock_location(*, channel: Channel | None = None, **fields: Any) -> StockLocation:
    """Write a stock location that serves the channel, where one is given."""
    number = next(_numbers)
    location = StockLocation.objects.create(**{"code": f"location-{number}", "name": f"Location {number}"} | fields)
    if channel is not None:
        location.channels.add(channel)
    return location


def make_stock(
    *,
    variant: Variant,
    quantity: int,
    channel: Channel | None = None,
    location: StockLocation | None = None,
    **fields: Any,
) -> StockItem:
    """Write a stock item with ``quantity`` units on hand and the movement that brought them, at ``location`` or else at
    the first location of the channel."""
    if location is None:
        locations = StockLocation.objects.filter(channels=channel).order_by("id")
        location = locations.first() or make_stock_location(channel=channel)
    item = StockItem.objects.create(variant=variant, location=location, on_hand=quantity, **fields)
    if quantity:
        StockMovement.objects.create(stock_item=item, quantity=quantity, reason="opening")
    return item


def make_customer(**fields: Any) -> Customer:
    """Write a customer with an e-mail address and no user."""
    return Customer.objects.create(**{"email": f"customer-{next(_numbers)}@example.com"} | fields)


def make_shipping_zone(*countries: str, postcodes: str = "", region: str = "", **fields: Any) -> ShippingZone:
    """Write a shipping zone with an area for each country; ``postcodes`` and ``region`` narrow all of them."""
    number = next(_numbers)
    zone = ShippingZone.objects.create(**{"code": f"zone-{number}", "name": f"Zone {number}"} | fields)
    for country in countries:
        ShippingZoneArea.objects.create(zone=zone, country=country, postcodes=postcodes, region=region)
    return zone


def make_shipping_method(
    *,
    amount: int | None = 490,
    currency: str = "EUR",
    channel: Channel | None = None,
    zone: ShippingZone | None = None,
    tiers: Mapping[int, int] | None = None,
    rate: Mapping[str, Any] | None = None,
    **fields: Any,
) -> ShippingMethod:
    """Write a shipping method that costs ``amount`` minor units, flat unless ``kind`` says otherwise.

    It is offered in all channels and everywhere, unless ``channel`` or ``zone`` narrow it. ``rate`` holds further
    columns of its rate, ``tiers`` amounts by where they start; without an ``amount`` it has no rate.
    """
    number = next(_numbers)
    method = ShippingMethod.objects.create(**{"code": f"method-{number}", "name": f"Method {number}"} | fields)
    if channel is not None:
        method.channels.add(channel)
    if zone is not None:
        method.zones.add(zone)
    if amount is not None:
        row = ShippingRate.objects.create(method=method, currency=currency, amount=amount, **rate or {})
        for starts_at, cost in (tiers or {}).items():
            ShippingTier.objects.create(rate=row, starts_at=starts_at, amount=cost)
    return method


def make_promotion(
    *effects: Effect, channel: Channel | None = None, conditions: Iterable[Condition] = (), **fields: Any
) -> Promotion:
    """Write a promotion with these effects, in force; with ``channel`` only there, in its currency, else in euros."""
    given = {
        "name": f"Promotion {next(_numbers)}",
        "currency": channel.currency if channel is not None else "EUR",
        "conditions": [rule_json(condition) for condition in conditions],
        "effects": [rule_json(effect) for effect in effects],
    }
    promotion = Promotion.objects.create(**given | fields)
    if channel is not None:
        promotion.channels.add(channel)
    return promotion


def make_coupon(*, promotion: Promotion, code: str = "", **fields: Any) -> Coupon:
    """Write a coupon without a limit; the promotion needs one from now on."""
    if not promotion.needs_coupon:
        promotion.needs_coupon = True
        promotion.save(update_fields=["needs_coupon", "updated_at"])
    return Coupon.objects.create(promotion=promotion, code=(code or f"CODE-{next(_numbers)}").upper(), **fields)


def make_tax(
    *,
    percent: Decimal | int | str = 19,
    country: str = "DE",
    region: str = "",
    postcodes: str = "",
    zone: TaxZone | None = None,
    tax_class: str = "standard",
    **fields: Any,
) -> TaxRate:
    """Write a rate of tax for a class, by its code, in ``zone`` or else in the zone of exactly that area.

    The zone is written where there is none, and allows the reverse charge; so is the class, as the default one where
    it is the first.
    """
    if zone is None:
        area = {"country": country, "region": region, "postcodes": postcodes}
        zone = TaxZone.objects.filter(areas__in=TaxZoneArea.objects.filter(**area)).order_by("id").first()
        if zone is None:
            code = f"zone-{next(_numbers)}"
            zone = TaxZone.objects.create(code=code, name=code, allows_reverse_charge=True)
            TaxZoneArea.objects.create(zone=zone, **area)
    is_first = not TaxClass.objects.exists()
    row, _ = TaxClass.objects.get_or_create(code=tax_class, defaults={"name": tax_class, "is_default": is_first})
    rate = Decimal(percent)
    return TaxRate.objects.create(**{"zone": zone, "tax_class": row, "name": f"VAT {rate} %", "rate": rate} | fields)
