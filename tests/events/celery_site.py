"""A site with Celery workers, for tests that start them: settings, app and subscribers by the environment."""

import json
import os

from celery import Celery
from kombu import Queue

from tests.hosts.default.settings import *  # noqa: F403

DATABASES = {"default": json.loads(os.environ.get("NEXUS_WORKER_DATABASE", "{}"))}
NEXUS_COMMERCE = {
    # The settings of the test hosts are not safe, and are not meant to be.
    "PRODUCTION": False,
    "SUBSCRIBERS": ["tests.events.celery_listeners.Ledger", "tests.events.celery_listeners.Courier"],
}
BROKER = os.environ.get("NEXUS_WORKER_BROKER", "memory://")
QUEUE = os.environ.get("NEXUS_WORKER_QUEUE", "nexus-test")

app = Celery("nexus-test", broker=BROKER)
app.conf.update(
    task_default_queue=QUEUE,
    # A server that is used by others as well forgets the queue when nobody used it for a while.
    task_queues=[Queue(QUEUE, expires=120)],
    task_create_missing_queues=False,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"confirm_publish": True}
    if BROKER.startswith("amqp")
    else {"visibility_timeout": 3600, "global_keyprefix": QUEUE},
    beat_schedule={"relay": {"task": "nexus.relay", "schedule": 0.3, "options": {"expires": 5}}},
)
app.autodiscover_tasks()
