"""How customers see themselves."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nexus_commerce.api.addresses import AddressInputSerializer, AddressSerializer, address_json
from nexus_commerce.api.cart.inputs import known_language
from nexus_commerce.api.fields import TextField
from nexus_commerce.api.serializers import InputSerializer, OutputSerializer, QuerySerializer
from nexus_commerce.customers.models import Address, Customer

__all__ = [
    "BookAddressInputSerializer",
    "BookAddressSerializer",
    "BookFilter",
    "CustomerChangeSerializer",
    "CustomerSerializer",
]


class CustomerSerializer(OutputSerializer):
    """The customer that the signed-in user is."""

    exposes = Customer
    audience = "owner"

    id = serializers.UUIDField()
    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    language = serializers.CharField()

    def represent(self, instance: Customer) -> dict[str, Any]:
        """Return the profile."""
        return {
            "id": instance.public_id,
            "email": instance.email,
            "first_name": instance.first_name,
            "last_name": instance.last_name,
            "language": instance.language,
        }


class CustomerChangeSerializer(InputSerializer):
    """A change of the own profile. What is not sent stays."""

    exposes = (Customer,)

    email = serializers.EmailField(max_length=254, required=False, help_text="For orders; not the login.")
    first_name = TextField(max_length=255, allow_blank=True, required=False)
    last_name = TextField(max_length=255, allow_blank=True, required=False)
    language = TextField(max_length=16, allow_blank=True, required=False, validators=[known_language])


class BookFilter(QuerySerializer):
    """The page of an address book."""


class BookAddressSerializer(AddressSerializer):
    """An address in a customer's book."""

    exposes = Address
    audience = "owner"

    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_default_shipping = serializers.BooleanField()
    is_default_billing = serializers.BooleanField()

    def represent(self, instance: Any) -> dict[str, Any]:
        """Return the address with what the book says of it."""
        return {
            "id": instance.public_id,
            "label": instance.label,
            "is_default_shipping": instance.is_default_shipping,
            "is_default_billing": instance.is_default_billing,
            **address_json(instance),
        }


class BookAddressInputSerializer(AddressInputSerializer):
    """An address for a customer's book."""

    label = TextField(  # type: ignore[assignment]
        max_length=64, allow_blank=True, required=False, help_text="Such as `Home`."
    )
    is_default_shipping = serializers.BooleanField(default=False)
    is_default_billing = serializers.BooleanField(default=False)
