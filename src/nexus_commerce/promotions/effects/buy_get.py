"""The effect by which some units that are bought make others free or cheaper."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.effects.units import off_units
from nexus_commerce.promotions.goods import Goods, GoodsLine, Units, units_of
from nexus_commerce.promotions.rules import Effect

__all__ = ["BuyGetEffect"]


@dataclass(frozen=True)
class BuyGetEffect(Effect):
    """Buy some units, get others free or reduced, as often as the cart has enough of them.

    What is named as bought or got may be anything in the cart; where nothing is named, it is the matching lines. A unit
    that is bought is never got too, and what costs nothing already is neither. The last time, fewer units than
    ``get_quantity`` are got where there are no more. The percentage holds where no amount is given.
    """

    code: ClassVar[str] = "buy_get"
    label: ClassVar[str] = "Buy some, get others free or reduced"
    stage: ClassVar[Literal["lines", "order", "shipping"]] = "lines"
    needs: ClassVar[frozenset[str]] = frozenset({"categories", "collections"})

    buy_quantity: int = rules.count("Buy so many units", required=True, least=1)
    get_quantity: int = rules.count("Get so many units", default=1, least=1)
    percent: Decimal = rules.percent("Percentage off what is got", default=Decimal(100))
    amount: int | None = rules.amount("Amount off each unit got")
    select: str = rules.choice(
        "Get", [("cheapest", "The cheapest units"), ("dearest", "The dearest units")], default="cheapest"
    )
    max_times: int | None = rules.count("At most so many times", least=1)
    buy_products: tuple[str, ...] = rules.codes("Buy of products", of="product")
    buy_variants: tuple[str, ...] = rules.codes("Buy of variants", of="variant")
    buy_categories: tuple[str, ...] = rules.codes("Buy of categories", of="category")
    buy_collections: tuple[str, ...] = rules.codes("Buy of collections", of="collection")
    get_products: tuple[str, ...] = rules.codes("Get of products", of="product")
    get_variants: tuple[str, ...] = rules.codes("Get of variants", of="variant")
    get_categories: tuple[str, ...] = rules.codes("Get of categories", of="category")
    get_collections: tuple[str, ...] = rules.codes("Get of collections", of="collection")

    def __post_init__(self) -> None:
        asked = {
            "categories": self.buy_categories + self.get_categories,
            "collections": self.buy_collections + self.get_collections,
        }
        object.__setattr__(self, "needs", frozenset(fact for fact, names in asked.items() if names))

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        buy = self.found(goods, self.buy_products, self.buy_variants, self.buy_categories, self.buy_collections)
        get = self.found(goods, self.get_products, self.get_variants, self.get_categories, self.get_collections)
        return off_units(goods, self.got(goods, buy, get), self.percent, self.amount)

    def found(
        self,
        goods: Goods,
        products: tuple[str, ...],
        variants: tuple[str, ...],
        categories: tuple[str, ...],
        collections: tuple[str, ...],
    ) -> list[GoodsLine]:
        """Return the lines that something names; the matching ones where nothing is named."""
        if not (products or variants or categories or collections):
            return [line for line in goods.matching if line.left]
        return [
            line
            for line in goods.lines
            if line.left
            and (
                line.facts.product in products
                or line.facts.variant in variants
                or not line.facts.categories.isdisjoint(categories)
                or not line.facts.collections.isdisjoint(collections)
            )
        ]

    def got(self, goods: Goods, buy: list[GoodsLine], get: list[GoodsLine]) -> list[Units]:
        """Return the units that are got: the cheapest or dearest of them, but for those that must be bought."""
        bought, wanted = {line.key for line in buy}, {line.key for line in get}
        only_buy = units_of(line for line in buy if line.key not in wanted)
        only_get = units_of(line for line in get if line.key not in bought)
        both = units_of(line for line in get if line.key in bought)
        times = self.times(only_buy, only_get, both)
        # Units of both kinds are bought as far as those that can only be bought do not suffice.
        both -= max(times * self.buy_quantity - only_buy, 0)
        left = min(times * self.get_quantity, only_get + both)
        picked = []
        dearest = self.select == "dearest"
        for line in goods.by_unit_price(get, dearest=dearest):
            count = min(line.quantity, left, both if line.key in bought else left)
            if count:
                picked.append(line.units(count, dearest=dearest))
            left -= count
            both -= count if line.key in bought else 0
        return picked

    def times(self, only_buy: int, only_get: int, both: int) -> int:
        """Return how often there are enough units to buy, and at least one more to get."""
        most = (only_buy + both) // self.buy_quantity
        most = min(most, -(-(only_get + both) // self.get_quantity))
        # Past what can only be bought, each further time costs buy_quantity + get_quantity units of both kinds.
        spare = only_buy + only_get + both + self.get_quantity - 1
        most = min(most, spare // (self.buy_quantity + self.get_quantity))
        return most if self.max_times is None else min(most, self.max_times)
