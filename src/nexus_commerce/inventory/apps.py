from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "nexus_commerce.inventory"
    label = "nexus_inventory"
    verbose_name = _("Stock")
    default_auto_field = "django.db.models.BigAutoField"
