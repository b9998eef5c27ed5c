"""The API, to be included by a host: ``path("shop/", include("nexus_commerce.urls"))``."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
