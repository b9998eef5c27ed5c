"""A client of the API: JSON in, JSON out, and what a shopper sends."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from django.test import Client

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Reply
else:
    Reply = object

__all__ = ["BERLIN", "ROOT", "Api", "Reply", "problem"]

ROOT = "/shop/v1/"
ONCE = re.compile(r"/(checkout|captures?|voids?|cancel(lations?)?|refunds?|shipments?|gift-cards?|accept|confirm)$")
"""Operations that need an ``Idempotency-Key``: a call that names none gets a new one."""
BERLIN = {"first_name": "Ada", "last_name": "Ling", "line1": "Allee 1", "city": "Berlin", "country": "DE"}


class Api:
    """Calls addresses below ``/v1/``; keeps cookies as a browser does, unless ``cookies`` is off.

    Headers are named with underscores or hyphens; an empty ``Idempotency-Key`` stands for none.
    """

    def __init__(self, *, cookies: bool = True, **options: Any) -> None:
        self.http = Client(**options)
        self.cookies = cookies

    def call(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str) -> Reply:
        if not self.cookies:
            self.http.cookies.clear()
        sent = raw if raw is not None else (None if body is None else json.dumps(body).encode())
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if method not in ("GET", "HEAD", "OPTIONS") and ONCE.search(path):
            given.setdefault("Idempotency-Key", uuid.uuid4().hex)
        if not given.get("Idempotency-Key", "none"):
            del given["Idempotency-Key"]
        kind = given.pop("content-type", "application/json")
        extra = {"data": sent, "content_type": kind} if sent is not None else {}
        return self.http.generic(method, ROOT + path, headers=given, **extra)  # type: ignore[arg-type, return-value]

    def get(self, path: str, **headers: str) -> Reply:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        return self.call("POST", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Reply:
        return self.call("PUT", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Reply:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Reply:
        return self.call("DELETE", path, **headers)


def problem(reply: Reply, status: int, code: str) -> dict[str, Any]:
    """Return the problem document of a reply, which must be one of this status and code."""
    body: dict[str, Any] = reply.json()
    assert (reply.status_code, body["code"]) == (status, code), body
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert body["type"] == f"urn:nexus-commerce:problem:{code}"
    assert body["status"] == status
    assert body["request_id"] == reply.headers["X-Request-ID"]
    assert body["title"]
    assert body["detail"]
    return body
