"""Every error of the API as RFC 9457 problem+json; the only place that knows which status a code has."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from rest_framework.exceptions import APIException, ErrorDetail, Throttled, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings

from nexus_commerce.api.explanation import missing_json, unmet_json
from nexus_commerce.api.fields import money_json
from nexus_commerce.api.parsers import BodyTooLarge
from nexus_commerce.api.renderers import PROBLEM_JSON
from nexus_commerce.core.card_numbers import CardNumberRefused
from nexus_commerce.core.errors import CommerceError, Conflict, InvalidInput, NotFound
from nexus_commerce.events.errors import IdempotencyKeyReused

__all__ = [
    "PROBLEM_TYPE",
    "PreconditionFailed",
    "PreconditionRequired",
    "Problem",
    "problem_of",
    "problem_response",
]

PROBLEM_TYPE: Final = "urn:nexus-commerce:problem:{code}"
"""The ``type`` of a problem: stable, one for each code."""
MAX_ERRORS: Final = 50
MAX_TEXT: Final = 300

logger = logging.getLogger("django.request")


class PreconditionFailed(APIException):
    """The ``If-Match`` header names another version than the present one."""

    status_code = 412
    default_detail = _lazy("It was changed in the meantime. Read it again and repeat the change on what it is now.")
    default_code = "precondition_failed"


class PreconditionRequired(APIException):
    """The operation changes what several people work on, and no ``If-Match`` header says what it was meant for."""

    status_code = 428
    default_detail = _lazy("Read it first, and send its ETag as If-Match: somebody else may have changed it.")
    default_code = "precondition_required"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, before it becomes JSON. ``params`` are the figures a program can act on."""

    status: int
    code: str
    detail: str
    title: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def body(self, request_id: str) -> dict[str, Any]:
        """Return the members of the problem document; ``params`` is there only where it says something."""
        document: dict[str, Any] = {
            "type": PROBLEM_TYPE.format(code=self.code),
            "title": self.title or HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail[:MAX_TEXT],
            "code": self.code,
            "errors": self.errors,
            "request_id": request_id,
        }
        return document | ({"params": self.params} if self.params else {})


