"""Write products that the shop does not have, many at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from nexus_commerce.catalog.models import Digital, Media, Physical, Product, Variant
from nexus_commerce.catalog.services import Listing, ProductRow, VariantRow, create_products
from nexus_commerce.contrib.importexport.shopify.drafts import ImageDraft, ProductDraft, VariantDraft
from nexus_commerce.contrib.importexport.shopify.seen import Seen
from nexus_commerce.contrib.importexport.shopify.target import Target
from nexus_commerce.core.fields import MAX_QUANTITY
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.services import set_stock_levels
from nexus_commerce.pricing.services import PriceRow, set_prices

__all__ = ["attributes_of", "create_drafts", "media_of", "variant_fields", "write_prices", "write_stock"]


def create_drafts(drafts: Sequence[ProductDraft], target: Target) -> None:
    """Create products with everything that belongs to them, in a number of statements that does not grow with them.

    Call it inside a transaction. Raises what ``create_products``, ``set_prices`` and ``set_stock_levels`` raise.
    """
    products = create_products(rows=[product_row(draft, target) for draft in drafts])
    variants = {
        variant.sku: variant
        for variant in Variant.objects.filter(product__in=[product.pk for product in products]).order_by()
    }
    of_drafts = [(draft, variants[draft.sku]) for product in drafts for draft in product.variants]
    write_prices(of_drafts, target)
    write_stock(of_drafts, target)
    media = [one for draft, product in zip(drafts, products, strict=True) for one in media_of(draft, product, variants)]
    Media.objects.bulk_create(media, batch_size=500)


def product_row(draft: ProductDraft, target: Target) -> ProductRow:
    """Return a product as the catalog takes it. What is not sent is a digital product."""
    seen = Seen.of(draft, target.channel.code, target.location.code)
    return ProductRow(
        name=draft.name,
        product_type=Physical if draft.requires_shipping else Digital,
        slug=draft.handle,
        language=target.language,
        description=draft.description,
        tags=draft.tags,
        attributes={code: value for code, value in attributes_of(draft, target).items() if value is not None},
        listings=[Listing(target.channel, is_visible=draft.is_visible)],
        variants=[variant_row(draft, variant) for variant in draft.variants],
        fields={
            "seo_title": draft.seo_title,
            "seo_description": draft.seo_description,
            "private_metadata": seen.dump({}),
        },
    )


def attributes_of(draft: ProductDraft, target: Target) -> dict[str, str | None]:
    """Return the values of the attributes that are written; None where the file has none."""
    values = {"type": draft.type, "vendor": draft.vendor}
    return {code: value or None for code, value in values.items() if code in target.attributes}


def variant_row(product: ProductDraft, draft: VariantDraft) -> VariantRow:
    """Return a variant as the catalog takes it."""
    return VariantRow(
        sku=draft.sku,
        options=dict(zip(product.options, draft.options, strict=True)),
        fields=variant_fields(draft),
    )


def variant_fields(draft: VariantDraft) -> dict[str, Any]:
    """Return the columns of a variant."""
    return {"barcode": draft.barcode, "weight": draft.weight, "track_stock": draft.track_stock}


def media_of(draft: ProductDraft, product: Product, variants: Mapping[str, Variant]) -> list[Media]:
    """Return the pictures of a product. One that a single variant names is that variant's."""
    users: dict[str, list[str]] = {}
    for variant in draft.variants:
        users.setdefault(variant.image, []).append(variant.sku)
    return [media(product, image, place, variants, users) for place, image in enumerate(draft.images)]


def media(
    product: Product,
    image: ImageDraft,
    position: int,
    variants: Mapping[str, Variant],
    users: Mapping[str, Sequence[str]],
) -> Media:
    """Return a picture that is known by its address only."""
    skus = users.get(image.url, ())
    owner = variants.get(skus[0]) if len(skus) == 1 else None
    return Media(product_id=product.pk, variant=owner, source_url=image.url, alt=image.alt, position=position)


def write_prices(drafts: Sequence[tuple[VariantDraft, Variant]], target: Target) -> None:
    """Set the prices of variants in the channel's list."""
    if not drafts:
        return
    rows = [PriceRow(variant.pk, draft.amount, compare_at=draft.compare_at) for draft, variant in drafts]
    set_prices(price_list=target.price_list, rows=rows)


def write_stock(drafts: Sequence[tuple[VariantDraft, Variant]], target: Target) -> None:
    """Set what is on hand of variants at the location, where the file says it, and whether more can be sold."""
    levels = {variant.pk: draft.quantity for draft, variant in drafts if draft.quantity is not None}
    endless = [variant.pk for draft, variant in drafts if draft.allow_backorder]
    bounded = [variant.pk for draft, variant in drafts if not draft.allow_backorder]
    items = StockItem.objects.filter(location=target.location)
    items.filter(variant__in=bounded, backorder_limit=MAX_QUANTITY).update(backorder_limit=0)
    if levels:
        set_stock_levels(location=target.location, levels=levels, reason="imported")
    if endless:
        missing = [StockItem(location=target.location, variant_id=pk) for pk in endless if pk not in levels]
        StockItem.objects.bulk_create(missing, ignore_conflicts=True)
        items.filter(variant__in=endless).update(backorder_limit=MAX_QUANTITY)
