"""Long work over HTTP, for those who may see it."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission

from nexus_commerce.events.models import Job
from tests.api.client import Api, problem

pytestmark = pytest.mark.django_db


def api_of(user_model: Any, *codenames: str, is_staff: bool = True) -> Api:
    user = user_model.objects.create_user(f"user {len(codenames)}", is_staff=is_staff)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Api()
    client.http.force_login(user)
    return client


@pytest.fixture
def staff(django_user_model: Any) -> Api:
    return api_of(django_user_model, "view_job", "change_job")


def test_a_job_is_shown_with_its_progress(staff: Api) -> None:
    job = Job.objects.create(
        kind="shop.export", state="running", done=3, total=10, errors=[{"message": "no", "line": 7}], actor="ada"
    )

    shown = staff.get(f"jobs/{job.public_id}").json()

    assert shown == shown | {
        "id": str(job.public_id),
        "kind": "shop.export",
        "state": "running",
        "done": 3,
        "total": 10,
        "errors": [{"message": "no", "line": 7}],
        "result": {},
        "actor": "ada",
        "finished_at": None,
    }
    assert not shown.keys() & {"params", "cursor"}


def test_jobs_are_listed_newest_first_and_by_state_and_kind(staff: Api, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        Job.objects.create(kind="shop.export", state="done", done=number)
    running = Job.objects.create(kind="shop.import", state="running")

    # The session, the user, what they may do, and the jobs.
    with django_assert_max_num_queries(5):
        page = staff.get("jobs?limit=2").json()
    assert [row["kind"] for row in page["results"]] == ["shop.import", "shop.export"]
    following = staff.get(page["next"].split("/v1/")[1]).json()
    assert [row["done"] for row in following["results"]] == [1, 0]
    assert following["next"] is None
    assert [row["id"] for row in staff.get("jobs?state=running").json()["results"]] == [str(running.public_id)]
    assert len(staff.get("jobs?kind=shop.export").json()["results"]) == 3


def test_a_job_is_canceled_once(staff: Api) -> None:
    job = Job.objects.create(kind="shop.export", state="running")

    assert staff.post(f"jobs/{job.public_id}/cancel").json()["state"] == "canceled"
    problem(staff.post(f"jobs/{job.public_id}/cancel"), 409, "job_over")


def test_a_job_that_does_not_exist_is_not_found(staff: Api) -> None:
    problem(staff.get(f"jobs/{uuid4()}"), 404, "not_found")
    problem(staff.post(f"jobs/{uuid4()}/cancel"), 404, "not_found")


def test_who_may_only_see_cannot_cancel(django_user_model: Any) -> None:
    job = Job.objects.create(kind="shop.export")
    watcher = api_of(django_user_model, "view_job")

    assert watcher.get("jobs").status_code == 200
    problem(watcher.post(f"jobs/{job.public_id}/cancel"), 403, "permission_denied")


def test_nobody_else_sees_any(django_user_model: Any) -> None:
    job = Job.objects.create(kind="shop.export")
    permitted_but_no_staff = api_of(django_user_model, "view_job", is_staff=False)
    staff_without = api_of(django_user_model)

    for address in ("jobs", f"jobs/{job.public_id}"):
        problem(Api().get(address), 401, "not_authenticated")
        problem(permitted_but_no_staff.get(address), 403, "permission_denied")
        problem(staff_without.get(address), 403, "permission_denied")
