"""The operations of orders."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.exposed import exposed_relations
from nexus_commerce.api.openapi import GUEST_ORDER, SESSION, Page, operation
from nexus_commerce.api.orders.access import open_order
from nexus_commerce.api.paging import read_page
from nexus_commerce.api.parameters import IF_MATCH, ORDER_TOKEN
from nexus_commerce.api.principal import customer_of
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.versions import check_version, etag
from nexus_commerce.api.views import CommerceView
from nexus_commerce.orders.models import Order

__all__ = ["OrderListView", "OrderView"]


class OrderListView(CommerceView):
    """The orders of the signed-in customer."""

    permissions = ("permissions.SignedIn",)

    @operation(
        id="list_orders",
        summary="List the own orders",
        tag="Orders",
        query="orders.OrderFilter",
        responses={200: Page("orders.OrderSummarySerializer")},
        errors={400: ["invalid_input"], 401: ["not_authenticated"]},
        auth=SESSION,
    )
    def get(self, request: Request) -> Response:
        """The customer's orders, newest first, a page at a time."""
        query = self.read_query("orders.OrderFilter")
        customer = customer_of(request)
        rows = Order.objects.filter(customer=customer) if customer else Order.objects.none()
        rows = rows.select_related(*exposed_relations(Order, "owner")) if exposed_relations(Order, "owner") else rows
        page, following = read_page(request, rows, query)
        writer = api_class("orders.OrderSummarySerializer")(context={"view": self})
        return Response({"results": [writer.to_representation(order) for order in page], "next": following})


class OrderView(CommerceView):
    """One order."""

    permissions = ("permissions.Public",)

    @operation(
        id="get_order",
        summary="Show an order",
        tag="Orders",
        responses={200: "orders.OrderSerializer"},
        errors={404: ["order_not_found", "not_found"], 412: ["precondition_failed"]},
        parameters=[ORDER_TOKEN, IF_MATCH],
        auth=GUEST_ORDER,
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """An order to the customer whose it is, to a guest by the token that came with it, or to staff who may see
        orders."""
        order = open_order(request, order_id)
        check_version(request, order.version)
        return Response(self.write("orders.OrderSerializer", order), headers=etag(order.version))
