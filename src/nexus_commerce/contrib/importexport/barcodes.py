"""Barcodes of goods: GTIN-8, GTIN-12 (UPC), GTIN-13 (EAN) and GTIN-14."""

__all__ = ["is_gtin"]


def is_gtin(text: str) -> bool:
    """Tell whether the text is a GTIN whose last digit checks the others (GS1 General Specifications, 7.9)."""
    if len(text) not in (8, 12, 13, 14) or not text.isascii() or not text.isdigit():
        return False
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(reversed(text)))
    return weighted % 10 == 0
