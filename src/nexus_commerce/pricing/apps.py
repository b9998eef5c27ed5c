from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricingConfig(AppConfig):
    name = "nexus_commerce.pricing"
    label = "nexus_pricing"
    verbose_name = _("Prices")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not at the top: receivers import models, and models cannot be imported before every app is known.
        from nexus_commerce.pricing.receivers import connect_receivers

        connect_receivers()
