"""Bring a product that the shop has up to date with what the file says anew."""

from collections.abc import Sequence
from typing import Any

from nexus_commerce.catalog.models import Media, Product, Variant
from nexus_commerce.catalog.services import add_variant, set_listing, set_tags, update_product, update_variant
from nexus_commerce.contrib.importexport.shopify.creating import (
    attributes_of,
    media_of,
    variant_fields,
    write_prices,
    write_stock,
)
from nexus_commerce.contrib.importexport.shopify.drafts import ProductDraft, VariantDraft
from nexus_commerce.contrib.importexport.shopify.seen import Seen
from nexus_commerce.contrib.importexport.shopify.target import Target

__all__ = ["update_draft"]


def update_draft(product: Product, draft: ProductDraft, target: Target) -> None:
    """Write the parts of a product that the file did not say before; everything else stays as the shop has it.

    Nothing is taken away: a variant or picture that the file has no more stays, one that the merchant deleted does not
    come back. Call it inside a transaction. Raises what the services of the catalog, of prices and of stock raise.
    """
    before = Seen.load(product.private_metadata)
    said = Seen.of(draft, target.channel.code, target.location.code)
    news = before.news(said)
    variants = {variant.sku: variant for variant in product.variants.all()}
    add_new_variants(product, draft, before, variants)
    change_variants(draft, target, before, said, variants)
    if "tags" in news:
        set_tags(product=product, tags=draft.tags)
    if f"listing:{target.channel.code}" in news:
        show(product, draft, target)
    if "images" in news:
        add_images(product, draft, variants)
    update_product(
        product=product,
        attributes={code: value for code, value in attributes_of(draft, target).items() if code in news},
        private_metadata=before.merged(said).dump(product.private_metadata),
        **columns_of(draft, news),
    )


def columns_of(draft: ProductDraft, news: set[str]) -> dict[str, Any]:
    """Return the columns of a product that the file says anew."""
    columns: dict[str, Any] = {}
    if "name" in news:
        columns["name"] = draft.name
    if "description" in news:
        columns["description"] = draft.description
    if "seo" in news:
        columns |= {"seo_title": draft.seo_title, "seo_description": draft.seo_description}
    return columns


def show(product: Product, draft: ProductDraft, target: Target) -> None:
    """List the product in the channel, or hide it there; a window that the merchant set stays."""
    listing = product.listings.filter(channel=target.channel).first()
    set_listing(
        product=product,
        channel=target.channel,
        is_visible=draft.is_visible,
        visible_from=listing.visible_from if listing else None,
        visible_until=listing.visible_until if listing else None,
    )


def add_new_variants(product: Product, draft: ProductDraft, before: Seen, variants: dict[str, Variant]) -> None:
    """Add the variants that neither the shop nor an earlier run knows, under their SKUs, to ``variants``.

    A variant whose options the shop has under a SKU that the file does not name any more gets the file's SKU.
    """
    unknown = [
        variant for variant in draft.variants if variant.sku not in variants and variant.sku not in before.variants
    ]
    if not unknown:
        return
    named = {variant.sku for variant in draft.variants}
    others = {options_of(variant): variant for sku, variant in variants.items() if sku not in named}
    for variant in unknown:
        options = dict(zip(draft.options, variant.options, strict=True))
        if known := others.get(frozenset(options.items())):
            del variants[known.sku]
            variants[variant.sku] = update_variant(variant=known, sku=variant.sku)
        else:
            fields = variant_fields(variant)
            variants[variant.sku] = add_variant(product=product, sku=variant.sku, options=options, **fields)


def options_of(variant: Variant) -> frozenset[tuple[str, str]]:
    """Return the options of a variant: names and values."""
    return frozenset((value.option.name, value.value) for value in variant.option_values.select_related("option"))


def change_variants(
    draft: ProductDraft, target: Target, before: Seen, said: Seen, variants: dict[str, Variant]
) -> None:
    """Write what the file says anew of each variant that the shop has."""
    pairs = [
        (one, variants[one.sku], before.variant_news(said, one.sku)) for one in draft.variants if one.sku in variants
    ]
    for one, variant, news in pairs:
        columns = {name: value for name, value in variant_fields(one).items() if name in news}
        if any(getattr(variant, name) != value for name, value in columns.items()):
            update_variant(variant=variant, **columns)
    write_prices(having(pairs, f"price:{target.channel.code}"), target)
    write_stock(having(pairs, f"stock:{target.location.code}"), target)


def having(pairs: Sequence[tuple[VariantDraft, Variant, set[str]]], part: str) -> list[tuple[VariantDraft, Variant]]:
    """Return the variants of which the file says this part anew."""
    return [(draft, variant) for draft, variant, news in pairs if part in news]


def add_images(product: Product, draft: ProductDraft, variants: dict[str, Variant]) -> None:
    """Add the pictures whose addresses the product does not have."""
    known = set(product.media.values_list("source_url", flat=True))
    Media.objects.bulk_create([one for one in media_of(draft, product, variants) if one.source_url not in known])
