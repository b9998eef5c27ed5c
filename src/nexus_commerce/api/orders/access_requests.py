"""Asking for the link to a guest's order."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.fields import TextField
from nexus_commerce.api.openapi import operation
from nexus_commerce.api.serializers import InputSerializer
from nexus_commerce.api.views import CommerceView
from nexus_commerce.orders.services import request_access

__all__ = ["AccessRequestListView", "AccessRequestSerializer"]


class AccessRequestSerializer(InputSerializer):
    """What a guest knows of an order."""

    number = TextField(max_length=64, help_text="The number of the order.")
    email = TextField(max_length=254, help_text="The address that the order was placed with.")


class AccessRequestListView(CommerceView):
    """Requests for the link to an order."""

    permissions = ("permissions.Public",)
    throttle_scope: ClassVar[str] = "guest_lookup"

    @operation(
        id="request_order_access",
        summary="Ask for the link to an order",
        tag="Orders",
        request="orders.AccessRequestSerializer",
        responses={202: None},
        errors={400: ["invalid_input"]},
    )
    def post(self, request: Request) -> Response:
        """Mail the link to a guest's order to the address that ordered it, if number and address belong together.

        The reply is the same whether they do or not. One mail is sent for an order in ten minutes at most.
        """
        request_access(**self.read_body("orders.AccessRequestSerializer"))
        return Response(status=202)
