"""The Celery app of the example shop, for who runs it with workers::

    export CELERY_BROKER_URL=amqp://guest:guest@localhost//
    celery -A project worker
    celery -A project beat

Without ``CELERY_BROKER_URL`` nothing of this is needed: the demo works off its events by itself. The web processes
never import this module.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
