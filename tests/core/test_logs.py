"""Logs tell what happened and no secrets."""

from __future__ import annotations

import io
import json
import logging
import time
from typing import Any

import pytest

from nexus_commerce.core.logs import JsonFormatter, RedactingFilter, redact, request_id

CANARY = "canary-7f3d"


class Log:
    """A logger of its own, whose lines are read back."""

    def __init__(self, formatter: logging.Formatter | None = None) -> None:
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        handler.addFilter(RedactingFilter())
        handler.setFormatter(formatter or JsonFormatter())
        self.logger = logging.Logger("tests.log", logging.DEBUG)
        self.logger.addHandler(handler)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def entry(self) -> dict[str, Any]:
        entry: dict[str, Any] = json.loads(self.text)
        return entry


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer {}",
        "Authorization: Basic {}",
        "authorization={}",
        "{{'Authorization': 'Bearer {}'}}",
        '{{"authorization": "Bearer {}"}}',
        '{{\\"authorization\\": \\"Bearer {}\\"}}',
        "Cookie: a=1; sessionid={}; b=2",
        "{{'Cookie': 'nexus_cart={}; x=1'}}",
        "Set-Cookie: nexus_cart={}; HttpOnly",
        "sessionid={}",
        "Cart-Token: {}",
        "HTTP_CART_TOKEN={}",
        "'HTTP_ORDER_TOKEN': '{}'",
        "Order-Token: {}, and more",
        "Idempotency-Key: {}",
        "('Idempotency-Key', '{}')",
        "password={}&next=/",
        '"password": "{}"',
        "https://x.example/?token={}&a=1",
        "api_key => {}",
        "client_secret={}",
        "gift_cards: ['{}', 'b']",
    ],
)
def test_what_a_name_gives_away_is_taken_out(text: str) -> None:
    said = redact(text.format(CANARY))
    assert CANARY not in said
    assert "[redacted]" in said


@pytest.mark.parametrize(
    "secret",
    [
        "enbQZF1IoIU6nGhPZf4TCDeO9gDxst0Qpws0ZRR5mvk",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "4242 4242 4242 4242",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(secret: str) -> None:
    said = redact(f"found {secret} there")
    assert secret not in said
    assert said.startswith("found [")
    assert said.endswith("] there")


@pytest.mark.parametrize(
    "text",
    [
        "Order 7K3-QX9 placed in 12.5 ms",
        "POST /shop/v1/carts/0c3a6f7e-4b0f-4d7e-9f43-0d6a1f6a9d11/lines 201",
        "nexus_commerce.checkout.services.place took the_lock_of_a_stock_item_that_everybody_wants",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "The tokens of three carts expired",
    ],
)
def test_what_is_no_secret_is_told(text: str) -> None:
    assert redact(text) == text


def test_an_address_becomes_the_same_hash_each_time() -> None:
    first, second = redact("to Ada@Example.com"), redact("from ada@example.com, again")
    assert "xample" not in first + second
    assert first.removeprefix("to ") in second
    assert redact("to bob@example.com") != first


def test_an_entry_is_one_line_of_json_with_the_id_of_the_request() -> None:
    log = Log()
    token = request_id.set("abc12345")
    try:
        log.logger.warning("Placed %s in %d ms", "7K3", 12, extra={"status_code": 201, "request": object()})
    finally:
        request_id.reset(token)
    assert log.text.count("\n") == 1
    entry = log.entry
    assert (entry["message"], entry["level"], entry["logger"]) == ("Placed 7K3 in 12 ms", "WARNING", "tests.log")
    assert (entry["request_id"], entry["status_code"]) == ("abc12345", 201)
    assert "request" not in entry
    assert entry["time"].endswith("+00:00")


@pytest.mark.parametrize("character", ["\n", "\r\n", "\x85", "\u2028", "\x1b[2J"])
def test_a_line_cannot_be_forged(character: str) -> None:
    plain = Log(logging.Formatter("%(levelname)s %(message)s"))
    plain.logger.info("from %s", f"x{character}ERROR forged", extra={"who": f"a{character}b"})
    assert len(plain.text.splitlines()) == 1
    assert "\x1b" not in plain.text


@pytest.mark.parametrize("formatter", [None, logging.Formatter("%(message)s")], ids=["json", "plain"])
def test_tracebacks_and_extra_fields_tell_no_secrets(formatter: logging.Formatter | None) -> None:
    log = Log(formatter)
    try:
        try:
            raise ValueError(f"Cart-Token: {CANARY}")
        except ValueError as exc:
            raise RuntimeError(f"password={CANARY} of ada@example.com") from exc
    except RuntimeError:
        log.logger.exception("failed", extra={"cart_token": CANARY, "note": f"token={CANARY}"}, stack_info=True)
    assert "RuntimeError" in log.text
    assert CANARY not in log.text
    assert "ada@" not in log.text


def test_arguments_that_do_not_fit_are_told_and_redacted() -> None:
    log = Log()
    log.logger.info("one %s two %s", f"Order-Token: {CANARY}")
    assert "one" in log.entry["message"]
    assert CANARY not in log.text


def test_arguments_of_tasks_are_left_out() -> None:
    log = Log()
    log.logger.info("Task nexus.deliver[1] received", extra={"data": {"args": [CANARY], "kwargs": {"x": CANARY}}})
    assert CANARY not in log.text


def test_statements_are_told_without_their_values() -> None:
    log = Log()
    log.logger.name = "django.db.backends"
    sql = f"SELECT name FROM django_session WHERE session_key = '{CANARY}' AND note = 'it''s {CANARY}' LIMIT 1"
    log.logger.debug(
        "(%.3f) %s; args=%s; alias=%s", 0.1, sql, (CANARY,), "default", extra={"sql": sql, "params": (CANARY,)}
    )
    assert "FROM django_session" in log.entry["message"]
    assert CANARY not in log.text


@pytest.mark.parametrize("text", ["=" * 50_000, "token:" * 9_000, "a" * 50_000, "a@" * 25_000, "'" * 50_000])
def test_hostile_text_is_redacted_in_no_time(text: str) -> None:
    began = time.perf_counter()
    redact(text)
    assert time.perf_counter() - began < 2
