"""Asking in a test whether everything that must hold holds."""

from __future__ import annotations

from collections.abc import Collection

from nexus_commerce.checkout.invariants import INVARIANTS, recomputed

__all__ = ["assert_invariants"]


def assert_invariants(*, but: Collection[str] = ()) -> None:
    """Raise AssertionError naming every invariant that is broken, with examples; ``but`` are codes not to ask."""
    broken = []
    for invariant in (*INVARIANTS, recomputed(100)):
        if invariant.code in but:
            continue
        breaches = invariant.find()
        if breaches.count:
            broken.append(f"{invariant.code}: {breaches.count} ({', '.join(breaches.examples)}). {invariant.says}")
    if broken:
        raise AssertionError("\n".join(broken))
