"""Whether a promotion applies now, and if not, why: for the list, its filter and the page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.formatting import EMPTY

__all__ = ["STATES", "PromotionStateFilter", "promotion_badge", "window_of", "with_states"]

STATES: Mapping[str, Any] = {
    "active": _("Active"),
    "scheduled": _("Scheduled"),
    "ended": _("Ended"),
    "used_up": _("Used up"),
    "off": _("Switched off"),
    "archived": _("Archived"),
}
"""The states of a promotion, with their labels."""

TONES = {"active": "good", "used_up": "bad"}


def states_at(now: datetime) -> list[tuple[str, Q]]:
    """Return the condition of each state but the active one; the first that holds counts."""
    return [
        ("archived", Q(archived_at__isnull=False)),
        ("off", Q(is_active=False)),
        ("ended", Q(valid_until__lte=now)),
        ("scheduled", Q(valid_from__gt=now)),
        ("used_up", Q(uses__gte=F("usage_limit")) | Q(spent__gte=F("budget"))),
    ]


def with_states(promotions: "QuerySet[Any]") -> "QuerySet[Any]":
    """Annotate promotions with their ``state`` now."""
    cases = [When(condition, then=Value(state)) for state, condition in states_at(timezone.now())]
    annotated: QuerySet[Any] = promotions.annotate(
        state=Case(*cases, default=Value("active"), output_field=CharField())
    )
    return annotated


def promotion_badge(state: str) -> SafeString:
    """Return a state as a small colored label."""
    return format_html('<span class="nexus-badge nexus-{}">{}</span>', TONES.get(state, "plain"), STATES[state])


class PromotionStateFilter(admin.SimpleListFilter):
    """Hide what is archived unless it is asked for, and narrow to one state."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [*STATES.items(), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": _("Not archived")}, *rest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        if self.value() in STATES:
            return queryset.filter(state=self.value())
        return queryset.filter(archived_at__isnull=True)


def window_of(row: Any) -> SafeString | str:
    """Return from when until when a promotion or coupon is valid, with the times as a hint; a dash for always."""
    labels = {_("from %(day)s"): row.valid_from, _("until %(day)s"): row.valid_until}
    ends = [(label, timezone.localtime(end)) for label, end in labels.items() if end]
    lines = [
        (date_format(end, "SHORT_DATETIME_FORMAT"), str(label) % {"day": date_format(end, "SHORT_DATE_FORMAT")})
        for label, end in ends
    ]
    return format_html_join("", '<div class="nexus-line" title="{}">{}</div>', lines) or EMPTY
