"""Secrets that must be read again, such as those that sign webhooks: encrypted at rest with keys of the project's.

What only has to be recognized is hashed instead: see :mod:`nexus_commerce.core.tokens`.
"""

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.encoding import force_bytes
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import CommerceError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

__all__ = ["EncryptionMissing", "SecretUnreadable", "decrypt", "encrypt"]


class EncryptionMissing(CommerceError):
    """The extra that encrypts is not installed: ``nexus-commerce[webhooks]``."""

    code = "encryption_missing"
    message = _("Secrets cannot be encrypted: install nexus-commerce[webhooks].")


class SecretUnreadable(CommerceError):
    """A secret was encrypted under a SECRET_KEY that is neither in force nor among SECRET_KEY_FALLBACKS."""

    code = "secret_unreadable"
    message = _("The secret was encrypted under another SECRET_KEY: replace it by a new one.")


def encrypt(text: str, *, purpose: str) -> str:
    """Encrypt ``text`` under the SECRET_KEY in force. Raises ``EncryptionMissing``.

    ``purpose`` is part of the key: what was encrypted for one purpose is not read for another.
    """
    return cipher_for(purpose).encrypt(text.encode()).decode()


def decrypt(token: str, *, purpose: str) -> str:
    """Read what ``encrypt`` made, also under a key of SECRET_KEY_FALLBACKS.

    Raises ``EncryptionMissing``, and ``SecretUnreadable`` where the key is gone or the text was changed.
    """
    cipher = cipher_for(purpose)
    from cryptography.fernet import InvalidToken

    try:
        return cipher.decrypt(token.encode()).decode()
    except InvalidToken as exc:
        raise SecretUnreadable() from exc


def cipher_for(purpose: str) -> "MultiFernet":
    """Return Fernet with a key of its own for each SECRET_KEY, by HKDF (RFC 5869); the first encrypts."""
    # Not at the top: an extra that shops without webhooks do without.
    try:
        from cryptography.fernet import Fernet, MultiFernet
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    except ImportError as exc:
        raise EncryptionMissing() from exc
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    info = f"nexus_commerce {purpose}".encode()
    derived = (HKDF(SHA256(), length=32, salt=None, info=info).derive(force_bytes(key)) for key in keys)
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in derived])
