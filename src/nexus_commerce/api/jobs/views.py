"""The operations of long work, for those who run the shop."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.openapi import SESSION, Page, operation
from nexus_commerce.api.paging import read_page
from nexus_commerce.api.parameters import IDEMPOTENCY_KEY
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.views import CommerceView
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.errors import NotFound
from nexus_commerce.events.models import Job
from nexus_commerce.events.services import cancel_job

__all__ = ["JobCancelView", "JobListView", "JobView"]


class JobListView(CommerceView):
    """The jobs of the shop."""

    permissions = ("permissions.Staff",)
    staff_permission: ClassVar[str] = "nexus_events.view_job"

    @operation(
        id="list_jobs",
        summary="List long work",
        tag="Staff",
        query="jobs.JobFilter",
        responses={200: Page("jobs.JobSerializer")},
        errors={400: ["invalid_input"], 401: ["not_authenticated"], 403: ["permission_denied"]},
        auth=SESSION,
    )
    def get(self, request: Request) -> Response:
        """Imports, exports and other long work, newest first, a page at a time, each with its progress."""
        page, following = read_page(request, Job.objects.all(), self.read_query("jobs.JobFilter"))
        writer = api_class("jobs.JobSerializer")(context={"view": self})
        return Response({"results": [writer.to_representation(job) for job in page], "next": following})


class JobView(CommerceView):
    """One job."""

    permissions = ("permissions.Staff",)
    staff_permission: ClassVar[str] = "nexus_events.view_job"

    @operation(
        id="get_job",
        summary="Show long work",
        tag="Staff",
        responses={200: "jobs.JobSerializer"},
        errors={401: ["not_authenticated"], 403: ["permission_denied"], 404: ["not_found"]},
        auth=SESSION,
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """How far a job is, what went wrong, and what it made."""
        return Response(self.write("jobs.JobSerializer", find_job(job_id)))


class JobCancelView(CommerceView):
    """Ending a job."""

    permissions = ("permissions.Staff",)
    staff_permission: ClassVar[str] = "nexus_events.change_job"

    @operation(
        id="cancel_job",
        summary="Cancel long work",
        tag="Staff",
        responses={200: "jobs.JobSerializer"},
        errors={
            400: ["idempotency_key_invalid"],
            401: ["not_authenticated"],
            403: ["permission_denied"],
            404: ["not_found"],
            409: ["job_over", "idempotency_key_in_use"],
            422: ["idempotency_key_reused"],
        },
        parameters=[IDEMPOTENCY_KEY],
        auth=SESSION,
    )
    def post(self, request: Request, job_id: UUID) -> HttpResponseBase:
        """End a job that is queued or running. What it did so far stays."""

        def cancel(attempt: Attempt) -> Job:
            return cancel_job(job=find_job(job_id))

        return self.run_once(cancel, lambda job: Response(self.write("jobs.JobSerializer", job)))


def find_job(job_id: UUID) -> Job:
    """Return the job of this id. Raises ``NotFound``."""
    job = Job.objects.filter(public_id=job_id).first()
    if job is None:
        raise NotFound
    return job
