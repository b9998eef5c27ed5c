"""Put a catalogue into the database through the services of the domains; asked again, go on where it stopped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.html import escape

from nexus_commerce.catalog.models import (
    Attribute,
    Bundle,
    BundleItem,
    Category,
    Digital,
    Physical,
    Product,
    Slug,
    Variant,
)
from nexus_commerce.catalog.services import (
    BundlePart,
    ProductRow,
    VariantRow,
    create_attribute,
    create_category,
    create_products,
    relate_products,
    set_bundle_items,
)
from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.demo.catalogue import AttributeSpec, Catalogue, CategorySpec, ProductSpec, VariantSpec
from nexus_commerce.inventory.models import StockItem, StockLocation
from nexus_commerce.inventory.services import set_stock_levels
from nexus_commerce.pricing.models import PriceList
from nexus_commerce.pricing.services import PriceRow, set_prices

__all__ = [
    "MARK",
    "Shop",
    "is_loaded",
    "load_products",
    "load_relations",
    "load_shop",
    "mark_loaded",
    "products_by_handle",
]

CHUNK = 20
"""Products that are written in one transaction: few enough that an interrupted load loses little."""

LOW_STOCK = 4
MARK = "nexus_demo"
MARKS = {"products": MARK, "terms": f"{MARK}_terms", "orders": f"{MARK}_orders"}
"""What the first channel's private metadata say of a part that was loaded once."""

TYPES: dict[str, type[Product]] = {"physical": Physical, "digital": Digital, "bundle": Bundle}
COUNTRIES = {
    "Germany": "DE", "Denmark": "DK", "Sweden": "SE", "Portugal": "PT",
    "Scotland": "GB", "Estonia": "EE", "Italy": "IT",
    "France": "FR", "United States": "US", "Ethiopia": "ET", "Guatemala": "GT", "Colombia": "CO", "China": "CN",
}  # fmt: skip


@dataclass(frozen=True)
class Shop:
    """The rows that products refer to."""

    channels: dict[str, Channel]
    price_lists: dict[str, PriceList]
    locations: dict[str, StockLocation]
    categories: dict[str, Category]


def is_loaded(catalogue: Catalogue, part: str = "products") -> bool:
    """Tell whether a part was loaded once. What the shop's staff changed or removed since then stays so."""
    channel = Channel.objects.filter(code=catalogue.channels[0].code).first()
    return channel is not None and channel.private_metadata.get(MARKS[part]) == "loaded"


def mark_loaded(catalogue: Catalogue, part: str = "products") -> None:
    """Remember that everything of a part is there."""
    channel = Channel.objects.get(code=catalogue.channels[0].code)
    channel.private_metadata[MARKS[part]] = "loaded"
    channel.save(update_fields=["private_metadata", "updated_at"])


@transaction.atomic
def load_shop(catalogue: Catalogue) -> Shop:
    """Create the channels, price lists, locations, attributes and categories that are not there."""
    channels = {spec.code: load_channel(spec) for spec in catalogue.channels}
    price_lists = {}
    for channel in channels.values():
        price_list, _ = PriceList.objects.get_or_create(
            code=f"{channel.code}-retail", defaults={"name": f"Retail {channel.name}", "currency": channel.currency}
        )
        price_list.channels.add(channel)
        price_lists[channel.currency] = price_list
    locations = {}
    for place in catalogue.locations:
        defaults = {"name": place.name, "country": place.country}
        location, _ = StockLocation.objects.get_or_create(code=place.code, defaults=defaults)
        location.channels.add(*(channels[code] for code in place.channels))
        locations[place.code] = location
    for position, attribute in enumerate(catalogue.attributes):
        load_attribute(attribute, position)
    return Shop(channels, price_lists, locations, load_categories(catalogue))


def load_channel(spec: Any) -> Channel:
    """Return the channel; the first one becomes the default of a site that has none."""
    channel, _ = Channel.objects.get_or_create(
        code=spec.code,
        defaults={
            **{
                name: getattr(spec, name) for name in ("name", "currency", "country", "time_zone", "prices_include_tax")
            },
            "default_language": spec.language,
            "is_default": not Channel.objects.filter(is_default=True).exists(),
        },
    )
    return channel


def load_attribute(spec: AttributeSpec, position: int) -> None:
    """Define an attribute that is not there."""
    if not Attribute.objects.filter(code=spec.code).exists():
        create_attribute(
            code=spec.code,
            name=spec.name,
            kind=spec.kind,
            choices=spec.choices,
            unit=spec.unit,
            on_variant=spec.on == "variant",
            is_filterable=spec.filterable,
            position=position,
        )


def load_categories(catalogue: Catalogue) -> dict[str, Category]:
    """Return the categories by slug, creating those that are not there."""
    slugs = Slug.objects.filter(category__isnull=False, is_current=True).select_related("category")
    found = {slug.slug: slug.category for slug in slugs if slug.category}

    def plant(spec: CategorySpec, parent: Category | None) -> None:
        if spec.slug not in found:
            found[spec.slug] = create_category(
                name=spec.name, parent=parent, slug=spec.slug, description=spec.description
            )
        for child in spec.children:
            plant(child, found[spec.slug])

    for root in catalogue.categories:
        plant(root, None)
    return found


