"""How long work is shown."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from nexus_commerce.api.serializers import OutputSerializer, QuerySerializer
from nexus_commerce.events.models import Job

__all__ = ["JobFilter", "JobSerializer"]


class JobFilter(QuerySerializer):
    """Which jobs are listed."""

    filters = Job
    reader = "staff"

    state = serializers.CharField(max_length=16, required=False, help_text="Jobs in this state only.")
    kind = serializers.CharField(max_length=64, required=False, help_text="Jobs of this kind only.")

    def filtered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the jobs asked for."""
        asked = self.validated_data
        chosen = {name: asked[name] for name in ("state", "kind") if name in asked}
        return super().filtered(rows).filter(**chosen)


class JobErrorSerializer(serializers.Serializer[Any]):
    """Something that went wrong; a kind of job may say more about it."""

    message = serializers.CharField()


class JobSerializer(OutputSerializer):
    """A long piece of work."""

    exposes = Job
    audience = "staff"

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField(help_text="`queued`, `running`, `done`, `failed` or `canceled`.")
    done = serializers.IntegerField(help_text="How much is done.")
    total = serializers.IntegerField(allow_null=True, help_text="Of how much, once that is known.")
    errors = JobErrorSerializer(many=True, help_text="The first hundred problems.")  # type: ignore[assignment]
    result = serializers.DictField(help_text="What it made; empty until it is done.")
    attempts = serializers.IntegerField(help_text="How many processes began it.")
    actor = serializers.CharField(help_text="Who started it.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    heartbeat_at = serializers.DateTimeField(allow_null=True, help_text="The last sign of life.")
    finished_at = serializers.DateTimeField(allow_null=True)

    def represent(self, instance: Job) -> dict[str, Any]:
        """Return the job."""
        return {
            "id": instance.public_id,
            "kind": instance.kind,
            "state": instance.state,
            "done": instance.done,
            "total": instance.total,
            "errors": instance.errors,
            "result": instance.result,
            "attempts": instance.attempts,
            "actor": instance.actor,
            "created_at": instance.created_at,
            "started_at": instance.started_at,
            "heartbeat_at": instance.heartbeat_at,
            "finished_at": instance.finished_at,
        }
