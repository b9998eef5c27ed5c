"""The demo shop as plain, typed data: what its TOML files say, before any database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "AttributeSpec",
    "BundleContent",
    "Catalogue",
    "CatalogueError",
    "CategorySpec",
    "ChannelSpec",
    "LocationSpec",
    "OptionSpec",
    "OptionValueSpec",
    "PictureSpec",
    "ProductSpec",
    "ShopSpec",
    "VariantSpec",
]

AttributeValue = str | int | bool
AttributeKind = Literal["text", "integer", "choice", "boolean"]


class CatalogueError(ValueError):
    """A data file says something that the shop cannot be made from; the message names file, product and field."""


@dataclass(frozen=True)
class ShopSpec:
    name: str
    tagline: str
    about: str


@dataclass(frozen=True)
class ChannelSpec:
    code: str
    name: str
    currency: str
    country: str
    time_zone: str
    language: str
    prices_include_tax: bool


@dataclass(frozen=True)
class LocationSpec:
    code: str
    name: str
    country: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class AttributeSpec:
    """An attribute as a merchant would define it at run time."""

    code: str
    name: str
    kind: AttributeKind
    on: Literal["product", "variant"]
    filterable: bool
    unit: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CategorySpec:
    """A node of the tree; ``color`` and ``banner`` (kinds of pictures) are what its banner is drawn from."""

    slug: str
    name: str
    description: str
    color: str = ""
    banner: tuple[str, ...] = ()
    children: tuple["CategorySpec", ...] = ()

    def walk(self, depth: int = 1) -> Iterator[tuple[int, "CategorySpec"]]:
        """Yield this category and those below it, parents first, with their depth (a root has 1)."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True)
class PictureSpec:
    """What to draw: the kind of object, two colors as ``#rrggbb`` and the kind's own details."""

    name: str
    kind: str
    color: str
    accent: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class OptionValueSpec:
    name: str
    code: str


@dataclass(frozen=True)
class OptionSpec:
    name: str
    values: tuple[OptionValueSpec, ...]


@dataclass(frozen=True)
class VariantSpec:
    """What is sold: prices by currency in minor units, stock by location, grams, and millimeters (long, wide, high).

    ``tiers`` are lower prices by currency and by the quantity from which they hold.
    """

    sku: str
    barcode: str
    values: tuple[OptionValueSpec, ...]
    prices: Mapping[str, int]
    compare_at: Mapping[str, int]
    stock: Mapping[str, int]
    attributes: Mapping[str, AttributeValue]
    weight: int | None
    size: tuple[int, int, int] | None
    picture: PictureSpec | None
    tiers: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class BundleContent:
    sku: str
    quantity: int


@dataclass(frozen=True)
class ProductSpec:
    """A product with all its variants. ``type`` is physical, digital, bundle, or ``app.Model`` of the host's own."""

    article: int
    handle: str
    name: str
    type: str
    summary: str
    description: str
    sku: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    related: tuple[str, ...]
    tax_class: str
    attributes: Mapping[str, AttributeValue]
    options: tuple[OptionSpec, ...]
    variants: tuple[VariantSpec, ...]
    contents: tuple[BundleContent, ...]
    fields: Mapping[str, object]

    @property
    def pictures(self) -> tuple[PictureSpec, ...]:
        """The pictures of its variants, each once, in the order of the variants."""
        return tuple({v.picture.name: v.picture for v in self.variants if v.picture}.values())


@dataclass(frozen=True)
class Catalogue:
    shop: ShopSpec
    channels: tuple[ChannelSpec, ...]
    locations: tuple[LocationSpec, ...]
    attributes: tuple[AttributeSpec, ...]
    categories: tuple[CategorySpec, ...]
    products: tuple[ProductSpec, ...]

    def walk_categories(self) -> Iterator[tuple[int, CategorySpec]]:
        """Yield every category with its depth, parents before children."""
        for root in self.categories:
            yield from root.walk()
