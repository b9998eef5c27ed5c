"""Start real Celery workers, stand between them and their broker, and wait for what they do."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import redis
from django.db import connection

__all__ = ["Proxy", "Workers", "wait_for", "workers_at"]

ROOT = Path(__file__).resolve().parents[2]


def wait_for(what: str, is_so: Callable[[], object], seconds: float = 30) -> float:
    """Wait until something is so, and return how long it took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, f"After {seconds} s still not: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


class Workers:
    """A worker with two processes and beat, on the database of the test."""

    def __init__(self, broker: str, folder: Path) -> None:
        self.folder = folder
        self.queue = f"nexus-test-{uuid4().hex[:12]}"
        self.broker = broker
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.events.celery_site",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH")])),
            "NEXUS_WORKER_DATABASE": json.dumps(database()),
            "NEXUS_WORKER_BROKER": self.broker,
            "NEXUS_WORKER_QUEUE": self.queue,
            "NEXUS_WORKER_FOLDER": str(self.folder),
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "tests.events.celery_site:app", "worker"]
        command += ["--beat", "--schedule", str(self.folder / "schedule"), "--concurrency", "2"]
        command += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """End it and all its processes at once, with no chance to tidy up."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)

    def forget(self) -> None:
        """Leave nothing in a Redis that others use as well; RabbitMQ forgets the queue by itself."""
        if self.broker.startswith("redis"):
            with redis.Redis.from_url(self.broker) as server:
                for key in server.scan_iter(f"{self.queue}*"):
                    server.delete(key)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def sent(self) -> list[str]:
        file = self.folder / "sent"
        return file.read_text().split() if file.exists() else []


def database() -> dict[str, object]:
    """Return the settings of the database that the test uses, as a worker needs them."""
    wanted = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    return {name: connection.settings_dict[name] for name in wanted}


class Proxy:
    """Passes bytes on to a server, until it is cut: then connections end and new ones are refused."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.target = (parts.hostname or "127.0.0.1", parts.port or {"amqp": 5672}.get(parts.scheme, 6379))
        self.port = 0
        self.open_sockets: list[socket.socket] = []
        self.restore()
        user = f"{parts.username or ''}:{parts.password or ''}@" if parts.username or parts.password else ""
        self.url = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{self.port}"))

    def restore(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        # Shut down first: closing alone does not wake the thread that accepts.
        for each in (self.listener, *self.open_sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.open_sockets.clear()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                inside, _ = listener.accept()
                outside = socket.create_connection(self.target)
                self.open_sockets += [inside, outside]
                for source, sink in ((inside, outside), (outside, inside)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def workers_at(broker: str, folder: Path) -> Iterator[Workers]:
    """Yield workers that are not started yet; whatever happens, none is left at the end."""
    workers = Workers(broker, folder)
    try:
        yield workers
    finally:
        workers.kill()
        workers.forget()
