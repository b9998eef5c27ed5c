"""What is kept of an error can be shown to everybody who may see the inbox."""

import pytest

from nexus_commerce.events.redacting import error_text


@pytest.mark.parametrize(
    "secret",
    [
        "https://erp.example/hook?access_token={}&x=1",
        "Authorization: Bearer {}",
        "{{'password': '{}'}}",
        "X-Api-Key={}",
        "postgres://shop:{}@db.example/shop",
        "sent with bearer {}",
        "webhook-signature: v1,{}",
    ],
)
def test_a_secret_is_hidden(secret):
    text = error_text(ValueError(secret.format("AbCd1234EfGh5678")))

    assert "AbCd1234EfGh5678" not in text
    assert "[hidden]" in text


@pytest.mark.parametrize(
    "private",
    ["ada.lovelace@example.com", "4242 4242 4242 4242", "4242424242424242", "sk_test_AbCd1234EfGh", "whsec_AbCd1234="],
)
def test_what_is_private_is_hidden(private):
    assert private not in error_text(ValueError(f"Refused {private} just now."))


def test_the_rest_stays_readable():
    assert error_text(KeyError("number")) == "KeyError: 'number'"
    assert error_text(TimeoutError("erp.example did not answer in 5 s")) == (
        "TimeoutError: erp.example did not answer in 5 s"
    )


def test_it_is_short():
    text = error_text(ValueError("x" * 10_000))

    assert len(text) == 500
    assert text.endswith("…")
