"""The root app: it has no models; it registers the system checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class NexusCommerceConfig(AppConfig):
    """Register the checks of the settings and of the extended models."""

    name = "nexus_commerce"
    label = "nexus_commerce"
    verbose_name = "Nexus Commerce"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not at the top: the checks import models, and models cannot be imported before every app is known.
        from nexus_commerce.core.checks import CHECKS, DATABASE_CHECKS

        for check in CHECKS:
            register(check)
        for check in DATABASE_CHECKS:
            register(check, Tags.database)
