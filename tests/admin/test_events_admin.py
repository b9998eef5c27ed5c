"""Dead letters and long work in the admin: seen, and seen to."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from nexus_commerce.events.models import InboxEntry, Job, OutboxEvent

pytestmark = pytest.mark.django_db


def entry(state: str = "dead", **columns: Any) -> InboxEntry:
    event = OutboxEvent.objects.create(
        type="order.placed", aggregate="order", aggregate_id=uuid4(), version=1, state="relayed"
    )
    return InboxEntry.objects.create(
        consumer="tests.erp", event=event, aggregate_id=event.aggregate_id, state=state, attempts=8, **columns
    )


def page(name: str, *args: Any, of: str = "inboxentry") -> str:
    return reverse(f"admin:nexus_events_{of}_{name}", args=args)


def shown(pages: Client, **query: str) -> set[int]:
    return {row.pk for row in pages.get(page("changelist"), query).context["cl"].result_list}


def test_what_waits_for_people_is_one_click_away(pages: Client) -> None:
    dead, uncertain = entry(), entry("uncertain")
    failing = entry("pending", last_error="TimeoutError: erp.example")
    fresh, done = entry("pending"), entry("done")

    assert shown(pages) == {dead.pk, uncertain.pk, failing.pk, fresh.pk, done.pk}
    assert shown(pages, open="people") == {dead.pk, uncertain.pk}
    assert shown(pages, open="workers") == {failing.pk, fresh.pk}
    assert shown(pages, open="failing") == {failing.pk}


def test_the_reason_is_shown(pages: Client) -> None:
    dead = entry(last_error="TimeoutError: <erp> did not answer")

    assert "TimeoutError: &lt;erp&gt; did not answer" in pages.get(page("changelist")).content.decode()
    assert "Its last try failed" in pages.get(page("change", dead.pk)).content.decode()


def test_what_may_have_been_sent_is_said_first(pages: Client) -> None:
    reply: Any = pages.get(page("change", entry("uncertain").pk))
    assert "it may have been sent" in str(reply.context["object_notices"][0])
    assert not pages.get(page("change", entry("done").pk)).context["object_notices"]


def test_one_is_tried_again(pages: Client) -> None:
    dead = entry()

    pages.post(page("replay", dead.pk), {})

    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("pending", 0)
    assert pages.get(page("replay", dead.pk)).status_code == 404


def test_one_is_marked_as_done(pages: Client) -> None:
    uncertain = entry("uncertain")

    pages.post(page("settle", uncertain.pk), {})

    uncertain.refresh_from_db()
    assert uncertain.state == "done"


@pytest.mark.parametrize(("action", "state"), [("replay_all", "pending"), ("settle_all", "done")])
def test_many_are_seen_to_at_once_and_the_others_named(pages: Client, action: str, state: str) -> None:
    rows = [entry(), entry("uncertain"), entry("running")]

    response = pages.post(
        page("changelist"), {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True
    )

    assert [InboxEntry.objects.get(pk=row.pk).state for row in rows] == [state, state, "running"]
    assert "1 not: only what is dead or uncertain" in response.content.decode()


def test_who_may_only_look_changes_nothing() -> None:
    user = get_user_model().objects.create_user(username="eve", password="secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_inboxentry", "view_job"]))
    client = Client()
    client.force_login(user)
    dead, job = entry(), Job.objects.create(kind="tests.export")

    assert client.get(page("changelist")).status_code == 200
    assert client.post(page("replay", dead.pk), {}).status_code == 403
    client.post(page("changelist"), {"action": "replay_all", "_selected_action": [dead.pk]})
    assert client.post(page("cancel", job.pk, of="job"), {}).status_code == 403
    dead.refresh_from_db()
    job.refresh_from_db()
    assert (dead.state, job.state) == ("dead", "queued")


def test_the_event_shows_what_its_subscribers_made_of_it(pages: Client) -> None:
    dead = entry(last_error="TimeoutError: no")

    text = pages.get(page("change", dead.event_id, of="outboxevent")).content.decode()

    assert "tests.erp" in text
    assert "TimeoutError: no" in text


def test_a_job_shows_its_progress_its_problems_and_its_result(pages: Client) -> None:
    job = Job.objects.create(
        kind="tests.export", state="running", done=250, total=1000, errors=[{"message": f"row {n}"} for n in range(25)]
    )

    listed = pages.get(page("changelist", of="job")).content.decode()
    text = pages.get(page("change", job.pk, of="job")).content.decode()

    assert '<progress max="1000" value="250"></progress> 250 / 1,000 (25 %)' in listed
    assert "row 19" in text
    assert "row 20" not in text
    assert "and 5 more" in text


def test_a_job_is_canceled(pages: Client) -> None:
    job = Job.objects.create(kind="tests.export", state="running")

    pages.post(page("cancel", job.pk, of="job"), {})

    job.refresh_from_db()
    assert job.state == "canceled"
    assert pages.get(page("cancel", job.pk, of="job")).status_code == 404


def test_the_lists_cost_the_same_for_one_and_for_many(pages: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(30):
        entry()

    with django_assert_max_num_queries(12):
        pages.get(page("changelist"))
