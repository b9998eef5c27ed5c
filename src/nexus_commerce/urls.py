"""The API, to be included by a host: ``path("shop/", include("nexus_commerce.urls"))``."""

from django.urls import URLPattern, re_path

from nexus_commerce.api.registry import LazyView, route

__all__ = ["app_name", "urlpatterns"]

app_name = "nexus"

urlpatterns: list[URLPattern] = [
    route("v1/channel", "channels.ChannelView", "channel"),
    re_path(r"^v1/", LazyView("errors.UnknownAddressView"), name="unknown"),
]
"""Addresses have no slash at the end. The last one answers whatever is not there as the API answers errors."""
