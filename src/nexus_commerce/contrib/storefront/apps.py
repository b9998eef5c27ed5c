from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    name = "nexus_commerce.contrib.storefront"
    label = "nexus_storefront"
    verbose_name = _("Storefront")
