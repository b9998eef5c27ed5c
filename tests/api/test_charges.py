import pytest

from nexus_commerce.api.charges import final_unit_price


@pytest.mark.parametrize(
    ("total", "per", "quantity", "currency", "amount"),
    [
        (2800, 1, 3, "EUR", "9.33"),
        (2900, 1, 3, "EUR", "9.67"),
        (5, 1, 2, "EUR", "0.03"),
        (250, 100, 500, "EUR", "0.50"),
        (1000, 1, 3, "JPY", "333"),
        (0, 1, 7, "EUR", "0.00"),
    ],
)
def test_what_a_unit_costs_in_the_end_is_rounded_half_up(
    total: int, per: int, quantity: int, currency: str, amount: str
) -> None:
    shown = final_unit_price(total, per=per, quantity=quantity, currency=currency)
    assert shown == {"amount": amount, "currency": currency}
