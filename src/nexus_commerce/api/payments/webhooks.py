"""Where payment providers send their messages."""

from __future__ import annotations

from typing import Final

from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.openapi import operation
from nexus_commerce.api.parsers import BodyTooLarge
from nexus_commerce.api.views import CommerceView
from nexus_commerce.core.errors import NotFound
from nexus_commerce.payments.errors import UnknownProvider
from nexus_commerce.payments.providers.base import InvalidNotice
from nexus_commerce.payments.services import get_provider, is_tender, receive_notices

__all__ = ["PaymentWebhookView"]

MAX_BYTES: Final = 1024 * 1024


class NoticeRefused(APIException):
    """The message is not from the provider."""

    status_code = 400
    default_detail = "The signature of this message is missing, too old or wrong."
    default_code = "invalid_signature"


class PaymentWebhookView(CommerceView):
    """The messages of one provider."""

    permissions = ("permissions.Public",)

    @operation(
        id="receive_payment_webhook",
        summary="Receive a message of a payment provider",
        tag="Checkout",
        responses={204: None},
        errors={400: ["invalid_signature"], 404: ["not_found"], 413: ["body_too_large"]},
    )
    def post(self, request: Request, alias: str) -> Response:
        """For providers, which sign what they send. The payment is fetched from the provider later; nothing that the
        message says is believed. A message that comes again leaves nothing."""
        try:
            provider = get_provider(alias=alias)
        except UnknownProvider as exc:
            raise NotFound from exc
        if provider.is_offline or is_tender(alias):
            raise NotFound
        body = request._request.body
        if len(body) > MAX_BYTES:
            raise BodyTooLarge
        try:
            receive_notices(
                provider=provider,
                body=body,
                headers={name.lower(): value for name, value in request.headers.items()},
            )
        except InvalidNotice as exc:
            raise NoticeRefused from exc
        return Response(status=204)
