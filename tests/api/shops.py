"""A shop that an acceptance case describes, written to the database, and how its carts and orders read over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.money import Money
from nexus_commerce.pricing.inputs import FeeInput, Rounding
from nexus_commerce.pricing.policies import FeeContext, FeePolicy, RoundingPolicy
from nexus_commerce.promotions.services import create_promotion
from nexus_commerce.tax.models import TaxClass, TaxRate, TaxZone, TaxZoneArea
from nexus_commerce.tax.policies import TaxPolicy
from nexus_commerce.testing.factories import make_channel, make_price, make_product, make_shipping_method
from tests.api.client import BERLIN, Api
from tests.pricing.cases import BY_NET, KEEP_GROSS, LINE, TARGET_NET, UNIT, TaxCase
from tests.promotions.cases import CaseLine, PromotionCase

__all__ = ["Basket", "Shop", "basket_of", "figures_of", "minor", "open_shop", "policies_of"]


class UnitRounding(RoundingPolicy):
    """Round tax on each unit."""

    default: ClassVar[Rounding] = UNIT


class KeepGrossRounding(RoundingPolicy):
    """Round tax once on the total, which stays."""

    default: ClassVar[Rounding] = KEEP_GROSS


class ByNetRounding(RoundingPolicy):
    """Round tax once on the total of the net amounts."""

    default: ClassVar[Rounding] = BY_NET


class TargetNetRounding(RoundingPolicy):
    """Round the net amount, and leave the tax as the rest."""

    default: ClassVar[Rounding] = TARGET_NET


class WrapFees(FeePolicy):
    """Charge 2.40 for gift wrap, untaxed."""

    amount: ClassVar[int] = 240

    def fees(self, context: FeeContext) -> Sequence[FeeInput]:
        return [FeeInput("wrap", "Gift wrap", self.amount, "untaxed")]


class NetKeeping(TaxPolicy):
    """Keep the net price wherever the goods go."""

    keeps: ClassVar[Literal["gross", "net"]] = "net"


ROUNDINGS: Final[Mapping[Rounding, type[RoundingPolicy]]] = {
    LINE: RoundingPolicy,
    UNIT: UnitRounding,
    KEEP_GROSS: KeepGrossRounding,
    BY_NET: ByNetRounding,
    TARGET_NET: TargetNetRounding,
}


@dataclass(frozen=True)
class Basket:
    """A case of either kind: what is bought in which shop. An empty ``shipping_class`` is taxed as the goods are."""

    id: str
    lines: tuple[CaseLine, ...]
    promotions: tuple[dict[str, Any], ...]
    expected: Mapping[str, Any]
    includes_tax: bool = False
    display_tax: bool | None = None
    currency: str = "EUR"
    rounding: Rounding = LINE
    shipping: int | None = None
    shipping_class: str = ""
    fee: int | None = None


def basket_of(case: TaxCase | PromotionCase) -> Basket:
    """Return a case in the one shape."""
    shared: dict[str, Any] = {
        "id": case.id,
        "promotions": case.promotions,
        "expected": {name: value for name, value in vars(case.expected).items() if value is not None},
        "includes_tax": case.includes_tax,
        "shipping": case.shipping,
    }
    if isinstance(case, PromotionCase):
        return Basket(lines=case.lines, display_tax=case.display_tax, **shared)
    return Basket(
        lines=tuple(CaseLine(*line) for line in case.lines),
        currency=case.currency,
        rounding=case.rounding,
        shipping_class="untaxed",
        fee=case.fee,
        **shared,
    )


def policies_of(basket: Basket) -> dict[str, str]:
    """Return the settings that a case needs."""
    rounding = ROUNDINGS[basket.rounding]
    found = {"ROUNDING_POLICY": f"{rounding.__module__}.{rounding.__qualname__}"}
    if basket.fee is not None:
        assert basket.fee == WrapFees.amount
        found["FEE_POLICY"] = f"{WrapFees.__module__}.{WrapFees.__qualname__}"
    return found


@dataclass(frozen=True)
class Shop:
    """The rows of a case."""

    channel: Channel
    variants: list[Variant]
    method: str

    def body(self, basket: Basket) -> dict[str, Any]:
        """Return the cart as a shopper asks for it."""
        lines = zip(self.variants, basket.lines, strict=True)
        return {
            "email": "ada@example.com",
            "lines": [{"variant": str(variant.public_id), "quantity": line.quantity} for variant, line in lines],
            "shipping_address": BERLIN,
        }

    def fill(self, api: Api, basket: Basket) -> str:
        """Make the cart, with its shipping method, and return its address."""
        cart = f"carts/{api.post('carts', self.body(basket)).json()['cart']['id']}"
        if self.method:
            chosen = api.put(f"{cart}/shipping-method", {"method": self.method})
            assert chosen.status_code == 200, chosen.content
        return cart


def open_shop(basket: Basket) -> Shop:
    """Write channel, taxes, products, prices, promotions and shipping of a case."""
    channel = make_channel(
        code="case", currency=basket.currency, prices_include_tax=basket.includes_tax, display_tax=basket.display_tax
    )
    write_rates({line.percent for line in basket.lines})
    names = [line.product or f"product {place}" for place, line in enumerate(basket.lines)]
    variants = [make_line(channel, line) for line in basket.lines]
    ids = {name: str(variant.product.public_id) for name, variant in zip(names, variants, strict=True)}
    for rank, stored in enumerate(basket.promotions):
        fields = {"name": f"Promotion {rank}", "priority": -rank, "currency": basket.currency, **with_ids(stored, ids)}
        create_promotion(fields=fields)
    method = ""
    if basket.shipping is not None:
        row = make_shipping_method(
            amount=basket.shipping, currency=basket.currency, channel=channel, tax_class=basket.shipping_class
        )
        method = row.code
    return Shop(channel, variants, method)


def write_rates(percents: set[str]) -> None:
    """Write a tax class for each percentage, with that rate in Germany."""
    zone = TaxZone.objects.create(code="home", name="Home")
    TaxZoneArea.objects.create(zone=zone, country="DE")
    for percent in sorted(percents):
        row = TaxClass.objects.create(code=class_of(percent), name=percent)
        TaxRate.objects.create(zone=zone, tax_class=row, name=f"VAT {percent} %", rate=percent)


def class_of(percent: str) -> str:
    return f"vat-{percent.replace('.', '-')}"


def make_line(channel: Channel, line: CaseLine) -> Variant:
    """Write what a line sells, with its price."""
    product = make_product(
        channel=channel, track_stock=False, tax_class=class_of(line.percent), is_discountable=line.is_discountable
    )
    variant = product.variants.get()
    make_price(variant=variant, amount=line.price, channel=channel, floor=line.floor)
    return variant


def with_ids(stored: Any, ids: Mapping[str, str]) -> Any:
    """Return stored rules with the products' public ids in the place of their names."""
    if isinstance(stored, dict):
        return {
            name: [ids[product] for product in value] if name.endswith("products") else with_ids(value, ids)
            for name, value in stored.items()
        }
    return [with_ids(item, ids) for item in stored] if isinstance(stored, list) else stored


def minor(money: Mapping[str, str]) -> int:
    """Return an amount of a reply in minor units."""
    return Money.parse(money["amount"], money["currency"]).minor


def figures_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a case may say, out of the JSON of a cart, a quote or an order."""
    totals = {name: minor(money) for name, money in body["totals"].items()}
    return {
        "net": totals["net"],
        "gross": totals["total"],
        "tax": totals["tax_total"],
        "summary": tuple((minor(tax["base"]), minor(tax["amount"])) for tax in body["taxes"]),
        "discount": totals["discount_total"],
        "discounts": tuple(minor(line["discount_total"]) for line in body["lines"]),
        "shipping": totals["shipping_total"],
        "shipping_discount": sum(minor(charge["discount_total"]) for charge in body["shipping"]),
        "applied": tuple(applied["name"] for applied in body["promotions"]),
    }
