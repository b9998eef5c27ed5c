"""Fields that serializers share."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nexus_commerce.api.renderers import dump_json
from nexus_commerce.core.money import Money, exponent, is_known_currency

__all__ = ["MoneyField", "ObjectField", "PublicIdField", "TextField", "WholeNumberField", "money_json"]

MAX_OBJECT: Final = 4096


def money_json(minor: int | None, currency: str) -> dict[str, str] | None:
    """Return ``{"amount": "12.50", "currency": "EUR"}``, the amount with exactly the currency's digits."""
    if minor is None:
        return None
    digits = exponent(currency)
    if not digits:
        return {"amount": str(minor), "currency": currency}
    whole, part = divmod(abs(minor), 10**digits)
    return {"amount": f"{'-' if minor < 0 else ''}{whole}.{part:0{digits}d}", "currency": currency}


class TextField(serializers.CharField):
    """Text; a number is not text."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text, trimmed."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeNumberField(serializers.IntegerField):
    """A whole number; text that looks like one is not."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class PublicIdField(serializers.UUIDField):
    """The id by which the outside calls a thing."""

    def to_internal_value(self, data: Any) -> UUID:
        """Return the id; the number that a UUID also is does not pass for one."""
        if not isinstance(data, str):
            self.fail("invalid", value=str(data)[:40])
        found: UUID = super().to_internal_value(data)
        return found


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ObjectField(serializers.DictField):
    """Free data: a JSON object of at most 4 KiB."""

    default_error_messages = {"too_large": "At most 4096 bytes of JSON."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the object."""
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        if len(dump_json(data)) > MAX_OBJECT:
            self.fail("too_large")
        return data


class MoneySerializer(serializers.Serializer[Any]):
    """An amount of money: a decimal text with exactly the currency's digits, and the currency."""

    amount = serializers.RegexField(r"^-?[0-9]{1,16}(\.[0-9]{1,4})?$", help_text="A decimal, such as `12.50`.")
    currency = serializers.RegexField(r"^[A-Z]{3}$", help_text="An ISO 4217 code, such as `EUR`.")


@extend_schema_field(MoneySerializer)
class MoneyField(serializers.Field[Money, Any, Any, Any]):
    """An amount of money, ``{"amount": "12.50", "currency": "EUR"}``."""

    default_error_messages = {
        "shape": 'Give an amount of money, such as {{"amount": "12.50", "currency": "EUR"}}.',
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
