"""Taking a guest's cart along when its shopper signs in."""

from __future__ import annotations

from typing import Any, Final

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.cart.access import drop_cart_cookie
from nexus_commerce.api.cart.base import CartViewBase
from nexus_commerce.api.openapi import SESSION, operation
from nexus_commerce.api.parameters import CART_TOKEN, IDEMPOTENCY_KEY
from nexus_commerce.api.principal import cart_token, make_customer_of
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.serializers import OutputSerializer
from nexus_commerce.api.versions import etag
from nexus_commerce.cart.services import MergedCart, find_guest_cart, hand_over_cart
from nexus_commerce.core.attempts import Attempt

__all__ = ["CartMergeView", "MergedCartSerializer"]

CODES: Final = ["insufficient_stock", "invalid_quantity", "cart_limit_reached", "not_for_sale"]


class MergeWarningSerializer(serializers.Serializer[Any]):
    """A line of the guest's cart of which not all units are in the customer's."""

    code = serializers.ChoiceField(CODES)
    line = serializers.UUIDField(help_text="The id of the line in the cart, or that it had where it was left out.")
    variant = serializers.UUIDField()
    sku = serializers.CharField()
    wanted = serializers.IntegerField(help_text="The units that the line would have.")
    quantity = serializers.IntegerField(help_text="The units that it has; 0 where it was left out.")


class MergedCartSerializer(OutputSerializer):
    """The customer's cart, and what could not be taken over, or not all of it."""

    holds = {"cart": "cart.CartSerializer"}

    warnings = MergeWarningSerializer(many=True)

    def represent(self, instance: MergedCart) -> dict[str, Any]:
        """Return the cart, as the serializer in force writes it, beside the warnings."""
        writer = api_class("cart.CartSerializer")(context=self.context)
        return {
            "cart": writer.to_representation(instance.priced),
            "warnings": [
                {
                    "code": warning.code,
                    "line": warning.line,
                    "variant": warning.variant,
                    "sku": warning.sku,
                    "wanted": warning.wanted,
                    "quantity": warning.quantity,
                }
                for warning in instance.warnings
            ],
        }


class CartMergeView(CartViewBase):
    """Taking a guest's cart along when its shopper signs in."""

    permissions = ("permissions.SignedIn",)

    @operation(
        id="merge_cart",
        summary="Merge a guest's cart into the own",
        tag="Carts",
        responses={200: "cart.MergedCartSerializer"},
        errors={
            401: ["not_authenticated"],
            403: ["permission_denied"],
            404: ["cart_not_found"],
            409: ["cart_not_open"],
        },
        parameters=[CART_TOKEN, IDEMPOTENCY_KEY],
        auth=SESSION,
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Put what is in the cart of the `Cart-Token` into the signed-in customer's, as the shop's policy says.

        Where the customer has no open cart, it becomes the customer's own. The token opens nothing any more. What is
        beyond stock or a limit is left out, with a warning that names the line; nothing else of either cart is lost.
        """
        return self.run_once(self.merge, self.reply_merged, finish=lambda response, body: drop_cart_cookie(response))

    def merge(self, attempt: Attempt) -> MergedCart:
        """Merge the cart that the token opens."""
        guest = find_guest_cart(token=cart_token(self.request))
        return hand_over_cart(guest=guest, customer=make_customer_of(self.request))

    def reply_merged(self, merged: MergedCart) -> Response:
        """Answer with the customer's cart, its ETag and the warnings."""
        body = self.write("cart.MergedCartSerializer", merged)
        return Response(body, headers=etag(merged.priced.cart.version))
