"""The one shape of an address, in and out: on carts, on orders and in a customer's book."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from nexus_commerce.api.fields import TextField
from nexus_commerce.api.serializers import InputSerializer, OutputSerializer
from nexus_commerce.core.fields import country_validator
from nexus_commerce.customers.abstract_models import AddressFields, phone_validator
from nexus_commerce.customers.services import AddressData

__all__ = ["ADDRESS_FIELDS", "AddressInputSerializer", "AddressSerializer", "address_data", "address_json"]

ADDRESS_FIELDS: Final = (
    "first_name",
    "last_name",
    "company",
    "vat_number",
    "line1",
    "line2",
    "line3",
    "city",
    "postal_code",
    "region",
    "country",
    "phone",
)


def _text(max_length: int, **options: Any) -> TextField:
    return TextField(max_length=max_length, **{"required": False, "allow_blank": True} | options)


class AddressInputSerializer(InputSerializer):
    """An address, as a shopper gives it."""

    first_name = _text(255)
    last_name = _text(255)
    company = _text(255)
    vat_number = _text(32)
    line1 = TextField(max_length=255, help_text="Street and number.")
    line2 = _text(255)
    line3 = _text(255)
    city = TextField(max_length=255)
    postal_code = _text(32)
    region = _text(64, help_text="State or province.")
    country = TextField(max_length=2, validators=[country_validator], help_text="ISO 3166-1 alpha-2, such as `DE`.")
    phone = _text(16, validators=[phone_validator], help_text="E.164, such as `+4930123456`.")


class AddressSerializer(OutputSerializer):
    """An address."""

    first_name = serializers.CharField()
    last_name = serializers.CharField()
    company = serializers.CharField()
    vat_number = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    line3 = serializers.CharField()
    city = serializers.CharField()
    postal_code = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()

    def represent(self, instance: AddressFields) -> dict[str, Any]:
        """Return the columns."""
        return address_json(instance)


def address_json(row: AddressFields) -> dict[str, Any]:
    """Return the columns that every address has."""
    return {name: getattr(row, name) for name in ADDRESS_FIELDS}


def address_data(values: dict[str, Any]) -> AddressData:
    """Return what services take, from the checked values of a body."""
    return AddressData(**{name: values[name] for name in ADDRESS_FIELDS if name in values})
