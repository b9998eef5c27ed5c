"""The example of a host's own payment provider, held to what every provider must do, over real https."""

import hmac
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from example_project.shop.payments import HarborPay
from nexus_commerce.core.http import SafeHttpClient
from nexus_commerce.payments.providers.base import PaymentProvider, ProviderRefused, ProviderUnavailable
from nexus_commerce.payments.providers.dummy import DummyProvider
from nexus_commerce.payments.providers.reports import PaymentRequest
from nexus_commerce.testing.payment_providers import ProviderCompliance
from tests.importexport.pictures import CERTIFICATE, LoopbackClient, Server

SECRET = "canary of the secret"


class HarborHandler(BaseHTTPRequestHandler):
    """Harbor Pay's server: the dummy's bank behind JSON over https."""

    protocol_version = "HTTP/1.1"
    path_of_bank: Path
    loses_next_reply = False

    def do_POST(self) -> None:
        data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.path.rpartition("/")[2]
        key = self.headers.get("Idempotency-Key", f"{operation}-{uuid4()}").removeprefix(f"{operation}-")
        try:
            status, answer = 200, self.carry_out(operation, UUID(key), data)
        except ProviderRefused as exc:
            status, answer = (404, {}) if exc.code == "unknown_payment" else (402, {"code": exc.code})
        if type(self).loses_next_reply:
            type(self).loses_next_reply = False
            self.close_connection = True
            return
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def carry_out(self, operation: str, key: UUID, data: dict[str, Any]) -> dict[str, Any]:
        capture = data.pop("capture", "automatic")
        bank = DummyProvider("bank", {"path": self.path_of_bank, "capture": capture})
        ref = data.pop("ref", "")
        if operation == "start":
            names = {"payment": UUID(data.pop("payment")), "order": UUID(data.pop("order"))}
            ref = bank.start(PaymentRequest(**names, **data), key=key).ref
        elif operation == "authorize":
            empty = PaymentRequest(key, key, "", 0, "", return_url=data["return_url"], data={"token": data["token"]})
            bank.authorize(ref, empty, key=key)
        elif operation in ("refund", "fetch_refund"):
            made = (
                bank.refund(ref, key=key, **data) if operation == "refund" else bank.fetch_refund(ref, data["refund"])
            )
            return {"ref": made.ref, "status": made.status, "failure_code": made.failure_code}
        elif operation != "fetch":
            getattr(bank, operation)(ref, key=key, **data)
        report = bank.fetch(ref)
        names_of_figures = ("ref", "status", "amount", "currency", "authorized", "captured", "refunded", "failure_code")
        return {name: getattr(report, name) for name in names_of_figures} | {"page": f"https://harbor.test/{ref}"}

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    HarborHandler.path_of_bank = tmp_path / "bank.sqlite3"
    server = Server(("127.0.0.1", 0), HarborHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()


class OnThisMachine(HarborPay):
    """The example, allowed to reach a server of the tests."""

    def client(self) -> SafeHttpClient:
        client = LoopbackClient(self.options["port"])
        client.total_timeout = 5
        return client


class TestHarborPay(ProviderCompliance):
    @pytest.fixture(autouse=True)
    def _port(self, port: int, tmp_path: Path) -> None:
        self.port = port
        self.bank = DummyProvider("bank", {"path": tmp_path / "bank.sqlite3"}).bank

    def provider(self, **options: Any) -> PaymentProvider:
        address = f"https://pictures.test:{self.port}"
        known = {"url": address, "port": self.port, "api_key": "canary of the key", "secret": SECRET}
        return OnThisMachine("harbor", known | options)

    def declined(self) -> Mapping[str, Any]:
        return {"token": "decline"}

    def acting(self) -> Mapping[str, Any]:
        return {"token": "needs_action"}

    def act(self, ref: str, *, agrees: bool) -> None:
        self.bank.approve(ref) if agrees else self.bank.decline(ref)

    def message(self, ref: str, *, event: str, at: float) -> tuple[bytes, Mapping[str, str]]:
        body = json.dumps({"id": event, "type": "paid", "ref": ref, "payment": self.bank.payment(ref).payment}).encode()
        signed = hmac.new(SECRET.encode(), b"%d." % at + body, "sha256").hexdigest()
        return body, {"harbor-signature": f"{int(at)}.{signed}"}

    def lose_next_reply(self, operation: str) -> None:
        HarborHandler.loses_next_reply = True

    def unreachable(self) -> PaymentProvider:
        return HarborPay("harbor", {"url": "https://127.0.0.1", "api_key": "canary", "secret": SECRET, "timeout": 1})


def test_what_is_no_clear_answer_leaves_it_open(port: int) -> None:
    options = {"url": f"https://pictures.test:{port}", "port": port, "api_key": "1", "secret": SECRET}
    with pytest.raises(ProviderUnavailable):
        OnThisMachine("harbor", options).fetch("nothing")
