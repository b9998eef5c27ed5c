"""Unsafe operations that have one effect, however often a request is sent: the header ``Idempotency-Key``."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.cart.access import reach_cart
from nexus_commerce.api.errors import problem_response
from nexus_commerce.api.principal import customer_of, order_token, principal_of
from nexus_commerce.api.renderers import dump_json
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.retrying import retry_transaction
from nexus_commerce.events.services.idempotency import (
    KEEP_FOR,
    ClaimedKey,
    StoredReply,
    claim_key,
    complete_key,
    note_resource,
    release_key,
    renew_key,
)
from nexus_commerce.orders.services import find_order

__all__ = ["IdempotencyKeyInvalid", "IdempotencyKeyMissing", "KeptAttempt", "RunOnce", "read_key"]

T = TypeVar("T")
Reply = Callable[[Any], Response]
Finish = Callable[[HttpResponseBase, Any], None]

KEY: Final = re.compile(r"[!-~]{16,255}")
"""Sixteen characters at least: a guest without a token is told apart from all others by nothing but the key."""
KEPT_HEADERS: Final = ("ETag", "Location", "Content-Type", "WWW-Authenticate", "Retry-After")

logger = logging.getLogger("nexus_commerce.idempotency")


class IdempotencyKeyMissing(APIException):
    """The operation moves money or goods and needs a key."""

    status_code = 400
    default_detail = _("Send an Idempotency-Key: a new random text of 16 to 255 characters for each new request.")
    default_code = "idempotency_key_missing"


class IdempotencyKeyInvalid(APIException):
    """The key is too short to be a secret of the caller, too long, or has other characters than visible ASCII."""

    status_code = 400
    default_detail = _("An Idempotency-Key has 16 to 255 visible ASCII characters.")
    default_code = "idempotency_key_invalid"


def read_key(request: Request, *, required: bool) -> str | None:
    """Return the key that was sent. Raises ``IdempotencyKeyMissing`` and ``IdempotencyKeyInvalid``."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        if required:
            raise IdempotencyKeyMissing
        return None
    if not KEY.fullmatch(sent):
        raise IdempotencyKeyInvalid
    return str(sent)


def fingerprint_of(request: Request) -> str:
    """Return the hash of what is asked for: the body, in one way of writing it, and the query."""
    said = [request.data, sorted(request.query_params.lists())]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def scope_of(request: Request, kwargs: Mapping[str, Any], *, principal: str, key: str) -> str:
    """Return the hash that a key is found by: nobody meets the key of somebody else, or of another operation."""
    named = sorted((name, str(value)) for name, value in kwargs.items())
    said = [principal, request.method, operation_of(request), named, key]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def operation_of(request: Request) -> str:
    """Return the name of the operation, for people who look at stored keys."""
    match = request._request.resolver_match
    return f"{request.method} {match.url_name if match else request.path}"


class KeptAttempt(Attempt):
    """An attempt that keeps what a service tells it under the key that the client sent."""

    def __init__(self, key: ClaimedKey, write: Callable[[Any], StoredReply]) -> None:
        self.key = key
        self.resource = key.resource
        self.write = write
        self.recorded: Any = None
        self.reply: StoredReply | None = None

    def made(self, resource: UUID) -> None:
        """Keep in the caller's transaction what the call made."""
        note_resource(key=self.key, resource=resource)
        self.resource = resource

    def renew(self) -> None:
        """Keep the key locked. Raises ``IdempotencyKeyInUse`` where another call took it over."""
        renew_key(key=self.key)

    def record(self, result: Any) -> None:
        """Keep the reply in the caller's transaction."""
        reply = self.write(result)
        complete_key(key=self.key, reply=reply)
        self.recorded, self.reply = result, reply


