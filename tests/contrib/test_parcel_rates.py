"""The example of a host's own carrier, held to what every carrier must do, over real https."""

import json
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from example_project.shop.carriers import ParcelRates
from nexus_commerce.core.http import SafeHttpClient
from nexus_commerce.shipping.carriers.base import Carrier
from nexus_commerce.shipping.errors import CarrierError
from nexus_commerce.testing.carriers import CarrierCompliance
from tests.importexport.pictures import CERTIFICATE, Handler, LoopbackClient, Server

HOST = "https://pictures.test"


class RatesHandler(Handler):
    def answer_rates(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        serves = asked["country"] == ["DE"] and asked["currency"] == ["EUR"]
        service = {"code": "parcel", "name": "Parcel", "cents": 390 + int(asked["grams"][0]) // 100, "days": 3}
        self.reply(json.dumps({"services": [service] if serves else []}).encode())

    def answer_no_price(self) -> None:
        self.reply(b'{"services": [{"code": "x", "name": "X", "cents": "3.90", "days": 3}]}')

    def answer_no_json(self) -> None:
        self.reply(b"<html>")


@pytest.fixture
def port() -> Iterator[int]:
    server = Server(("127.0.0.1", 0), RatesHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()


class OnThisMachine(ParcelRates):
    """The example, allowed to reach a server of the tests."""

    def client(self) -> SafeHttpClient:
        return LoopbackClient(self.options["port"])


class TestParcelRates(CarrierCompliance):
    @pytest.fixture(autouse=True)
    def _port(self, port: int) -> None:
        self.port = port

    def carrier(self) -> Carrier:
        return OnThisMachine("parcel", {"url": f"{HOST}:{self.port}/rates", "port": self.port})

    def unreachable(self) -> Carrier:
        return ParcelRates("parcel", {"url": "https://127.0.0.1/rates", "timeout": 1})


@pytest.mark.parametrize("path", ["no-price", "no-json", "gone", "endless", "redirect"])
def test_an_answer_that_cannot_be_used_is_an_error(path: str, port: int) -> None:
    carrier = OnThisMachine("parcel", {"url": f"{HOST}:{port}/{path}", "port": port})
    with pytest.raises(CarrierError):
        carrier.quote(CarrierCompliance().request())


def test_it_waits_no_longer_than_its_option() -> None:
    assert ParcelRates("parcel", {"timeout": 2}).client().total_timeout == 2
