from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    name = "nexus_commerce.contrib.storefront"
    label = "nexus_storefront"
    verbose_name = _("Storefront")

    def ready(self) -> None:
        # Not at the top: receivers import models, and models cannot be imported before every app is known.
        from nexus_commerce.contrib.storefront.login import merge_at_login

        user_logged_in.connect(merge_at_login, dispatch_uid="nexus_commerce.storefront.merge_at_login")
