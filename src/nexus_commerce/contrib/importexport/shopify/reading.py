"""Turn the rows of one handle into the draft of a product."""

import re
from typing import Final

from nexus_commerce.catalog.services.specs import is_gtin
from nexus_commerce.contrib.importexport.problems import Problem, Severity
from nexus_commerce.contrib.importexport.shopify.cells import Cells
from nexus_commerce.contrib.importexport.shopify.columns import OPTION_COUNT, Layout
from nexus_commerce.contrib.importexport.shopify.drafts import ImageDraft, ProductDraft, VariantDraft
from nexus_commerce.contrib.importexport.shopify.skus import make_sku

__all__ = ["HANDLE", "MAX_ROWS_PER_PRODUCT", "ProductReader"]

HANDLE: Final = re.compile(r"[\w-]{1,255}")
MAX_ROWS_PER_PRODUCT: Final = 2_500
MAX_WEIGHT: Final = 2_000_000_000
MAX_STOCK: Final = 10**12
VARIANT_CELLS: Final = ("option1_value", "option2_value", "option3_value", "sku", "price", "quantity", "barcode")
SELL_ON: Final = {"continue": True, "true": True, "deny": False, "false": False, "": False}


class ProductReader:
    """Reads products of one file, in the currency of one channel.

    ``track_quantities``: track the stock of each variant that has a quantity, also where the file names no inventory
    tracker; otherwise such a quantity is kept and not tracked, as the format means it.
    """

    def __init__(self, layout: Layout, currency: str, *, track_quantities: bool = False) -> None:
        self.layout = layout
        self.currency = currency
        self.track_quantities = track_quantities

    def read(self, handle: str, rows: list[tuple[int, list[str]]]) -> tuple[ProductDraft | None, list[Problem]]:
        """Return the draft, or None where an error or a kind that is not imported forbids it, and all problems."""
        problems: list[Problem] = []
        cells = [Cells(self.layout, handle, line, values, problems) for line, values in rows]
        draft = self._read(handle, cells)
        if any(problem.severity is not Severity.WARNING for problem in problems):
            return None, problems
        return draft, problems

    def _read(self, handle: str, rows: list[Cells]) -> ProductDraft | None:
        first = rows[0]
        if not HANDLE.fullmatch(handle):
            cure = "Use letters, digits, hyphens and underscores, at most 255."
            first.problem("handle", "invalid_handle", f"{handle[:60]!r} cannot stand in an address.", cure)
        for row in rows:
            if row.values[-1]:
                cure = "Put cells that hold a comma in quotation marks."
                row.problem("handle", "surplus_cells", "The row has more cells than the header.", cure)
        if len(rows) > MAX_ROWS_PER_PRODUCT:
            reason = f"The product has more than {MAX_ROWS_PER_PRODUCT:,} rows."
            first.problem("handle", "too_many_rows", reason, "Make several products of it.")
            return None
        if first.answer("gift_card", default=False):
            reason = "The product is a gift card; gift cards are not imported."
            first.problem("gift_card", "gift_card", reason, "Make it in the shop by hand.", Severity.SKIPPED)
            return None
        draft = self._product(handle, next((row for row in rows if row.has("title")), first))
        draft.options = self._option_names(rows)
        draft.variants = self._variants(draft, rows)
        draft.images = self._images(draft, rows)
        return draft

    def _product(self, handle: str, row: Cells) -> ProductDraft:
        name = row.text("title", 255)
        if not name and not row.has("title"):
            row.problem("title", "missing", "The product has no title in any of its rows.", "Write one.")
        status = row.text("status").lower()
        return ProductDraft(
            line=row.line,
            handle=handle,
            name=name,
            description=row.text("body"),
            vendor=row.text("vendor", 255),
            type=row.text("type", 255),
            tags=self._tags(row),
            is_visible=row.answer("published", default=True) and status in ("", "active"),
            requires_shipping=row.answer("requires_shipping", default=True),
            seo_title=row.text("seo_title", 255),
            seo_description=row.text("seo_description"),
        )

    def _tags(self, row: Cells) -> tuple[str, ...]:
        tags = tuple(dict.fromkeys(tag.strip() for tag in row.text("tags").split(",") if tag.strip()))
        if any(len(tag) > 255 for tag in tags):
            row.problem("tags", "too_long", "A tag has more than 255 characters.", "Separate tags by commas.")
        return tags

    def _option_names(self, rows: list[Cells]) -> tuple[str, ...]:
        """Return the options of the product; none where all it has is Shopify's "Title: Default Title"."""
        names = []
        for number in range(1, OPTION_COUNT + 1):
            row = next((row for row in rows if row.has(f"option{number}_name")), None)
            if row is not None:
                names.append(row.text(f"option{number}_name", 255))
            elif any(row.has(f"option{number}_value") for row in rows):
                rows[0].problem(f"option{number}_name", "missing", "An option has values and no name.", "Name it.")
        if names == ["Title"] and all(row.text("option1_value") in ("", "Default Title") for row in rows):
            return ()
        if len(set(names)) != len(names):
            rows[0].problem("option1_name", "twice", "Two options have the same name.", "Rename one of them.")
        return tuple(names)

    def _variants(self, draft: ProductDraft, rows: list[Cells]) -> list[VariantDraft]:
        variants: list[VariantDraft] = []
        lines: dict[tuple[str, ...], int] = {}
        for row in rows:
            if row is not rows[0] and not any(row.has(name) for name in VARIANT_CELLS):
                continue
            variant = self._variant(draft, row)
            known = lines.setdefault(variant.options, row.line)
            if known != row.line:
                what = " / ".join(variant.options) or "variant"
                row.problem("option1_value", "twice", f"{what!r} stands in line {known} already.", "Remove one row.")
            variants.append(variant)
        return variants

    def _variant(self, draft: ProductDraft, row: Cells) -> VariantDraft:
        options = self._option_values(draft, row)
        amount = row.amount("price", self.currency)
        if amount is None and not row.has("price"):
            row.problem("price", "missing", "The variant has no price.", "Write one; 0 is a price.")
        quantity = self._quantity(row)
        return VariantDraft(
            line=row.line,
            sku=row.text("sku", 64) or make_sku(draft.handle, options),
            options=options,
            amount=amount or 0,
            compare_at=row.amount("compare_at", self.currency),
            barcode=self._barcode(row),
            weight=self._weight(row),
            track_stock=row.has("tracker") or (self.track_quantities and quantity is not None),
            allow_backorder=self._backorder(row),
            quantity=quantity,
            image=row.address("variant_image"),
        )

    def _option_values(self, draft: ProductDraft, row: Cells) -> tuple[str, ...]:
        values = []
        for number, name in enumerate(draft.options, start=1):
            value = row.text(f"option{number}_value", 255)
            if not value:
                row.problem(f"option{number}_value", "missing", f"The variant has no {name!r}.", "Write a value.")
            values.append(value)
        return tuple(values)

    def _backorder(self, row: Cells) -> bool:
        value = row.text("backorder").lower()
        if value not in SELL_ON:
            row.problem("backorder", "unknown_policy", f"{value[:40]!r} is not known.", "Write deny or continue.")
        return SELL_ON.get(value, False)

    def _quantity(self, row: Cells) -> int | None:
        quantity = row.whole("quantity")
        if quantity is not None and quantity < 0:
            reason = f"{quantity} units were sold beyond the stock; 0 are on hand."
            row.problem("quantity", "oversold", reason, "Check the stock.", Severity.WARNING)
            return 0
        return quantity

    def _weight(self, row: Cells) -> int | None:
        grams = row.rounded("grams")
        if grams is not None and grams > MAX_WEIGHT:
            row.problem("grams", "too_large", f"{grams} grams are more than can be kept.", "Check the unit.")
            return None
        return grams or None

    def _barcode(self, row: Cells) -> str:
        value = row.text("barcode")
        if not value or is_gtin(value):
            return value
        reason = f"{value[:40]!r} is not a GTIN with a valid check digit."
        row.problem("barcode", "invalid_barcode", reason, "Look at the package.", Severity.WARNING)
        return ""

    def _images(self, draft: ProductDraft, rows: list[Cells]) -> list[ImageDraft]:
        images: dict[str, ImageDraft] = {}
        for row in rows:
            url = row.address("image")
            if url and url not in images:
                position = row.whole("image_position") or len(images) + 1
                images[url] = ImageDraft(row.line, url, row.text("image_alt", 512), max(0, min(position, 10**6)))
        for variant in draft.variants:
            if variant.image and variant.image not in images:
                images[variant.image] = ImageDraft(variant.line, variant.image, "", len(images) + 1)
        return sorted(images.values(), key=lambda image: image.position)
