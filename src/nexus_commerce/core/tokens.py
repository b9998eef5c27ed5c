"""Secret tokens that open one thing: shown once, kept as a hash."""

import hashlib
import secrets

__all__ = ["hash_token", "new_token"]


def new_token() -> str:
    """Make a random token of 256 bits that is safe in a header or cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal, which is all that is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
