"""What was sent by webhook and what came of it, in the admin, and sending it again."""

import json
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nexus_commerce.admin.actions import ObjectActionsMixin, object_action
from nexus_commerce.admin.base import ReadOnlyAdmin
from nexus_commerce.admin.formatting import EMPTY, change_link, state_badge
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.events.models import WebhookDelivery
from nexus_commerce.events.services import replay_delivery
from nexus_commerce.events.services.webhooks_signing import body_of

__all__ = ["WebhookDeliveryAdmin", "moment"]


def moment(when: datetime | None) -> str:
    """Return a time as people of the active language write it."""
    return EMPTY if when is None else formats.date_format(timezone.localtime(when), "DATETIME_FORMAT")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ObjectActionsMixin, ReadOnlyAdmin):
    list_display = ["created_at", "event_type", "endpoint", "state_label", "attempts", "outcome", "next_try"]
    list_filter = ["state", "endpoint", "event__type", "created_at"]
    search_fields = ["event__event_id", "event__aggregate_id", "public_id"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    actions = ["send_again_all"]
    object_actions = ["send_again"]
    fieldsets = [
        (None, {"fields": ["endpoint_link", "event_link", "state_label", "attempts", "next_try", "finished_at"]}),
        (_("Tries"), {"fields": ["tries"]}),
        (_("What is sent"), {"fields": ["message_id", "message"]}),
        (_("Record"), {"classes": ["collapse"], "fields": ["created_at", "locked_until", "public_id"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("endpoint", "event")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return self.may_operate(request)

    @object_action(_("Send again"), open_for=lambda row: row.state != "running" and row.endpoint.is_active)
    def send_again(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Send a delivery from the beginning."""
        replay_delivery(delivery=obj)
        return _("It will be sent again within a minute, with the same id.")

    @admin.action(description=_("Send again"), permissions=["operate"])
    def send_again_all(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Send those again that can be, and say of how many that is not so."""
        sent, refused = 0, 0
        for delivery in queryset.select_related("endpoint").iterator(chunk_size=500):
            try:
                replay_delivery(delivery=delivery)
                sent += 1
            except CommerceError:
                refused += 1
        text = ngettext("%(n)s will be sent again.", "%(n)s will be sent again.", sent)
        self.message_user(request, text % {"n": sent})
        if refused:
            why = _("%(n)s not: their endpoint is off, or they are being sent now.")
            self.message_user(request, why % {"n": refused}, messages.WARNING)

    @admin.display(description=_("event"), ordering="event__type")
    def event_type(self, delivery: Any) -> str:
        return str(delivery.event.type)

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, delivery: Any) -> str:
        return state_badge(delivery.state)

    @admin.display(description=_("next try"), ordering="available_at")
    def next_try(self, delivery: Any) -> str:
        return moment(delivery.available_at) if delivery.state == "pending" else EMPTY

    @admin.display(description=_("last reply"), ordering="response_status")
    def outcome(self, delivery: Any) -> str:
        return Truncator(delivery.last_error).chars(60) or str(delivery.response_status or EMPTY)

    @admin.display(description=_("endpoint"))
    def endpoint_link(self, delivery: Any) -> str:
        return change_link(delivery.endpoint)

    @admin.display(description=_("event"))
    def event_link(self, delivery: Any) -> str:
        return change_link(delivery.event, delivery.event.type)

    @admin.display(description=_("webhook-id"))
    def message_id(self, delivery: Any) -> str:
        return str(delivery.event.event_id)

    @admin.display(description=_("body"))
    def message(self, delivery: Any) -> str:
        text = json.dumps(json.loads(body_of(delivery.event)), indent=2, ensure_ascii=False)
        return format_html('<pre class="nexus-wide">{}</pre>', text)

    @admin.display(description=_("tries"))
    def tries(self, delivery: Any) -> str:
        if not delivery.log:
            return EMPTY
        cells = (
            (
                moment(parse_datetime(entry.get("at", ""))),
                entry.get("status") or EMPTY,
                entry.get("milliseconds", ""),
                entry.get("error", ""),
            )
            for entry in reversed(delivery.log)
        )
        head = format_html(
            "<tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr>",
            _("when"),
            _("status"),
            _("ms"),
            _("what was wrong"),
        )
        rows = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", cells)
        return format_html("<table><thead>{}</thead><tbody>{}</tbody></table>", head, rows)
