"""What every page of the storefront shows."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override

from nexus_commerce.cart.models import CartLine
from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.storefront.shopper import Shopper, shopper_of
from nexus_commerce.listing.categories import category_tree

__all__ = ["for_shopper", "page"]

P = ParamSpec("P")


def for_shopper(
    view: Callable[Concatenate[HttpRequest, Shopper, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a view know who stands before the shop, and speak the language of the channel.

    Also where the project has ``ATOMIC_REQUESTS`` on, the view is in no transaction: payment providers are never asked
    inside one.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        shopper = shopper_of(request)
        with override(shopper.channel.default_language):
            return view(request, shopper, *args, **kwargs)

    wrapped._non_atomic_requests = set(connections)  # type: ignore[attr-defined]
    return wrapped


def page(
    request: HttpRequest, shopper: Shopper, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page with the shop's frame around it, in the channel's language."""
    frame = {
        "channel": shopper.channel,
        "channels": Channel.objects.filter(is_active=True).order_by("name"),
        "currency": shopper.channel.currency,
        "tree": category_tree(channel=shopper.channel, viewer=shopper.viewer),
        "cart_size": CartLine.objects.filter(cart=shopper.cart).count() if shopper.cart else 0,
    }
    with override(shopper.channel.default_language):
        return render(request, f"nexus_storefront/{template}", frame | context, status=status)
