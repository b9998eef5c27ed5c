"""The default test host with the benchmark's own views, and connections that stay open as in production."""

import os

from tests.hosts.default.settings import *  # noqa: F403
from tests.hosts.default.settings import CACHES, DATABASES, NEXUS_COMMERCE

ROOT_URLCONF = "benchmarks.urls"
DATABASES["default"]["CONN_MAX_AGE"] = None
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""What ``django-admin startproject`` writes; the bare views go through it as well."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if url := os.environ.get("REDIS_URL"):
    # As in production: tries are counted in a cache that all processes share.
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
else:
    # Without one the database would count, which no shop of this size does.
    NEXUS_COMMERCE = {**NEXUS_COMMERCE, "THROTTLE_RATES": {"checkout": None}}
