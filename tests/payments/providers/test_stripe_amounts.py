"""Minor units as Stripe counts them (https://docs.stripe.com/currencies, its special cases included)."""

import pytest

from nexus_commerce.contrib.stripe.amounts import from_stripe, to_stripe
from nexus_commerce.payments.providers.base import ProviderRefused


@pytest.mark.parametrize(
    ("currency", "minor", "theirs"),
    [
        ("EUR", 1099, 1099),
        ("USD", 1000, 1000),
        ("JPY", 500, 500),  # ¥500 is 500
        ("KRW", 500, 500),
        ("XPF", 500, 500),
        ("MGA", 500, 500),
        ("ISK", 5, 500),  # "to charge 5 ISK, provide an amount value of 500"
        ("UGX", 5, 500),
        ("HUF", 1045, 1045),  # without digits for payouts alone
        ("TWD", 80045, 80045),
        ("RSD", 250, 25000),  # nobody uses its hundredths, and Stripe counts them
        ("KWD", 5120, 5120),  # "5.124 KWD must be rounded to 5120 or 5130"
        ("TND", 10, 10),
    ],
)
def test_an_amount_is_the_same_money_there(currency: str, minor: int, theirs: int) -> None:
    assert to_stripe(minor, currency) == theirs
    assert from_stripe(theirs, currency) == minor
    assert from_stripe(theirs, currency.lower()) == minor


@pytest.mark.parametrize(
    ("currency", "minor", "code"),
    [
        ("KWD", 5124, "amount_not_chargeable"),
        ("BHD", 1, "amount_not_chargeable"),
        ("LYD", 1000, "currency_not_supported"),
        ("CLF", 1000, "currency_not_supported"),
    ],
)
def test_what_stripe_cannot_charge_is_refused_and_not_rounded(currency: str, minor: int, code: str) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        to_stripe(minor, currency)
    assert refusal.value.code == code


def test_a_fraction_that_there_is_only_there_is_cut_off() -> None:
    assert from_stripe(1050, "RSD") == 10
