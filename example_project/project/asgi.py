"""Where a ASGI server finds the site."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# No page may keep the database busy for longer; see project/environment.py.
os.environ.setdefault("STATEMENT_TIMEOUT", "10s")
application = get_asgi_application()
