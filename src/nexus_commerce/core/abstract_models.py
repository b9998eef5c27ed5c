"""Columns that many tables share. None of these classes declares a constraint or an index: names of those are fixed,
and would collide between tables."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["AppendOnly", "AppendOnlyError", "Free", "Named", "Timestamped", "Versioned"]


class Named(models.Model):
    """A row that the outside may name, by a random UUID. It is an address, not a secret."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class Timestamped(models.Model):
    """A row that changes: when it was made and last saved."""

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row whose every change adds one to ``version`` under its lock: ETags and outbox events count by it."""

    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


class Free(models.Model):
    """Free data: ``metadata`` is shown to its owner over the API, ``private_metadata`` to staff only. JSON objects."""

    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    private_metadata = models.JSONField(_("private metadata"), default=dict, blank=True)

    class Meta:
        abstract = True


class AppendOnlyError(TypeError):
    """A row of an append-only table was to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet[models.Model]):
    """Refuses to change or delete rows."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError(f"{self.model._meta.label} is append-only.")

    def delete(self) -> Any:
        raise AppendOnlyError(f"{self.model._meta.label} is append-only.")


class AppendOnly(models.Model):
    """A row that is written once and never changed or deleted by the library."""

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = models.Manager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{self._meta.label} is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise AppendOnlyError(f"{self._meta.label} is append-only.")
