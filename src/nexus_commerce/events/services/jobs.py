"""Long work that can be watched, canceled, and taken up again where it broke off."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Now

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.events.errors import JobNotRunning, JobOver, UnknownJobKind
from nexus_commerce.events.models import Job
from nexus_commerce.events.redacting import error_text

__all__ = [
    "advance_job",
    "begin_job",
    "cancel_job",
    "fail_job",
    "finish_job",
    "open_jobs",
    "release_job",
    "run_job",
    "start_job",
]

logger = logging.getLogger("nexus_commerce.events")

ERRORS_KEPT: Final = 100
PATIENCE: Final = timedelta(minutes=5)


def start_job(*, kind: str, params: Mapping[str, Any] | None = None, actor: str = "") -> Job:
    """Write down that a job is to be done; a worker, or who calls ``begin_job``, does it."""
    return Job.objects.create(kind=kind, params=dict(params or {}), actor=actor)


def open_jobs(*, limit: int = 20) -> list[int]:
    """Return the ids of jobs to be run: queued ones, and those whose process gave no sign of life for too long.

    Only kinds that the project names in ``NEXUS_COMMERCE["JOBS"]``: what a command does itself is nobody else's work.
    """
    kinds = nexus_settings.JOBS
    if not kinds:
        return []
    free = reduce(or_, (Q(kind=kind.name) & is_free(kind.patience) for kind in kinds))
    return list(Job.objects.filter(free).order_by("pk").values_list("pk", flat=True)[:limit])


def run_job(*, job_id: int) -> str:
    """Do a job, or go on with it, if nobody else does; return its state, or ``gone``. Outside any transaction."""
    refuse_inside_transaction()
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return "gone"
    try:
        work(job)
    except (JobNotRunning, JobOver):
        logger.info("Job %s does not run here any more.", job.public_id)
    return Job.objects.values_list("state", flat=True).get(pk=job_id)


def begin_job(*, job: Job, patience: timedelta = PATIENCE) -> Job:
    """Take a queued job, or one whose process gave no sign of life for ``patience``, and return it as it stands.

    Raises ``JobOver`` for one that has ended, ``JobNotRunning`` for one that another process is at.
    """
    begun = (Job.objects.filter(is_free(patience), pk=job.pk, attempts=job.attempts)).update(
        state="running",
        attempts=job.attempts + 1,
        started_at=Coalesce("started_at", Now()),
        heartbeat_at=Now(),
        updated_at=Now(),
    )
    if not begun:
        raise refusal_of(job)
    job.refresh_from_db()
    return job


def advance_job(
    *,
    job: Job,
    done: int,
    total: int | None = None,
    cursor: Mapping[str, Any] | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Tell how far a job is, in one statement, which is also its sign of life.

    ``cursor`` is from where it would be taken up again: give it in the transaction of the work that it speaks of.
    ``errors`` are added to those there are; the first hundred are kept. Raises ``JobNotRunning`` where the job was
    canceled or another process took it over; that takes back the caller's transaction, if it has one.
    """
    job.done = done
    job.total = job.total if total is None else total
    job.cursor = job.cursor if cursor is None else dict(cursor)
    job.errors = [*job.errors, *map(dict, errors)][:ERRORS_KEPT]
    end_or_advance(job, done=done, total=job.total, cursor=job.cursor, errors=job.errors, heartbeat_at=Now())


def finish_job(*, job: Job, result: Mapping[str, Any] | None = None) -> Job:
    """Mark a running job as done, with what it made. Raises ``JobNotRunning``."""
    return end_or_advance(job, state="done", result=dict(result or {}), finished_at=Now())


def fail_job(*, job: Job, error: BaseException | str) -> Job:
    """Mark a running job as failed, with the reason as the last of its errors. Raises ``JobNotRunning``."""
    reason = error if isinstance(error, str) else error_text(error)
    errors = [*job.errors[: ERRORS_KEPT - 1], {"message": reason}]
    return end_or_advance(job, state="failed", errors=errors, finished_at=Now())


def release_job(*, job: Job) -> Job:
    """Put a running job back in the queue, to be taken up from its cursor. Raises ``JobNotRunning``."""
    return end_or_advance(job, state="queued")


def cancel_job(*, job: Job) -> Job:
    """End a queued or running job; its process stops when it next tells of progress. Raises ``JobOver``."""
    canceled = Job.objects.filter(pk=job.pk, state__in=["queued", "running"]).update(
        state="canceled", finished_at=Now(), updated_at=Now()
    )
    if not canceled:
        raise JobOver()
    job.refresh_from_db()
    return job


def work(job: Job) -> None:
    """Have its kind do a job."""
    kind = next((kind for kind in nexus_settings.JOBS if kind.name == job.kind), None)
    begin_job(job=job, patience=kind.patience if kind else PATIENCE)
    if kind is None:
        fail_job(job=job, error=UnknownJobKind())
        return
    if job.attempts > kind.max_attempts:
        fail_job(job=job, error="The process that did it died each time.")
        return
    try:
        finish_job(job=job, result=kind().run(job))
    except (JobNotRunning, JobOver):
        raise
    except Exception as exc:
        logger.exception("Job %s failed", job.public_id)
        fail_job(job=job, error=exc)


def is_free(patience: timedelta) -> Q:
    """The condition of a job that nobody is at."""
    return Q(state="queued") | Q(state="running", heartbeat_at__lte=Now() - patience)


def refusal_of(job: Job) -> JobOver | JobNotRunning:
    """Return why a job cannot be taken."""
    state = Job.objects.values_list("state", flat=True).get(pk=job.pk)
    return JobNotRunning() if state in {"queued", "running"} else JobOver()


def end_or_advance(job: Job, **columns: Any) -> Job:
    """Change a job that runs in this process, and nowhere else since."""
    if not still_ours(job).update(**columns, updated_at=Now()):
        raise JobNotRunning()
    if "state" in columns:
        job.refresh_from_db()
    return job


def still_ours(job: Job) -> QuerySet[Job]:
    """The job, as long as it runs and nobody took it since it was begun."""
    return Job.objects.filter(pk=job.pk, state="running", attempts=job.attempts)
