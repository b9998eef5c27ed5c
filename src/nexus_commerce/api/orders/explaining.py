"""The operation that says why an order cost what it did."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.explanation import Explained, explanation_json
from nexus_commerce.api.openapi import GUEST_ORDER, operation
from nexus_commerce.api.parameters import ORDER_TOKEN
from nexus_commerce.api.principal import customer_of, token_in
from nexus_commerce.api.versions import etag
from nexus_commerce.api.views import CommerceView
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import find_order
from nexus_commerce.pricing.totals import Note, Tried

__all__ = ["OrderExplanationView"]


class OrderExplanationView(CommerceView):
    """Why an order cost what it did."""

    permissions = ("permissions.Public",)

    @operation(
        id="explain_order",
        summary="Explain the prices of an order",
        tag="Orders",
        responses={200: "pricing.ExplanationSerializer"},
        errors={404: ["order_not_found", "not_found"]},
        parameters=[ORDER_TOKEN],
        auth=GUEST_ORDER,
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """Why this price, for each amount, in words and figures, from what the order keeps of the day it was placed."""
        token = token_in(request.headers.get("Order-Token"))
        order = find_order(public_id=order_id, token=token, customer=customer_of(request))
        body = explanation_json(
            explained=explained_in(order),
            notes=[Note(**kept) for kept in order.explanation.get("notes", ())],
            tried=[Tried(**kept) for kept in order.explanation.get("tried", ())],
            total=order.total,
            currency=order.currency,
        )
        return Response(body, headers=etag(order.version))


def explained_in(order: Order) -> Iterator[Explained]:
    """Yield everything in an order that has an amount; its notes know lines by their positions."""
    for line in order.lines.all():
        name = line.variant_name or line.product_name
        yield Explained("line", line.position, str(line.public_id), name, line.total)
    for charge in order.shipping_charges.all():
        yield Explained("shipping", charge.method, charge.method, charge.name, charge.total)
    for fee in order.fees.all():
        yield Explained("fee", fee.code, fee.code, fee.name, fee.total)
