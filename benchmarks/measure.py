"""Calls of the site in this process, and what each costs: time, CPU of Python and of the database, statements."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

__all__ = ["Call", "Comparison", "Cost", "Reply", "Site", "busy_loop", "compare", "count_statements"]

VERBS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Call:
    """One request; ``body`` is sent as JSON."""

    path: str
    query: str = ""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body as data."""
        return json.loads(self.body)


@dataclass
class Cost:
    """What a number of requests took, in seconds."""

    requests: int = 0
    wall: float = 0.0
    python: float = 0.0
    database: float = 0.0

    @property
    def cpu(self) -> float:
        """CPU of one request, database included where it could be read."""
        return (self.python + self.database) / self.requests

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.wall


class Site:
    """The site as a WSGI application in this process, over one connection to the database."""

    def __init__(self) -> None:
        self.application = WSGIHandler()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    @property
    def reads_database(self) -> bool:
        """Whether the CPU of the database's process can be read: it runs on this machine."""
        return self.backend.exists() and "postgres" in self.backend.with_name("comm").read_text()

    def call(self, call: Call) -> Reply:
        """Make a request."""
        environ: dict[str, Any] = {"PATH_INFO": call.path, "QUERY_STRING": call.query, "HTTP_HOST": "shop.example"}
        if call.body is not None:
            body = json.dumps(call.body).encode()
            environ |= {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
            environ["wsgi.input"] = io.BytesIO(body)
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in call.headers.items()}
        setup_testing_defaults(environ)
        status: list[str] = []
        response = self.application(environ, lambda line, headers, *rest: status.append(line))
        content = b"".join(response)
        response.close()
        return Reply(int(status[0].split()[0]), content)

    def measure(self, call: Call, cost: Cost, expected: int = 200) -> Reply:
        """Make a request and add what it took to ``cost``. Raises RuntimeError for another status."""
        database, python, wall = self._database_cpu(), time.process_time(), time.perf_counter()
        reply = self.call(call)
        cost.wall += time.perf_counter() - wall
        cost.python += time.process_time() - python
        cost.database += self._database_cpu() - database
        cost.requests += 1
        if reply.status != expected:
            raise RuntimeError(f"{call.path} answered {reply.status}: {reply.body[:500]!r}")
        return reply

    def _database_cpu(self) -> float:
        try:
            return int(self.backend.read_text().split()[0]) / 1e9
        except OSError:
            return 0.0


@contextmanager
def count_statements() -> Iterator[list[str]]:
    """Collect the statements that read or write rows."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(VERBS):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def busy_loop() -> float:
    """Return the seconds of CPU that a fixed piece of Python takes: it tells how quiet the machine is."""
    start = time.process_time()
    total = 0
    for number in range(300_000):
        total += number * number % 7
    return time.process_time() - start


@dataclass
class Comparison:
    """One operation of the library against its floor, round by round."""

    name: str
    target: float
    statements: int
    floor_statements: int
    floor: list[Cost] = field(default_factory=list)
    library: list[Cost] = field(default_factory=list)

    @property
    def cpu_ratio(self) -> float:
        """CPU of a request against the floor's: the median of the rounds."""
        return median(ours.cpu / floor.cpu for ours, floor in zip(self.library, self.floor, strict=True))

    @property
    def rate_ratio(self) -> float:
        """Requests a second against the floor's: the median of the rounds."""
        return median(ours.rate / floor.rate for ours, floor in zip(self.library, self.floor, strict=True))

    @property
    def spread(self) -> float:
        """How far the rounds of the floor lie apart: (slowest - fastest) / median."""
        costs = [cost.cpu for cost in self.floor]
        return (max(costs) - min(costs)) / median(costs)


def compare(comparison: Comparison, rounds: int, floor: Callable[[], Cost], library: Callable[[], Cost]) -> Comparison:
    """Run both sides in turn, the other one first in every other round."""
    for number in range(rounds):
        sides: Sequence[tuple[list[Cost], Callable[[], Cost]]] = [
            (comparison.floor, floor),
            (comparison.library, library),
        ]
        for costs, run in sides if number % 2 == 0 else reversed(sides):
            costs.append(run())
    return comparison
