from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DummyPayConfig(AppConfig):
    name = "nexus_commerce.contrib.dummypay"
    label = "nexus_dummypay"
    verbose_name = _("Test payments")
