from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from nexus_commerce.promotions.checks import check_rules


class PromotionsConfig(AppConfig):
    name = "nexus_commerce.promotions"
    label = "nexus_promotions"
    verbose_name = _("Promotions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_rules)
