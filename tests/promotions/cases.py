"""The acceptance cases of promotions as plain data, for the engine and for the API alike.

Amounts are minor units. Rules are as they are stored; they name products by the names that the lines give them.
"""

from dataclasses import dataclass
from typing import Any, Final

__all__ = ["PROMOTION_CASES", "CaseLine", "Expected", "PromotionCase"]

Rule = dict[str, Any]


@dataclass(frozen=True)
class CaseLine:
    """A line: its price, units, percentage of tax, and what it sells. ``floor`` is that of one unit."""

    price: int
    quantity: int = 1
    percent: str = "0"
    product: str = ""
    floor: int | None = None
    is_discountable: bool = True


@dataclass(frozen=True)
class Expected:
    """What must come out; None where the case does not say.

    ``discounts`` are those of the lines in order, ``shipping`` what it costs in the end, ``applied`` which promotions
    took something off, by name in the order in which they were tried.
    """

    discounts: tuple[int, ...] | None = None
    discount: int | None = None
    net: int | None = None
    gross: int | None = None
    shipping: int | None = None
    shipping_discount: int | None = None
    applied: tuple[str, ...] | None = None


@dataclass(frozen=True)
class PromotionCase:
    """A row of the acceptance cases: ``id`` is its id, with a word more where the row has several halves.

    ``promotions`` hold ``conditions``, ``effects`` and the fields of a promotion; where they have no ``priority`` the
    first goes first.
    """

    id: str
    lines: tuple[CaseLine, ...]
    promotions: tuple[dict[str, Any], ...]
    expected: Expected
    includes_tax: bool = False
    display_tax: bool | None = None
    shipping: int | None = None


def rule(code: str, **args: Any) -> Rule:
    return {"code": code, "args": args}


def deal(effect: Rule, *conditions: Rule, **fields: Any) -> dict[str, Any]:
    """Return a promotion with one effect."""
    return {"effects": [effect], "conditions": list(conditions), **fields}


def off_order(amount: int, **fields: Any) -> dict[str, Any]:
    return deal(rule("order_amount", amount=amount), **fields)


def off_lines(percent: str, *conditions: Rule, **fields: Any) -> dict[str, Any]:
    return deal(rule("line_percent", percent=percent), *conditions, **fields)


def products(*names: str) -> Rule:
    return rule("products", products=list(names))


def value_from(amount: int) -> Rule:
    return rule("order_value", at_least=amount)


def plain(*prices: int) -> tuple[CaseLine, ...]:
    """Return lines of one unit each."""
    return tuple(CaseLine(price) for price in prices)


SHIRT_AND_MUG: Final = (CaseLine(5000, floor=4500), CaseLine(2000))
THREE_FOR_TWO: Final = deal(rule("buy_get", buy_quantity=2, get_quantity=1))
CAPPED: Final = deal(rule("line_percent", percent="15", cap=5000))
TAXED_MIX: Final = (
    CaseLine(1000, 2, "20", "A"),
    CaseLine(3499, 1, "10", "B"),
    CaseLine(255, 4, "10", "C"),
)
MIX_PROMOTIONS: Final = (off_lines("15", products("A")), off_order(500))
SWEATER_AND_SHIRTS: Final = (
    CaseLine(3000, 1, product="sweater"),
    CaseLine(500, 2, product="shirt"),
    CaseLine(1000, 2, product="dear shirt"),
)


def sweater_deal(select: str) -> dict[str, Any]:
    args = {"buy_products": ["sweater"], "get_products": ["shirt", "dear shirt"], "select": select}
    return deal(rule("buy_get", buy_quantity=1, get_quantity=1, **args))


