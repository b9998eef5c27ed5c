"""Kinds of long work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from nexus_commerce.events.models import Job

__all__ = ["JobKind"]


class JobKind:
    """A kind of long work that can be watched and taken up again. Named in ``NEXUS_COMMERCE["JOBS"]``.

    ``name`` is stored with each job: never change it. A process that gives no sign of life for ``patience`` is taken
    for dead, and another takes the job up from ``job.cursor``, ``max_attempts`` times in all. An instance lives for
    one run.
    """

    name: ClassVar[str] = ""
    patience: ClassVar[timedelta] = timedelta(minutes=5)
    max_attempts: ClassVar[int] = 5

    def run(self, job: Job) -> dict[str, Any]:
        """Do the work, from ``job.cursor`` on, and return what it made, as JSON.

        Called outside any transaction. Tell of progress by ``events.services.advance_job``: in the transaction of the
        work done since, so that a crash neither repeats nor loses any of it. That raises ``JobNotRunning`` where the
        job was canceled: let it pass. Any other exception fails the job.
        """
        raise NotImplementedError
