"""How a guest comes back to an order: by asking for its link, and by the link."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nexus_commerce.contrib.storefront.forms import LookUpForm, OpenForm
from nexus_commerce.contrib.storefront.shopper import Shopper, keep_order
from nexus_commerce.contrib.storefront.tries import tries_too_often
from nexus_commerce.contrib.storefront.views.pages import for_shopper, page
from nexus_commerce.orders.errors import OrderNotFound
from nexus_commerce.orders.services import find_order, request_access

__all__ = ["look_up", "open_order"]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_shopper
def look_up(request: HttpRequest, shopper: Shopper) -> HttpResponse:
    """Ask for number and address of an order, and have its link mailed there; the answer never says whether it is."""
    form = LookUpForm(request.POST if request.method == "POST" else None, label_suffix="")
    if not form.is_valid():
        return page(request, shopper, "look_up.html", {"form": form})
    if tries_too_often(request, "guest_lookup"):
        messages.error(request, _("That was asked for too often from here. Try again in an hour."))
        return page(request, shopper, "look_up.html", {"form": form}, status=429)
    request_access(**form.cleaned_data)
    said = _("If there is such an order, its link is on the way to this address. It can take a few minutes.")
    messages.success(request, said)
    return redirect("nexus_storefront:look_up")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_shopper
def open_order(request: HttpRequest, shopper: Shopper, public_id: UUID) -> HttpResponse:
    """Take the token of a link and let this browser see the order.

    The link carries the token behind ``#``, which browsers send to no server: the page's script posts it. Without
    scripts the link is pasted. The page is the same for every order, whether there is one or not.
    """
    form = OpenForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid():
        token = form.cleaned_data["token"]
        try:
            order = find_order(public_id=public_id, token=token)
        except OrderNotFound:
            messages.error(request, _("This link does not open the order, or not any more. Ask for a new one."))
            return redirect("nexus_storefront:look_up")
        response = redirect("nexus_storefront:order", public_id=order.public_id)
        keep_order(response, order.public_id, token)
        return response
    return page(request, shopper, "open_order.html", {"form": form})
