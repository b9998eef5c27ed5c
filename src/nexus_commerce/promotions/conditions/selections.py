"""Conditions about what a line sells: they narrow the promotion to the lines that fit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.goods import Goods, GoodsLine
from nexus_commerce.promotions.rules import Check, Condition

__all__ = [
    "AttributeCondition",
    "CategoryCondition",
    "CollectionCondition",
    "ProductCondition",
    "ProductTypeCondition",
    "VariantCondition",
    "narrow",
    "text_of",
    "texts_of",
]

EXCLUDE = "All but these"


def narrow(goods: Goods, fits: Callable[[GoodsLine], bool]) -> Check:
    """Return the check of a condition that is met when some matching line fits, and narrows to those that do."""
    keys = frozenset(line.key for line in goods.matching if fits(line))
    return Check(bool(keys), keys, {"lines": len(keys)})


@dataclass(frozen=True)
class ProductCondition(Condition):
    """Lines of certain products, or of all but these."""

    code: ClassVar[str] = "products"
    label: ClassVar[str] = "Products"
    scope: ClassVar[Literal["lines", "groups", "cart"]] = "lines"

    products: tuple[str, ...] = rules.codes("Products", of="product", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return narrow(goods, lambda line: (line.facts.product in self.products) is not self.exclude)


@dataclass(frozen=True)
class VariantCondition(Condition):
    """Lines of certain variants, or of all but these."""

    code: ClassVar[str] = "variants"
    label: ClassVar[str] = "Variants"
    scope: ClassVar[Literal["lines", "groups", "cart"]] = "lines"

    variants: tuple[str, ...] = rules.codes("Variants", of="variant", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return narrow(goods, lambda line: (line.facts.variant in self.variants) is not self.exclude)


@dataclass(frozen=True)
class CategoryCondition(Condition):
    """Lines of products in certain categories or those below them, or of all but these."""

    code: ClassVar[str] = "categories"
    label: ClassVar[str] = "Categories"
    scope: ClassVar[Literal["lines", "groups", "cart"]] = "lines"
    needs: ClassVar[frozenset[str]] = frozenset({"categories"})

    categories: tuple[str, ...] = rules.codes("Categories", of="category", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return narrow(goods, lambda line: line.facts.categories.isdisjoint(self.categories) is self.exclude)


@dataclass(frozen=True)
class CollectionCondition(Condition):
    """Lines of products in certain collections, or of all but these."""

    code: ClassVar[str] = "collections"
    label: ClassVar[str] = "Collections"
    scope: ClassVar[Literal["lines", "groups", "cart"]] = "lines"
    needs: ClassVar[frozenset[str]] = frozenset({"collections"})

    collections: tuple[str, ...] = rules.codes("Collections", of="collection", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return narrow(goods, lambda line: line.facts.collections.isdisjoint(self.collections) is self.exclude)


@dataclass(frozen=True)
class ProductTypeCondition(Condition):
    """Lines of certain types of product, or of all but these."""

    code: ClassVar[str] = "product_types"
    label: ClassVar[str] = "Product types"
    scope: ClassVar[Literal["lines", "groups", "cart"]] = "lines"

    product_types: tuple[str, ...] = rules.codes("Product types", of="product_type", required=True)
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return narrow(goods, lambda line: (line.facts.product_type in self.product_types) is not self.exclude)


@dataclass(frozen=True)
class AttributeCondition(Condition):
    """Lines whose attribute has one of some values, or any but these. Without values: lines that have it at all."""

    code: ClassVar[str] = "attributes"
    label: ClassVar[str] = "Attribute"
    scope: ClassVar[Literal["lines", "groups", "cart"]] = "lines"
    needs: ClassVar[frozenset[str]] = frozenset({"attributes"})

    attribute: str = rules.text("Attribute", required=True, help="The attribute's code.")
    values: tuple[str, ...] = rules.codes("Values", of="attribute")
    exclude: bool = rules.flag(EXCLUDE)

    def check(self, goods: Goods) -> Check:
        return narrow(goods, lambda line: self.fits(line) is not self.exclude)

    def fits(self, line: GoodsLine) -> bool:
        """Tell whether the line's attribute has one of the values."""
        found = texts_of(line.facts.attributes.get(self.attribute))
        return not found.isdisjoint(self.values) if self.values else bool(found)


def texts_of(value: Any) -> frozenset[str]:
    """Return a value, or each of several, as text, so that it can be compared with what a merchant typed."""
    if value is None:
        return frozenset()
    several = isinstance(value, Iterable) and not isinstance(value, str)
    return frozenset(text_of(entry) for entry in (value if several else [value]))


def text_of(value: Any) -> str:
    """Return a value as a merchant types it: yes and no as in JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)
