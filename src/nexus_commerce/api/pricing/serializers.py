"""What a quote takes and gives."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework import serializers

from nexus_commerce.api.cart.inputs import LineAddSerializer
from nexus_commerce.api.cart.priced import PricedSerializer, priced_json
from nexus_commerce.api.fields import TextField
from nexus_commerce.api.serializers import InputSerializer, OutputSerializer
from nexus_commerce.cart.services import PricedCart
from nexus_commerce.core.fields import country_validator

__all__ = ["QuoteInputSerializer", "QuoteSerializer"]

MAX_LINES: Final = 500
MAX_CODES: Final = 10


def _text(max_length: int, help_text: str = "") -> TextField:
    return TextField(max_length=max_length, required=False, allow_blank=True, help_text=help_text)


class QuoteAddressSerializer(InputSerializer):
    """Where the goods would go, as far as it is known; taxes and prices depend on it."""

    country = TextField(max_length=2, validators=[country_validator], help_text="ISO 3166-1 alpha-2, such as `DE`.")
    region = _text(64, "State or province.")
    postal_code = _text(32)
    city = _text(255)
    company = _text(255)
    vat_number = _text(32)


class QuoteInputSerializer(InputSerializer):
    """The lines to be priced, and for where."""

    lines = LineAddSerializer(many=True, min_length=1, max_length=MAX_LINES)  # type: ignore[call-arg]
    country = TextField(
        max_length=2, required=False, validators=[country_validator], help_text="In place of an `address`."
    )
    address = QuoteAddressSerializer(required=False)
    coupons = serializers.ListField(
        child=TextField(max_length=64), required=False, max_length=MAX_CODES, help_text="Codes to be tried."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse two answers to one question."""
        if "country" in attrs and "address" in attrs:
            message = _("Give the country or the address, not both.")
            raise serializers.ValidationError({"country": [message]}, code="ambiguous")
        return attrs


class QuoteSerializer(PricedSerializer, OutputSerializer):
    """What the lines cost now, for whoever asks. Equal lines are one, as in a cart; nothing is kept.

    The ids of the lines are good for this reply alone.
    """

    lists = {"lines": "cart.CartLineSerializer"}

    channel = serializers.CharField(help_text="The code of the sales channel.")
    currency = serializers.CharField()
    prices_include_tax = serializers.BooleanField()

    def represent(self, instance: PricedCart) -> dict[str, Any]:
        """Return the quote."""
        channel = instance.cart.channel
        return {
            "channel": channel.code,
            "currency": instance.cart.currency,
            "prices_include_tax": channel.prices_include_tax,
            **priced_json(instance, self.context),
        }
