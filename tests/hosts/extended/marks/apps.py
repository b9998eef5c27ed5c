from django.apps import AppConfig


class MarksConfig(AppConfig):
    name = "tests.hosts.extended.marks"
    label = "extended_marks"
    default_auto_field = "django.db.models.BigAutoField"
