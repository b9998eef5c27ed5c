import ipaddress
import socket
import time
from collections.abc import Iterator

import pytest

from nexus_commerce.core.http import FetchRefused, SafeHttpClient, is_public
from tests.importexport.pictures import Handler, LoopbackClient, picture, serve_pictures


@pytest.fixture
def port() -> Iterator[int]:
    with serve_pictures() as port:
        yield port


@pytest.fixture
def client(port: int) -> LoopbackClient:
    return LoopbackClient(port)


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:c0a8:101::",
    "2001:0:7f00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_knows_addresses_that_are_not_public_however_they_are_wrapped(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "2002:5db8:d822::"])
def test_knows_public_addresses(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", [*PRIVATE, "fe80::1%lo"])
def test_never_connects_to_an_address_that_is_not_public(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Resolved(SafeHttpClient):
        def resolve(self, host: str, port: int) -> list[str]:
            return ["93.184.216.34", address]

    connected: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: connected.append(args))

    with pytest.raises(FetchRefused, match="not a public address"):
        Resolved().get("https://pictures.test/picture.png", max_bytes=100)
    assert connected == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_names_of_this_machine_are_refused_by_the_shipped_client(host: str) -> None:
    with pytest.raises(FetchRefused):
        SafeHttpClient().get(f"https://{host}/", max_bytes=100)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://pictures.test/picture.png", "only https"),
        ("ftp://pictures.test/picture.png", "only https"),
        ("file:///etc/passwd", "only https"),
        ("https:///picture.png", "only https"),
        ("https://user:pass@pictures.test/picture.png", "credentials"),
        ("https://pictures.test:22/picture.png", "port 22"),
        ("https://pictures.test:99999/", "ValueError"),
        ("https://pictures.test:8443/a\r\nX: y", "not a public|InvalidURL|gaierror|control"),
    ],
)
def test_refuses_addresses_of_another_kind(url: str, reason: str) -> None:
    with pytest.raises(FetchRefused, match=reason):
        SafeHttpClient().get(url, max_bytes=100)


def test_fetches_from_the_address_that_was_checked(client: LoopbackClient, port: int) -> None:
    response = client.get(f"https://pictures.test:{port}/picture.png?size=2", max_bytes=10_000)

    assert response.body == picture()
    assert response.content_type == "image/png"
    assert Handler.paths == ["/picture.png?size=2"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("redirect", "answered 302; redirects are not followed"),
        ("nothing", "answered 404"),
        ("endless", "larger than 10,000 bytes"),
        ("cut-off", "IncompleteRead|broke off"),
        ("drip", "longer than 1 seconds"),
    ],
)
def test_gives_up_on_servers_that_do_not_simply_answer(
    client: LoopbackClient, port: int, path: str, reason: str
) -> None:
    started = time.monotonic()
    with pytest.raises(FetchRefused, match=reason):
        client.get(f"https://pictures.test:{port}/{path}", max_bytes=10_000)

    assert time.monotonic() - started < 3
    assert Handler.paths == [f"/{path}"]


def test_a_certificate_of_another_name_is_refused(client: LoopbackClient, port: int) -> None:
    with pytest.raises(FetchRefused, match="CERTIFICATE_VERIFY_FAILED"):
        client.get(f"https://other.test:{port}/picture.png", max_bytes=10_000)


def test_an_unknown_authority_is_refused(port: int) -> None:
    client = LoopbackClient(port)
    client.tls = SafeHttpClient().tls

    with pytest.raises(FetchRefused, match="CERTIFICATE_VERIFY_FAILED"):
        client.get(f"https://pictures.test:{port}/picture.png", max_bytes=10_000)


def test_proxies_of_the_environment_are_not_used(
    client: LoopbackClient, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    assert client.get(f"https://pictures.test:{port}/picture.png", max_bytes=10_000).body
