from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CartConfig(AppConfig):
    name = "nexus_commerce.cart"
    label = "nexus_cart"
    verbose_name = _("Carts")
    default_auto_field = "django.db.models.BigAutoField"