def load_products(catalogue: Catalogue, shop: Shop) -> Iterator[int]:
    """Create the products that are not there, with prices and stock; yield how many each transaction did."""
    present = products_by_handle()
    missing = (spec for spec in catalogue.products if spec.handle not in present)
    yield sum(spec.handle in present for spec in catalogue.products)
    while chunk := list(islice(missing, CHUNK)):
        load_chunk(chunk, shop)
        yield len(chunk)


@transaction.atomic
def load_chunk(specs: Sequence[ProductSpec], shop: Shop) -> None:
    """Create some products with all that belongs to them alone."""
    create_products(rows=[product_row(spec, shop) for spec in specs])
    variants = [variant for spec in specs for variant in spec.variants]
    ids = dict(Variant.objects.filter(sku__in=[v.sku for v in variants]).values_list("sku", "pk"))
    for currency, price_list in shop.price_lists.items():
        # What is reduced was dearer before, so that there is a lowest price of the last days to show beside it.
        before = [PriceRow(ids[v.sku], v.compare_at[currency]) for v in variants if currency in v.compare_at]
        set_prices(price_list=price_list, rows=before)
        set_prices(price_list=price_list, rows=[row for v in variants for row in price_rows(v, ids[v.sku], currency)])
    for code, location in shop.locations.items():
        levels = {ids[v.sku]: v.stock[code] for v in variants if code in v.stock}
        set_stock_levels(location=location, levels=levels, reason="received", actor=MARK)
    StockItem.objects.filter(variant__in=ids.values()).update(low_stock_level=LOW_STOCK)


def price_rows(spec: VariantSpec, variant_id: int, currency: str) -> Iterator[PriceRow]:
    """Yield the price of a variant in a currency, and those for larger quantities."""
    yield PriceRow(variant_id, spec.prices[currency], compare_at=spec.compare_at.get(currency))
    for quantity, amount in spec.tiers.get(currency, {}).items():
        yield PriceRow(variant_id, amount, min_quantity=quantity)


def product_row(spec: ProductSpec, shop: Shop) -> ProductRow:
    """Return the product as the catalog's services take it."""
    categories = [shop.categories[slug] for slug in spec.categories]
    fields: dict[str, Any] = {"subtitle": spec.summary, "tax_class": spec.tax_class, **spec.fields}
    if spec.type == "physical":
        fields["origin_country"] = COUNTRIES.get(str(spec.attributes.get("origin")), "")
    return ProductRow(
        name=spec.name,
        product_type=TYPES.get(spec.type) or apps.get_model(spec.type),
        slug=spec.handle,
        description="".join(f"<p>{escape(part)}</p>" for part in spec.description.split("\n\n")),
        categories=categories,
        primary_category=categories[0],
        tags=spec.tags,
        attributes=spec.attributes,
        listings=list(shop.channels.values()),
        variants=[variant_row(spec, variant) for variant in spec.variants],
        fields=fields,
    )


def variant_row(product: ProductSpec, spec: VariantSpec) -> VariantRow:
    """Return the variant as the catalog's services take it; stock is tracked where something is counted."""
    fields: dict[str, Any] = {
        "barcode": spec.barcode,
        "weight": spec.weight,
        "track_stock": bool(spec.stock) or bool(product.contents),
        "metadata": dict(spec.metadata),
    }
    if spec.size:
        fields |= dict(zip(("length", "width", "height"), spec.size, strict=True))
    names = [option.name for option in product.options]
    return VariantRow(
        sku=spec.sku,
        options={name: value.name for name, value in zip(names, spec.values, strict=True)},
        attributes=spec.attributes,
        fields=fields,
    )


def load_relations(catalogue: Catalogue) -> None:
    """Relate the products and fill the bundles, where that was not done."""
    products = products_by_handle()
    related = set(Product.objects.filter(relations__isnull=False).values_list("pk", flat=True))
    filled = set(BundleItem.objects.values_list("bundle_id", flat=True))
    variants = {variant.sku: variant for variant in Variant.objects.select_related("product")}
    for spec in catalogue.products:
        product = products.get(spec.handle)
        if product is not None and product.pk not in related:
            others = [products[handle] for handle in spec.related if handle in products]
            relate_products(product=product, related=others)
        for variant in (variants.get(v.sku) for v in spec.variants if spec.contents):
            if variant is not None and variant.pk not in filled:
                parts = [BundlePart(variants[part.sku], part.quantity) for part in spec.contents]
                set_bundle_items(bundle=variant, items=parts)


def products_by_handle() -> dict[str, Product]:
    """Return every product by the slug that it has now."""
    slugs = Slug.objects.filter(product__isnull=False, is_current=True).select_related("product")
    return {slug.slug: slug.product for slug in slugs if slug.product}