PERCENTAGES: Final = (
    PromotionCase("A-P1", (CaseLine(8333, 1, "20"),), (off_lines("50"),), Expected((4167,), net=4166, gross=4999)),
    PromotionCase(
        "A-P2",
        (CaseLine(1400, 1, "20"), CaseLine(650, 2, "10")),
        (off_lines("50"),),
        Expected((700, 650), net=1174, gross=1350),
        includes_tax=True,
    ),
    PromotionCase("B-P8-below", (CaseLine(12000, 4),), (off_lines("20", value_from(50000)),), Expected(discount=0)),
    PromotionCase("B-P8", (CaseLine(12000, 5),), (off_lines("20", value_from(50000)),), Expected(discount=12000)),
    PromotionCase("B-P9-below", (CaseLine(4999),), (off_lines("10", value_from(5000)),), Expected(discount=0)),
    PromotionCase("B-P9", (CaseLine(2500, 2),), (off_lines("10", value_from(5000)),), Expected(discount=500)),
    PromotionCase("B-P18", plain(1750), (off_lines("5"),), Expected((88,), net=1662)),
    PromotionCase("B-P19", (CaseLine(999, 3),), (off_lines("15"),), Expected((450,), net=2547)),
    PromotionCase("B-P21", (CaseLine(1, 10),), (off_lines("10"),), Expected((1,), net=9)),
    PromotionCase(
        "B-P30",
        (CaseLine(1200, 2, is_discountable=False),),
        (off_lines("20"), off_lines("20", rule("quantity", at_least=1)), off_lines("20", value_from(1))),
        Expected((0,), net=2400, applied=()),
    ),
    PromotionCase(
        "B-P33",
        (CaseLine(12000, 3, product="A"), CaseLine(12000, 4, product="B"), CaseLine(12000, 1, product="C")),
        (off_lines("20", rule("line_quantity", at_least=3, same="product")),),
        Expected((7200, 9600, 0), net=7 * 9600 + 12000),
    ),
)

ORDERS: Final = (
    PromotionCase("A-P3", (CaseLine(1230, 1, "20"),), (off_order(500),), Expected((500,), net=730, gross=876)),
    PromotionCase("A-P8", TAXED_MIX, MIX_PROMOTIONS, Expected(net=5719, gross=6448), display_tax=False),
    PromotionCase("A-P8-gross", TAXED_MIX, MIX_PROMOTIONS, Expected(net=5719, gross=6446), display_tax=True),
    PromotionCase("A-P12", plain(12000, 23000, 30000), (CAPPED,), Expected((923, 1769, 2308))),
    PromotionCase("A-P13", plain(1200, 2300, 1000), (CAPPED,), Expected((180, 345, 150))),
    PromotionCase("A-P24", SHIRT_AND_MUG, (off_order(2000),), Expected((500, 1500), net=5000)),
    PromotionCase(
        "A-P24-percent",
        SHIRT_AND_MUG,
        (deal(rule("order_percent", percent="20")),),
        Expected((500, 900), net=5600),
    ),
    PromotionCase(
        "A-P25",
        (CaseLine(5000, floor=4500), *plain(2000, 2000, 2000)),
        (off_order(2500),),
        Expected((500, 667, 667, 666)),
    ),
    PromotionCase(
        "A-P26",
        (CaseLine(5000, floor=4500), CaseLine(5000, floor=4500), *plain(2000, 2000, 4000)),
        (off_order(2700),),
        Expected((500, 500, 425, 425, 850)),
    ),
    PromotionCase(
        "A-P27",
        (CaseLine(1000), CaseLine(2000, floor=1900), CaseLine(5000, floor=5000), CaseLine(3000, floor=2600)),
        (off_order(1200),),
        Expected((700, 100, 0, 400)),
    ),
    PromotionCase("A-P30", plain(300, 150), (off_order(500), off_lines("100")), Expected(net=0, gross=0)),
    PromotionCase("B-P10", plain(1000, 1000, 1000), (off_order(1000),), Expected((334, 333, 333))),
    PromotionCase("B-P11", plain(200, 200, 200), (off_order(400),), Expected((134, 133, 133))),
    PromotionCase("B-P12", plain(3333, 3333, 3334), (off_order(1000),), Expected((333, 333, 334))),
    PromotionCase("B-P13", plain(*[100] * 7), (off_order(5),), Expected((1, 1, 1, 1, 1, 0, 0))),
)

