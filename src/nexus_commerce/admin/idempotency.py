"""Idempotency keys in the admin: which calls have one, and how they stand. Never whose, and never what was replied."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import ReadOnlyAdmin
from nexus_commerce.admin.formatting import state_badge
from nexus_commerce.events.models import IdempotencyKey

__all__ = ["IdempotencyKeyAdmin"]


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """The columns with hashes of who called, and with headers and body of the reply, are not shown."""

    list_display = ["created_at", "operation", "state_label", "status", "resource", "locked_until", "expires_at"]
    list_filter = ["state", "operation", "status"]
    search_fields = ["=resource"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["operation", "state_label", "status", "resource"]}),
        (_("Times"), {"fields": ["created_at", "locked_until", "expires_at"]}),
    ]

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, key: Any) -> str:
        return state_badge(key.state)
