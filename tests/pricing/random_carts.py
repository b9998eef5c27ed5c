"""Random carts, taxes and promotions for property tests. Promotions are drawn from the schemas of the registered
classes, so that a new condition or effect is tried without a change here."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from nexus_commerce.core.rounding import MODES
from nexus_commerce.pricing.inputs import (
    CartFacts,
    CartInput,
    FeeInput,
    LineFacts,
    LineInput,
    Quote,
    Rounding,
    ShippingInput,
    Taxation,
    TaxRate,
)
from nexus_commerce.promotions.conditions import CONDITIONS
from nexus_commerce.promotions.effects import EFFECTS
from nexus_commerce.promotions.rules import Argument, PromotionInput, Rule, arguments_of
from nexus_commerce.shipping.rates import RateRule
from tests.pricing.engine import NOW

__all__ = ["CURRENCIES", "carts", "promotions", "rules_of"]

CURRENCIES: Final = (
    *("JPY", "KRW", "VND", "ISK"),
    *("EUR", "USD", "GBP", "CHF", "PLN", "SEK", "BRL"),
    *("KWD", "BHD", "JOD", "TND", "OMR"),
)
CLASSES: Final = ("", "standard", "reduced", "free")
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "product": ("p1", "p2", "p3"),
    "variant": ("v1", "v2", "v3"),
    "category": ("c1", "c2"),
    "collection": ("k1", "k2"),
    "product_type": ("shop.book", "shop.lamp"),
    "attribute": ("red", "blue"),
    "customer_group": ("wholesale",),
    "channel": ("web",),
    "country": ("DE", "FR"),
    "currency": CURRENCIES,
    "shipping_method": ("post",),
    "weekday": ("monday", "thursday"),
}

amounts = st.one_of(st.integers(0, 50), st.integers(0, 20_000), st.integers(0, 10**9))
percents = st.one_of(
    st.sampled_from([Decimal(0), Decimal(10), Decimal("33.3333"), Decimal(100)]), st.decimals(0, 100, places=2)
)
roundings = st.builds(
    Rounding,
    mode=st.sampled_from(MODES),
    level=st.sampled_from(["unit", "line", "total"]),
    target=st.sampled_from(["tax", "net"]),
    total_by=st.sampled_from(["keep_gross", "by_net"]),
)
rates = st.lists(
    st.builds(TaxRate, st.sampled_from(["VAT", "State", "City"]), st.integers(0, 27 * 10**6), st.just("zone")),
    min_size=1,
    max_size=2,
    unique_by=lambda rate: rate.name,
)
taxations = st.one_of(
    rates.map(lambda found: Taxation(tuple(found))),
    st.sampled_from([Taxation((), "no_rate"), Taxation((), "exempt"), Taxation((), "reverse_charge")]),
)
facts = st.builds(
    LineFacts,
    product=st.sampled_from(NAMES["product"]),
    variant=st.sampled_from(NAMES["variant"]),
    sku=st.sampled_from(["s1", "s2"]),
    product_type=st.sampled_from(NAMES["product_type"]),
    categories=st.frozensets(st.sampled_from(NAMES["category"])),
    collections=st.frozensets(st.sampled_from(NAMES["collection"])),
    attributes=st.dictionaries(st.just("color"), st.sampled_from(NAMES["attribute"])),
)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """Draw a price, sometimes for many units, sometimes with a floor."""
    price = draw(amounts)
    floor = draw(st.none() | st.integers(0, price))
    return Quote(price, draw(st.sampled_from([1, 1, 1, 10, 144])), price, "list", floor)


@st.composite
def line_lists(draw: st.DrawFn, most: int = 7) -> list[LineInput]:
    """Draw lines with keys of their own."""
    line = st.builds(
        LineInput,
        key=st.just(0),
        quantity=st.integers(1, 4) | st.integers(1, 1000),
        quote=quotes(),
        tax_class=st.sampled_from(CLASSES),
        is_discountable=st.sampled_from([True, True, True, False]),
        weight=st.integers(0, 5000),
        is_sent=st.sampled_from([True, True, False]),
        facts=facts,
    )
    found = draw(st.lists(line, max_size=most))
    return [
        LineInput(**{**{name: getattr(each, name) for name in each.__slots__}, "key": n})
        for n, each in enumerate(found)
    ]


def values_of(argument: Argument) -> st.SearchStrategy[Any]:
    """Return the strategy of an argument's values."""
    least = int(argument.least or 0)
    match argument.kind:
        case "amount":
            return amounts.map(lambda amount: max(amount, least))
        case "count":
            return st.integers(max(least, 0), int(argument.greatest or 12))
        case "percent":
            return percents
        case "codes":
            return st.lists(
                st.sampled_from(NAMES[argument.of]), min_size=int(argument.is_required), max_size=2, unique=True
            ).map(tuple)
        case "choice":
            return st.sampled_from([value for value, _ in argument.choices])
        case "text":
            return st.sampled_from(["s1", "color", "red"])
        case "flag":
            return st.booleans()
        case "table":
            row = st.tuples(*(values_of(column) for column in argument.columns.values()))
            return st.lists(row, min_size=1, max_size=3).map(tuple)
    raise AssertionError(argument.kind)