def problem_response(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Answer an exception of a view.

    A fault of the library or the host is reported as Django reports it (the signal ``got_request_exception`` and the
    logger ``django.request``) before the client is told that there was one, and nothing else.
    """
    problem = problem_of(exc)
    request = context["request"]._request
    if problem is None:
        got_request_exception.send(sender=type(context["view"]), request=request)
        logger.error("Internal Server Error: %s", request.path, exc_info=exc, extra={"status_code": 500})
        problem = Problem(500, "internal_error", _("Something went wrong here. It was reported."))
    return Response(
        problem.body(getattr(request, "nexus_request_id", "")),
        status=problem.status,
        headers=problem.headers,
        content_type=PROBLEM_JSON,
    )


def problem_of(exc: Exception) -> Problem | None:
    """Return the problem that an exception is, or None for a fault that is nobody's input."""
    for kind, make in _MAKERS:
        if isinstance(exc, kind):
            return make(exc)
    return None


def _of_commerce_error(exc: CommerceError) -> Problem:
    status = next((status for kind, status in _STATUS_OF_KIND if isinstance(exc, kind)), 400)
    entry = {"field": exc.field, "code": exc.code, "detail": str(exc).rstrip()[:MAX_TEXT]}
    params = dict(exc.params)
    if "currency" in params:
        params |= {name: money_json(params[name], params["currency"]) for name in _AMOUNTS & params.keys()}
        params |= _amounts_within(params, params["currency"])
    title = str(exc.message) if "%(" not in str(exc.message) else ""
    detail = str(exc).rstrip()
    headers = {"Retry-After": str(params["retry_after"])} if "retry_after" in params else {}
    errors = [entry] if exc.field else []
    return Problem(status, exc.code, detail, title=title, errors=errors, params=params, headers=headers)


def _amounts_within(params: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return the conditions and requirements that are not met, and what is missing, with their amounts as money."""
    found: dict[str, Any] = {}
    if params.get("unmet"):
        found["unmet"] = [unmet_json(unmet, currency) for unmet in params["unmet"]]
    if params.get("missing"):
        found["missing"] = missing_json(params["missing"], currency)
    if params.get("requirements"):
        found["requirements"] = [missing_json(requirement, currency) for requirement in params["requirements"]]
    return found


def _of_validation_error(exc: ValidationError) -> Problem:
    return _invalid(list(_flat(exc.detail, "")))


def _of_django_validation_error(exc: DjangoValidationError) -> Problem:
    by_field = exc.error_dict if hasattr(exc, "error_dict") else {"": exc.error_list}
    return _invalid(
        [
            _entry("" if name == "__all__" else name, str(message), str(error.code or "invalid"))
            for name, errors in by_field.items()
            for error in errors
            for message in error.messages
        ]
    )


def _invalid(errors: list[dict[str, Any]]) -> Problem:
    fields = sorted({entry["field"] for entry in errors if entry["field"]})
    if not fields:
        return Problem(400, "invalid_input", errors[0]["detail"] if errors else "", errors=errors[:MAX_ERRORS])
    detail = _("These fields are not valid: %(fields)s.") % {"fields": ", ".join(fields[:10])}
    return Problem(400, "invalid_input", detail, errors=errors[:MAX_ERRORS])


def _flat(detail: Any, path: str) -> Iterator[dict[str, Any]]:
    """Yield one entry for each message of a nested error, with the dotted path of its field."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            here = path if key == api_settings.NON_FIELD_ERRORS_KEY else f"{path}.{key}".lstrip(".")
            yield from _flat(value, here)
    elif isinstance(detail, list | tuple):
        for number, value in enumerate(detail):
            nested = isinstance(value, Mapping | list | tuple)
            yield from _flat(value, f"{path}.{number}".lstrip(".") if nested else path)
    else:
        yield _entry(path, str(detail), str(detail.code) if isinstance(detail, ErrorDetail) else "invalid")


def _entry(path: str, detail: str, code: str) -> dict[str, Any]:
    return {"field": path[:MAX_TEXT] or None, "code": code, "detail": detail[:MAX_TEXT]}


def _of_api_exception(exc: APIException) -> Problem:
    headers = {}
    if isinstance(exc, Throttled) and (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    code = exc.detail.code if isinstance(exc.detail, ErrorDetail) else exc.default_code
    return Problem(exc.status_code, str(code), str(exc.detail), headers=headers)


def _not_found(exc: Exception) -> Problem:
    return Problem(404, NotFound.code, str(NotFound.message), title=str(NotFound.message))


def _too_large(exc: Exception) -> Problem:
    return _of_api_exception(BodyTooLarge())


def _forbidden(exc: Exception) -> Problem:
    return Problem(403, "permission_denied", _("You may not do this."))


def _unreadable(exc: Exception) -> Problem:
    return Problem(400, "parse_error", _("The request cannot be read."))


def _busy(exc: OperationalError) -> Problem | None:
    """Return a problem for a lock that was not to be had in time, and for a connection that broke; anything else is a
    fault. What was asked for may have been done all the same: the same request again will tell."""
    state = getattr(exc.__cause__, "sqlstate", "")
    if state is None:  # PostgreSQL has not answered: psycopg itself gives up for nothing but a broken connection
        logger.error("The connection to the database broke: %s", exc)
    if (
        state is None
        or state in _BUSY_STATES
        or "database is locked" in str(exc)
        or "database table is locked" in str(exc)
    ):
        detail = _("Too much is going on at once. Try again in a moment.")
        return Problem(503, "busy", detail, headers={"Retry-After": "1"})
    return None


# Parameters of errors that are minor units of the currency beside them.
_AMOUNTS = {"total", "amount", "outstanding", "refundable", "balance"}
# Serialization failure, deadlock, lock and statement timeouts, too many connections, server going down, or gone.
_BUSY_STATES = {"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03", "08000", "08003", "08006"}
# The first that fits: a request that is well-formed and can never be carried out comes before its kind.
_STATUS_OF_KIND: tuple[tuple[type[CommerceError], int], ...] = (
    (IdempotencyKeyReused, 422),
    (CardNumberRefused, 422),
    (InvalidInput, 400),
    (NotFound, 404),
    (Conflict, 409),
)
_MAKERS: tuple[tuple[Any, Callable[[Any], Problem | None]], ...] = (
    (CommerceError, _of_commerce_error),
    (ValidationError, _of_validation_error),
    (APIException, _of_api_exception),
    (DjangoValidationError, _of_django_validation_error),
    (Http404, _not_found),
    (DjangoPermissionDenied, _forbidden),
    (RequestDataTooBig, _too_large),
    ((SuspiciousOperation, UnreadablePostError, MultiPartParserError), _unreadable),
    (OperationalError, _busy),
)
