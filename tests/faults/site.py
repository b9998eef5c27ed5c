"""The settings of a real site in processes of its own: the host that the suite runs on, with a bank that is a file.

What differs between tests comes from the environment, which :mod:`tests.faults.serving` sets.
"""

import json
import os
from importlib import import_module

from tests.hosts.default.settings import *  # noqa: F403
from tests.hosts.default.settings import NEXUS_COMMERCE as DEFAULT

_host = vars(import_module(os.environ.get("NEXUS_SITE_HOST", "tests.hosts.default.settings")))
globals().update({name: value for name, value in _host.items() if name.isupper()})

DATABASES = {"default": json.loads(os.environ.get("NEXUS_SITE_DATABASE", "{}"))}
ALLOWED_HOSTS = ["*"]
NEXUS_COMMERCE = {
    **_host.get("NEXUS_COMMERCE", DEFAULT),
    "PAYMENT_PROVIDERS": {
        "dummy": {
            "BACKEND": "nexus_commerce.payments.providers.dummy.DummyProvider",
            "OPTIONS": {"path": os.environ.get("NEXUS_SITE_BANK"), "secret": "bank", "delay": 1},
        },
    },
    # Who asks again and again until the answer is final asks more often than a shopper may.
    "THROTTLE_RATES": {"checkout": "1000/min"},
    "SUBSCRIBERS": ["nexus_commerce.notifications.subscribers.Emails"],
    "RELAY": os.environ.get("NEXUS_SITE_RELAY", "background"),
}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = os.environ.get("NEXUS_SITE_MAILS", "")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
