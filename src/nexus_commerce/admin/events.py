"""The outbox in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import ReadOnlyAdmin
from nexus_commerce.admin.formatting import state_badge
from nexus_commerce.events.models import OutboxEvent

__all__ = ["OutboxEventAdmin"]


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ["id", "occurred_at", "type", "aggregate", "aggregate_id", "version", "state_label"]
    list_filter = ["state", "type", "aggregate"]
    search_fields = ["aggregate_id", "event_id"]
    date_hierarchy = "occurred_at"
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["type", "aggregate", "aggregate_id", "version", "occurred_at", "payload"]}),
        (_("Delivery"), {"fields": ["state_label", "relayed_at", "event_id"]}),
    ]

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, event: OutboxEvent) -> str:
        return state_badge(event.state)
