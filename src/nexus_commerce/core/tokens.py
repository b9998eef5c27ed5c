"""Random texts: secret tokens that open one thing, shown once and kept as a hash, and codes for people to type."""

import hashlib
import secrets
from typing import Final

__all__ = ["ALPHABET", "hash_token", "new_token", "random_code"]

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that nobody mistakes for each other when they are read aloud or copied by hand."""


def new_token() -> str:
    """Make a random token of 256 bits that is safe in a header or cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal, which is all that is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def random_code(length: int) -> str:
    """Make a random code of ``length`` digits and letters for people to type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
