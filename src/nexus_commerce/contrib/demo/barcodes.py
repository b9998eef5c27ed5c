"""EAN-13 barcodes of goods that are numbered inside one shop."""

__all__ = ["ean13", "is_ean13"]

PREFIX = "29"
"""GS1 keeps the prefixes 20 to 29 for restricted circulation: no other company's product has such a number."""


def check_digit(digits: str) -> str:
    """Return the GS1 check digit of the first twelve digits of an EAN-13."""
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return str(-weighted % 10)


def ean13(article: int, variant: int) -> str:
    """Return the barcode of a shop's own article number and the variant's place in it, both counted from 1."""
    digits = f"{PREFIX}{article:06d}{variant:04d}"
    return digits + check_digit(digits)


def is_ean13(barcode: str) -> bool:
    """Tell whether the text is thirteen ASCII digits of which the last checks the others."""
    return len(barcode) == 13 and barcode.isascii() and barcode.isdigit() and barcode[-1] == check_digit(barcode[:-1])
