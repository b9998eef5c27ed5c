"""A receiver of webhooks on this machine: real https, replies by a script, and every request is kept."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from nexus_commerce.events.models import OutboxEvent, WebhookDelivery, WebhookEndpoint
from nexus_commerce.events.services import (
    create_endpoint,
    queue_deliveries,
    record_event,
    webhooks_endpoints,
    webhooks_sending,
)
from tests.importexport.pictures import CERTIFICATE, LoopbackClient, Server

__all__ = [
    "Received",
    "Receiver",
    "advance",
    "delivery_to",
    "drip",
    "endless",
    "endpoint_at",
    "happened",
    "raw",
    "reached",
    "receive",
    "silent",
    "status",
    "tries_of",
]

Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What answers on ``port``: the replies in order, the last one again and again; a number is a bare status."""

    script: list[int | Reply] = field(default_factory=lambda: [200])
    requests: list[Received] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"https://pictures.test:{self.port}/hook"

    def next_reply(self) -> int | Reply:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


def status(code: int, **headers: str) -> Reply:
    """Reply with a status and headers; underscores of a name become hyphens."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return reply


def raw(data: bytes) -> Reply:
    """Reply with these bytes and hang up."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(data)

    return reply


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing for longer than anybody waits."""
    time.sleep(2)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Send as much as is taken."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        handler.wfile.write(b"x" * 65536)


@contextmanager
def receive(*script: int | Reply) -> Iterator[Receiver]:
    """Serve the script over https on the loopback address."""
    receiver = Receiver(list(script) or [200])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append(Received(self.path, dict(self.headers), body))
            self.close_connection = True
            reply = receiver.next_reply()
            try:
                (status(reply) if isinstance(reply, int) else reply)(self)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def reached(receiver: Receiver) -> Iterator[None]:
    """Let the services reach a receiver on this machine; everything else of the client is the shipped one's."""
    client = LoopbackClient(receiver.port)
    with pytest.MonkeyPatch.context() as patched:
        for module in (webhooks_endpoints, webhooks_sending):
            patched.setattr(module, "outside", lambda: client)
        yield


def endpoint_at(receiver: Receiver, *events: str) -> tuple[WebhookEndpoint, str]:
    """Register the receiver; return the endpoint and its secret."""
    return create_endpoint(name="ERP", url=receiver.url, events=events or ["*"], actor="ada")


def happened(type: str = "order.placed", version: int = 1, **payload: Any) -> OutboxEvent:
    """Write an event."""
    aggregate_id = uuid4()
    with transaction.atomic():
        record_event(
            type=type, aggregate=type.split(".")[0], aggregate_id=aggregate_id, version=version, payload=payload
        )
    return OutboxEvent.objects.get(aggregate_id=aggregate_id)


def delivery_to(endpoint: WebhookEndpoint, event: OutboxEvent | None = None) -> WebhookDelivery:
    """Queue an event for the endpoint."""
    told = event or happened(number="N1", total=1000)
    queue_deliveries(event=told)
    return WebhookDelivery.objects.get(endpoint=endpoint, event=told)


def advance(delivery: WebhookDelivery, by: timedelta = timedelta(days=2)) -> None:
    """Let time pass for a delivery: what it waits for moves towards now."""
    delivery.refresh_from_db()
    held = delivery.locked_until
    delivery.available_at -= by
    delivery.locked_until = None if held is None else held - by
    delivery.save(update_fields=["available_at", "locked_until"])


def tries_of(delivery: WebhookDelivery) -> list[int | None]:
    """Return the status of each try."""
    delivery.refresh_from_db()
    return [entry["status"] for entry in delivery.log]
