"""The one way out to other servers: a client that cannot be turned against the network that it stands in."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.outside import NoAnswer, OutsideCall

__all__ = ["FetchRefused", "PostResponse", "Response", "SafeHttpClient", "is_public"]

NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
KEPT_HEADERS: Final = ("content-type", "retry-after")
RESOLVING_AT_ONCE: Final = 32
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchRefused(CommerceError):
    """An address was not asked, or its answer not read to the end. ``params``: ``url``, ``reason`` (in English)."""

    code = "fetch_refused"
    message = _("%(url)s was not fetched: %(reason)s")


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer: its media type in lower case without parameters, and its body."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class PostResponse:
    """A complete answer, whatever its status; of its headers ``content-type`` and ``retry-after``, where it has them.

    What has come from outside is not shown with it: a log of the object tells no more than the status.
    """

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


def is_public(address: Address) -> bool:
    """Tell whether an address is of the public internet, also when it is wrapped in another.

    Unwrapped are IPv4-mapped IPv6 (RFC 4291), 6to4 (RFC 3056), NAT64 (RFC 6052) and Teredo (RFC 4380). Any other IPv6
    address must be of global unicast (2000::/3), which leaves out forms that are no longer used but may still lead
    somewhere, such as IPv4-compatible and site-local ones.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if wrapped := [part for part in inner if part is not None]:
        return all(is_public(part) for part in wrapped)
    return address in GLOBAL_UNICAST and address.is_global


class SafeHttpClient:
    """Ask over https, from public addresses only.

    The name is resolved once, every address it has must be public, and the connection goes to the address that was
    checked: a name that changes its mind afterwards gains nothing. Redirects, proxies of the environment and
    credentials in the address are refused; time and size are limited as a whole, however slowly the server answers.
    Inside a transaction it raises ``AskedInTransaction``.

    ``resolve`` and ``allows`` exist for tests, which reach their own server by a subclass; no setting replaces them.
    """

    ports: frozenset[int] = frozenset({443, 8443})
    connect_timeout: float = 3.0
    """Seconds for resolving the name, and again for connecting."""
    total_timeout: float = 15.0

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls or ssl.create_default_context()

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name."""
        return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]

    def allows(self, address: Address) -> bool:
        """Tell whether a connection to the address is allowed."""
        return is_public(address)

    def check(self, url: str) -> None:
        """Raise ``FetchRefused`` where ``url`` would not even be connected to. Resolves the name."""
        with self._refusing(url):
            host, port, _target = self._split(url)
            self._checked_address(url, host, port)

    def get(self, url: str, *, max_bytes: int) -> Response:
        """Fetch ``url`` and return its body, of at most ``max_bytes``.

        Raises ``FetchRefused``, also where the status is not 200.
        """
        with self._asked(url, "GET", {"Accept": "*/*"}) as answer:
            if answer.status != 200:
                reason = f"the server answered {answer.status}; redirects are not followed."
                raise FetchRefused(url=url, reason=reason)
            return Response(answer.headers.get_content_type(), self._body(url, answer, max_bytes))

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str], max_bytes: int) -> PostResponse:
        """Send ``body`` to ``url`` and return the answer, of at most ``max_bytes``, whatever its status.

        Raises ``FetchRefused`` where there is no complete answer: the server may have got the request nevertheless.
        """
        with self._asked(url, "POST", headers, body) as answer:
            kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
            return PostResponse(answer.status, self._body(url, answer, max_bytes), kept)

    @contextmanager
    def _refusing(self, url: str) -> Iterator[None]:
        """Tell of whatever goes wrong by ``FetchRefused``; what a server sent instead of HTTP is not repeated."""
        try:
            yield
        except http.client.HTTPException as exc:
            raise FetchRefused(url=url, reason=f"the exchange broke down ({type(exc).__name__}).") from exc
        except (OSError, ValueError, NoAnswer) as exc:
            cause = "" if isinstance(exc, NoAnswer) else f"{type(exc).__name__}: "
            raise FetchRefused(url=url, reason=f"{cause}{exc}".removesuffix(".") + ".") from exc

    def _split(self, url: str) -> tuple[str, int, str]:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise FetchRefused(url=url, reason="only https addresses are fetched.")
        if parts.username is not None or parts.password is not None:
            bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
            raise FetchRefused(url=bare, reason="the address carries credentials.")
        port = parts.port or 443
        if port not in self.ports:
            raise FetchRefused(url=url, reason=f"port {port} is not allowed.")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return parts.hostname, port, target.encode("ascii", "strict").decode()

    def _checked_address(self, url: str, host: str, port: int) -> str:
        # In a thread: resolving has no timeout of its own, and a name server that is silent takes half a minute.
        asked = OutsideCall(
            "resolve", lambda: self.resolve(host, port), timeout=self.connect_timeout, max_running=RESOLVING_AT_ONCE
        )
        asked.begin()
        addresses = asked.result()
        for address in addresses:
            if not self.allows(ipaddress.ip_address(address.partition("%")[0])):
                raise FetchRefused(url=url, reason=f"{host} leads to {address}, which is not a public address.")
        if not addresses:
            raise FetchRefused(url=url, reason=f"{host} has no address.")
        return addresses[0]

    @contextmanager
    def _asked(
        self, url: str, method: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """Send the request to the address that was checked, and hand over the answer before its body is read."""
        ends_at = monotonic() + self.total_timeout
        with self._refusing(url):
            host, port, target = self._split(url)
            address = self._checked_address(url, host, port)
            raw = socket.create_connection((address, port), timeout=self.connect_timeout)
            with raw, self._deadline(url, raw, ends_at), self.tls.wrap_socket(raw, server_hostname=host) as secure:
                secure.settimeout(self.total_timeout)
                connection = http.client.HTTPSConnection(host, port, context=self.tls)
                connection.sock = secure
                connection.request(method, target, body, {**headers, "Connection": "close"})
                yield connection.getresponse()

    @contextmanager
    def _deadline(self, url: str, raw: socket.socket, ends_at: float) -> Iterator[None]:
        """End the connection when the total time is over: a timeout of the socket alone starts anew with each byte."""
        line = raw.dup()
        is_over = threading.Event()

        def end() -> None:
            is_over.set()
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(max(0.0, ends_at - monotonic()), end)
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

    def _body(self, url: str, answer: http.client.HTTPResponse, max_bytes: int) -> bytes:
        body = answer.read(max_bytes + 1)
        if len(body) > max_bytes:
            raise FetchRefused(url=url, reason=f"the answer is larger than {max_bytes:,} bytes.")
        length = answer.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) != len(body):
            raise FetchRefused(url=url, reason="the answer broke off.")
        return body
