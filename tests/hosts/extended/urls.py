"""The URLs of the default host."""

from tests.hosts.default.urls import urlpatterns

__all__ = ["urlpatterns"]
