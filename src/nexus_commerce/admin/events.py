"""The outbox, the inboxes of subscribers, and long work in the admin."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nexus_commerce.admin.actions import ObjectActionsMixin, object_action
from nexus_commerce.admin.base import ReadOnlyAdmin, ReadOnlyInline
from nexus_commerce.admin.formatting import EMPTY, change_link, state_badge
from nexus_commerce.admin.webhook_deliveries import moment
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.events.models import InboxEntry, Job, OutboxEvent
from nexus_commerce.events.services import cancel_job, replay_entry, settle_entry

__all__ = ["InboxEntryAdmin", "JobAdmin", "OutboxEventAdmin"]

CLOSED = ("dead", "uncertain")
ERRORS_SHOWN = 20


class EntryInline(ReadOnlyInline):
    """What the subscribers made of an event."""

    model = InboxEntry
    fields = ["consumer", "state", "attempts", "last_error", "finished_at"]
    show_change_link = True


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ["id", "occurred_at", "type", "aggregate", "aggregate_id", "version", "state_label"]
    list_filter = ["state", "type", "aggregate"]
    search_fields = ["aggregate_id", "event_id"]
    date_hierarchy = "occurred_at"
    ordering = ["-id"]
    inlines = [EntryInline]
    fieldsets = [
        (None, {"fields": ["type", "aggregate", "aggregate_id", "version", "occurred_at", "payload"]}),
        (_("Delivery"), {"fields": ["state_label", "relayed_at", "event_id"]}),
    ]

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, event: OutboxEvent) -> str:
        return state_badge(event.state)


class EntryFilter(admin.SimpleListFilter):
    """Dead letters first: what waits for people is one click away."""

    title = _("who sees to it")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("people", _("Waits for people")), ("workers", _("Waits for workers")), ("failing", _("Fails"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "people":
                return queryset.filter(state__in=CLOSED)
            case "workers":
                return queryset.filter(state__in=["pending", "running"])
            case "failing":
                return queryset.filter(state__in=["pending", "running"], attempts__gt=0).exclude(last_error="")
        return queryset


@admin.register(InboxEntry)
class InboxEntryAdmin(ObjectActionsMixin, ReadOnlyAdmin):
    """Entries, and what people can do about those that workers gave up."""

    list_display = ["id", "state_label", "event_type", "consumer", "error", "attempts", "next_try", "created_at"]
    list_filter = [EntryFilter, "state", "consumer", "event__type"]
    list_select_related = ["event"]
    search_fields = ["aggregate_id", "event__event_id", "last_error"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    actions = ["replay_all", "settle_all"]
    object_actions = ["replay", "settle"]
    fieldsets = [
        (None, {"fields": ["consumer", "event_link", "aggregate_id", "state_label", "meaning"]}),
        (_("Tries"), {"fields": ["attempts", "last_error", "next_try", "locked_until", "finished_at"]}),
        (_("Record"), {"classes": ["collapse"], "fields": ["created_at"]}),
    ]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return self.may_operate(request)

    def notices(self, request: HttpRequest, obj: Any) -> Any:
        """Tell what people have to do about an entry that workers gave up."""
        return [self.meaning(obj)] if obj.state in CLOSED else []

    @object_action(_("Try again"), open_for=lambda row: row.state in CLOSED)
    def replay(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Have the entry handled from the beginning."""
        replay_entry(entry=obj)
        return _("It will be tried again.")

    @object_action(_("Mark as done"), open_for=lambda row: row.state in CLOSED)
    def settle(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Say that nothing is left to do."""
        settle_entry(entry=obj)
        return _("It is marked as done.")

    @admin.action(description=_("Try again"), permissions=["operate"])
    def replay_all(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Have those handled again that workers gave up."""
        done, refused = act_on_each(queryset, lambda entry: replay_entry(entry=entry))
        text = ngettext("%(n)s will be tried again.", "%(n)s will be tried again.", done)
        self.tell(request, text % {"n": done}, refused)

    @admin.action(description=_("Mark as done"), permissions=["operate"])
    def settle_all(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Say of those that workers gave up that nothing is left to do."""
        done, refused = act_on_each(queryset, lambda entry: settle_entry(entry=entry))
        text = ngettext("%(n)s is marked as done.", "%(n)s are marked as done.", done)
        self.tell(request, text % {"n": done}, refused)

    def tell(self, request: HttpRequest, text: str, refused: int) -> None:
        """Say what was done, and of how many it could not be."""
        self.message_user(request, text)
        if refused:
            left = _("%(n)s not: only what is dead or uncertain waits for people.")
            self.message_user(request, left % {"n": refused}, messages.WARNING)

    @admin.display(description=_("event"), ordering="event__type")
    def event_type(self, entry: Any) -> str:
        return str(entry.event.type)

    @admin.display(description=_("event"))
    def event_link(self, entry: Any) -> str:
        return change_link(entry.event, entry.event.type)

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, entry: Any) -> str:
        return state_badge(entry.state)

    @admin.display(description=_("what that means"))
    def meaning(self, entry: Any) -> Any:
        return {
            "pending": _("It waits for a worker, or for its next try."),
            "running": _("A worker is at it."),
            "done": _("It was handled."),
            "dead": _("Its last try failed. See to the reason, then have it tried again, or mark it as done."),
            "uncertain": _(
                "A process died while it sent something: it may have been sent. Find out whether it arrived before "
                "you try again, or mark it as done."
            ),
        }.get(entry.state, EMPTY)

    @admin.display(description=_("last error"))
    def error(self, entry: Any) -> str:
        return entry.last_error[:120] or EMPTY

    @admin.display(description=_("next try"), ordering="available_at")
    def next_try(self, entry: Any) -> str:
        return moment(entry.available_at) if entry.state == "pending" else EMPTY


def act_on_each(queryset: QuerySet[Any], act: Any) -> tuple[int, int]:
    """Act on each row; return how many it was done to, and how many refused."""
    done = refused = 0
    for row in queryset.iterator(chunk_size=500):
        try:
            act(row)
            done += 1
        except CommerceError:
            refused += 1
    return done, refused


@admin.register(Job)
class JobAdmin(ObjectActionsMixin, ReadOnlyAdmin):
    """Long work: how far it is, what went wrong, what it made."""

    list_display = ["created_at", "kind", "state_label", "progress", "problems", "actor", "finished_at"]
    list_filter = ["state", "kind", "created_at"]
    search_fields = ["public_id", "kind", "actor"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    object_actions = ["cancel"]
    fieldsets = [
        (None, {"fields": ["kind", "state_label", "progress", "actor", "shown_params"]}),
        (_("Outcome"), {"fields": ["shown_result", "shown_errors"]}),
        (_("Times"), {"fields": ["created_at", "started_at", "heartbeat_at", "finished_at", "attempts"]}),
        (_("Record"), {"classes": ["collapse"], "fields": ["shown_cursor", "public_id"]}),
    ]

    @object_action(_("Cancel"), open_for=lambda row: row.state in {"queued", "running"})
    def cancel(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """End the job; what it did stays."""
        cancel_job(job=obj)
        return _("The job was canceled. What it did so far stays.")

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, job: Any) -> str:
        return state_badge(job.state)

    @admin.display(description=_("progress"))
    def progress(self, job: Any) -> str:
        if not job.total:
            return f"{job.done:,}" if job.done else EMPTY
        return format_html(
            '<progress max="{}" value="{}"></progress> {} / {} ({} %)',
            job.total,
            min(job.done, job.total),
            f"{job.done:,}",
            f"{job.total:,}",
            min(100 * job.done // job.total, 100),
        )

    @admin.display(description=_("problems"))
    def problems(self, job: Any) -> str:
        return str(len(job.errors)) if job.errors else EMPTY

    @admin.display(description=_("parameters"))
    def shown_params(self, job: Any) -> str:
        return as_text(job.params)

    @admin.display(description=_("result"))
    def shown_result(self, job: Any) -> str:
        return as_text(job.result)

    @admin.display(description=_("problems"))
    def shown_errors(self, job: Any) -> str:
        text = as_text(job.errors[:ERRORS_SHOWN])
        left_out = len(job.errors) - ERRORS_SHOWN
        return format_html("{}{}", text, _("and %(n)s more") % {"n": left_out}) if left_out > 0 else text

    @admin.display(description=_("how far it came"))
    def shown_cursor(self, job: Any) -> str:
        return as_text(job.cursor)


def as_text(value: Any) -> str:
    """Return JSON to read."""
    if not value:
        return EMPTY
    return format_html('<pre class="nexus-wide">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False))
