"""Say what came of a replay, to people and to programs."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from benchmarks.replaying.run import Group, Replay

__all__ = ["as_dict", "as_text"]


def pounds(minor: int) -> str:
    """Return minor units as an amount."""
    return f"{Decimal(minor).scaleb(-2):,.2f}"


def as_text(result: Replay) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{result.invoices:,} invoices; rows and their exact amounts by what became of them:"
    for fate, rows in result.tally.rows.most_common():
        yield f"  {rows:>8,}  {result.tally.amounts[fate]:>16,}  {fate}"
    yield f"  {sum(result.tally.rows.values()):>8,}  {sum(result.tally.amounts.values()):>16,}  together"
    yield from counted("Rows that make no sense, of the whole file:", result.nonsense)
    yield from counted("Of the orders and their lines:", result.tally.remarks)
    yield from table("month", result.months)
    yield from table("country", result.countries)
    yield from table("", {"all": result.whole})
    yield (
        f"Compared to the penny: each row rounded half up, then summed. The exact sum of these rows is "
        f"{result.exact:,}; rounding rows moved it by {Decimal(result.whole.file_total).scaleb(-2) - result.exact}."
    )
    yield from counted("Orders that were refused:", result.refused)
    yield from (f"Differs: {text}" for text in result.differing)
    yield from (f"Changed: {text}" for text in result.changed)
    yield f"{result.recomputed:,} orders computed again from what they keep."
    yield (
        f"{result.whole.shop_orders:,} orders of {result.lines:,} lines in {result.seconds:.1f} s: "
        f"{rate(result.whole.shop_orders, result):.2f} orders/s, {rate(result.lines, result):.1f} lines/s"
    )
    memory = ", ".join(f"{kib / 1024:.1f} MiB at the {when}" for when, kib in result.memory.items())
    yield f"Memory: {memory}"
    yield "Every total agrees." if result.agrees else "TOTALS DIFFER."


def counted(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    """Yield a list of counts, or nothing without one."""
    found = {name: count for name, count in counts.items() if count}
    if found:
        yield title
    for name, count in sorted(found.items()):
        yield f"  {count:>8,}  {name}"


def table(title: str, groups: Mapping[str, Group]) -> Iterator[str]:
    """Yield a row for each group: orders and total of the file and of the shop."""
    yield f"{title:<22}{'orders':>8}{'in the file':>16}{'orders':>8}{'in the shop':>16}"
    for name, group in sorted(groups.items()):
        verdict = "" if group.agrees else "  DIFFERS"
        yield (
            f"{name:<22}{group.file_orders:>8,}{pounds(group.file_total):>16}"
            f"{group.shop_orders:>8,}{pounds(group.shop_total):>16}{verdict}"
        )


def rate(count: int, result: Replay) -> float:
    """Return how many a second."""
    return count / result.seconds if result.seconds else 0.0


def as_dict(result: Replay) -> dict[str, Any]:
    """Return the report as JSON; amounts are strings in pounds."""
    return {
        "agrees": result.agrees,
        "invoices": result.invoices,
        "rows": {
            fate: {"rows": count, "amount": str(result.tally.amounts[fate])}
            for fate, count in result.tally.rows.items()
        },
        "nonsense": dict(result.nonsense),
        "remarks": {name: count for name, count in result.tally.remarks.items() if count},
        "total": group_as_dict(result.whole),
        "recomputed": {"orders": result.recomputed, "changed": result.changed},
        "exact": str(result.exact),
        "months": {name: group_as_dict(group) for name, group in sorted(result.months.items())},
        "countries": {name: group_as_dict(group) for name, group in sorted(result.countries.items())},
        "refused": dict(result.refused),
        "differing": result.differing,
        "lines": result.lines,
        "seconds": round(result.seconds, 2),
        "orders_per_second": round(rate(result.whole.shop_orders, result), 2),
        "memory_kib": result.memory,
    }


def group_as_dict(group: Group) -> dict[str, Any]:
    """Return a group as JSON."""
    return {
        "file": {"orders": group.file_orders, "total": str(Decimal(group.file_total).scaleb(-2))},
        "shop": {"orders": group.shop_orders, "total": str(Decimal(group.shop_total).scaleb(-2))},
        "agrees": group.agrees,
    }
