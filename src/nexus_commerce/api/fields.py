"""Fields that serializers share."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nexus_commerce.core.money import Money, exponent, is_known_currency

__all__ = ["CurrencyCodeField", "MoneyField", "money_json"]


def money_json(minor: int | None, currency: str) -> dict[str, str] | None:
    """Return ``{"amount": "12.50", "currency": "EUR"}``, the amount with exactly the currency's digits."""
    if minor is None:
        return None
    digits = exponent(currency)
    if not digits:
        return {"amount": str(minor), "currency": currency}
    whole, part = divmod(abs(minor), 10**digits)
    return {"amount": f"{'-' if minor < 0 else ''}{whole}.{part:0{digits}d}", "currency": currency}


class CurrencyCodeField(serializers.CharField):
    """An ISO 4217 code in capitals."""

    default_error_messages = {"currency": "Give an ISO 4217 code in capitals, such as EUR."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=3, max_length=3, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the code, or refuse one that ISO 4217 does not have."""
        code = super().to_internal_value(data)
        if not is_known_currency(code):
            self.fail("currency")
        return code


class MoneySerializer(serializers.Serializer[Any]):
    """An amount of money: a decimal text with exactly the currency's digits, and the currency."""

    amount = serializers.RegexField(r"^-?[0-9]{1,16}(\.[0-9]{1,4})?$", help_text="A decimal, such as `12.50`.")
    currency = serializers.RegexField(r"^[A-Z]{3}$", help_text="An ISO 4217 code, such as `EUR`.")


@extend_schema_field(MoneySerializer(help_text="An amount of money."))
class MoneyField(serializers.Field[Money, Any, Any, Any]):
    """An amount of money, ``{"amount": "12.50", "currency": "EUR"}``."""

    default_error_messages = {
        "shape": 'Give an amount of money, such as {"amount": "12.50", "currency": "EUR"}.',
        "text": 'The amount must be a decimal in quotes, such as "12.50".',
        "currency": "Give an ISO 4217 code in capitals, such as EUR.",
    }

    def to_internal_value(self, data: Any) -> Money:
        """Return the amount; more digits than the currency has, and numbers that are not text, are refused."""
        if not isinstance(data, dict) or data.keys() != {"amount", "currency"}:
            self.fail("shape")
        amount, currency = data["amount"], data["currency"]
        if not isinstance(currency, str) or not is_known_currency(currency):
            self.fail("currency")
        if not isinstance(amount, str):
            self.fail("text")
        try:
            return Money.parse(amount, currency)
        except ValueError as exc:
            raise serializers.ValidationError(str(exc), code="amount") from exc

    def to_representation(self, value: Money) -> Any:
        """Return the two texts."""
        return money_json(value.minor, value.currency)
