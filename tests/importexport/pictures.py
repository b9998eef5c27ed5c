"""A server of pictures on this machine, and the client that may reach it."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import ClassVar

from PIL import Image

from nexus_commerce.core.http import Address, SafeHttpClient

__all__ = ["LoopbackClient", "picture", "serve_pictures"]

CERTIFICATE = Path(__file__).with_name("pictures.test.pem")
"""A certificate for pictures.test that only these tests trust, with its key."""


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    return file.getvalue()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    paths: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.paths.append(self.path)
        name = self.path.partition("?")[0].strip("/").replace("-", "_").replace(".", "_")
        getattr(self, f"answer_{name}", self.answer_not_found)()

    def reply(
        self, body: bytes, *, code: int = 200, length: int | None = None, header: tuple[str, str] = ("X-Test", "1")
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def answer_picture_png(self) -> None:
        self.reply(picture(), header=("Content-Type", "image/png; charset=binary"))

    def answer_text_png(self) -> None:
        self.reply(b"<script>alert(1)</script>")

    def answer_redirect(self) -> None:
        self.reply(b"", code=302, header=("Location", "https://pictures.test/picture.png"))

    def answer_cut_off(self) -> None:
        self.reply(b"half", length=8)

    def answer_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            self.close_connection = True

    def answer_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass
        self.close_connection = True

    def answer_not_found(self) -> None:
        self.reply(b"no", code=404)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients hang up on purpose here."""


@contextmanager
def serve_pictures() -> Iterator[int]:
    """Serve over https on the loopback address; yield the port."""
    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Handler.paths.clear()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class LoopbackClient(SafeHttpClient):
    """Finds pictures.test on this machine and may connect to it; everything else is the shipped client's."""

    total_timeout = 1.0

    def __init__(self, port: int) -> None:
        super().__init__(tls=ssl.create_default_context(cafile=str(CERTIFICATE)))
        self.ports = frozenset({port})

    def resolve(self, host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host.endswith(".test") else super().resolve(host, port)

    def allows(self, address: Address) -> bool:
        return str(address) == "127.0.0.1" or super().allows(address)
