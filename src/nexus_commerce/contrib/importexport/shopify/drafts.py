"""What a file says of a product, typed and checked, before the shop is looked at."""

from dataclasses import dataclass, field

__all__ = ["ImageDraft", "ProductDraft", "VariantDraft"]


@dataclass(slots=True)
class VariantDraft:
    """A unit that is sold. Amounts are minor units of the channel's currency; ``quantity`` is None where the file
    gives none."""

    line: int
    sku: str
    options: tuple[str, ...]
    amount: int
    compare_at: int | None = None
    barcode: str = ""
    weight: int | None = None
    track_stock: bool = False
    allow_backorder: bool = False
    quantity: int | None = None
    image: str = ""


@dataclass(frozen=True, slots=True)
class ImageDraft:
    """The address of a picture and the text that stands in for it."""

    line: int
    url: str
    alt: str = ""
    position: int = 0


@dataclass(slots=True)
class ProductDraft:
    """A product with everything that its rows say of it; ``description`` is HTML as it
    stands in the file: the catalog cleans it."""

    line: int
    handle: str
    name: str
    description: str = ""
    vendor: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    is_visible: bool = True
    requires_shipping: bool = True
    seo_title: str = ""
    seo_description: str = ""
    options: tuple[str, ...] = ()
    variants: list[VariantDraft] = field(default_factory=list)
    images: list[ImageDraft] = field(default_factory=list)
