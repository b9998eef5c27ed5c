"""What staff do with an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.checkout.views import KEEP_FOR
from nexus_commerce.api.openapi import SESSION, STAFF_WRITES, operation
from nexus_commerce.api.orders.access import actor_of, expected_version, staff_order
from nexus_commerce.api.parameters import IDEMPOTENCY_KEY_REQUIRED, IF_MATCH
from nexus_commerce.api.versions import check_version, etag, require_version
from nexus_commerce.api.views import CommerceView
from nexus_commerce.checkout.services import accept_order, cancel_order
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.orders.models import Order

__all__ = ["OrderAcceptView", "OrderCancelView"]

ERRORS: Final[dict[int, list[str]]] = {
    **STAFF_WRITES,
    400: ["invalid_input", "idempotency_key_missing", "idempotency_key_invalid"],
    404: ["order_not_found", "not_found"],
}


class OrderActView(CommerceView):
    """Something that staff do with one order, saying which version of it they mean."""

    permissions = ("permissions.Staff",)
    staff_permission: ClassVar[str] = "nexus_orders.change_order"

    def act(
        self, order_id: UUID, change: Callable[[Order, int | None, Attempt], Order], *, atomic: bool = False
    ) -> HttpResponseBase:
        """Carry out ``change`` once, at the version that the caller means."""
        request = self.request
        require_version(request)

        def once(attempt: Attempt) -> Order:
            order = staff_order(order_id)
            if attempt.resource is None:
                check_version(request, order.version)
            return change(order, expected_version(request, order.version), attempt)

        return self.run_once(once, self.reply, required=True, atomic=atomic, keep_for=KEEP_FOR)

    def reply(self, order: Order) -> Response:
        """Answer with the order."""
        return Response(self.write("orders.OrderSerializer", order), headers=etag(order.version))


class OrderCancelView(OrderActView):
    """Canceling an order."""

    @operation(
        id="cancel_order",
        summary="Cancel an order",
        tag="Staff",
        request="payments.ReasonSerializer",
        responses={200: "orders.OrderSerializer"},
        errors={
            **ERRORS,
            409: ["illegal_transition", "order_shipped", "payment_busy", "order_changed", "idempotency_key_in_use"],
        },
        parameters=[IF_MATCH, IDEMPOTENCY_KEY_REQUIRED],
        auth=SESSION,
    )
    def post(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Cancel an order of which nothing was sent: stock and coupons are given back, payments voided or refunded."""
        reason = self.read_body("payments.ReasonSerializer").get("reason", "")

        def change(order: Order, version: int | None, attempt: Attempt) -> Order:
            return cancel_order(
                order=order, reason=reason, actor=actor_of(request), expected_version=version, attempt=attempt
            )

        return self.act(order_id, change)


class OrderAcceptView(OrderActView):
    """Placing an order that was in review."""

    @operation(
        id="accept_order",
        summary="Accept an order in review",
        tag="Staff",
        responses={200: "orders.OrderSerializer"},
        errors={
            **ERRORS,
            409: ["illegal_transition", "insufficient_stock", "order_changed", "idempotency_key_in_use"],
        },
        parameters=[IF_MATCH, IDEMPOTENCY_KEY_REQUIRED],
        auth=SESSION,
    )
    def post(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Place an order that was put aside: its money is accounted for, its goods are promised now."""

        def change(order: Order, version: int | None, attempt: Attempt) -> Order:
            return accept_order(order=order, actor=actor_of(request), expected_version=version)

        return self.act(order_id, change, atomic=True)
