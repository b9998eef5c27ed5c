from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "tests.hosts.late.shop"
    label = "late_shop"
    default_auto_field = "django.db.models.BigAutoField"
