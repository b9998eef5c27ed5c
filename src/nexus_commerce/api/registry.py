"""The API classes in force, and routes that look them up when a request comes.

A class is found by its key, such as ``"cart.CartSerializer"``; what a host names for the key in
``NEXUS_COMMERCE["API"]`` takes the place of the library's own. Nothing is resolved while modules are imported, so
settings that change (in a test, or late) are followed.
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from rest_framework.views import APIView

from nexus_commerce.conf import nexus_settings

__all__ = ["LazyView", "api_class", "route"]


def api_class(key: str) -> type[Any]:
    """Return the class in force for a key; see ``conf.api_classes`` for the keys."""
    return nexus_settings.API[key]


class LazyView:
    """A view function that finds its class when it is called.

    It looks like the function that ``APIView.as_view()`` returns, for the resolver and for the OpenAPI generator. It
    is exempt from ``ATOMIC_REQUESTS``: a service opens the transactions that it needs, and no payment provider is
    called inside of one.
    """

    csrf_exempt = True
    initkwargs: dict[str, Any] = {}

    def __init__(self, key: str) -> None:
        self.key = key
        self._made: tuple[type[APIView], Any] | None = None

    @property
    def cls(self) -> type[APIView]:
        """The view class in force."""
        return api_class(self.key)

    @property
    def _non_atomic_requests(self) -> set[str]:
        return set(connections)

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cls = self.cls
        if self._made is None or self._made[0] is not cls:
            self._made = (cls, cls.as_view())
        response: HttpResponseBase = self._made[1](request, *args, **kwargs)
        return response


def route(pattern: str, key: str, name: str) -> URLPattern:
    """Return the route of the view class that ``key`` names."""
    return path(pattern, LazyView(key), name=name)
