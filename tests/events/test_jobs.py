"""Long work: watched, canceled, and taken up again where it broke off."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from nexus_commerce.events.errors import JobNotRunning, JobOver
from nexus_commerce.events.jobs import JobKind
from nexus_commerce.events.models import Job
from nexus_commerce.events.services import (
    advance_job,
    begin_job,
    cancel_job,
    fail_job,
    finish_job,
    open_jobs,
    run_job,
    start_job,
)

pytestmark = pytest.mark.django_db


class Counting(JobKind):
    """Counts to ten; dies or fails at the number that its parameters name."""

    name = "tests.counting"
    max_attempts = 2

    def run(self, job):
        for number in range(job.cursor.get("next", 0), 10):
            if job.params.get("dies_at") == number and job.attempts == 1:
                raise SystemExit
            if job.params.get("fails_at") == number:
                raise ValueError("password=hunter2 was wrong")
            if job.params.get("canceled_at") == number:
                cancel_job(job=job)
            counted.append(number)
            with transaction.atomic():
                advance_job(job=job, done=number + 1, total=10, cursor={"next": number + 1})
        return {"counted": 10}


counted: list[int] = []


@pytest.fixture(autouse=True)
def kinds(settings):
    counted.clear()
    path = f"{__name__}.Counting"
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), "JOBS": [path]}


def counting(**params):
    return start_job(kind=Counting.name, params=params, actor="ada")


def lose_process_of(job):
    Job.objects.filter(pk=job.pk).update(heartbeat_at=Now() - timedelta(hours=1))


def test_a_job_is_done():
    job = counting()

    assert (job.state, open_jobs()) == ("queued", [job.pk])
    assert run_job(job_id=job.pk) == "done"
    job.refresh_from_db()
    assert (job.done, job.total, job.result, job.actor) == (10, 10, {"counted": 10}, "ada")
    assert job.started_at <= job.heartbeat_at <= job.finished_at
    assert open_jobs() == []
    assert run_job(job_id=job.pk) == "done"
    assert counted == list(range(10))


def test_a_job_whose_process_died_goes_on_where_it_was():
    job = counting(dies_at=4)
    with pytest.raises(SystemExit):
        run_job(job_id=job.pk)

    assert open_jobs() == []
    assert run_job(job_id=job.pk) == "running"
    lose_process_of(job)
    assert open_jobs() == [job.pk]
    assert run_job(job_id=job.pk) == "done"
    assert counted == list(range(10))
    job.refresh_from_db()
    assert job.attempts == 2


def test_a_job_that_kills_its_process_each_time_fails():
    job = counting()
    Job.objects.filter(pk=job.pk).update(state="running", attempts=Counting.max_attempts)
    lose_process_of(job)

    assert run_job(job_id=job.pk) == "failed"
    assert counted == []


def test_an_exception_fails_a_job_and_its_text_holds_no_secrets():
    job = counting(fails_at=3)

    assert run_job(job_id=job.pk) == "failed"
    job.refresh_from_db()
    assert job.errors == [{"message": "ValueError: password=[hidden] was wrong"}]
    assert (job.done, job.finished_at is None) == (3, False)


def test_a_job_that_is_canceled_stops_at_its_next_sign_of_life():
    job = counting(canceled_at=5)

    assert run_job(job_id=job.pk) == "canceled"
    job.refresh_from_db()
    assert (job.done, job.cursor) == (5, {"next": 5})
    assert counted == [0, 1, 2, 3, 4, 5]


def test_what_has_ended_cannot_be_canceled_or_begun():
    job = counting()
    run_job(job_id=job.pk)

    with pytest.raises(JobOver):
        cancel_job(job=job)
    with pytest.raises(JobOver):
        begin_job(job=job)


def test_what_another_process_is_at_cannot_be_begun():
    job = begin_job(job=counting())

    with pytest.raises(JobNotRunning):
        begin_job(job=Job.objects.get(pk=job.pk))


def test_who_lost_a_job_can_no_longer_speak_for_it():
    mine = begin_job(job=counting())
    lose_process_of(mine)
    begin_job(job=Job.objects.get(pk=mine.pk))

    for speak in (
        lambda: advance_job(job=mine, done=1),
        lambda: finish_job(job=mine),
        lambda: fail_job(job=mine, error="no"),
    ):
        with pytest.raises(JobNotRunning):
            speak()


def test_a_kind_that_the_project_does_not_have_any_more_fails():
    job = start_job(kind="tests.gone")

    assert open_jobs() == []
    assert run_job(job_id=job.pk) == "failed"
    job.refresh_from_db()
    assert "no such kind of job" in job.errors[0]["message"]


def test_what_does_not_exist_is_gone():
    assert run_job(job_id=4711) == "gone"


def test_errors_are_kept_up_to_a_hundred():
    job = begin_job(job=counting())

    for _ in range(3):
        advance_job(job=job, done=1, errors=[{"message": "bad row"}] * 40)
    fail_job(job=job, error="gave up")

    job.refresh_from_db()
    assert len(job.errors) == 100
    assert job.errors[-1] == {"message": "gave up"}


def test_telling_of_progress_costs_one_statement(django_assert_num_queries):
    job = begin_job(job=counting())

    with django_assert_num_queries(1):
        advance_job(job=job, done=1, cursor={"next": 1})
