from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "nexus_commerce.catalog"
    label = "nexus_catalog"
    verbose_name = _("Catalog")
    default_auto_field = "django.db.models.BigAutoField"
