"""What an operation says of itself, and how the OpenAPI generator reads it.

A view's method names its serializers by their keys, so that the document describes the classes in force::

    @operation(
        id="add_line",
        summary="Add a line",
        tag="Carts",
        request="cart.LineAddSerializer",
        responses={201: "cart.CartSerializer"},
        errors={409: ["insufficient_stock"]},
    )
    def post(self, request, cart_id): ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from nexus_commerce.api.registry import api_class
from nexus_commerce.api.renderers import PROBLEM_JSON

__all__ = [
    "CART",
    "GUEST_ORDER",
    "PUBLIC",
    "SECURITY_SCHEMES",
    "SESSION",
    "STAFF_WRITES",
    "Operation",
    "OperationSchema",
    "Page",
    "ProblemSerializer",
    "Results",
    "operation",
]

MethodT = TypeVar("MethodT", bound=Callable[..., Any])

SECURITY_SCHEMES: Final[dict[str, dict[str, str]]] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The session of a signed-in user. Requests that change something need the CSRF token too.",
    },
    "cartToken": {
        "type": "apiKey",
        "in": "header",
        "name": "Cart-Token",
        "description": "The token of a cart that belongs to no customer, given when the cart was created.",
    },
    "cartCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "nexus_cart",
        "description": "The same token in the cookie that was set when the cart was created.",
    },
    "orderToken": {
        "type": "apiKey",
        "in": "header",
        "name": "Order-Token",
        "description": "The token of a guest's order, given when it was placed.",
    },
}
ERRORS_OF_BODIES: Final[Mapping[int, Sequence[str]]] = {
    400: ["parse_error"],
    413: ["body_too_large"],
    415: ["unsupported_media_type"],
    422: ["card_number_refused"],
}
ERRORS_OF_KEYS: Final[Mapping[int, Sequence[str]]] = {
    400: ["idempotency_key_invalid"],
    409: ["idempotency_key_in_use"],
    422: ["idempotency_key_reused"],
}
PUBLIC: Final = ("",)
SESSION: Final = ("session",)
CART: Final = ("cartToken", "cartCookie", "session")
GUEST_ORDER: Final = ("orderToken", "session")
STAFF_WRITES: Final[dict[int, list[str]]] = {
    401: ["not_authenticated"],
    403: ["permission_denied"],
    412: ["precondition_failed"],
    422: ["idempotency_key_reused"],
    428: ["precondition_required"],
}
"""Errors of what staff write once, saying which version they mean."""


@dataclass(frozen=True, slots=True)
class Page:
    """A reply that is a page: ``results`` of one serializer, and the address of the ``next`` page or null."""

    of: str


@dataclass(frozen=True, slots=True)
class Results:
    """A reply that is a whole list: ``results`` of one serializer."""

    of: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method of a view does. Serializers are named by key; ``auth`` are names of security schemes."""

    id: str
    summary: str
    tag: str
    request: str | None = None
    query: str | None = None
    responses: Mapping[int, str | Page | Results | type | None] = field(default_factory=dict)
    errors: Mapping[int, Sequence[str]] = field(default_factory=dict)
    parameters: Sequence[OpenApiParameter] = ()
    examples: Sequence[OpenApiExample] = ()
    auth: Sequence[str] = PUBLIC


def operation(**said: Any) -> Callable[[MethodT], MethodT]:
    """Attach an :class:`Operation` to a method of a view."""

    def attach(method: MethodT) -> MethodT:
        method.nexus_operation = Operation(**said)  # type: ignore[attr-defined]
        return method

    return attach


class ProblemEntrySerializer(serializers.Serializer[Any]):
    """One thing that is wrong with the input."""

    field = serializers.CharField(allow_null=True, help_text="The dotted path of the field; null for the whole body.")
    code = serializers.CharField(help_text="A stable code.")
    detail = serializers.CharField(help_text="What is wrong and what to do, for people.")


class ProblemSerializer(serializers.Serializer[Any]):
    """An error, as RFC 9457 describes it."""

    type = serializers.CharField(help_text="A stable URI of the kind of problem.")
    title = serializers.CharField(help_text="The kind of problem, for people.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What went wrong this time, for people.")
    code = serializers.CharField(help_text="A stable code, for programs.")
    errors = ProblemEntrySerializer(many=True, help_text="Each field that was wrong.")  # type: ignore[assignment]
    request_id = serializers.CharField(help_text="The id of the request, as in the header `X-Request-ID`.")
    params = serializers.DictField(required=False, help_text="Figures a program can act on.")


