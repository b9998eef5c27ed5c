"""Make one product, with all its variants, from its table in a TOML file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from itertools import product as combinations
from typing import Any

from nexus_commerce.contrib.demo.barcodes import ean13
from nexus_commerce.contrib.demo.catalogue import (
    BundleContent,
    Catalogue,
    CatalogueError,
    OptionSpec,
    OptionValueSpec,
    PictureSpec,
    ProductSpec,
    VariantSpec,
)

__all__ = ["ProductReader"]

REQUIRED = {"article", "handle", "name", "summary", "description", "categories", "tags", "related", "sku", "price"}
OPTIONAL = {
    "type", "was", "weight", "size", "stock", "attributes", "picture", "options", "contents", "tax_class", "fields",
    "tiers", "metadata",
}  # fmt: skip
OF_A_VALUE = {"name", "code", "price", "was", "weight", "size", "attributes", "picture"}


@dataclass(frozen=True)
class Choice:
    """One option value with what it changes about the variants that have it."""

    spec: OptionValueSpec
    changes: Mapping[str, Any]
    picture: Mapping[str, str]


class ProductReader:
    """Reads products against the attributes, locations and color names of one shop."""

    def __init__(self, shop: Catalogue, colors: Mapping[str, str]) -> None:
        self.on_variant = {attribute.code for attribute in shop.attributes if attribute.on == "variant"}
        self.currencies = [channel.currency for channel in shop.channels]
        self.locations = [location.code for location in shop.locations]
        self.colors = colors

    def read(self, row: Mapping[str, Any]) -> ProductSpec:
        """Return the product of one ``[[products]]`` table; raise :class:`CatalogueError` naming what is wrong."""
        name = row.get("handle", row.get("name", "?"))
        if missing := REQUIRED - row.keys():
            raise CatalogueError(f"{name}: {sorted(missing)[0]!r} is missing.")
        refuse_unknown(str(name), row, REQUIRED | OPTIONAL)
        options = [(table["name"], self.choices(name, table)) for table in row.get("options", ())]
        return ProductSpec(
            article=row["article"],
            handle=row["handle"],
            name=row["name"],
            summary=row["summary"],
            sku=row["sku"],
            categories=tuple(row["categories"]),
            tags=tuple(row["tags"]),
            related=tuple(row["related"]),
            type=row.get("type", "physical"),
            description=row["description"].strip(),
            tax_class=row.get("tax_class", "standard"),
            attributes={k: v for k, v in row.get("attributes", {}).items() if k not in self.on_variant},
            options=tuple(OptionSpec(label, tuple(c.spec for c in choices)) for label, choices in options),
            variants=tuple(self.variants(row, [choices for _, choices in options])),
            contents=tuple(BundleContent(**content) for content in row.get("contents", ())),
            fields=row.get("fields", {}),
        )

    def choices(self, product: str, table: Mapping[str, Any]) -> list[Choice]:
        """Return the values of one option. A value named like a color paints the picture with it."""
        refuse_unknown(product, table, {"name", "values", "paints"})
        found = []
        for value in table["values"]:
            changes: Mapping[str, Any] = {"name": value} if isinstance(value, str) else value
            refuse_unknown(product, changes, OF_A_VALUE)
            label = changes["name"]
            code = changes.get("code") or label.replace(" ", "").replace("-", "").upper()
            if code.endswith("BEANS"):
                code = code.removesuffix("BEANS")
            picture: dict[str, str] = {table.get("paints", "color"): label} if label in self.colors else {}
            found.append(Choice(OptionValueSpec(label, code), changes, {**picture, **changes.get("picture", {})}))
        return found

    def variants(self, row: Mapping[str, Any], options: Sequence[Sequence[Choice]]) -> Iterator[VariantSpec]:
        """Yield a variant for each combination of values, the first option changing slowest."""
        combined = list(combinations(*options))
        stock = self.stock(row, len(combined))
        for index, choices in enumerate(combined):
            merged = dict(row)
            for choice in choices:
                if "price" in choice.changes:
                    merged.pop("was", None)
                merged |= {
                    key: choice.changes[key] for key in ("price", "was", "weight", "size") if key in choice.changes
                }
            attributes = [row.get("attributes", {}), *(c.changes.get("attributes", {}) for c in choices)]
            yield VariantSpec(
                sku="-".join([row["sku"], *(choice.spec.code for choice in choices)]),
                barcode=ean13(row["article"], index + 1),
                values=tuple(choice.spec for choice in choices),
                prices=self.minor_units(row["handle"], "price", merged["price"]),
                compare_at=self.minor_units(row["handle"], "was", merged.get("was", {})),
                stock={location: counts[index] for location, counts in stock.items()},
                attributes={k: v for table in attributes for k, v in table.items() if k in self.on_variant},
                weight=merged.get("weight"),
                size=tuple(merged["size"]) if "size" in merged else None,
                picture=self.picture(row, choices),
                tiers=self.tiers(row),
                metadata=row.get("metadata", {}),
            )

    def stock(self, row: Mapping[str, Any], expected: int) -> Mapping[str, Sequence[int]]:
        """Return the counts of each location, checked to be one for each variant."""
        stock: Mapping[str, Sequence[int]] = row.get("stock", {})
        refuse_unknown(row["handle"], stock, set(self.locations))
        for location, counts in stock.items():
            if len(counts) != expected:
                raise CatalogueError(
                    f"{row['handle']}: stock.{location} has {len(counts)} counts for {expected} variants."
                )
        return stock

    def tiers(self, row: Mapping[str, Any]) -> dict[str, dict[int, int]]:
        """Return the prices for larger quantities by currency; they are those of all variants."""
        found: dict[str, dict[int, int]] = {}
        for quantity, amounts in row.get("tiers", {}).items():
            for currency, amount in self.minor_units(row["handle"], "tiers", amounts).items():
                found.setdefault(currency, {})[int(quantity)] = amount
        return found

    def minor_units(self, product: str, name: str, amounts: Mapping[str, str]) -> dict[str, int]:
        """Return amounts such as ``"12.50"`` as minor units; both shop currencies have two decimals."""
        refuse_unknown(product, amounts, set(self.currencies))
        try:
            return {currency: int(Decimal(text).scaleb(2)) for currency, text in amounts.items()}
        except (InvalidOperation, TypeError) as error:
            raise CatalogueError(f"{product}: {name} must hold amounts as text, such as '12.50'.") from error

    def picture(self, row: Mapping[str, Any], choices: Sequence[Choice]) -> PictureSpec | None:
        """Return the product's picture as these option values change it."""
        if "picture" not in row:
            return None
        details = dict(row["picture"])
        suffixes = []
        for choice in choices:
            if choice.picture:
                details |= choice.picture
                suffixes.append(choice.spec.name.lower().replace(" ", "-").replace(",", ""))
        return PictureSpec(
            name="-".join([row["handle"], *suffixes]),
            kind=details.pop("kind"),
            color=self.color(row["handle"], details.pop("color", "Salt")),
            accent=self.color(row["handle"], details.pop("accent", "Cream")),
            details=self.details(row["handle"], details),
        )

    def details(self, product: str, details: Mapping[str, Any]) -> dict[str, object]:
        """Resolve the color names in a picture's details: a frame's, and those after the colon of a set's items."""
        resolved = dict(details)
        if "frame" in details:
            resolved["frame"] = self.color(product, details["frame"])
        if "items" in details:
            pairs = [item.partition(":") for item in details["items"]]
            resolved["items"] = tuple((kind, self.color(product, name)) for kind, _, name in pairs)
        return resolved

    def color(self, product: str, name: str) -> str:
        """Return the ``#rrggbb`` of a color's name."""
        refuse_unknown(product, [name], set(self.colors))
        return self.colors[name]


def refuse_unknown(product: str, found: Mapping[str, Any] | Sequence[str], known: set[str]) -> None:
    """Raise :class:`CatalogueError` for the first name that is not known, with the nearest one that is."""
    for name in found:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            cure = f" Did you mean {near[0]!r}?" if near else ""
            raise CatalogueError(f"{product}: {name!r} is not known.{cure}")
