"""Remember what a file said, so that the next run can tell what the file changed from what the merchant changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from nexus_commerce.contrib.importexport.shopify.drafts import ProductDraft, VariantDraft

__all__ = ["KEY", "Seen", "product_parts", "variant_parts"]

KEY: Final = "shopify_import"
"""The key in a product's ``private_metadata`` that the memory lies under."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Digests of what a file said of a product, part by part: its own, and by SKU those of its variants.

    A part whose digest is the remembered one was not changed in the file since the last run: what the shop has there,
    the merchant's own changes included, stays.
    """

    product: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: ProductDraft, channel: str, location: str) -> Self:
        """Digest a draft for a channel and a stock location, by their codes."""
        return cls(
            {name: digest(value) for name, value in product_parts(draft, channel).items()},
            {
                variant.sku: {name: digest(value) for name, value in variant_parts(variant, channel, location).items()}
                for variant in draft.variants
            },
        )

    @classmethod
    def load(cls, metadata: Mapping[str, Any]) -> Self:
        """Read the memory out of a product's ``private_metadata``; anything else there is no memory."""
        stored = metadata.get(KEY)
        if not isinstance(stored, dict) or not isinstance(stored.get("variants"), dict):
            return cls()
        return cls(stored.get("product") or {}, stored["variants"])

    def dump(self, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``private_metadata`` with this memory in it."""
        return {**metadata, KEY: {"product": dict(self.product), "variants": dict(self.variants)}}

    def covers(self, other: Self) -> bool:
        """Tell whether everything that ``other`` says was said before."""
        return not self.news(other) and not any(self.variant_news(other, sku) for sku in other.variants)

    def news(self, other: Self) -> set[str]:
        """Return the parts of the product that ``other`` says anew."""
        return {name for name, value in other.product.items() if self.product.get(name) != value}

    def variant_news(self, other: Self, sku: str) -> set[str]:
        """Return the parts of a variant that ``other`` says anew."""
        known = self.variants.get(sku, {})
        return {name for name, value in other.variants[sku].items() if known.get(name) != value}

    def merged(self, other: Self) -> Self:
        """Return this memory with what ``other`` says on top; other channels and locations stay."""
        variants = {sku: {**self.variants.get(sku, {}), **parts} for sku, parts in other.variants.items()}
        return type(self)({**self.product, **other.product}, {**self.variants, **variants})


def product_parts(draft: ProductDraft, channel: str) -> dict[str, Any]:
    """Return what a draft says of the product, in parts that change on their own."""
    return {
        "name": draft.name,
        "description": draft.description,
        "seo": [draft.seo_title, draft.seo_description],
        "vendor": draft.vendor,
        "type": draft.type,
        "tags": draft.tags,
        "images": [[image.url, image.alt] for image in draft.images],
        f"listing:{channel}": draft.is_visible,
    }


def variant_parts(draft: VariantDraft, channel: str, location: str) -> dict[str, Any]:
    """Return what a draft says of a variant, in parts that change on their own."""
    return {
        "options": draft.options,
        "barcode": draft.barcode,
        "weight": draft.weight,
        "track_stock": draft.track_stock,
        f"price:{channel}": [draft.amount, draft.compare_at],
        f"stock:{location}": [draft.quantity, draft.allow_backorder],
    }


def digest(value: Any) -> str:
    """Return a short digest of JSON data."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:12]
