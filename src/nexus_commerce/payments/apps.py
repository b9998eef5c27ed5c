from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from nexus_commerce.payments.checks import check_providers


class PaymentsConfig(AppConfig):
    name = "nexus_commerce.payments"
    label = "nexus_payments"
    verbose_name = _("Payments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check of the providers."""
        register(check_providers)