class RunOnce:
    """What a view needs to carry out an operation once."""

    request: Any
    kwargs: Mapping[str, Any]

    def run_once(
        self,
        act: Callable[[Attempt], T],
        reply: Callable[[T], Response],
        *,
        required: bool = False,
        atomic: bool = True,
        keep_for: timedelta = KEEP_FOR,
        finish: Finish | None = None,
    ) -> HttpResponseBase:
        """Carry out ``act`` once for each ``Idempotency-Key``, and answer with what ``reply`` makes of its result.

        Without the header this is ``reply(act(Attempt()))``, unless a key is ``required``. With ``atomic``, ``act`` and
        the keeping of the reply are one transaction, tried again where the database gave up on it. Without it, ``act``
        opens its transactions itself and tells its attempt: ``made`` what it made, and ``record`` last of all; what it
        did not record is kept after it.

        A request that comes again gets the kept reply, byte by byte, as long as the caller may still ask for it. An
        error that was not recorded had no effect: it is not kept, and the key is free. ``finish`` adds what a browser
        needs (cookies) to the first reply and to those that repeat it; it is given the decoded body.
        """
        key = read_key(self.request, required=required)
        if key is None:
            response = reply(self._carry_out(act, Attempt(), atomic))
            if finish:
                finish(response, response.data)
            return response
        principal = principal_of(self.request, self.kwargs)
        claimed = claim_key(
            scope=scope_of(self.request, self.kwargs, principal=principal, key=key),
            principal=principal,
            operation=operation_of(self.request),
            fingerprint=fingerprint_of(self.request),
            keep_for=keep_for,
        )
        if isinstance(claimed, StoredReply):
            self.check_replay()
            return _answer(claimed, finish, {"Idempotency-Replayed": "true"})
        attempt = KeptAttempt(claimed, lambda result: self._stored(result, reply))
        return _answer(self._keep(act, attempt, atomic), finish)

    def check_replay(self) -> None:
        """Raise where the caller may not be told again what was replied; permissions have been asked already.

        A cart or an order that the route names must be the caller's still. Raises ``CartNotFound``, ``OrderNotFound``.
        """
        if "cart_id" in self.kwargs:
            reach_cart(self.request, self.kwargs["cart_id"])
        elif "order_id" in self.kwargs and not getattr(self.request.user, "is_staff", False):
            token, customer = order_token(self.request), customer_of(self.request)
            find_order(public_id=self.kwargs["order_id"], token=token, customer=customer)

    def _carry_out(self, act: Callable[[Attempt], T], attempt: Attempt, atomic: bool) -> T:
        if not atomic:
            return act(attempt)

        def once() -> T:
            with transaction.atomic():
                result = act(attempt)
                attempt.record(result)
                return result

        return retry_transaction(once)

    def _keep(self, act: Callable[[Attempt], Any], attempt: KeptAttempt, atomic: bool) -> StoredReply:
        try:
            result = self._carry_out(act, attempt, atomic)
            if attempt.reply is None:
                attempt.record(result)
        except CommerceError as exc:
            if atomic or exc is not attempt.recorded:
                _release(attempt)
                raise
        except Exception:
            _release(attempt)
            raise
        assert attempt.reply is not None
        return attempt.reply

    def _stored(self, result: Any, reply: Callable[[Any], Response]) -> StoredReply:
        """Return the reply to a result, or the problem that an error is, as it is kept and sent."""
        if isinstance(result, CommerceError):
            response = problem_response(result, {"request": self.request, "view": self})
        else:
            response = reply(result)
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        headers["Content-Type"] = response.content_type or "application/json"
        body = b"" if response.data is None else dump_json(response.data)
        return StoredReply(response.status_code, headers, body)


def _answer(reply: StoredReply, finish: Finish | None, more: Mapping[str, str] | None = None) -> HttpResponse:
    """Return the reply as it is kept: the first one is made of the same bytes as those that repeat it."""
    response = HttpResponse(reply.body, status=reply.status, headers={**reply.headers, **(more or {})})
    if finish and reply.status < 400:
        finish(response, json.loads(reply.body) if reply.body else None)
    return response


def _release(attempt: KeptAttempt) -> None:
    """Give the key back; where even that fails, its lock runs out by itself."""
    try:
        release_key(key=attempt.key)
    except Exception:
        logger.warning("An idempotency key could not be given back; its lock runs out by itself.", exc_info=True)