class OperationSchema(AutoSchema):
    """Describe a method by its :class:`Operation`; one without is described as drf-spectacular sees fit."""

    @property
    def operation(self) -> Operation | None:
        """What the method says of itself, also where a host's subclass overrides it."""
        for cls in type(self.view).__mro__:
            found = getattr(vars(cls).get(self.method.lower()), "nexus_operation", None)
            if isinstance(found, Operation):
                return found
        return None

    def get_operation_id(self) -> str:
        """Return the id."""
        return self.operation.id if self.operation else super().get_operation_id()

    def get_summary(self) -> str | None:
        """Return the summary."""
        return self.operation.summary if self.operation else super().get_summary()

    def get_tags(self) -> list[str]:
        """Return the one tag."""
        return [self.operation.tag] if self.operation else super().get_tags()

    def get_auth(self) -> list[Any]:
        """Return the ways to say whose the request is; the empty one means that none is needed."""
        return [{name: []} if name else {} for name in self.operation.auth] if self.operation else []

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of query and header."""
        if self.operation is None:
            return []
        query = [api_class(self.operation.query)()] if self.operation.query else []
        return [*query, *self.operation.parameters]

    def get_examples(self) -> list[OpenApiExample]:
        """Return the examples."""
        return list(self.operation.examples) if self.operation else []

    def get_request_serializer(self) -> Any:
        """Return the serializer in force of the body."""
        if self.operation is None:
            return super().get_request_serializer()
        return api_class(self.operation.request) if self.operation.request else None

    def get_response_serializers(self) -> Any:
        """Return the serializers in force of the replies, the problem document for every error."""
        if self.operation is None:
            return super().get_response_serializers()
        replies = {status: self._reply(status, said) for status, said in self.operation.responses.items()}
        problems = {
            (status, PROBLEM_JSON): OpenApiResponse(ProblemSerializer, description=_codes(status, codes))
            for status, codes in self._errors(self.operation).items()
        }
        return replies | problems

    def _errors(self, said: Operation) -> dict[int, Sequence[str]]:
        """Return the errors of an operation, with those that every operation of its kind has, each once."""
        kinds = [said.errors]
        if said.request is not None:
            kinds.append(ERRORS_OF_BODIES)
        for parameter in said.parameters:
            if parameter.name == "Idempotency-Key":
                kinds += [ERRORS_OF_KEYS, {400: ["idempotency_key_missing"]} if parameter.required else {}]
        if getattr(self.view, "throttle_scope", "") and self.method not in SAFE_METHODS:
            kinds.append({429: ["throttled"]})
        return {
            status: list(dict.fromkeys(code for kind in kinds for code in kind.get(status, ())))
            for status in sorted({status for kind in kinds for status in kind})
        }

    def _reply(self, status: int, said: str | Page | Results | type | None) -> OpenApiResponse:
        phrase = HTTPStatus(status).phrase
        if isinstance(said, Page | Results):
            return OpenApiResponse(_list_of(said), description=phrase)
        return OpenApiResponse(api_class(said) if isinstance(said, str) else said, description=phrase)


def _list_of(said: Page | Results) -> serializers.Serializer[Any]:
    key = (api_class(said.of), type(said))
    if key not in _LISTS:
        _LISTS[key] = _list_class(*key)
    return _LISTS[key]()


_LISTS: Final[dict[tuple[type[Any], type[Any]], type[serializers.Serializer[Any]]]] = {}


def _list_class(serializer: type[Any], shape: type) -> type[serializers.Serializer[Any]]:
    """Return the class of a reply that lists a serializer: one for all operations, so that it has one name."""
    fields: dict[str, Any] = {"results": serializer(many=True)}
    if shape is Page:
        fields["next"] = serializers.URLField(
            allow_null=True, help_text="The address of the next page; null on the last."
        )
    name = serializer.__name__.removesuffix("Serializer")
    return type(inline_serializer(f"{name}{shape.__name__}", fields))


def _codes(status: int, codes: Sequence[str]) -> str:
    listed = ", ".join(f"`{code}`" for code in codes)
    return f"{HTTPStatus(status).phrase}: {listed}" if listed else HTTPStatus(status).phrase
