"""The base of every view of the API."""

from __future__ import annotations

import re
import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.db import connections
from django.http import HttpRequest
from django.utils.cache import patch_vary_headers
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from nexus_commerce.api.errors import problem_response
from nexus_commerce.api.idempotency import RunOnce
from nexus_commerce.api.openapi import OperationSchema
from nexus_commerce.api.parsers import JSONParser, OnlyJSON
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.renderers import JSONRenderer
from nexus_commerce.api.throttling import Limited
from nexus_commerce.channels.models import Channel
from nexus_commerce.channels.policies import ChannelHint
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import NotFound
from nexus_commerce.core.logs import request_id

__all__ = ["CommerceView", "UnknownAddressView"]

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class CommerceView(RunOnce, Limited, APIView):
    """A view of the library: JSON in, JSON or problem+json out, closed unless it names who may come.

    Nothing here is taken from the host's ``REST_FRAMEWORK``, and nothing there is changed. ``permissions`` are keys of
    the registry; an empty tuple lets nobody in.
    """

    permissions: ClassVar[tuple[str, ...]] = ("permissions.DenyAll",)
    private: ClassVar[bool] = True
    """Whether replies may be kept by nobody (``Cache-Control: no-store``)."""

    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]
    throttle_classes = []
    content_negotiation_class: type[BaseContentNegotiation] = OnlyJSON
    metadata_class = None
    versioning_class = None
    schema = OperationSchema()

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view function, exempt from ``ATOMIC_REQUESTS`` on every database.

        A service opens the transactions that it needs; an idempotency key is committed before any of them.
        """
        view: Any = super().as_view(**initkwargs)
        view._non_atomic_requests = set(connections)
        return view

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Return the one authentication in force."""
        return [api_class("authentication.Authentication")()]

    def get_permissions(self) -> list[BasePermission]:
        """Return the permissions that the view names."""
        return [api_class(key)() for key in self.permissions or ("permissions.DenyAll",)]

    def get_exception_handler(self) -> Any:
        """Return the library's own handler, whatever the host's settings say."""
        return problem_response

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Give the request its id, the caller's where it sent a sensible one, and answer; what is logged bears it."""
        sent = request.headers.get("X-Request-ID", "")
        number = sent if REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
        request.nexus_request_id = number  # type: ignore[attr-defined]
        before = request_id.set(number)
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            request_id.reset(before)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the headers that every reply has."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["X-Request-ID"] = request._request.nexus_request_id  # type: ignore[attr-defined]
        if self.private or response.status_code >= 400:
            response["Cache-Control"] = "no-store"
        else:
            patch_vary_headers(response, ("Nexus-Channel", "Accept-Language"))
        return response

    def options(  # type: ignore[override]
        self, request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        """Say which methods there are."""
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    @cached_property
    def channel(self) -> Channel:
        """The sales channel of the request, found when first asked for. Raises ``NoChannel``."""
        request = self.request._request
        hint = ChannelHint(host=request.get_host(), header=request.headers.get("Nexus-Channel", ""), path=request.path)
        return nexus_settings.CHANNEL_POLICY().find(hint)

    def read_body(self, key: str) -> dict[str, Any]:
        """Return the values of the request body, checked by the serializer in force. Raises ValidationError."""
        serializer = api_class(key)(data=self.request.data, context={"view": self})
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values

    def read_query(self, key: str) -> Any:
        """Return the query serializer in force, valid for this request. Raises ValidationError."""
        serializer = api_class(key)(data=self.request.query_params.dict(), context={"view": self})
        serializer.is_valid(raise_exception=True)
        return serializer

    def write(self, key: str, instance: Any, **context: Any) -> Any:
        """Return ``instance`` as the output serializer in force writes it."""
        serializer = api_class(key)(context={"view": self, "request": self.request, **context})
        return serializer.to_representation(instance)


class UnknownAddressView(CommerceView):
    """What answers below ``/v1/`` where there is nothing."""

    permissions = ("permissions.Public",)
    schema = None  # type: ignore[assignment]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything is asked."""
        raise NotFound
