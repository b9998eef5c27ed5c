"""A whole way through the shop, logged in full: what must stay secret is in no record."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from nexus_commerce.api.cart import lines as line_views
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.logs import JsonFormatter, RedactingFilter, request_id
from tests.api.client import BERLIN, Api

pytestmark = pytest.mark.django_db

KEY = "Canary-Key-0123456789"
EMAIL = "canary.person@example.com"
CARD = "4242 4242 4242 4242"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Write everything that anybody logs, statements of the database included, as a host would."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(JsonFormatter())
    loggers = [logging.getLogger(name) for name in ("", "django", "django.db.backends", "django.request")]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    loggers[0].addHandler(handler)
    connection.force_debug_cursor = True
    yield stream
    connection.force_debug_cursor = False
    loggers[0].removeHandler(handler)
    for logger, level in before:
        logger.setLevel(level)


def entries(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_journey_leaves_no_secret_in_the_log(
    channel: Channel, variant: Variant, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(raise_request_exception=False)
    key = {"Idempotency-Key": KEY}
    made = api.post("carts", {"email": EMAIL, "shipping_address": BERLIN}, **key).json()
    cart, token = f"carts/{made['cart']['id']}", made["token"]
    headers = {"Cart-Token": token, "Authorization": "Basic Y2FuYXJ5OmNhbmFyeQ==", "Cookie": "sessionid=canarysession"}
    bare = Api(cookies=False, raise_request_exception=False)
    bare.post(f"{cart}/lines", {"variant": str(variant.public_id)}, **headers)
    bare.patch(cart, {"note": CARD}, **headers)
    bare.patch(cart, {"metadata": {"cvc": "987"}}, **headers)
    placed = bare.post(f"{cart}/checkout", **headers, **key).json()
    bare.get(f"orders/{placed['order']['id']}", **{"Order-Token": placed["token"]})
    bare.get(f"orders/{placed['order']['id']}", **{"Order-Token": "canary-wrong-token"})

    def fail(**kwargs: Any) -> None:
        logging.getLogger("host").warning("sent %r to %s", headers, EMAIL)
        raise RuntimeError(f"Cart-Token: {token} of {EMAIL}")

    monkeypatch.setattr(line_views, "change_line", fail)
    assert bare.patch(f"{cart}/lines/{made['cart']['id']}", {"quantity": 2}, **headers).status_code == 500

    said = log.getvalue()
    assert len(entries(log)) > 50
    secrets = [KEY, EMAIL, CARD, token, placed["token"], "Y2FuYXJ5OmNhbmFyeQ", "canarysession", "canary-wrong-token"]
    assert [secret for secret in secrets if secret in said] == []


def test_entries_of_a_request_bear_its_id(
    api: Api, variant: Variant, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = api.post("carts", **{"X-Request-ID": "mine-0123456789"})
    assert reply.headers["X-Request-ID"] == "mine-0123456789"
    assert {entry["request_id"] for entry in entries(log) if "INSERT" in entry["message"]} == {"mine-0123456789"}
    assert request_id.get() == ""
    # Django tells of a refused request after it was answered.
    api.get("carts/0c3a6f7e-4b0f-4d7e-9f43-0d6a1f6a9d11", **{"X-Request-ID": "late-0123456789"})
    (told,) = [entry for entry in entries(log) if entry["logger"] == "django.request"]
    assert told["request_id"] == "late-0123456789"
