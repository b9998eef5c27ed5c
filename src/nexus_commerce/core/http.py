"""The one way out to other servers: a client that cannot be turned against the network that it stands in."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import CommerceError

__all__ = ["FetchRefused", "Response", "SafeHttpClient", "is_public"]

NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchRefused(CommerceError):
    """An address was not fetched, or not to its end. ``params``: ``url``, ``reason`` (an English sentence)."""

    code = "fetch_refused"
    message = _("%(url)s was not fetched: %(reason)s")


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer: its media type in lower case without parameters, and its body."""

    content_type: str
    body: bytes


def is_public(address: Address) -> bool:
    """Tell whether an address is of the public internet, also when it is wrapped in another.

    Unwrapped are IPv4-mapped IPv6 (RFC 4291), 6to4 (RFC 3056), NAT64 (RFC 6052) and Teredo (RFC 4380).
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if wrapped := [part for part in inner if part is not None]:
            return all(is_public(part) for part in wrapped)
    return address.is_global and not address.is_multicast


class SafeHttpClient:
    """Fetch over https from public addresses only.

    The name is resolved once, every address it has must be public, and the connection goes to the address that was
    checked: a name that changes its mind afterwards gains nothing. Redirects, proxies of the environment and
    credentials in the address are refused; time and size are limited as a whole, however slowly the server answers.
    Never call it inside a transaction.

    ``resolve`` and ``allows`` exist for tests, which reach their own server by a subclass; no setting replaces them.
    """

    ports: frozenset[int] = frozenset({443, 8443})
    connect_timeout: float = 3.0
    total_timeout: float = 15.0

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls or ssl.create_default_context()

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name."""
        return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]

    def allows(self, address: Address) -> bool:
        """Tell whether a connection to the address is allowed."""
        return is_public(address)

    def get(self, url: str, *, max_bytes: int) -> Response:
        """Fetch ``url`` and return its body, of at most ``max_bytes``. Raises ``FetchRefused``."""
        try:
            host, port, target = self._split(url)
            return self._fetch(url, host, port, target, max_bytes)
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise FetchRefused(url=url, reason=f"{type(exc).__name__}: {exc}.") from exc

    def _split(self, url: str) -> tuple[str, int, str]:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise FetchRefused(url=url, reason="only https addresses are fetched.")
        if parts.username is not None or parts.password is not None:
            raise FetchRefused(url=url, reason="the address carries credentials.")
        port = parts.port or 443
        if port not in self.ports:
            raise FetchRefused(url=url, reason=f"port {port} is not allowed.")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return parts.hostname, port, target.encode("ascii", "strict").decode()

    def _checked_address(self, url: str, host: str, port: int) -> str:
        addresses = self.resolve(host, port)
        for address in addresses:
            if not self.allows(ipaddress.ip_address(address.partition("%")[0])):
                raise FetchRefused(url=url, reason=f"{host} leads to {address}, which is not a public address.")
        if not addresses:
            raise FetchRefused(url=url, reason=f"{host} has no address.")
        return addresses[0]

    def _fetch(self, url: str, host: str, port: int, target: str, max_bytes: int) -> Response:
        address = self._checked_address(url, host, port)
        raw = socket.create_connection((address, port), timeout=self.connect_timeout)
        with raw, self._deadline(url, raw), self.tls.wrap_socket(raw, server_hostname=host) as secure:
            secure.settimeout(self.total_timeout)
            connection = http.client.HTTPConnection(host, port)
            connection.sock = secure
            connection.request("GET", target, headers={"Accept": "*/*", "Connection": "close"})
            return self._read(url, connection.getresponse(), max_bytes)

    @contextmanager
    def _deadline(self, url: str, raw: socket.socket) -> Iterator[None]:
        """End the connection when the total time is over: a timeout of the socket alone starts anew with each byte."""
        line = raw.dup()
        is_over = threading.Event()

        def end() -> None:
            is_over.set()
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.total_timeout, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, http.client.HTTPException, FetchRefused):
            if not is_over.is_set():
                raise
        finally:
            timer.cancel()
            timer.join()
            line.close()
        if is_over.is_set():
            raise FetchRefused(url=url, reason=f"it took longer than {self.total_timeout:g} seconds.")

    def _read(self, url: str, response: http.client.HTTPResponse, max_bytes: int) -> Response:
        if response.status != 200:
            raise FetchRefused(url=url, reason=f"the server answered {response.status}; redirects are not followed.")
        body = response.read(max_bytes + 1)
        if len(body) > max_bytes:
            raise FetchRefused(url=url, reason=f"the answer is larger than {max_bytes:,} bytes.")
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) != len(body):
            raise FetchRefused(url=url, reason="the answer broke off.")
        return Response(response.headers.get_content_type(), body)
