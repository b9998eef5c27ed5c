"""Settings of the example shop.

Without any environment it is a demo: DEBUG, SQLite, files under ``var/``. In production set ``DEBUG=0``,
``SECRET_KEY`` and ``ALLOWED_HOSTS`` (separated by commas), ``DATABASE_URL`` and ``REDIS_URL``; everything else
follows. A small shop on one machine does without the last two: ``ALLOW_IN_PRODUCTION=sqlite,local_cache``.
"""

import os
from pathlib import Path

from nexus_commerce import APPS
from nexus_commerce.conf.pipeline import TOTALS_STEPS
from nexus_commerce.conf.schedule import BEAT_SCHEDULE
from nexus_commerce.conf.subscribers import SUBSCRIBERS
from project.environment import database, flag, folder, required, words

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = folder("VAR", BASE_DIR / "var")

DEBUG = flag("DEBUG", default=True)
if DEBUG:
    SECRET_KEY = os.environ.get("SECRET_KEY") or "not a secret: this key is for the demo on your own machine"
    ALLOWED_HOSTS = words("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
else:
    SECRET_KEY = required("SECRET_KEY", "a long random text that signs sessions and tokens.")
    ALLOWED_HOSTS = required("ALLOWED_HOSTS", "the host names of the shop, separated by commas.").split(",")

# The page of the test card. In production there is none, and no such card.
PLAY = ["nexus_commerce.contrib.dummypay"] if DEBUG else []
INSTALLED_APPS = [
    # Before the library: its nexus_demo command adds the shop's own products.
    "shop",
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # The files of the API's documentation page.
    "drf_spectacular_sidecar",
    "nexus_commerce.contrib.storefront",
    *PLAY,
    *APPS,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "project.headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "shop" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shop.context.shop",
            ]
        },
    }
]

DATABASES = {"default": database(VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if redis := os.environ.get("REDIS_URL"):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis}}

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_USE_FINDERS = DEBUG
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if DEBUG else 'smtp'}.EmailBackend"
if DEBUG:
    EMAIL_FILE_PATH = VAR / "mails"

# Where the links in mails lead to: never taken from a request, whose host anybody may choose.
BASE_URL = os.environ.get("BASE_URL") or (
    f"http://127.0.0.1:{os.environ.get('PORT') or 8000}" if DEBUG else f"https://{ALLOWED_HOSTS[0].strip().lstrip('.')}"
)

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if not DEBUG:
    SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host.strip().lstrip('.')}" for host in ALLOWED_HOSTS if "*" not in host]
    if flag("BEHIND_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Who hands on events: the process that wrote them, or the workers where there is a broker (RELAY=background also
# for who runs "manage.py nexus_relay").
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "")
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# RabbitMQ says that it has a message. Redis gives one that was not acknowledged in time to another worker: longer
# than the longest task may take.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"confirm_publish": True} if CELERY_BROKER_URL.startswith("amqp") else {"visibility_timeout": 3600}
)

# One line of JSON for each entry, with the id of the request and without secrets.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "nexus_commerce.core.logs.RedactingFilter"}},
    "formatters": {
        "json": {"()": "nexus_commerce.core.logs.JsonFormatter"},
        "plain": {"format": "%(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["redact"],
            "formatter": "plain" if DEBUG else "json",
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "nexus_commerce": {"level": "INFO"},
    },
}

PROVIDERS = {
    "manual": {"BACKEND": "nexus_commerce.payments.providers.manual.ManualProvider", "OPTIONS": {}},
    "invoice": {"BACKEND": "shop.invoices.PayByInvoice", "OPTIONS": {"days": 14}},
}
if DEBUG:
    # Who pays by it is sent to a page that asks whether to pay or to decline; no money moves.
    card = {"name": "Test card", "script": "needs_action", "page": "/dummypay/", "path": VAR / "bank.sqlite3"}
    dummy = {"BACKEND": "nexus_commerce.payments.providers.dummy.DummyProvider", "OPTIONS": card}
    PROVIDERS = {"dummy": dummy, **PROVIDERS}

NEXUS_COMMERCE = {
    "PAYMENT_PROVIDERS": PROVIDERS,
    "SUBSCRIBERS": [*SUBSCRIBERS, "shop.subscribers.WelcomeFriends"],
    "ALLOW_IN_PRODUCTION": words("ALLOW_IN_PRODUCTION"),
    "RELAY": os.environ.get("RELAY") or ("background" if CELERY_BROKER_URL else "inline"),
    "MODELS": {"catalog.Product": "shop.nexus.ShopProduct"},
    "EMAIL_POLICY": "shop.mails.ShopMails",
    "TOTALS_STEPS": TOTALS_STEPS.after("add_fees", "shop.totals.charge_deposit"),
    "PROMOTION_CONDITIONS": ["shop.promotions.WeightCondition"],
}
MIGRATION_MODULES = {
    "nexus_catalog": "shop.nexus_migrations.catalog",
}
