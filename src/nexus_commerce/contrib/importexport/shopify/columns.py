"""The columns of the Shopify product CSV, in the names of both its generations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nexus_commerce.contrib.importexport.problems import UnreadableFile

__all__ = ["COLUMNS", "OPTION_COUNT", "REQUIRED", "Layout", "find_columns"]

OPTION_COUNT: Final = 3

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "body": ("Body (HTML)", "Description"),
    "vendor": ("Vendor",),
    "type": ("Type",),
    "tags": ("Tags",),
    "published": ("Published", "Published on online store"),
    "status": ("Status",),
    "option1_name": ("Option1 Name",),
    "option1_value": ("Option1 Value",),
    "option2_name": ("Option2 Name",),
    "option2_value": ("Option2 Value",),
    "option3_name": ("Option3 Name",),
    "option3_value": ("Option3 Value",),
    "sku": ("Variant SKU", "SKU"),
    "grams": ("Variant Grams", "Weight value (grams)"),
    "tracker": ("Variant Inventory Tracker", "Inventory tracker"),
    "quantity": ("Variant Inventory Qty", "Inventory quantity"),
    "backorder": ("Variant Inventory Policy", "Continue selling when out of stock"),
    "price": ("Variant Price", "Price"),
    "compare_at": ("Variant Compare At Price", "Compare-at price"),
    "requires_shipping": ("Variant Requires Shipping", "Requires shipping"),
    "barcode": ("Variant Barcode", "Barcode"),
    "image": ("Image Src", "Product image URL"),
    "image_position": ("Image Position",),
    "image_alt": ("Image Alt Text",),
    "variant_image": ("Variant Image", "Variant image URL"),
    "gift_card": ("Gift Card",),
    "seo_title": ("SEO Title",),
    "seo_description": ("SEO Description",),
}
"""The values that are imported: the name of each here, and its headers in the older and the newer export."""

REQUIRED: Final = ("handle", "title", "price")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of one file are: the headers in use, by name, their indexes, and the headers left over."""

    headers: dict[str, str]
    indexes: tuple[int | None, ...]
    width: int
    unused: tuple[str, ...]

    def pick(self, cells: Sequence[str]) -> list[str]:
        """Return the imported cells of a row in the order of ``COLUMNS``; what is missing is empty.

        The last item of the list is text that stands beyond the header.
        """
        size = len(cells)
        picked = ["" if index is None or index >= size else cells[index] for index in self.indexes]
        picked.append("".join(cells[self.width :]).strip())
        return picked


def find_columns(header: Sequence[str]) -> Layout:
    """Find the imported columns by their headers, whatever their order and case.

    Raises ``UnreadableFile`` when a required column is missing or a column is there twice.
    """
    places: dict[str, list[int]] = {}
    for index, name in enumerate(header):
        places.setdefault(name.casefold(), []).append(index)
    found: dict[str, int] = {}
    for field, names in COLUMNS.items():
        indexes = [index for name in names for index in places.get(name.casefold(), [])]
        if len(indexes) > 1:
            raise _twice(header, indexes)
        if indexes:
            found[field] = indexes[0]
    _check_required(found)
    return Layout(
        headers={field: header[index] for field, index in found.items()},
        indexes=tuple(found.get(field) for field in COLUMNS),
        width=len(header),
        unused=tuple(name for i, name in enumerate(header) if name and i not in found.values()),
    )


def _twice(header: Sequence[str], indexes: Sequence[int]) -> UnreadableFile:
    names = " and ".join(repr(header[index]) for index in indexes)
    return UnreadableFile(reason=f"The header names a column twice: {names}.", cure="Remove one of them.", line=1)


def _check_required(found: dict[str, int]) -> None:
    missing = [COLUMNS[field][0] for field in REQUIRED if field not in found]
    if missing:
        reason = f"The header has no column {', '.join(repr(name) for name in missing)}."
        cure = "Use the file of Shopify's product export; its first line names the columns."
        raise UnreadableFile(reason=reason, cure=cure, line=1)
