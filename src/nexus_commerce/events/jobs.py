"""Kinds of long work."""

from __future__ import annotations

from typing import ClassVar

from nexus_commerce.events.models import Job

__all__ = ["JobKind"]


class JobKind:
    """A kind of long work that can be watched and taken up again. Named in ``NEXUS_COMMERCE["JOBS"]``."""

    name: ClassVar[str] = ""

    def run(self, job: Job) -> None:
        """Do the work, from ``job.cursor`` on."""
        raise NotImplementedError