TOGETHER: Final = (
    PromotionCase(
        "A-P22",
        plain(10000),
        (deal(rule("line_amount", amount=1000), priority=1), off_lines("20", priority=4)),
        Expected((3000,), net=7000),
    ),
    PromotionCase(
        "A-P22-swapped",
        plain(10000),
        (off_lines("20", priority=2), deal(rule("line_amount", amount=1000), priority=5)),
        Expected((2800,), net=7200),
    ),
    PromotionCase(
        "B-P29",
        plain(10000),
        (off_lines("10", priority=2), off_lines("20", priority=1)),
        Expected((2800,), net=7200),
    ),
    PromotionCase(
        "B-P32",
        plain(10000),
        tuple(
            off_lines("10", priority=priority, name=name)
            for name, priority in {"A": 0, "B": 7, "C": 5, "D": 7, "E": 1}.items()
        ),
        Expected(applied=("B", "D", "C", "E", "A"), net=5905),
    ),
)

UNITS: Final = (
    PromotionCase("A-P18", SWEATER_AND_SHIRTS, (sweater_deal("cheapest"),), Expected((0, 500, 0), discount=500)),
    PromotionCase(
        "A-P18-dearest", SWEATER_AND_SHIRTS, (sweater_deal("dearest"),), Expected((0, 0, 1000), discount=1000)
    ),
    PromotionCase(
        "A-P19",
        (CaseLine(700, 4, product="X"), CaseLine(300, 2, product="Y")),
        (deal(rule("buy_get", buy_quantity=2, get_quantity=1, buy_products=["X"], get_products=["Y"])),),
        Expected((0, 600)),
    ),
    PromotionCase("B-P1", (CaseLine(1200, 3),), (THREE_FOR_TWO,), Expected((1200,))),
    PromotionCase("B-P2", (CaseLine(1200, 6),), (THREE_FOR_TWO,), Expected((2400,))),
    PromotionCase("B-P3", plain(100, 200, 300, 400, 500, 600), (THREE_FOR_TWO,), Expected((100, 200, 0, 0, 0, 0))),
    PromotionCase(
        "B-P24",
        (CaseLine(500, 3), CaseLine(100, 2)),
        (deal(rule("unit_amount", amount=200)),),
        Expected((600, 200)),
    ),
    PromotionCase(
        "B-P25", (CaseLine(500, 3),), (deal(rule("unit_amount", amount=200, max_units=2)),), Expected((400,))
    ),
    PromotionCase(
        "B-P26",
        (CaseLine(1000, 3, product="A"), CaseLine(400, 1, product="B")),
        (deal(rule("units", count=1, percent="50"), rule("distinct_products", at_least=2)),),
        Expected((0, 200)),
    ),
    PromotionCase(
        "B-P27",
        (CaseLine(500, 3),),
        (deal(rule("units", count=1, percent="20"), value_from(1000)),),
        Expected((100,)),
    ),
    PromotionCase(
        "B-P31",
        (CaseLine(900, 3, product="A"), CaseLine(800, 2, product="B")),
        (deal(rule("buy_get", buy_quantity=2, amount=300, buy_products=["A"], get_products=["B"])),),
        Expected((0, 300)),
    ),
)

SHIPPING: Final = (
    PromotionCase(
        "A-P9",
        plain(100),
        (deal(rule("shipping_percent")),),
        Expected((0,), net=100, shipping=0, shipping_discount=500),
        shipping=500,
    ),
    PromotionCase(
        "A-P31",
        plain(1000),
        (off_lines("100"), deal(rule("shipping_percent"))),
        Expected((1000,), gross=0, shipping=0),
        shipping=500,
    ),
    PromotionCase(
        "B-H4",
        plain(1000),
        (deal(rule("shipping_amount", amount=1200)),),
        Expected(shipping=0, shipping_discount=1000),
        shipping=1000,
    ),
    PromotionCase(
        "B-H5",
        plain(1000),
        (deal(rule("shipping_price", price=100)),),
        Expected(shipping=100, shipping_discount=900),
        shipping=1000,
    ),
    PromotionCase(
        "B-H6",
        plain(1000),
        (deal(rule("shipping_price", price=1500)),),
        Expected(shipping=1000, shipping_discount=0),
        shipping=1000,
    ),
)

PROMOTION_CASES: Final = (*PERCENTAGES, *ORDERS, *TOGETHER, *UNITS, *SHIPPING)