@st.composite
def rules_of(draw: st.DrawFn, cls: type[Rule]) -> Rule:
    """Draw a condition or effect of a class; arguments that are not required are often left out."""
    given = {
        name: draw(values_of(argument))
        for name, argument in arguments_of(cls).items()
        if argument.is_required or draw(st.booleans())
    }
    try:
        return cls(**given)
    except ValueError:
        return draw(rules_of(cls))


@st.composite
def promotions(draw: st.DrawFn, most: int = 4) -> list[PromotionInput]:
    """Draw promotions with every kind of condition, effect and way of combining."""
    found = []
    for rank in range(draw(st.integers(0, most))):
        conditions = draw(st.lists(st.sampled_from(CONDITIONS).flatmap(rules_of), max_size=1))
        effects = draw(st.lists(st.sampled_from(EFFECTS).flatmap(rules_of), min_size=1, max_size=2))
        found.append(
            PromotionInput(
                id=f"promotion-{rank}",
                rank=rank,
                name=f"Promotion {rank}",
                conditions=tuple(conditions),  # type: ignore[arg-type]
                effects=tuple(effects),  # type: ignore[arg-type]
                priority=draw(st.integers(0, 2)),
                is_exclusive=draw(st.sampled_from([False] * 5 + [True])),
                stops_others=draw(st.sampled_from([False] * 5 + [True])),
                group=draw(st.sampled_from(["", "", "", "sale"])),
                basis=draw(st.sampled_from(["", "", "net", "gross"])),
                budget_left=draw(st.none() | st.none() | amounts),
            )
        )
    return found


@st.composite
def carts(draw: st.DrawFn, **fixed: Any) -> CartInput:
    """Draw a cart with everything that the engine reads."""
    taxes = {code: draw(taxations) for code in CLASSES}
    home = taxes if draw(st.booleans()) else {code: draw(rates.map(lambda r: Taxation(tuple(r)))) for code in CLASSES}
    classes = st.sampled_from(CLASSES)
    drawn: dict[str, Any] = {
        "currency": draw(st.sampled_from(CURRENCIES)),
        "prices_include_tax": draw(st.booleans()),
        "display_tax": draw(st.booleans()),
        "lines": draw(line_lists()),
        "now": NOW + draw(st.timedeltas(timedelta(0), timedelta(days=7))),
        "rounding": draw(roundings),
        "taxes": taxes,
        "included": home,
        "keeps": draw(st.sampled_from(["gross", "net"])),
        "promotions": draw(promotions()),
        "shipping": [
            ShippingInput("post", "Post", RateRule(amount=amount, free_from=free_from), draw(classes))
            for amount, free_from in draw(st.lists(st.tuples(amounts, st.none() | amounts), max_size=1))
        ],
        "fees": [
            FeeInput(f"fee-{n}", "Fee", amount, draw(classes))
            for n, amount in enumerate(draw(st.lists(amounts, max_size=2)))
        ],
        "facts": CartFacts(
            channel="web",
            country=draw(st.sampled_from(NAMES["country"])),
            is_logged_in=draw(st.booleans()),
            customer_groups=frozenset(draw(st.lists(st.just("wholesale"), max_size=1))),
            order_count=draw(st.integers(0, 3)),
            shipping_method="post",
        ),
        "gifts": {"s1": LineInput(("gift", "s1"), 1, draw(quotes()), draw(classes))},
    }
    return CartInput(**{**drawn, **fixed})
