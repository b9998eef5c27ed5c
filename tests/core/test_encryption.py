import sys
from typing import Any

import pytest

from nexus_commerce.core.encryption import EncryptionMissing, SecretUnreadable, decrypt, encrypt


def test_reads_what_it_wrote_and_writes_nothing_twice_alike() -> None:
    first, second = encrypt("whsec_é", purpose="webhooks"), encrypt("whsec_é", purpose="webhooks")
    assert first != second
    assert "whsec" not in first
    assert decrypt(first, purpose="webhooks") == decrypt(second, purpose="webhooks") == "whsec_é"


def test_reads_what_was_written_under_a_key_that_is_kept_as_a_fallback(settings: Any) -> None:
    settings.SECRET_KEY = "the first key"
    written = encrypt("s", purpose="webhooks")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the second key", ["the first key"]
    assert decrypt(written, purpose="webhooks") == "s"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SecretUnreadable):
        decrypt(written, purpose="webhooks")


def test_writes_under_the_key_in_force(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the second key", ["the first key"]
    written = encrypt("s", purpose="webhooks")
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt(written, purpose="webhooks") == "s"


def test_one_purpose_does_not_read_what_another_wrote() -> None:
    with pytest.raises(SecretUnreadable):
        decrypt(encrypt("s", purpose="webhooks"), purpose="exports")


@pytest.mark.parametrize("token", ["", "-", "gAAAAA", "é"])
def test_what_was_never_written_is_unreadable(token: str) -> None:
    with pytest.raises(SecretUnreadable):
        decrypt(token, purpose="webhooks")


def test_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    for run in (lambda: encrypt("s", purpose="w"), lambda: decrypt("s", purpose="w")):
        with pytest.raises(EncryptionMissing, match=r"install nexus-commerce\[webhooks\]"):
            run()
