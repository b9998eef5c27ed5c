"""The cart: what is in it, its codes, and how it is to be sent."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from nexus_commerce.cart.services import (
    add_coupon,
    add_line,
    change_line,
    choose_shipping,
    find_offer,
    remove_coupon,
)
from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.storefront.cart_receipts import cart_receipt, coupons_of, hints_of
from nexus_commerce.contrib.storefront.delivery import delivery_of, priced_for
from nexus_commerce.contrib.storefront.forms import AddForm, CouponForm, DeliveryForm, QuantityForm
from nexus_commerce.contrib.storefront.order_receipts import order_receipt
from nexus_commerce.contrib.storefront.shopper import (
    CART_COOKIE,
    CHANNEL_COOKIE,
    Shopper,
    keep_cart,
    set_cookie,
    waiting_order,
)
from nexus_commerce.contrib.storefront.views.pages import for_shopper, page
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.formatting import format_money
from nexus_commerce.promotions.services import normalize_code

__all__ = ["add", "add_code", "cart", "change", "choose_channel", "choose_delivery", "remove_code"]


@never_cache
@require_safe
@for_shopper
def cart(request: HttpRequest, shopper: Shopper) -> HttpResponse:
    """Show the cart; one that is being paid for, with the ways on and back."""
    if (waiting := waiting_order(request, shopper)) is not None:
        return page(request, shopper, "waiting.html", {"waiting": waiting, "receipt": order_receipt(waiting)})
    return page(request, shopper, "cart.html", cart_context(request, shopper) if shopper.cart else {})


def cart_context(request: HttpRequest, shopper: Shopper) -> dict[str, Any]:
    """Return what the page of a cart shows."""
    priced, place = priced_for(request, shopper)
    delivery = delivery_of(priced, is_known=place is None) if priced.lines else None
    is_placed = place is None or "country" in request.GET
    return {
        "receipt": cart_receipt(priced, is_placed=is_placed),
        "is_placed": is_placed,
        "delivery": delivery,
        "place": place,
        "hints": hints_of(priced, delivery.options if delivery else []),
        "coupons": coupons_of(priced),
        "code": request.GET.get("code", "")[:64],
    }


@require_POST
@for_shopper
def add(request: HttpRequest, shopper: Shopper) -> HttpResponse:
    """Put units of a variant into the cart."""
    form = AddForm(request.POST)
    if waiting_order(request, shopper) is not None:
        messages.warning(request, _("Your cart waits for its payment. Finish or give that up, then you can change it."))
        return redirect("nexus_storefront:cart")
    if not form.is_valid():
        messages.error(request, _("Choose a variant and a quantity."))
        return redirect("nexus_storefront:cart")
    try:
        offer = find_offer(channel=shopper.channel, public_id=form.cleaned_data["variant"])
        own, cookie = keep_cart(request, shopper)
        add_line(cart=own, offer=offer, quantity=form.cleaned_data["quantity"])
    except CommerceError as exc:
        messages.error(request, str(exc))
        return redirect("nexus_storefront:cart")
    messages.success(request, _("%(name)s is in your cart.") % {"name": offer.product.name})
    response = redirect("nexus_storefront:cart")
    if cookie:
        set_cookie(response, CART_COOKIE, cookie)
    return response


@require_POST
@for_shopper
def change(request: HttpRequest, shopper: Shopper, line: UUID) -> HttpResponse:
    """Set the quantity of a line; zero takes it out."""
    form = QuantityForm(request.POST)
    if shopper.cart is not None and form.is_valid():
        try:
            change_line(cart=shopper.cart, line=line, quantity=form.cleaned_data["quantity"])
        except CommerceError as exc:
            messages.error(request, str(exc))
    return redirect("nexus_storefront:cart")


@require_POST
@for_shopper
def add_code(request: HttpRequest, shopper: Shopper) -> HttpResponse:
    """Put a coupon's code into the cart, or say why it does not go in."""
    form = CouponForm(request.POST)
    if shopper.cart is None:
        return redirect("nexus_storefront:cart")
    if not form.is_valid():
        messages.error(request, _("Give a code."))
        return redirect("nexus_storefront:cart")
    code = form.cleaned_data["code"]
    try:
        priced = add_coupon(cart=shopper.cart, code=code)
    except CommerceError as exc:
        messages.error(request, str(exc))
        # The code stays in its field, to be corrected.
        return HttpResponseRedirect(f"{reverse('nexus_storefront:cart')}?{urlencode({'code': code})}#code")
    wanted = normalize_code(code)
    taken = next((tried.amount for tried in priced.totals.tried if tried.coupon_code == wanted), 0)
    said = _("The code takes %(amount)s off.") if taken else _("The code is in your cart.")
    messages.success(request, said % {"amount": format_money(taken, priced.cart.currency)})
    return redirect("nexus_storefront:cart")


@require_POST
@for_shopper
def remove_code(request: HttpRequest, shopper: Shopper) -> HttpResponse:
    """Take a code out of the cart."""
    if shopper.cart is not None:
        try:
            remove_coupon(cart=shopper.cart, code=request.POST.get("code", ""))
        except CommerceError as exc:
            messages.error(request, str(exc))
    return redirect("nexus_storefront:cart")


@require_POST
@for_shopper
def choose_delivery(request: HttpRequest, shopper: Shopper) -> HttpResponse:
    """Choose how the cart is sent, by the code of an option."""
    form = DeliveryForm(request.POST)
    if shopper.cart is not None and form.is_valid():
        try:
            choose_shipping(cart=shopper.cart, method=form.cleaned_data["shipping"])
        except CommerceError as exc:
            messages.error(request, str(exc))
    return redirect("nexus_storefront:cart")


@require_POST
def choose_channel(request: HttpRequest) -> HttpResponse:
    """Remember the channel that the visitor chose; each channel has a cart of its own."""
    response = redirect("nexus_storefront:home")
    code = request.POST.get("channel", "")
    if Channel.objects.filter(code=code, is_active=True).exists():
        set_cookie(response, CHANNEL_COOKIE, code)
    return response
