from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "tests.hosts.extended.shop"
    label = "extended_shop"
    default_auto_field = "django.db.models.BigAutoField"
