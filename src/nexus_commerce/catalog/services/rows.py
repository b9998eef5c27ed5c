"""Plain data that the services of products take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nexus_commerce.catalog.models import Category, Physical, Product, Variant
from nexus_commerce.channels.models import Channel

__all__ = ["BundlePart", "Listing", "ProductRow", "VariantRow"]


@dataclass(frozen=True, slots=True)
class Listing:
    """The presence of a product in a channel, for sale in the half-open window ``[visible_from, visible_until)``."""

    channel: Channel
    is_visible: bool = True
    visible_from: datetime | None = None
    visible_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRow:
    """A variant to create. ``options`` are option names and this variant's values; ``fields`` are other columns."""

    sku: str
    options: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A product to create.

    An empty ``slug`` is made from the name, an empty ``language`` is the default channel's. The first category is the
    primary one unless ``primary_category`` names another. A listing may be given as a bare channel. ``fields`` are
    other columns of the product type, a host's own among them.
    """

    name: str
    product_type: type[Product] = Physical
    slug: str = ""
    language: str = ""
    description: str = ""
    categories: Sequence[Category] = ()
    primary_category: Category | None = None
    tags: Sequence[str] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    listings: Sequence[Channel | Listing] = ()
    variants: Sequence[VariantRow] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BundlePart:
    """So many units of a variant in one unit of a bundle."""

    variant: Variant
    quantity: int = 1
