from django.apps import AppConfig


class LabelsConfig(AppConfig):
    name = "tests.hosts.extended.labels"
    label = "extended_labels"
    default_auto_field = "django.db.models.BigAutoField"
