from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from nexus_commerce.shipping.checks import check_carriers


class ShippingConfig(AppConfig):
    name = "nexus_commerce.shipping"
    label = "nexus_shipping"
    verbose_name = _("Shipping")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_carriers)
