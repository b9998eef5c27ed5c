"""Checks of a variant: its barcode, its quantities, its options."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.errors import InvalidBarcode, InvalidOptions
from nexus_commerce.catalog.models import Variant
from nexus_commerce.catalog.services.columns import refuse_unstorable, set_columns
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.fields import MAX_QUANTITY

__all__ = ["MAX_OPTIONS", "check_barcode", "clean_options", "is_gtin", "set_variant_columns", "signature_of"]

MAX_OPTIONS: Final = 10
"""How many options a product has at most; their values' keys fit a signature."""


def is_gtin(digits: str) -> bool:
    """Tell whether ``digits`` is a GTIN-8, -12, -13 or -14 with its check digit (GS1 General Specifications, 7.9)."""
    if len(digits) not in {8, 12, 13, 14} or not (digits.isascii() and digits.isdigit()):
        return False
    weighted = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(weighted) % 10 == 0


def check_barcode(barcode: str) -> None:
    """Refuse a barcode that is neither empty nor a GTIN. Raises ``InvalidBarcode``."""
    if barcode and not is_gtin(barcode):
        raise InvalidBarcode(field="barcode", barcode=barcode)


def set_variant_columns(variant: Variant, values: Mapping[str, Any]) -> frozenset[str]:
    """Set columns of a variant and check them together; return what changed. Raises ``InvalidInput``."""
    changed = set_columns(variant, values)
    if not variant.sku.strip():
        raise InvalidInput(_("Give the variant a SKU."), field="sku")
    check_barcode(variant.barcode)
    for name in ("quantity_step", "min_quantity", "max_quantity"):
        value = getattr(variant, name)
        if value is not None and not 1 <= value <= MAX_QUANTITY:
            raise InvalidInput(_("Give a quantity from 1 to 1,000,000."), field=name)
    if variant.max_quantity is not None and variant.max_quantity < variant.min_quantity:
        raise InvalidInput(_("The greatest quantity is below the least one."), field="max_quantity")
    return changed


def clean_options(options: Mapping[str, str], names: Sequence[str] | None) -> dict[str, str]:
    """Return option names and values without space around them, in the order of ``names``, the product's options.

    ``names`` is None where the product has none yet: then any will do. Raises ``InvalidOptions``.
    """
    pairs = [*options.items()]
    if not all(isinstance(part, str) and 0 < len(part.strip()) <= 255 for pair in pairs for part in pair):
        raise InvalidOptions(_("Option names and values are texts of 1 to 255 characters."), field="options")
    refuse_unstorable("options", options)
    given = {name.strip(): value.strip() for name, value in pairs}
    expected = list(given) if names is None else list(names)
    if set(given) != set(expected) or len(given) < len(pairs):
        raise InvalidOptions(field="options", expected=expected, given=list(given))
    if len(given) > MAX_OPTIONS:
        raise InvalidOptions(_("A product has at most 10 options."), field="options")
    return {name: given[name] for name in expected}


def signature_of(value_ids: Sequence[int]) -> str:
    """Return what is unique to a combination of option values within a product."""
    return "-".join(str(pk) for pk in sorted(value_ids))
