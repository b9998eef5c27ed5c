"""Errors of every origin have one form."""

import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import OperationalError
from django.http import Http404
from rest_framework.exceptions import Throttled
from rest_framework.exceptions import ValidationError as DRFValidationError
from rest_framework.settings import api_settings

from nexus_commerce.api.channels.views import ChannelView
from nexus_commerce.api.errors import problem_of
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import CommerceError, Conflict, InvalidInput, NotFound
from nexus_commerce.inventory.errors import OutOfStock
from tests.api.client import Api, problem

pytestmark = pytest.mark.django_db


def operational(state: str, message: str = "x") -> OperationalError:
    cause = Exception(message)
    cause.sqlstate = state  # type: ignore[attr-defined]
    error = OperationalError(message)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (InvalidInput(field="x"), 400, "invalid_input"),
        (NotFound(), 404, "not_found"),
        (Conflict(), 409, "conflict"),
        (OutOfStock(), 409, "insufficient_stock"),
        (CommerceError(), 400, "commerce_error"),
        (ValidationError("no"), 400, "invalid_input"),
        (ValidationError({"name": ["no", "never"]}), 400, "invalid_input"),
        (DRFValidationError({"a": [{}, {"b": ["no"]}]}), 400, "invalid_input"),
        (Http404("secret path"), 404, "not_found"),
        (PermissionDenied("secret reason"), 403, "permission_denied"),
        (Throttled(wait=3), 429, "throttled"),
        (RequestDataTooBig(), 413, "body_too_large"),
        (SuspiciousOperation("secret"), 400, "parse_error"),
        (operational("55P03"), 503, "busy"),
        (operational("40P01"), 503, "busy"),
        (OperationalError("database is locked"), 503, "busy"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_exception_is_told_in_one_form(
    api: Api, monkeypatch: pytest.MonkeyPatch, raised: Exception, status: int, code: str
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise raised

    monkeypatch.setattr(ChannelView, "get", fail)
    reply = api.get("channel")
    told = problem(reply, status, code)
    assert "secret" not in reply.content.decode()
    assert reply.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in reply.headers) is (status in (429, 503))
    assert isinstance(told["errors"], list)


def test_nested_errors_are_named_by_dotted_paths() -> None:
    found = problem_of(DRFValidationError({"a": [{}, {"b": ["no"], api_settings.NON_FIELD_ERRORS_KEY: ["whole"]}]}))
    assert found is not None
    assert [(entry["field"], entry["detail"]) for entry in found.errors] == [("a.1.b", "no"), ("a.1", "whole")]


def test_no_more_than_fifty_errors_are_told() -> None:
    found = problem_of(DRFValidationError({str(number): ["x" * 1000] for number in range(1000)}))
    assert found is not None
    assert len(found.errors) == 50
    assert len(found.errors[0]["detail"]) == 300


@pytest.mark.parametrize("raised", [RuntimeError("a secret"), OperationalError("no such table: secret")])
def test_a_fault_is_reported_and_not_told(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, raised: Exception
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise raised

    monkeypatch.setattr(ChannelView, "get", fail)
    with pytest.raises(type(raised)):
        api.get("channel")  # the signal got_request_exception reaches the test client as it reaches error trackers
    api.http.raise_request_exception = False
    with caplog.at_level(logging.ERROR, logger="django.request"):
        reply = api.get("channel")
    problem(reply, 500, "internal_error")
    assert "secret" not in reply.content.decode()
    assert "secret" in caplog.text


@pytest.mark.parametrize(
    "path", ["", "nothing", "carts/", "carts/1", "carts/%00", "..%2f..%2fetc", "orders/" + "9" * 500]
)
def test_an_address_that_is_none_answers_as_the_api_does(api: Api, path: str) -> None:
    if path:
        problem(api.get(path), 404, "not_found")
    else:
        assert api.get(path).status_code == 200


def test_a_method_that_is_none_is_refused_with_those_there_are(api: Api) -> None:
    reply = api.delete("channel")
    problem(reply, 405, "method_not_allowed")
    assert reply.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert api.call("OPTIONS", "channel").status_code == 204


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-123.XYZ", True), ("short", False), ("x\ty" * 4, False), ("x" * 65, False)]
)
def test_a_sensible_request_id_is_kept(api: Api, sent: str, kept: bool) -> None:
    reply = api.get("nothing", **{"X-Request-ID": sent})
    assert (problem(reply, 404, "not_found")["request_id"] == sent) is kept


def test_the_sites_own_settings_of_the_framework_are_neither_needed_nor_used(api: Api, settings: Any) -> None:
    settings.REST_FRAMEWORK = {
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.BrowsableAPIRenderer"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
        "EXCEPTION_HANDLER": "does.not.exist",
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.AcceptHeaderVersioning",
        "URL_FORMAT_OVERRIDE": "format",
    }
    assert api.get("channel?format=xml", Accept="text/html").json()["currency"] == "EUR"
    problem(api.get("orders"), 401, "not_authenticated")
    assert api.post("carts").status_code == 201


def test_every_view_is_closed_unless_it_says_who_may_come(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for permissions in (("permissions.DenyAll",), ()):
        monkeypatch.setattr(ChannelView, "permissions", permissions)
        problem(api.get("channel"), 401, "not_authenticated")
    assert nexus_settings.API["cart.CartView"].permissions == ("permissions.Public",)
