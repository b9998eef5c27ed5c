"""The job that ``nexus_import`` keeps, so that an import can be watched, canceled and taken up again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.management.base import CommandError, OutputWrapper

from nexus_commerce.contrib.importexport.problems import UnreadableFile
from nexus_commerce.events.errors import JobNotRunning, JobOver
from nexus_commerce.events.models import Job
from nexus_commerce.events.services import begin_job, fail_job, release_job, start_job

__all__ = ["begin", "kept", "new_job", "params_of", "resumed_job"]

KIND: Final = "nexus_import"
PATIENCE: Final = timedelta(seconds=30)
"""After so long without a sign of life an import is taken for broken off."""


@contextmanager
def kept(job: Job | None, stderr: OutputWrapper, *, path: str) -> Iterator[None]:
    """End the job as the import ends, and say how one that broke off is taken up again."""
    try:
        yield
    except UnreadableFile as exc:
        if job:
            fail_job(job=job, error=str(exc))
        raise CommandError(f"{path}: {exc}") from exc
    except JobNotRunning as exc:
        raise CommandError("The import was canceled. What it did so far stays.") from exc
    except BaseException:
        if job:
            release_job(job=job)
            stderr.write(f"Broken off. Go on with: nexus_import shopify --resume {job.public_id}")
        raise


def params_of(options: dict[str, Any]) -> dict[str, Any]:
    """Return what an import that was broken off needs to go on."""
    if options["file"] is None:
        raise CommandError("Say which FILE to import, or which import to --resume.")
    names = ("channel", "location", "track_quantities", "fetch_images")
    return {"file": str(Path(options["file"]).absolute()), **{name: options[name] for name in names}}


def new_job(params: dict[str, Any], *, channel: str) -> Job:
    """Write down the import; it is of a kind that no worker takes up, for the file lies on this machine."""
    return start_job(kind=KIND, params={**params, "channel": channel}, actor="nexus_import")


def resumed_job(public_id: str) -> Job:
    """Return the import of this id."""
    try:
        return Job.objects.get(public_id=UUID(public_id), kind=KIND)
    except (ValueError, Job.DoesNotExist) as exc:
        raise CommandError(f"--resume: there is no import {public_id!r}.") from exc


def begin(job: Job) -> Job:
    """Take the job."""
    try:
        return begin_job(job=job, patience=PATIENCE)
    except (JobNotRunning, JobOver) as exc:
        raise CommandError(f"--resume: {exc}") from exc
