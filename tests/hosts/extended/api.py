"""API classes and a policy of the shop's own, one of each kind, each by subclassing the library's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from nexus_commerce.api.authentication import Authentication
from nexus_commerce.api.cart.inputs import LineAddSerializer
from nexus_commerce.api.cart.serializers import CartSerializer
from nexus_commerce.api.orders.serializers import OrderFilter
from nexus_commerce.api.orders.views import OrderView
from nexus_commerce.api.permissions import SignedIn
from nexus_commerce.cart.policies import CartPolicy
from nexus_commerce.cart.services import PricedCart

__all__ = ["API", "ShopCartPolicy"]


class ShopCartSerializer(CartSerializer):
    """A cart that counts its units: in the ordinary way of the framework."""

    units = serializers.SerializerMethodField()

    def get_units(self, instance: PricedCart) -> int:
        return sum(entry.line.quantity for entry in instance.lines)


class ShopLineAddSerializer(LineAddSerializer):
    """Lines of even quantities only."""

    def validate_quantity(self, value: int) -> int:
        if value % 2:
            raise serializers.ValidationError("We sell in pairs: give an even quantity.", code="odd")
        return value


class ShopOrderView(OrderView):
    """An order that says when it was looked at."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().get(request, *args, **kwargs)
        response["Shop-Greeting"] = "Thank you"
        return response


class ShopSignedIn(SignedIn):
    """Users with a confirmed address only."""

    message = "Confirm your e-mail address first."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and request.user.email.endswith("@example.com")  # type: ignore[union-attr]


class ShopOrderFilter(OrderFilter):
    """Orders by number too."""

    number = serializers.CharField(max_length=64, required=False)

    def filtered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.validated_data
        return super().filtered(rows).filter(**{"number": asked["number"]} if "number" in asked else {})


class ShopAuthentication(Authentication):
    """A token in a header, then the session."""

    def authenticate(self, request: Request) -> Any:
        if name := request.headers.get("Shop-User"):
            return get_user_model()._default_manager.get(username=name), None
        return super().authenticate(request)


class ShopCartPolicy(CartPolicy):
    """Carts of at most four units."""

    max_units = 4


API = {
    "cart.CartSerializer": f"{__name__}.ShopCartSerializer",
    "cart.LineAddSerializer": f"{__name__}.ShopLineAddSerializer",
    "orders.OrderView": f"{__name__}.ShopOrderView",
    "permissions.SignedIn": f"{__name__}.ShopSignedIn",
    "orders.OrderFilter": f"{__name__}.ShopOrderFilter",
    "authentication.Authentication": f"{__name__}.ShopAuthentication",
}
"""What the shop writes in ``NEXUS_COMMERCE["API"]``."""
