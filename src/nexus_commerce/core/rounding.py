"""Exact integer arithmetic of amounts: one way to round, one way to split."""

from collections.abc import Sequence

__all__ = ["allocate", "divide_half_up"]


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded half away from zero.

    ``denominator`` must be positive. Integers only: no float ever holds an amount.
    """
    if denominator <= 0:
        raise ValueError("The denominator must be positive.")
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


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
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares
