"""What the totals engine costs beside summing the same lines in plain integers: ``python -m benchmarks.totals``.

No database: a cart's rows are loaded before the pipeline runs. Each round times both, interleaved, in CPU seconds.
"""

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from nexus_commerce.pricing.inputs import CartInput, LineInput

__all__ = ["main"]

TARGETS_MS = {20: 1.5, 200: 12.0}
PROMOTIONS = 10


@dataclass(frozen=True)
class Timing:
    """CPU milliseconds of one pricing, the median of the rounds, and how often that is the plain sum's."""

    lines: int
    milliseconds: float
    floor_milliseconds: float
    target: float

    @property
    def ratio(self) -> float:
        return self.milliseconds / self.floor_milliseconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Time both carts and print them; return 1 when a target is missed and ``--check`` was given."""
    options = parse(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    gc.collect()
    gc.freeze()
    timings = [measure(lines, rounds=options.rounds) for lines in TARGETS_MS]
    if options.json:
        rows = [{**vars(timing), "ratio": round(timing.ratio, 1)} for timing in timings]
        print(json.dumps(rows, indent=2))
    else:
        print(f"{PROMOTIONS} promotions, 3 tax rates, shipping; CPU of one pricing, median of {options.rounds} rounds")
        print("Garbage is collected, but for what was there at the start, as in a server that loads before it forks.")
        for timing in timings:
            mark = "" if timing.milliseconds <= timing.target else "  missed"
            print(
                f"{timing.lines:>4} lines  {timing.milliseconds:7.3f} ms (target {timing.target}){mark}   "
                f"plain integers {timing.floor_milliseconds:7.4f} ms   {timing.ratio:6.1f} x"
            )
    return int(options.check and any(timing.milliseconds > timing.target for timing in timings))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.totals", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--check", action="store_true", help="fail when a target is missed")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args(arguments)


def measure(lines: int, *, rounds: int) -> Timing:
    """Time the pipeline and the floor on one cart."""
    from nexus_commerce.conf import nexus_settings
    from nexus_commerce.pricing.totals import compute

    cart, steps = cart_of(lines), nexus_settings.TOTALS_STEPS
    if compute(cart, steps).discount_total <= 0:
        raise AssertionError("The promotions of the benchmark must take something off.")
    repeats = 4000 // lines
    engine, floor = [], []
    for _ in range(rounds):
        engine.append(cpu(lambda: compute(cart, steps), repeats))
        floor.append(cpu(lambda: plain_total(cart.lines), repeats * 20))
    return Timing(lines, median(engine), median(floor), TARGETS_MS[lines])


def cpu(work: Callable[[], object], repeats: int) -> float:
    """Return the CPU milliseconds of one call."""
    start = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - start) / repeats * 1000


def plain_total(lines: "Sequence[LineInput]") -> int:
    """Return what the lines cost with 20 % of tax and no rule at all: what nothing can go below."""
    total = 0
    for line in lines:
        subtotal = line.quote.unit_price * line.quantity
        total += subtotal + (subtotal * 20 + 50) // 100
    return total


def cart_of(lines: int) -> "CartInput":
    """Return a cart with three rates of tax, ten promotions of different kinds, and shipping."""
    from nexus_commerce.pricing.inputs import CartInput, LineInput, ShippingInput
    from nexus_commerce.shipping.rates import RateRule
    from tests.pricing.cases import off_lines, off_order
    from tests.pricing.engine import NOW, promotion_of, taxation_of

    percents = ("19", "7", "0")
    stored = [
        off_lines("10", {"code": "products", "args": {"products": ["p1"]}}),
        off_lines("5", {"code": "categories", "args": {"categories": ["c2"]}}),
        off_lines("3", {"code": "line_value", "args": {"at_least": 5000}}),
        off_lines("4", {"code": "quantity", "args": {"at_least": 500}}),
        {"effects": [{"code": "unit_amount", "args": {"amount": 10, "max_units": 5}}]},
        {"effects": [{"code": "buy_get", "args": {"buy_quantity": 2}}], "conditions": [IN_COLLECTION]},
        {"effects": [{"code": "units", "args": {"percent": "50"}}]},
        {"effects": [{"code": "order_percent", "args": {"percent": "5", "cap": 2000}}]},
        off_order(500, conditions=[{"code": "order_value", "args": {"at_least": 1000}}]),
        {"effects": [{"code": "shipping_percent", "args": {"percent": "100"}}], "conditions": [FROM_VALUE]},
    ]
    taxes = {percent: taxation_of(percent) for percent in percents}
    return CartInput(
        "EUR",
        True,
        [line_of(LineInput, n, percents[n % 3]) for n in range(lines)],
        NOW,
        display_tax=True,
        taxes=taxes,
        included=taxes,
        promotions=[promotion_of(rank, rule) for rank, rule in enumerate(stored)],
        shipping=[ShippingInput("post", "Post", RateRule(amount=490), "19")],
    )


IN_COLLECTION = {"code": "collections", "args": {"collections": ["k1"]}}
FROM_VALUE = {"code": "order_value", "args": {"at_least": 10**9}}


def line_of(cls: "type[LineInput]", number: int, percent: str) -> "LineInput":
    """Return the line of that number."""
    from nexus_commerce.pricing.inputs import LineFacts, Quote

    facts = LineFacts(
        product=f"p{number % 7}",
        variant=f"v{number}",
        categories=frozenset({f"c{number % 4}", "c0"}),
        collections=frozenset({"k1"} if number % 5 == 0 else ()),
    )
    return cls(number, 1 + number % 4, Quote(999 + 37 * number), tax_class=percent, weight=250, facts=facts)


if __name__ == "__main__":
    sys.exit(main())
