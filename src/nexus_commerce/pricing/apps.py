from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricingConfig(AppConfig):
    name = "nexus_commerce.pricing"
    label = "nexus_pricing"
    verbose_name = _("Prices")
    default_auto_field = "django.db.models.BigAutoField"
