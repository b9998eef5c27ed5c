"""A shop of any size, written in bulk: products with three variants, prices, stock, a picture and categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from nexus_commerce.catalog.models import (
    Category,
    Media,
    MediaRendition,
    Option,
    OptionValue,
    Physical,
    Product,
    ProductAncestor,
    ProductCategory,
    ProductListing,
    Slug,
    Variant,
)
from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import StockItem, StockLocation
from nexus_commerce.pricing.models import Price, PriceList

__all__ = ["Shop", "seed"]

VARIANTS = 3
BATCH = 5000
SIZES = {"thumbnail": 160, "small": 480, "medium": 960, "large": 1600}


@dataclass(frozen=True)
class Shop:
    """What the benchmark asks for: the keys that the bare views know by heart, and a category in the middle."""

    products: int
    channel_id: int
    price_list_id: int
    category: str
    category_id: int


@transaction.atomic
def seed(products: int) -> Shop:
    """Write the shop. One leaf category in ten has every tenth product; all are below one root."""
    channel = Channel.objects.create(code="shop", name="Shop", currency="EUR", country="DE", is_default=True)
    prices = PriceList.objects.create(code="retail", name="Retail", currency="EUR")
    prices.channels.add(channel)
    locations = [StockLocation.objects.create(code=code, name=code) for code in ("north", "south")]
    for location in locations:
        location.channels.add(channel)
    leaves = _categories()
    rows = _products(products)
    for start in range(0, products, BATCH):
        _write(rows[start : start + BATCH], channel, prices, locations, leaves)
    _analyze()
    leaf = leaves[3]
    return Shop(products, channel.pk, prices.pk, "category-3", leaf.pk)


def _categories() -> list[Category]:
    root = Category.objects.create(name="All")
    Slug.objects.create(category=root, language="en", slug="all")
    leaves = [Category.objects.create(name=f"Category {number}", parent=root) for number in range(10)]
    Slug.objects.bulk_create(
        [Slug(category=leaf, language="en", slug=f"category-{number}") for number, leaf in enumerate(leaves)]
    )
    return leaves


def _products(products: int) -> list[Product]:
    kind = ContentType.objects.get_for_model(Physical, for_concrete_model=False)
    rows = [
        Product(
            name=f"Product {number * 7919 % products:07d}",
            subtitle="One of many",
            description="<p>What it is, and why anybody would want it.</p>",
            attributes={"color": ("red", "green", "blue")[number % 3], "weight": number % 900},
            polymorphic_ctype=kind,
        )
        for number in range(products)
    ]
    created: list[Product] = Product.plain.bulk_create(rows, batch_size=BATCH)
    with connection.cursor() as cursor:
        product, child = Product._meta.db_table, Physical._meta.db_table
        cursor.execute(
            f"INSERT INTO {child} (product_ptr_id, origin_country, customs_code) SELECT id, '', '' FROM {product}"
        )
    return created


def _write(
    products: list[Product], channel: Channel, prices: PriceList, locations: list[StockLocation], leaves: list[Category]
) -> None:
    def bulk(model: Any, rows: list[Any]) -> list[Any]:
        created: list[Any] = model._base_manager.bulk_create(rows, batch_size=BATCH)
        return created

    bulk(Slug, [Slug(product=p, language="en", slug=f"product-{p.pk}") for p in products])
    bulk(ProductListing, [ProductListing(channel=channel, product=p) for p in products])
    placed = [(p, leaves[p.pk % 10]) for p in products]
    bulk(ProductCategory, [ProductCategory(product=p, category=leaf, is_primary=True) for p, leaf in placed])
    bulk(ProductAncestor, [ProductAncestor(product=p, category=leaf) for p, leaf in placed])
    bulk(ProductAncestor, [ProductAncestor(product=p, category_id=leaf.parent_id) for p, leaf in placed])
    media = bulk(
        Media, [Media(product=p, file=f"nexus/{p.pk}.jpg", alt=p.name, width=1600, height=1200) for p in products]
    )
    bulk(
        MediaRendition,
        [
            MediaRendition(media=m, size=size, file=f"nexus/{m.pk}-{size}.webp", width=edge, height=edge * 3 // 4)
            for m in media
            for size, edge in SIZES.items()
        ],
    )
    options = bulk(Option, [Option(product=p, name="Size") for p in products])
    values = bulk(
        OptionValue,
        [OptionValue(option=o, value=size, position=at) for o in options for at, size in enumerate("SML")],
    )
    variants = bulk(
        Variant,
        [
            Variant(product=p, sku=f"SKU-{p.pk}-{at}", signature=str(at), position=at, attributes={})
            for p in products
            for at in range(VARIANTS)
        ],
    )
    chosen = Variant.option_values.through
    bulk(chosen, [chosen(variant=v, optionvalue=value) for v, value in zip(variants, values, strict=True)])
    bulk(Price, [Price(price_list=prices, variant=v, amount=500 + v.pk * 37 % 9500) for v in variants])
    bulk(StockItem, [StockItem(location=place, variant=v, on_hand=10**6) for v in variants for place in locations])


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
