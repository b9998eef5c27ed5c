"""Sending to addresses that others chose: what is refused, what is limited, and what comes back."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from nexus_commerce.core.http import FetchRefused, SafeHttpClient
from nexus_commerce.core.outside import AskedInTransaction
from tests.core.test_http import PRIVATE
from tests.events.receiving import Receiver, drip, endless, raw, receive, silent, status
from tests.importexport.pictures import LoopbackClient


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receive() as receiver:
        yield receiver


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Keep where a connection was to go, and let none be made."""
    tried: list[Any] = []

    def connect(address: Any, **kwargs: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError("nobody is there")

    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


def post(client: SafeHttpClient, url: str, body: bytes = b"{}", max_bytes: int = 1000) -> Any:
    return client.post(url, body=body, headers={"Content-Type": "application/json"}, max_bytes=max_bytes)


def test_sends_the_bytes_and_returns_what_came(receiver: Receiver) -> None:
    receiver.script = [status(202, Retry_After="7", Set_Cookie="a=b", Content_Type="text/plain")]
    answer = post(LoopbackClient(receiver.port), f"{receiver.url}?to=erp", b'{"a":"\xc3\xa9"}')

    assert (answer.status, answer.body) == (202, b"")
    assert answer.headers == {"retry-after": "7", "content-type": "text/plain"}
    (request,) = receiver.requests
    assert (request.path, request.body) == ("/hook?to=erp", b'{"a":"\xc3\xa9"}')
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Content-Length"] == "10"
    assert request.headers["Connection"] == "close"


def test_names_the_host_as_it_stands_in_the_address(receiver: Receiver) -> None:
    post(LoopbackClient(receiver.port), receiver.url)
    assert receiver.requests[0].headers["Host"] == f"pictures.test:{receiver.port}"


@pytest.mark.parametrize("code", [201, 204, 301, 302, 307, 308, 400, 410, 429, 500, 503])
def test_returns_every_status_and_follows_no_redirect(receiver: Receiver, code: int) -> None:
    receiver.script = [status(code, Location=f"https://pictures.test:{receiver.port}/other")]
    assert post(LoopbackClient(receiver.port), receiver.url).status == code
    assert [request.path for request in receiver.requests] == ["/hook"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (silent, "longer than 1 seconds"),
        (drip, "longer than 1 seconds"),
        (endless, "larger than 1,000 bytes"),
        (raw(b""), r"\(RemoteDisconnected\)"),
        (raw(b"SSH-2.0-OpenSSH_9.7\r\n"), r"\(BadStatusLine\)"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf"), "IncompleteRead|broke off"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n"), r"\(HTTPException\)"),
    ],
)
def test_gives_up_on_what_does_not_simply_answer(receiver: Receiver, reply: Any, reason: str) -> None:
    receiver.script = [reply]
    began = time.monotonic()
    with pytest.raises(FetchRefused, match=reason) as refused:
        post(LoopbackClient(receiver.port), receiver.url)
    assert time.monotonic() - began < 3
    assert "SSH" not in str(refused.value)


@pytest.mark.parametrize("address", [*PRIVATE, "::7f00:1", "fec0::1", "::ffff:0:7f00:1", "64:ff9b:1::7f00:1"])
def test_never_connects_to_a_name_that_leads_inside(address: str, connected: list[Any]) -> None:
    class Resolved(SafeHttpClient):
        def resolve(self, host: str, port: int) -> list[str]:
            return ["93.184.216.34", address]

    client = Resolved()
    for ask in (client.check, lambda url: post(client, url)):
        with pytest.raises(FetchRefused, match="not a public address"):
            ask("https://inside.test/hook")
    assert connected == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.7",
        "169.254.169.254",
        "[::1]",
        "[::ffff:169.254.169.254]",
        "[2002:a9fe:a9fe::]",
        "[64:ff9b::a9fe:a9fe]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "2852039166",
        "0xa9.0xfe.0xa9fe",
        "localhost",
    ],
)
def test_addresses_inside_are_refused_however_they_are_written(host: str, connected: list[Any]) -> None:
    client = SafeHttpClient()
    for ask in (client.check, lambda url: post(client, url)):
        with pytest.raises(FetchRefused, match="not a public address"):
            ask(f"https://{host}/latest/meta-data/")
    assert connected == []


class Fickle(SafeHttpClient):
    """A name whose address is public when it is asked first, and inside ever after."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = ["93.184.216.34"]
        self.asked = 0

    def resolve(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return [self.answers.pop()] if self.answers else ["169.254.169.254"]


def test_a_name_that_changes_its_mind_after_the_check_gains_nothing(connected: list[Any]) -> None:
    client = Fickle()
    with pytest.raises(FetchRefused, match="nobody is there"):
        post(client, "https://rebinding.test/hook")
    assert client.asked == 1
    assert connected == [("93.184.216.34", 443)]


def test_a_name_that_was_fine_when_it_was_saved_is_checked_again(connected: list[Any]) -> None:
    client = Fickle()
    client.check("https://rebinding.test/hook")
    with pytest.raises(FetchRefused, match="not a public address"):
        post(client, "https://rebinding.test/hook")
    assert connected == []


def test_a_name_server_that_is_silent_does_not_hold_the_caller(connected: list[Any]) -> None:
    class Waiting(SafeHttpClient):
        connect_timeout = 0.2

        def resolve(self, host: str, port: int) -> list[str]:
            time.sleep(1)
            return ["93.184.216.34"]

    began = time.monotonic()
    with pytest.raises(FetchRefused, match=r"longer than 0\.2 seconds"):
        post(Waiting(), "https://slow.test/hook")
    assert time.monotonic() - began < 0.9
    assert connected == []


def test_credentials_in_an_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(FetchRefused, match="carries credentials") as refused:
        post(SafeHttpClient(), "https://ada:hunter2@pictures.test/hook")
    assert "hunter2" not in f"{refused.value} {refused.value.params}"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://pictures.test/hook", "only https"),
        ("gopher://pictures.test/hook", "only https"),
        ("https://pictures.test:25/hook", "port 25"),
        ("https://pictures.test:6379/hook", "port 6379"),
        ("https://", "only https"),
        ("//pictures.test/hook", "only https"),
    ],
)
def test_refuses_addresses_of_another_kind(url: str, reason: str, connected: list[Any]) -> None:
    client = SafeHttpClient()
    for ask in (client.check, lambda url: post(client, url)):
        with pytest.raises(FetchRefused, match=reason):
            ask(url)
    assert connected == []


def test_headers_cannot_be_broken_into(receiver: Receiver) -> None:
    with pytest.raises(FetchRefused, match="ValueError"):
        LoopbackClient(receiver.port).post(
            receiver.url, body=b"", headers={"webhook-id": "a\r\nHost: inside"}, max_bytes=10
        )
    assert receiver.requests == []


def test_an_answer_does_not_show_what_came_from_outside(receiver: Receiver) -> None:
    receiver.script = [raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/secret\r\n\r\nsecret")]
    answer = post(LoopbackClient(receiver.port), receiver.url)
    assert answer.body == b"secret"
    assert repr(answer) == "PostResponse(status=200)"


@pytest.mark.django_db
def test_nobody_is_asked_inside_a_transaction(receiver: Receiver) -> None:
    with transaction.atomic(), pytest.raises(AskedInTransaction):
        post(LoopbackClient(receiver.port), receiver.url)
    assert receiver.requests == []
