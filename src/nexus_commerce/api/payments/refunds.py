"""The refunds of an order."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.checkout.views import KEEP_FOR
from nexus_commerce.api.openapi import GUEST_ORDER, SESSION, STAFF_WRITES, Results, operation
from nexus_commerce.api.orders.access import actor_of, expected_version, open_order, staff_order
from nexus_commerce.api.parameters import IDEMPOTENCY_KEY_REQUIRED, IF_MATCH, ORDER_TOKEN
from nexus_commerce.api.payments.views import amount_in, find_payment
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.versions import check_version, etag, require_version
from nexus_commerce.api.views import CommerceView
from nexus_commerce.checkout.services import refund_order
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.errors import NotFound
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Refund
from nexus_commerce.payments.services import RefundRequest, confirm_refund

__all__ = ["RefundConfirmView", "RefundListView"]


class RefundListView(CommerceView):
    """The refunds of one order."""

    permissions = ("permissions.Public",)
    staff_permission: ClassVar[str] = "nexus_payments.add_refund"

    def get_permissions(self) -> list[BasePermission]:
        """Return what reading needs, or what giving back does."""
        writes = self.request.method == "POST"
        return [api_class("permissions.Staff")()] if writes else super().get_permissions()

    @operation(
        id="list_refunds",
        summary="List the refunds of an order",
        tag="Orders",
        responses={200: Results("payments.RefundSerializer")},
        errors={404: ["order_not_found", "not_found"]},
        parameters=[ORDER_TOKEN],
        auth=GUEST_ORDER,
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """What was given back of an order, oldest first. The ETag is that of the order."""
        return self.reply(open_order(request, order_id, staff_permission="nexus_payments.view_refund"))

    @operation(
        id="refund_order",
        summary="Give money back",
        tag="Staff",
        request="payments.RefundInputSerializer",
        responses={201: Results("payments.RefundSerializer")},
        errors={
            **STAFF_WRITES,
            400: ["invalid_input", "idempotency_key_missing", "idempotency_key_invalid"],
            404: ["order_not_found", "payment_not_found", "not_found"],
            409: ["refund_refused", "order_changed", "idempotency_key_in_use"],
        },
        parameters=[IF_MATCH, IDEMPOTENCY_KEY_REQUIRED],
        auth=SESSION,
    )
    def post(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Give back units, shipping charges, an extra amount or everything; the reply lists all refunds of the order.

        `refund_refused` says in `params` what is left. A refund stays `pending` until its provider has answered, and
        one of money that came outside the shop until it is confirmed. `If-Match` is the ETag of the order.
        """
        require_version(request)
        values = self.read_body("payments.RefundInputSerializer")

        def act(attempt: Attempt) -> Order:
            order = staff_order(order_id)
            if attempt.resource is None:
                check_version(request, order.version)
            return refund_order(
                order=order,
                request=request_of(values, order.currency),
                payment=find_payment(values["payment"]) if "payment" in values else None,
                target=values["target"],
                reason=values["reason"],
                actor=actor_of(request),
                expected_version=expected_version(request, order.version),
                attempt=attempt,
            )

        return self.run_once(act, lambda order: self.reply(order, 201), required=True, atomic=False, keep_for=KEEP_FOR)

    def reply(self, order: Order, status: int = 200) -> Response:
        """Answer with the refunds of the order."""
        writer: Any = api_class("payments.RefundSerializer")(context={"view": self})
        rows = [writer.to_representation(refund) for refund in loaded(Refund.objects.filter(payment__order=order))]
        return Response({"results": rows}, status=status, headers=etag(order.version))


def loaded(refunds: QuerySet[Refund]) -> QuerySet[Refund]:
    """Return refunds with what is shown of them; two statements."""
    return refunds.select_related("payment__order").prefetch_related("lines__order_line").order_by("pk")


def request_of(values: dict[str, Any], currency: str) -> RefundRequest:
    """Return what is to be given back. Raises ValidationError for an amount in another currency."""
    units: dict[UUID, int] = {}
    for entry in values.get("lines", []):
        units[entry["line"]] = units.get(entry["line"], 0) + entry["quantity"]
    return RefundRequest(
        units=units,
        shipping=amount_in(currency, values.get("shipping"), "shipping") or 0,
        extra=amount_in(currency, values.get("extra"), "extra") or 0,
        everything=values["everything"],
    )


class RefundConfirmView(CommerceView):
    """Saying that money went back outside the shop."""

    permissions = ("permissions.Staff",)
    staff_permission: ClassVar[str] = "nexus_payments.change_refund"

    @operation(
        id="confirm_refund",
        summary="Confirm that money was given back",
        tag="Staff",
        request="payments.ReasonSerializer",
        responses={200: "payments.RefundSerializer"},
        errors={
            **STAFF_WRITES,
            400: ["invalid_input", "idempotency_key_missing", "idempotency_key_invalid"],
            404: ["not_found"],
            409: ["refund_refused", "idempotency_key_in_use"],
        },
        parameters=[IDEMPOTENCY_KEY_REQUIRED],
        auth=SESSION,
    )
    def post(self, request: Request, refund_id: UUID) -> HttpResponseBase:
        """Confirm a pending refund of a payment that came outside the shop, once the money has been sent."""
        values = self.read_body("payments.ReasonSerializer")

        def act(attempt: Attempt) -> Refund:
            refund = Refund.objects.select_related("payment__order").filter(public_id=refund_id).first()
            if refund is None:
                raise NotFound
            return confirm_refund(refund=refund, actor=actor_of(request), note=values.get("reason", ""))

        return self.run_once(act, self.reply, required=True, keep_for=KEEP_FOR)

    def reply(self, refund: Refund) -> Response:
        """Answer with the refund."""
        shown = loaded(Refund.objects.filter(pk=refund.pk)).get()
        return Response(self.write("payments.RefundSerializer", shown))
