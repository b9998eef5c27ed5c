"""What shoppers send to carts."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from nexus_commerce.api.addresses import AddressInputSerializer
from nexus_commerce.api.fields import ObjectField, PublicIdField, TextField, WholeNumberField
from nexus_commerce.api.serializers import InputSerializer
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.core.fields import MAX_QUANTITY
from nexus_commerce.shipping.models import ShippingMethod
from nexus_commerce.shipping.services import base_code

__all__ = [
    "CartChangeSerializer",
    "CartCreateSerializer",
    "CouponAddSerializer",
    "LineAddSerializer",
    "LineChangeSerializer",
    "ShippingChoiceSerializer",
    "known_language",
]

MAX_LINES: Final = 100
MAX_CODES: Final = 10


def known_language(value: str) -> None:
    """Accept languages of the site only; empty is none chosen."""
    if value and value not in dict(settings.LANGUAGES):
        raise serializers.ValidationError(_("The site does not speak this language."), code="language")


class LineAddSerializer(InputSerializer):
    """A line to be added. Prices always come from the server."""

    exposes = (CartLine,)

    variant = PublicIdField(help_text="The id of the variant.")
    quantity = WholeNumberField(min_value=1, max_value=MAX_QUANTITY, default=1)
    personalization = ObjectField(required=False, help_text="What is asked for on this line, such as an engraving.")


class LineChangeSerializer(InputSerializer):
    """A change of a line. Quantity zero takes the line out."""

    exposes = (CartLine,)

    quantity = WholeNumberField(min_value=0, max_value=MAX_QUANTITY, required=False)


class CartChangeSerializer(InputSerializer):
    """Contact and free fields of a cart. What is not sent stays."""

    exposes = (Cart,)

    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)
    note = TextField(max_length=2000, allow_blank=True, required=False)
    language = TextField(max_length=16, required=False, validators=[known_language])
    metadata = ObjectField(required=False, help_text="Free data of the storefront.")


class CartCreateSerializer(CartChangeSerializer):
    """A cart to be made, with everything that a checkout needs, in one call."""

    lines = LineAddSerializer(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]
    shipping_address = AddressInputSerializer(required=False)
    billing_address = AddressInputSerializer(required=False)
    shipping_method = TextField(
        max_length=64,
        required=False,
        help_text="The code of a shipping option; not one of a carrier's live rates, which needs the cart to be there.",
    )
    coupons = serializers.ListField(
        child=TextField(max_length=64),
        required=False,
        max_length=MAX_CODES,
        help_text="Codes; upper and lower case are the same.",
    )

    def validate_shipping_method(self, value: str) -> str:
        """Refuse methods of carriers: no network is asked in the transaction that makes a cart."""
        if ShippingMethod.objects.filter(code=base_code(value), kind="carrier").exists():
            raise serializers.ValidationError(_("Choose this method once the cart is made."), code="carrier")
        return value


class CouponAddSerializer(InputSerializer):
    """A code to be put into a cart."""

    code = TextField(max_length=64, help_text="Upper and lower case are the same.")


class ShippingChoiceSerializer(InputSerializer):
    """How a cart is to be sent."""

    method = TextField(max_length=64, help_text="The code of a shipping option.")
