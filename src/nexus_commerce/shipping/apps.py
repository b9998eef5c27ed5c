from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShippingConfig(AppConfig):
    name = "nexus_commerce.shipping"
    label = "nexus_shipping"
    verbose_name = _("Shipping")
    default_auto_field = "django.db.models.BigAutoField"
