"""The acceptance cases of tax and fees as plain data, for the engine and for the API alike.

Amounts are minor units. A line is (price, quantity, percent of tax); prices include tax where ``includes_tax``.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from nexus_commerce.pricing.inputs import Rounding

__all__ = ["TAX_CASES", "Expected", "TaxCase"]

LINE: Final = Rounding()
UNIT: Final = Rounding(level="unit")
KEEP_GROSS: Final = Rounding(level="total", total_by="keep_gross")
BY_NET: Final = Rounding(level="total", total_by="by_net")
TARGET_NET: Final = Rounding(target="net")


@dataclass(frozen=True)
class Expected:
    """What must come out; None where the case does not say. ``summary`` is (base, tax) for each rate."""

    net: int | None = None
    gross: int | None = None
    tax: int | None = None
    summary: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True)
class TaxCase:
    """A row of the acceptance cases: ``id`` is its id, with a letter where the row has several halves.

    ``shipping`` and ``fee`` are (amount, percent or None for untaxed); ``promotions`` are rules as they are stored.
    """

    id: str
    lines: tuple[tuple[int, int, str], ...]
    expected: Expected
    includes_tax: bool = False
    rounding: Rounding = LINE
    shipping: int | None = None
    fee: int | None = None
    currency: str = "EUR"
    promotions: tuple[dict[str, Any], ...] = field(default=())


def off_order(amount: int, **more: Any) -> dict[str, Any]:
    """Return a promotion that takes an amount off the order."""
    return {"effects": [{"code": "order_amount", "args": {"amount": amount}}], **more}


def off_lines(percent: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    """Return a promotion that takes a percentage off each line."""
    return {"effects": [{"code": "line_percent", "args": {"percent": percent}}], "conditions": list(conditions)}


def same(price: int, times: int, percent: str) -> tuple[tuple[int, int, str], ...]:
    return ((price, 1, percent),) * times


TAX_CASES: Final = (
    TaxCase("A-T1", ((123, 1, "20"),), Expected(net=123, gross=148)),
    TaxCase("A-T2", ((123, 3, "20"),), Expected(net=369, gross=443)),
    TaxCase("A-T2-unit", ((123, 3, "20"),), Expected(net=369, gross=444), rounding=UNIT),
    TaxCase("A-T3", ((100, 2, "20"),), Expected(net=167, gross=200, tax=33), includes_tax=True),
    TaxCase("A-T6", ((108, 3, "19"),), Expected(gross=386)),
    TaxCase("A-T6-unit", ((108, 3, "19"),), Expected(gross=387), rounding=UNIT),
    TaxCase("A-T7", ((1010, 10, "23"),), Expected(tax=2323, gross=12423)),
    TaxCase("A-T7-unit", ((1010, 10, "23"),), Expected(tax=2320), rounding=UNIT),
    TaxCase("A-T8a", ((4595, 1, "10"),), Expected(tax=460)),
    TaxCase("A-T8b", ((4594, 1, "10"),), Expected(tax=459)),
    TaxCase("A-T9", ((1000, 2, "23"), (4595, 2, "10")), Expected(tax=1379, gross=12569)),
    TaxCase("A-T9-unit", ((1000, 2, "23"), (4595, 2, "10")), Expected(tax=1380, gross=12570), rounding=UNIT),
    TaxCase("A-T10a", ((4695, 1, "10"),), Expected(tax=427), includes_tax=True),
    TaxCase("A-T10b", ((4690, 1, "10"),), Expected(tax=426), includes_tax=True),
    TaxCase(
        "A-T11",
        ((100, 2, "20"), (100, 2, "10"), (100, 2, "0")),
        Expected(net=600, tax=60, gross=660, summary=((200, 40), (200, 20), (200, 0))),
    ),
    TaxCase("A-T12a", ((3000, 1, "5"),), Expected(tax=143), includes_tax=True),
    TaxCase("A-T12b", ((3000, 1, "5"),), Expected(tax=138), includes_tax=True, promotions=(off_order(100),)),
    TaxCase("A-T13a", ((3000, 1, "5"),), Expected(tax=150)),
    TaxCase("A-T13b", ((3000, 1, "5"),), Expected(tax=145), promotions=(off_order(100),)),
    TaxCase("A-T18", ((2499, 1, "10.75"),), Expected(tax=269, gross=3412), shipping=644),
    TaxCase("A-T19", ((935, 1, "10"),), Expected(gross=1029)),
    TaxCase("A-T21a", ((299, 1, "4"),), Expected(tax=12, net=287), includes_tax=True),
    TaxCase("A-T21b", ((299, 1, "4"),), Expected(tax=11, net=288), includes_tax=True, rounding=TARGET_NET),
    TaxCase(
        "B-T1",
        ((1000, 2, "20"),),
        Expected(net=1600, gross=1920),
        promotions=(off_lines("20", {"code": "order_value", "args": {"at_least": 1000}}),),
    ),
    TaxCase(
        "B-T2",
        ((999, 3, "20"),),
        Expected(gross=3097, net=2581, tax=516),
        rounding=UNIT,
        promotions=(off_order(500, basis="gross"),),
    ),
    TaxCase("B-T3a", ((999, 3, "20"),), Expected(gross=3597), rounding=UNIT),
    TaxCase("B-T3b", ((999, 3, "20"),), Expected(gross=3596)),
    TaxCase("B-T8", same(10000, 5, "19"), Expected(42015, 50000, 7985), includes_tax=True),
    TaxCase("B-T9", same(10000, 5, "19"), Expected(42015, 49998, 7983), includes_tax=True, rounding=BY_NET),
    TaxCase("B-T10", same(10000, 5, "19"), Expected(42017, 50000, 7983), includes_tax=True, rounding=KEEP_GROSS),
    TaxCase("B-T11a", same(9998, 5, "19"), Expected(gross=49992, tax=7982), includes_tax=True, rounding=BY_NET),
    TaxCase("B-T11b", same(9998, 5, "19"), Expected(42008, 49990, 7982), includes_tax=True, rounding=KEEP_GROSS),
    TaxCase("B-T12", ((2300, 1, "7"),), Expected(gross=2300, tax=150), includes_tax=True),
    TaxCase(
        "B-T13a",
        same(9998, 5, "19"),
        Expected(gross=49992, tax=7982),
        includes_tax=True,
        rounding=BY_NET,
        currency="JPY",
    ),
    TaxCase(
        "B-T13b",
        same(9998, 5, "19"),
        Expected(gross=49990, tax=7982),
        includes_tax=True,
        rounding=KEEP_GROSS,
        currency="JPY",
    ),
    TaxCase("B-T16", ((5, 1, "0"),), Expected(gross=4), promotions=(off_lines("10"),)),
    TaxCase("A-F1", ((1000, 2, "20"), (3499, 1, "10")), Expected(net=5739, gross=6489), fee=240),
)
"""Every case of tax and fees that is one pricing of one cart; A-T22 (two addresses) and refunds stand by themselves."""


def percent_of(text: str) -> Decimal:
    """Return a percentage of a case."""
    return Decimal(text)
