"""A carrier as hosts write one, and the server that it asks: real HTTP, with a tariff, delays and failures."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from nexus_commerce.shipping.carriers.base import Carrier
from nexus_commerce.shipping.carriers.requests import CarrierQuote, CarrierRequest
from nexus_commerce.shipping.errors import CarrierError


class CarrierServer:
    """Quotes parcels to Germany and France: ``amounts`` of each service and 100 for each started kilogram."""

    def __init__(self) -> None:
        self.amounts = {"standard": 390, "express": 1190}
        self.requests: list[dict[str, Any]] = []
        self.delay = 0.0
        self.status = 200
        self.body: bytes | None = None
        self.released = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append(asked)
                server.released.wait(server.delay)
                body = server.body if server.body is not None else json.dumps(server.answer(asked)).encode()
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        if asked["country"] not in ("DE", "FR") or asked["currency"] != "EUR":
            return []
        kilograms = -(-asked["weight"] // 1000)
        return [
            {"service": service, "amount": amount + 100 * kilograms, "days": [1, 3]}
            for service, amount in self.amounts.items()
        ]

    def close(self) -> None:
        self.released.set()
        self.http.shutdown()
        self.http.server_close()


class ParcelService(Carrier):
    """Asks the server at the option ``url``."""

    def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
        asked = {
            "country": request.destination.country,
            "postcode": request.destination.postal_code,
            "weight": request.weight,
            "value": request.value,
            "currency": request.currency,
        }
        return [
            CarrierQuote(
                service=entry["service"],
                name=entry["service"].title(),
                amount=entry["amount"],
                currency=entry.get("currency", request.currency),
                min_days=entry["days"][0],
                max_days=entry["days"][1],
            )
            for entry in self.fetch(asked)
        ]

    def fetch(self, asked: Mapping[str, Any]) -> list[Any]:
        connection = HTTPConnection(urlsplit(self.options["url"]).netloc, timeout=self.timeout)
        try:
            connection.request("POST", "/quotes", json.dumps(asked), {"Content-Type": "application/json"})
            response = connection.getresponse()
            if response.status != 200:
                raise CarrierError(reason=f"HTTP {response.status}.")
            return list(json.loads(response.read()))
        except (OSError, HTTPException, ValueError) as exc:
            raise CarrierError(reason=str(exc)) from exc
        finally:
            connection.close()


class SlowCarrier(Carrier):
    """Ignores its time limit."""

    def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
        time.sleep(self.options["sleep"])
        return [CarrierQuote("slow", "Slow", 100, request.currency)]


class BrokenCarrier(Carrier):
    """Raises what no carrier should."""

    def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
        raise ZeroDivisionError


class TableCarrier(Carrier):
    """Computes, and asks nobody."""

    is_live = False

    def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
        if request.destination.country != "DE" or request.currency != "EUR":
            return []
        return [CarrierQuote("bike", "Bike", 250 + request.weight // 10, request.currency, 0, 1)]
