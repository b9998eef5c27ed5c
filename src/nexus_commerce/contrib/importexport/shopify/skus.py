"""Make a SKU where the file has none."""

import hashlib
from collections.abc import Sequence
from typing import Final

from django.utils.text import slugify

__all__ = ["make_sku"]

MAX_LENGTH: Final = 64


def make_sku(handle: str, options: Sequence[str]) -> str:
    """Return the SKU of the variant of ``handle`` with these option values: always the same for the same ones.

    The parts are joined by points, which no handle contains, so that two products never make the same SKU. Where a
    value loses something on its way ("S/M" becomes "sm"), or the whole is too long, a short hash keeps it apart.
    """
    parts = [handle, *(slugify(value, allow_unicode=True) for value in options)]
    sku = ".".join(parts)
    lossless = all(part == value.lower().replace(" ", "-") for part, value in zip(parts[1:], options, strict=True))
    if lossless and len(sku) <= MAX_LENGTH:
        return sku
    digest = hashlib.sha256("\0".join([handle, *options]).encode()).hexdigest()[:8]
    return f"{sku[: MAX_LENGTH - 9]}.{digest}"
