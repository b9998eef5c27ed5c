"""The goods as one promotion sees them: what earlier promotions left, in the basis of the promotion's amounts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key

from nexus_commerce.core.rounding import allocate_capped, divide
from nexus_commerce.pricing.inputs import CartInput, LineFacts, LineInput

__all__ = ["Goods", "GoodsLine", "ShippingLeft", "Units", "units_of", "value_of"]


class GoodsLine:
    """A line that can be discounted: ``left`` of it, of which ``floor`` is the least that must remain.

    The units of a line share what is left evenly: the first ``left % quantity`` of them cost one minor unit more.
    """

    __slots__ = ("_weigh", "floor", "input", "key", "left", "quantity")

    def __init__(self, line: LineInput, *, left: int, floor: int, weigh: Callable[[], int]) -> None:
        self.input = line
        self.key = line.key
        self.quantity = line.quantity
        self.left = left
        self.floor = floor
        self._weigh = weigh

    @property
    def facts(self) -> LineFacts:
        """What promotions may ask of the line."""
        return self.input.facts

    @property
    def room(self) -> int:
        """How much may still come off the whole line."""
        return max(self.left - self.floor, 0)

    @property
    def weight(self) -> int:
        """What is left in the channel's display basis, by which amounts are shared out."""
        return self._weigh()

    def units(self, count: int, *, dearest: bool = False) -> Units:
        """Return ``count`` units of the line, the cheapest or the dearest of them."""
        base, dearer = divmod(self.left, self.quantity)
        return Units(self, count, base, min(count, dearer) if dearest else max(0, count - self.quantity + dearer))


@dataclass(frozen=True, slots=True)
class Units:
    """Some units of a line: ``dearer`` of them cost ``base + 1``, the others ``base``."""

    line: GoodsLine
    count: int
    base: int
    dearer: int

    @property
    def worth(self) -> int:
        """What is left of the units."""
        return self.count * self.base + self.dearer

    @property
    def room(self) -> int:
        """How much may come off the units, so that none goes below its share of the line's floor."""
        return max(self.worth + -self.line.floor * self.count // self.line.quantity, 0)

    def each(self, amount: int) -> int:
        """Return what ``amount`` off each unit comes to; no unit gives more than it is worth."""
        return self.dearer * min(amount, self.base + 1) + (self.count - self.dearer) * min(amount, self.base)


@dataclass(frozen=True, slots=True)
class ShippingLeft:
    """A shipping charge, and what is left of it."""

    key: Hashable
    left: int


@dataclass(frozen=True, slots=True)
class Goods:
    """What conditions and effects are asked about.

    ``lines`` are those that can be discounted; others do not exist for promotions. ``matching`` are those of them
    that the conditions left over. ``shipping`` are the charges, known to the last step alone. All amounts are with tax
    where ``is_gross``, which is the basis of the promotion.
    """

    cart: CartInput
    lines: Sequence[GoodsLine]
    matching: Sequence[GoodsLine]
    shipping: Sequence[ShippingLeft]
    is_gross: bool

    def narrowed(self, keys: Collection[Hashable]) -> Goods:
        """Return the goods of which only those matching lines still match that ``keys`` name."""
        matching = [line for line in self.matching if line.key in keys]
        return Goods(self.cart, self.lines, matching, self.shipping, self.is_gross)

    def percent_of(self, amount: int, percent: Decimal) -> int:
        """Return a share of an amount, rounded as the cart is."""
        numerator, denominator = percent.as_integer_ratio()
        return divide(amount * numerator, denominator * 100, self.cart.rounding.mode)

    def spread(
        self, total: int, lines: Sequence[GoodsLine] | None = None, *, cap: int | None = None
    ) -> dict[Hashable, int]:
        """Share an amount out over lines (the matching ones) in proportion to what is left of them as displayed.

        What a price floor refuses is spread over the other lines.
        """
        lines = self.matching if lines is None else lines
        rooms = [max(line.left - line.floor, 0) for line in lines]
        total = total if cap is None else min(total, cap)
        if total >= sum(rooms):
            shares = rooms
        elif self.is_gross == self.cart.display_tax:
            shares = allocate_capped(total, [line.left for line in lines], rooms)
        else:
            # What is left of a line may be less than a minor unit in the displayed basis.
            shares = allocate_capped(total, [max(line.weight, line.left > 0) for line in lines], rooms)
        return {line.key: share for line, share in zip(lines, shares, strict=True) if share}

    def by_unit_price(self, lines: Iterable[GoodsLine], *, dearest: bool = False) -> list[GoodsLine]:
        """Sort lines by what is left of a unit, the cheapest first; ties in the order of the cart.

        Lines of which nothing is left are not among them.
        """
        by_price = cmp_to_key(compare_unit_prices)
        return sorted((line for line in lines if line.left), key=by_price, reverse=dearest)

    def cheapest(self, count: int, lines: Iterable[GoodsLine] | None = None) -> list[Units]:
        """Return the ``count`` cheapest units of lines (the matching ones), or all of them where there are fewer."""
        return self._pick(count, lines, dearest=False)

    def dearest(self, count: int, lines: Iterable[GoodsLine] | None = None) -> list[Units]:
        """Return the ``count`` dearest units of lines (the matching ones), or all of them where there are fewer."""
        return self._pick(count, lines, dearest=True)

    def _pick(self, count: int, lines: Iterable[GoodsLine] | None, *, dearest: bool) -> list[Units]:
        picked = []
        for line in self.by_unit_price(self.matching if lines is None else lines, dearest=dearest):
            if count <= 0:
                break
            picked.append(line.units(min(count, line.quantity), dearest=dearest))
            count -= line.quantity
        return picked

    def spread_shipping(self, total: int) -> Mapping[Hashable, int]:
        """Share an amount out over the shipping charges, none of which goes below zero."""
        left = [charge.left for charge in self.shipping]
        shares = allocate_capped(total, left, left)
        return {charge.key: share for charge, share in zip(self.shipping, shares, strict=True) if share}


def value_of(lines: Iterable[GoodsLine]) -> int:
    """Return what is left of lines."""
    return sum(line.left for line in lines)


def units_of(lines: Iterable[GoodsLine]) -> int:
    """Return how many units lines have."""
    return sum(line.quantity for line in lines)


def compare_unit_prices(one: GoodsLine, two: GoodsLine) -> int:
    """Compare what is left of a unit of two lines, exactly."""
    return one.left * two.quantity - two.left * one.quantity
