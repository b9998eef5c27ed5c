"""Channels in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin
from nexus_commerce.channels.models import Channel

__all__ = ["ChannelAdmin"]


@admin.register(Channel)
class ChannelAdmin(CommerceAdmin):
    """A channel keeps its currency once it is made: its carts and orders were written in it."""

    list_display = ["name", "code", "currency", "country", "hostname", "is_default", "is_active"]
    list_filter = ["is_active", "currency", "country"]
    search_fields = ["name", "code", "hostname"]
    fieldsets = [
        (None, {"fields": ["name", "code", "is_active", "is_default", "hostname"]}),
        (
            _("Money, place and language"),
            {
                "fields": [
                    ("currency", "country"),
                    ("prices_include_tax", "display_tax"),
                    ("time_zone", "default_language"),
                ]
            },
        ),
        FREE_DATA,
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["currency"] if obj else [])]
