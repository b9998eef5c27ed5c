"""Conditions about how much is in the cart: value, quantity, distinct products."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.conditions.selections import narrow, texts_of
from nexus_commerce.promotions.goods import Goods, GoodsLine, units_of, value_of
from nexus_commerce.promotions.rules import Check, Condition

__all__ = [
    "DistinctProductsCondition",
    "LineQuantityCondition",
    "LineValueCondition",
    "OrderValueCondition",
    "QuantityCondition",
]


def bounds_check(found: int, at_least: int | None, at_most: int | None, *, unit: str, missing: str) -> Check:
    """Return the check of a figure that is to lie within bounds, both of them included."""
    data = {unit: found, "at_least": at_least, "at_most": at_most}
    lacking = max((at_least or 0) - found, 0)
    is_met = not lacking and (at_most is None or found <= at_most)
    return Check(is_met, data=data, missing={missing: lacking} if lacking else None)


def refuse_senseless(at_least: int | None, at_most: int | None) -> None:
    """Raise ValueError where there is no bound at all, or none that anything could keep."""
    if at_least is None and at_most is None:
        raise ValueError("Give at_least, at_most or both.")
    if at_most is not None and (at_least or 0) > at_most:
        raise ValueError("at_least is above at_most.")


@dataclass(frozen=True)
class OrderValueCondition(Condition):
    """The goods, or only those that match the other conditions, are worth enough, or not too much.

    Worth is what earlier promotions left; both bounds are included.
    """

    code: ClassVar[str] = "order_value"
    label: ClassVar[str] = "Value of the order"

    at_least: int | None = rules.amount("At least")
    at_most: int | None = rules.amount("At most")
    only_matching: bool = rules.flag("Only matching lines")

    def __post_init__(self) -> None:
        refuse_senseless(self.at_least, self.at_most)

    def check(self, goods: Goods) -> Check:
        found = value_of(goods.matching if self.only_matching else goods.lines)
        return bounds_check(found, self.at_least, self.at_most, unit="value", missing="amount")


@dataclass(frozen=True)
class LineValueCondition(Condition):
    """Lines that are worth enough, or not too much, each by itself."""

    code: ClassVar[str] = "line_value"
    label: ClassVar[str] = "Value of a line"
    scope: ClassVar[Literal["lines", "groups", "cart"]] = "lines"

    at_least: int | None = rules.amount("At least")
    at_most: int | None = rules.amount("At most")

    def __post_init__(self) -> None:
        refuse_senseless(self.at_least, self.at_most)

    def check(self, goods: Goods) -> Check:
        low, high = self.at_least or 0, self.at_most
        return narrow(goods, lambda line: low <= line.left and (high is None or line.left <= high))


@dataclass(frozen=True)
class QuantityCondition(Condition):
    """The matching lines have enough units together, or not too many."""

    code: ClassVar[str] = "quantity"
    label: ClassVar[str] = "Quantity"

    at_least: int | None = rules.count("At least")
    at_most: int | None = rules.count("At most")

    def __post_init__(self) -> None:
        refuse_senseless(self.at_least, self.at_most)

    def check(self, goods: Goods) -> Check:
        found = units_of(goods.matching)
        return bounds_check(found, self.at_least, self.at_most, unit="quantity", missing="quantity")


@dataclass(frozen=True)
class DistinctProductsCondition(Condition):
    """The matching lines are of enough different products."""

    code: ClassVar[str] = "distinct_products"
    label: ClassVar[str] = "Different products"

    at_least: int = rules.count("At least", required=True, least=1)

    def check(self, goods: Goods) -> Check:
        found = len({line.facts.product for line in goods.matching})
        return bounds_check(found, self.at_least, None, unit="products", missing="quantity")


GROUPINGS: Mapping[str, Callable[[GoodsLine], Iterable[Hashable]]] = {
    "line": lambda line: [line.key],
    "variant": lambda line: [line.facts.variant],
    "product": lambda line: [line.facts.product],
    "product_type": lambda line: [line.facts.product_type],
    "category": lambda line: line.facts.categories,
    "collection": lambda line: line.facts.collections,
}


@dataclass(frozen=True)
class LineQuantityCondition(Condition):
    """Enough units of the same group: the same line, variant, product, type, category, collection or attribute.

    Narrows to the groups that have enough. A line belongs to its categories and all those above them; one that has
    enough will do. Raises ValueError for the values of an attribute that is not named.
    """

    code: ClassVar[str] = "line_quantity"
    label: ClassVar[str] = "Quantity of the same group"
    scope: ClassVar[Literal["lines", "groups", "cart"]] = "groups"
    needs: ClassVar[frozenset[str]] = frozenset({"categories", "collections", "attributes"})

    at_least: int = rules.count("At least", required=True, least=1)
    same: str = rules.choice(
        "Units of the same",
        [
            ("line", "Line"),
            ("variant", "Variant"),
            ("product", "Product"),
            ("product_type", "Product type"),
            ("category", "Category"),
            ("collection", "Collection"),
            ("attribute", "Value of an attribute"),
        ],
        default="line",
    )
    attribute: str = rules.text("Attribute", help="The attribute's code, where its values make the groups.")

    def __post_init__(self) -> None:
        if self.same == "attribute" and not self.attribute:
            raise ValueError("Name the attribute whose values make the groups.")
        needs = {"category": "categories", "collection": "collections", "attribute": "attributes"}
        object.__setattr__(self, "needs", frozenset({needs[self.same]} if self.same in needs else ()))

    def check(self, goods: Goods) -> Check:
        units: dict[Hashable, int] = {}
        for line in goods.matching:
            for group in self.groups_of(line):
                units[group] = units.get(group, 0) + line.quantity
        enough = {group for group, quantity in units.items() if quantity >= self.at_least}
        most = max(units.values(), default=0)
        keys = frozenset(line.key for line in goods.matching if not enough.isdisjoint(self.groups_of(line)))
        data = {"quantity": most, "at_least": self.at_least, "same": self.same}
        return Check(bool(enough), keys, data, None if enough else {"quantity": self.at_least - most})

    def groups_of(self, line: GoodsLine) -> Iterable[Hashable]:
        """Return the groups that a line belongs to."""
        if self.same == "attribute":
            return texts_of(line.facts.attributes.get(self.attribute))
        return GROUPINGS[self.same](line)
