from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from nexus_commerce.events.checks import check_names


class EventsConfig(AppConfig):
    name = "nexus_commerce.events"
    label = "nexus_events"
    verbose_name = _("Events")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_names)
