"""Codes of coupons, as they are kept and compared."""

__all__ = ["normalize_code"]


def normalize_code(code: str) -> str:
    """Return a code as it is kept: in upper case, without space around it."""
    return code.strip().upper()
