"""Exact integer arithmetic of amounts: one way to round, one way to split."""

from collections.abc import Sequence
from typing import Final, Literal

__all__ = ["MODES", "Mode", "allocate", "allocate_capped", "divide", "divide_half_up"]

Mode = Literal["half_up", "half_down", "half_even", "up", "down"]
"""How a quotient becomes an integer. ``up`` is away from zero, ``down`` towards it; so are the halves."""

MODES: Final[tuple[Mode, ...]] = ("half_up", "half_down", "half_even", "up", "down")


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded half away from zero.

    ``denominator`` must be positive. Integers only: no float ever holds an amount.
    """
    if denominator <= 0:
        raise ValueError("The denominator must be positive.")
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def divide(numerator: int, denominator: int, mode: Mode = "half_up") -> int:
    """Return ``numerator / denominator`` rounded by ``mode``. ``denominator`` must be positive."""
    if mode == "half_up":
        return divide_half_up(numerator, denominator)
    if denominator <= 0:
        raise ValueError("The denominator must be positive.")
    whole, rest = divmod(abs(numerator), denominator)
    if mode == "up":
        whole += rest > 0
    elif mode == "half_down":
        whole += 2 * rest > denominator
    elif mode == "half_even":
        whole += 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1)
    return whole if numerator >= 0 else -whole


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` in proportion to ``weights``, so that the shares sum to it exactly.

    Largest remainder; ties go to the earlier weight. No share has the wrong sign and each differs from the exact one
    by less than one unit. Weights must not be negative; where all are zero the split is even. An empty list of weights
    can only split zero.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("A weight must not be negative.")
    if not weights:
        if total:
            raise ValueError("Nothing to allocate to.")
        return []
    whole = sum(weights)
    if not whole:
        return allocate(total, [1] * len(weights))
    if total < 0:
        return [-share for share in allocate(-total, weights)]
    shares = [total * weight // whole for weight in weights]
    if left := total - sum(shares):
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
        for index in by_remainder[:left]:
            shares[index] += 1
    return shares


def allocate_capped(total: int, weights: Sequence[int], caps: Sequence[int]) -> list[int]:
    """Split ``total`` as ``allocate`` does, but give none more than its cap: what one refuses is spread over the
    others.

    Nothing goes to a weight of zero. Caps must not be negative. The shares sum to ``total``, or to what the caps of
    the positive weights allow where that is less.
    """
    shares = [0] * len(weights)
    open_places = [place for place, weight in enumerate(weights) if weight > 0 and caps[place] > 0]
    left = total
    while open_places and left > 0:
        parts = allocate(left, [weights[place] for place in open_places])
        full = [place for place, part in zip(open_places, parts, strict=True) if part > caps[place]]
        if not full:
            for place, part in zip(open_places, parts, strict=True):
                shares[place] = part
            return shares
        for place in full:
            shares[place] = caps[place]
            left -= caps[place]
        open_places = [place for place in open_places if place not in full]
    return shares
