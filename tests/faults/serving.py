"""Serve the shop with gunicorn, in processes of its own, on the database of the test."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from nexus_commerce.payments.providers.dummy import DummyBank

__all__ = ["NIGHTLY", "ROOT", "Site", "database_of_the_test", "site_at"]

ROOT = Path(__file__).resolve().parents[2]
NIGHTLY = bool(os.environ.get("NEXUS_NIGHTLY"))
"""Whether there is time for more: ``make nightly`` says so."""
WORKERS = 4


class Site:
    """Servers behind one port. The test holds the listening socket, so the port is there before and between them."""

    def __init__(self, folder: Path, database: Mapping[str, Any], variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.database = dict(database)
        self.variables = dict(variables)
        self.bank = DummyBank(folder / "bank.sqlite3", "bank")
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self.socket.getsockname()[1]
        self.servers: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to be of this site, whatever it does."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.site",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH")])),
            "NEXUS_SITE_HOST": str(settings.SETTINGS_MODULE),
            "NEXUS_SITE_DATABASE": json.dumps(self.database),
            "NEXUS_SITE_BANK": str(self.bank.path),
            "NEXUS_SITE_MAILS": str(self.folder / "mails"),
            **self.variables,
        }

    def start(self, workers: int = WORKERS) -> subprocess.Popen[bytes]:
        """Start a server; it shares the port with those that run already."""
        handle = self.socket.fileno()
        command = [sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()"]
        command += ["--bind", f"fd://{handle}", "--workers", str(workers), "--preload", "--timeout", "60"]
        with self.log_file.open("ab") as log:
            server = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                pass_fds=[handle],
                start_new_session=True,
            )
        self.servers.append(server)
        return server

    def wait(self) -> None:
        """Wait until the server that was started last answers."""
        began, server = time.monotonic(), self.servers[-1]
        while time.monotonic() - began < 30:
            assert server.poll() is None, self.log()
            with contextlib.suppress(OSError, HTTPException):
                connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/shop/v1/payment-providers")
                connection.getresponse().read()
                connection.close()
                return
        raise AssertionError(f"The server does not answer.\n{self.log()}")

    def stop(self, server: subprocess.Popen[bytes], *, seconds: float = 30) -> None:
        """Ask a server to end what it is at and go, and wait for that."""
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=seconds)
        self.servers.remove(server)

    def kill(self) -> None:
        """End all servers and their workers at once."""
        for server in self.servers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait(timeout=10)
        self.servers.clear()
        self.socket.close()

    @property
    def log_file(self) -> Path:
        return self.folder / "server.log"

    def log(self) -> str:
        """Return what the servers wrote."""
        return self.log_file.read_text(errors="replace")


def database_of_the_test(**options: Any) -> dict[str, Any]:
    """Return the settings of the database that the test uses, with more ``OPTIONS``."""
    wanted = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    found = {name: connection.settings_dict[name] for name in wanted}
    return {**found, "CONN_MAX_AGE": None, "OPTIONS": {**found["OPTIONS"], **options}}


@contextlib.contextmanager
def site_at(folder: Path, *, database: Mapping[str, Any] | None = None, **variables: str) -> Iterator[Site]:
    """Yield a site that is not started yet; whatever happens, no process of it is left at the end."""
    site = Site(folder, database or database_of_the_test(), variables)
    try:
        yield site
    finally:
        site.kill()
