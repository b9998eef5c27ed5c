"""Running the engine on plain data about promotions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nexus_commerce.pricing.inputs import CartFacts, CartInput, LineFacts, LineInput, Quote, ShippingInput
from nexus_commerce.pricing.totals import LineTotals, Totals, Tried
from nexus_commerce.promotions.rules import Condition, Effect, PromotionInput
from nexus_commerce.shipping.rates import RateRule
from tests.pricing.engine import NOW, run, taxation_of

__all__ = ["cart_of", "discounts_of", "goods_line", "off", "outcome", "run", "shipping_of"]


def goods_line(
    key: str, price: int, quantity: int = 1, *, floor: int | None = None, percent: str = "", **more: Any
) -> LineInput:
    """Return a line; ``percent`` is its tax, facts that are not given are named after the key."""
    facts = {"product": key, "variant": key, "sku": key}
    given = {name: more.pop(name) for name in tuple(more) if name in LineFacts.__slots__}
    taxation = taxation_of(percent) if percent else None
    quote = Quote(price, per=more.pop("per", 1), floor=floor)
    return LineInput(key, quantity, quote, facts=LineFacts(**{**facts, **given}), taxation=taxation, **more)


def shipping_of(amount: int, *, percent: str = "") -> list[ShippingInput]:
    """Return one method of shipping; without a percentage it is taxed in proportion to the goods."""
    return [ShippingInput("post", "Post", RateRule(amount=amount), percent, taxation_of(percent) if percent else None)]


def off(*effects: Effect, rank: int = 0, when: Sequence[Condition] = (), **more: Any) -> PromotionInput:
    """Return a promotion of effects and conditions."""
    name = more.pop("name", f"p{rank}")
    return PromotionInput(name, rank, name, conditions=tuple(when), effects=effects, **more)


def cart_of(lines: Sequence[LineInput], *promotions: PromotionInput, **more: Any) -> CartInput:
    """Return a cart in net prices; facts of the cart may be given by name."""
    facts = {name: more.pop(name) for name in tuple(more) if name in CartFacts.__slots__}
    cart = CartInput("EUR", False, lines, NOW, promotions=promotions, facts=CartFacts(**facts))
    return replace(cart, **{"display_tax": more.get("prices_include_tax", False), **more})


def discounts_of(totals: Totals) -> dict[Any, int]:
    """Return what was taken off each line that something was taken off."""
    lines: Sequence[LineTotals] = totals.lines
    return {line.key: line.discount_total for line in lines if line.discount_total}


def outcome(totals: Totals, name: str) -> Tried:
    """Return what came of a promotion."""
    return next(tried for tried in totals.tried if tried.name == name)
