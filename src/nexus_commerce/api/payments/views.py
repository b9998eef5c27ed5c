"""The operations of payments, for staff."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.checkout.views import KEEP_FOR
from nexus_commerce.api.openapi import SESSION, STAFF_WRITES, operation
from nexus_commerce.api.orders.access import actor_of
from nexus_commerce.api.parameters import IDEMPOTENCY_KEY_REQUIRED, IF_MATCH
from nexus_commerce.api.versions import check_version, etag, require_version
from nexus_commerce.api.views import CommerceView
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.money import Money
from nexus_commerce.payments.errors import PaymentNotFound
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import capture_manually, capture_payment, get_provider, void_payment

__all__ = ["CaptureView", "PaymentView", "VoidView", "amount_in", "find_payment"]

ERRORS: Final[dict[int, list[str]]] = {
    **STAFF_WRITES,
    400: ["invalid_input", "idempotency_key_missing", "idempotency_key_invalid"],
    404: ["payment_not_found", "not_found"],
}


def find_payment(public_id: UUID) -> Payment:
    """Return a payment with its order. Raises ``PaymentNotFound``."""
    payment = Payment.objects.select_related("order").filter(public_id=public_id).first()
    if payment is None:
        raise PaymentNotFound
    return payment


def amount_in(currency: str, given: Money | None, field: str = "amount") -> int | None:
    """Return an amount in minor units. Raises ValidationError where it is in another currency."""
    if given is not None and given.currency != currency:
        raise serializers.ValidationError({field: [f"The order is in {currency}."]}, code="currency")
    return given.minor if given else None


class PaymentViewBase(CommerceView):
    """What the views of one payment share."""

    permissions = ("permissions.Staff",)
    staff_permission: ClassVar[str] = "nexus_payments.change_payment"

    def reply(self, payment: Payment) -> Response:
        """Answer with the payment: 202 while its provider has not answered."""
        shown = find_payment(payment.public_id)
        body = self.write("payments.StaffPaymentSerializer", shown)
        return Response(body, status=202 if shown.operation else 200, headers=etag(shown.version))

    def meant(self, payment_id: UUID, attempt: Attempt) -> Payment:
        """Return the payment, of the version that the caller means; what was begun before is gone on with."""
        payment = find_payment(payment_id)
        if attempt.resource is None:
            check_version(self.request, payment.version)
        return payment


class PaymentView(PaymentViewBase):
    """One payment."""

    staff_permission: ClassVar[str] = "nexus_payments.view_payment"

    @operation(
        id="get_payment",
        summary="Show a payment",
        tag="Staff",
        responses={200: "payments.StaffPaymentSerializer"},
        errors={
            401: ["not_authenticated"],
            403: ["permission_denied"],
            404: ["payment_not_found", "not_found"],
        },
        auth=SESSION,
    )
    def get(self, request: Request, payment_id: UUID) -> Response:
        """A payment with what its provider calls it, for staff who may see payments."""
        return self.reply(find_payment(payment_id))


class CaptureView(PaymentViewBase):
    """Taking what a provider holds, or booking what came outside the shop."""

    @operation(
        id="capture_payment",
        summary="Capture a payment",
        tag="Staff",
        request="payments.CaptureSerializer",
        responses={200: "payments.StaffPaymentSerializer", 202: "payments.StaffPaymentSerializer"},
        errors={**ERRORS, 409: ["capture_refused", "payment_busy", "idempotency_key_in_use"]},
        parameters=[IF_MATCH, IDEMPOTENCY_KEY_REQUIRED],
        auth=SESSION,
    )
    def post(self, request: Request, payment_id: UUID) -> HttpResponseBase:
        """Take what the provider holds, or a part of it; of an offline payment, book money that has come.

        202: the provider has not answered; the payment's `operation` becomes empty once it has.
        """
        require_version(request)
        values = self.read_body("payments.CaptureSerializer")

        def act(attempt: Attempt) -> Payment:
            payment = self.meant(payment_id, attempt)
            amount = amount_in(payment.currency, values.get("amount"))
            if get_provider(alias=payment.provider).is_offline:
                left = payment.amount - payment.captured
                return capture_manually(
                    payment=payment,
                    amount=left if amount is None else amount,
                    actor=actor_of(request),
                    note=values.get("note", ""),
                )
            return capture_payment(payment=payment, amount=amount, actor=actor_of(request), attempt=attempt)

        return self.run_once(act, self.reply, required=True, atomic=False, keep_for=KEEP_FOR)


class VoidView(PaymentViewBase):
    """Giving up what a provider holds."""

    @operation(
        id="void_payment",
        summary="Void a payment",
        tag="Staff",
        responses={200: "payments.StaffPaymentSerializer", 202: "payments.StaffPaymentSerializer"},
        errors={**ERRORS, 409: ["void_refused", "payment_busy", "idempotency_key_in_use"]},
        parameters=[IF_MATCH, IDEMPOTENCY_KEY_REQUIRED],
        auth=SESSION,
    )
    def post(self, request: Request, payment_id: UUID) -> HttpResponseBase:
        """Give up what the provider holds and has not captured. 202: the provider has not answered."""
        require_version(request)

        def act(attempt: Attempt) -> Payment:
            return void_payment(payment=self.meant(payment_id, attempt), actor=actor_of(request), attempt=attempt)

        return self.run_once(act, self.reply, required=True, atomic=False, keep_for=KEEP_FOR)
