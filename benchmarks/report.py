"""The result as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.measure import Comparison

__all__ = ["as_dict", "as_text"]

HEAD = ("", "SQL", "floor", "CPU ms", "floor", "CPU x", "target", "requests/s x", "floor spread")


def as_text(comparisons: Sequence[Comparison], notes: Sequence[str]) -> str:
    """Return the table and what it says."""
    rows = [HEAD, *(_row(comparison) for comparison in comparisons)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    lines.insert(1, "─" * len(lines[0]))
    return "\n".join([*lines, "", *notes])


def as_dict(comparisons: Sequence[Comparison], notes: Sequence[str]) -> dict[str, Any]:
    """Return the same figures."""
    return {
        "results": [
            {
                "name": each.name,
                "statements": each.statements,
                "floor_statements": each.floor_statements,
                "cpu_ms": median(cost.cpu for cost in each.library) * 1000,
                "floor_cpu_ms": median(cost.cpu for cost in each.floor) * 1000,
                "cpu_ratio": each.cpu_ratio,
                "rate_ratio": each.rate_ratio,
                "target": each.target,
                "floor_spread": each.spread,
            }
            for each in comparisons
        ],
        "notes": list(notes),
    }


def _row(each: Comparison) -> tuple[str, ...]:
    reached = "✓" if each.cpu_ratio <= each.target else "✗"
    return (
        each.name,
        str(each.statements),
        str(each.floor_statements),
        f"{median(cost.cpu for cost in each.library) * 1000:.2f}",
        f"{median(cost.cpu for cost in each.floor) * 1000:.2f}",
        f"{each.cpu_ratio:.2f}",
        f"{each.target:.1f} {reached}",
        f"{each.rate_ratio:.2f}",
        f"{each.spread:.0%}",
    )
