"""Stand between the shop and PostgreSQL, and lose what the database answers."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

from django.db import connection, connections

__all__ = ["Proxy", "connected_through", "drop_connection"]


class Proxy:
    """Passes bytes on, until it is told to lose a reply: then the connection that waits for it ends.

    PostgreSQL has done by then what it was asked for, and the one who asked cannot know it.
    """

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port_of_server = host, port
        self.lose_reply_to = b""
        self.lost = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                inside, _ = self.listener.accept()
                Line(self, inside, self.connect())

    def connect(self) -> socket.socket:
        """Connect to the server, which is named by a host or by the folder of its socket."""
        if not self.host.startswith("/"):
            return socket.create_connection((self.host, self.port_of_server))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{self.host}/.s.PGSQL.{self.port_of_server}")
        return server


class Line:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, inside: socket.socket, outside: socket.socket) -> None:
        self.proxy, self.inside, self.outside = proxy, inside, outside
        self.is_losing = False
        threading.Thread(target=self.ask, daemon=True).start()
        threading.Thread(target=self.answer, daemon=True).start()

    def ask(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.inside.recv(65536):
                if self.proxy.lose_reply_to and self.proxy.lose_reply_to in data:
                    self.proxy.lose_reply_to, self.is_losing = b"", True
                self.outside.sendall(data)
        self.end()

    def answer(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.outside.recv(65536):
                if self.is_losing:  # the database has answered: it is done
                    self.proxy.lost += 1
                    break
                self.inside.sendall(data)
        self.end()

    def end(self) -> None:
        for each in (self.inside, self.outside):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextlib.contextmanager
def connected_through(proxy: Proxy) -> Iterator[None]:
    """Have the connection of this thread go through the proxy."""
    settings = connection.settings_dict
    before = settings["HOST"], settings["PORT"]
    connection.close()
    settings["HOST"], settings["PORT"] = "127.0.0.1", str(proxy.port)
    try:
        yield
    finally:
        connection.close()
        settings["HOST"], settings["PORT"] = before


def drop_connection() -> None:
    """End the connection of this thread at the server, as an administrator or a restart does."""
    pid = connection.connection.info.backend_pid
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()
