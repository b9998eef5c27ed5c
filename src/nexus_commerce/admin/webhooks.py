"""Webhooks in the admin: who is told of events. What was sent stands in ``webhook_deliveries``."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ObjectActionsMixin, actor_of, object_action
from nexus_commerce.admin.base import ReadOnlyAdmin
from nexus_commerce.admin.formatting import EMPTY, list_link, state_badge
from nexus_commerce.admin.webhook_deliveries import moment
from nexus_commerce.admin.webhook_forms import EndpointForm, RotationForm
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.events.models import WebhookDelivery, WebhookEndpoint
from nexus_commerce.events.services import (
    change_endpoint,
    create_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
    send_test,
)

__all__ = ["WebhookEndpointAdmin"]

OPEN = ("pending", "running")
REASONS: dict[str, Any] = {
    "by_hand": _("by hand"),
    "gone": _("it answered 410"),
    "failing": _("nothing but failures for days"),
}
"""Why an endpoint was switched off, in words."""


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ObjectActionsMixin, ReadOnlyAdmin):
    """Endpoints are written by services alone, which resolve names: outside any transaction."""

    list_display = ["name", "url", "event_types", "state_label", "waiting", "dead"]
    list_filter = ["is_active", ("failing_since", admin.EmptyFieldListFilter), "disabled_reason"]
    search_fields = ["name", "url", "public_id"]
    object_actions = ["edit", "send_a_test", "replace_secret", "switch_on", "switch_off"]
    fieldsets = [
        (None, {"fields": ["name", "url", "event_types"]}),
        (_("State"), {"fields": ["state_label", "failing_since", "waiting", "dead"]}),
        (_("Secret"), {"fields": ["secret_state"]}),
        (_("Record"), {"classes": ["collapse"], "fields": ["created_at", "updated_at", "public_id"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        """Keep the other pages, too, out of the transaction that a project may wrap around each request."""
        patterns = super().get_urls()
        for pattern in patterns:
            transaction.non_atomic_requests(pattern.callback)
        return patterns

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count what waits and what is dead of each endpoint in the same statement."""
        found = super().get_queryset(request)
        return found.annotate(
            waiting_count=Count("deliveries", filter=Q(deliveries__state__in=OPEN)),
            dead_count=Count("deliveries", filter=Q(deliveries__state="dead")),
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('add', self.opts)}")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Register an endpoint and show its secret, on the page that answers and nowhere else."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = EndpointForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                endpoint, secret = create_endpoint(actor=actor_of(request), **form.cleaned_data)
            except CommerceError as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                self.log_addition(request, endpoint, [{"added": {}}])
                return self.secret_page(request, endpoint, secret)
        context = {
            **self._context(request, _("Add a webhook endpoint")),
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/nexus_commerce/webhook_endpoint_add.html", context)

    def object_action_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        response = super().object_action_view(request, object_id, name)
        shown = getattr(request, "nexus_new_secret", None)
        return self.secret_page(request, *shown) if shown else response

    def secret_page(self, request: HttpRequest, endpoint: Any, secret: str) -> HttpResponse:
        """Answer with a secret. It is in no redirect, message, session or cache."""
        context = {**self._context(request, _("Secret")), "original": endpoint, "secret": secret}
        response = TemplateResponse(request, "admin/nexus_commerce/webhook_secret.html", context)
        add_never_cache_headers(response)
        return response

    def _context(self, request: HttpRequest, title: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts}

    @object_action(_("Change"), form=EndpointForm, atomic=False)
    def edit(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Change name, address and types of events."""
        change_endpoint(endpoint=obj, actor=actor_of(request), **data)
        return _("The endpoint was changed.")

    @object_action(_("Send a test"), atomic=False)
    def send_a_test(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Send the event webhook.test and say what came of it."""
        delivery = send_test(endpoint=obj)
        if delivery.state == "delivered":
            took = delivery.log[-1]["milliseconds"]
            return _("It arrived: %(status)s after %(ms)s ms.") % {"status": delivery.response_status, "ms": took}
        self.message_user(request, _("It did not arrive: %(why)s") % {"why": delivery.last_error}, messages.ERROR)
        return None

    @object_action(_("Replace the secret"), form=RotationForm, atomic=False)
    def replace_secret(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Make a new secret and show it."""
        secret = rotate_secret(endpoint=obj, overlap=data["overlap"], actor=actor_of(request))
        request.nexus_new_secret = (obj, secret)  # type: ignore[attr-defined]

    @object_action(_("Switch on"), open_for=lambda row: not row.is_active, atomic=False)
    def switch_on(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Send events again, those first that waited."""
        enable_endpoint(endpoint=obj, actor=actor_of(request))
        return _("The endpoint is on.")

    @object_action(_("Switch off"), open_for=lambda row: row.is_active, atomic=False)
    def switch_off(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Send nothing for now."""
        disable_endpoint(endpoint=obj, actor=actor_of(request))
        return _("The endpoint is off.")

    @admin.display(description=_("events"))
    def event_types(self, endpoint: Any) -> str:
        return ", ".join(endpoint.events) or EMPTY

    @admin.display(description=_("state"), ordering="is_active")
    def state_label(self, endpoint: Any) -> str:
        if not endpoint.is_active:
            reason = REASONS.get(endpoint.disabled_reason, endpoint.disabled_reason)
            return format_html('{} <span class="nexus-quiet">{}</span>', state_badge("off"), reason)
        return state_badge("active" if endpoint.failing_since is None else "failing")

    @admin.display(description=_("waiting"), ordering="waiting_count")
    def waiting(self, endpoint: Any) -> str:
        return self._count(endpoint, endpoint.waiting_count, "pending")

    @admin.display(description=_("not delivered"), ordering="dead_count")
    def dead(self, endpoint: Any) -> str:
        return self._count(endpoint, endpoint.dead_count, "dead")

    def _count(self, endpoint: Any, count: int, state: str) -> str:
        return list_link(WebhookDelivery, count, endpoint__id__exact=endpoint.pk, state=state) if count else "0"

    @admin.display(description=_("secret"))
    def secret_state(self, endpoint: Any) -> Any:
        if endpoint.previous_secret_until is None:
            return _("Kept encrypted. It was shown when it was made.")
        return _("Kept encrypted. The one before is valid until %(time)s.") % {
            "time": moment(endpoint.previous_secret_until)
        }
