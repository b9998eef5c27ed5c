"""Pages that change something: the cart, the checkout, and the order that comes of it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import (
    PricedCart,
    add_line,
    change_cart,
    change_line,
    find_offer,
    price_cart,
    set_address,
)
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import PlacedOrder, place_order
from nexus_commerce.contrib.storefront.forms import AddForm, CheckoutForm, QuantityForm
from nexus_commerce.contrib.storefront.shopper import (
    CART_COOKIE,
    CHANNEL_COOKIE,
    keep_cart,
    keep_order,
    set_cookie,
    shopper_of,
)
from nexus_commerce.contrib.storefront.views.pages import page
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.orders.errors import OrderNotFound
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import find_order
from nexus_commerce.payments.services import get_provider

__all__ = ["add", "cart", "change", "checkout", "choose_channel", "order"]


@never_cache
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    """Show the cart."""
    shopper = shopper_of(request)
    priced = price_cart(cart=shopper.cart) if shopper.cart else None
    return page(request, shopper, "cart.html", {"priced": priced, "changed": changed_lines(priced)})


def changed_lines(priced: PricedCart | None) -> dict[UUID, str]:
    """Return the codes of what changed, by line."""
    return {change.line: change.code for change in priced.changes} if priced else {}


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put units of a variant into the cart."""
    shopper, form = shopper_of(request), AddForm(request.POST)
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
def choose_channel(request: HttpRequest) -> HttpResponse:
    """Remember the channel that the visitor chose; each channel has a cart of its own."""
    response = redirect("nexus_storefront:home")
    code = request.POST.get("channel", "")
    if Channel.objects.filter(code=code, is_active=True).exists():
        set_cookie(response, CHANNEL_COOKIE, code)
    return response


@require_POST
def change(request: HttpRequest, line: UUID) -> HttpResponse:
    """Set the quantity of a line; zero takes it out."""
    shopper, form = shopper_of(request), QuantityForm(request.POST)
    if shopper.cart is not None and form.is_valid():
        try:
            change_line(cart=shopper.cart, line=line, quantity=form.cleaned_data["quantity"])
        except CommerceError as exc:
            messages.error(request, str(exc))
    return redirect("nexus_storefront:cart")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Ask who buys and where it goes, and place the order."""
    shopper = shopper_of(request)
    if shopper.cart is None:
        return redirect("nexus_storefront:cart")
    priced = price_cart(cart=shopper.cart)
    if not priced.lines:
        return redirect("nexus_storefront:cart")
    known = {"country": shopper.channel.country, "email": shopper.cart.email, "expected_total": priced.totals.total}
    form = CheckoutForm(request.POST or None, initial=known | {"provider": "manual"})
    if request.method == "POST" and form.is_valid():
        try:
            placed = submit(shopper.cart, form)
        except CommerceError as exc:
            messages.error(request, str(exc))
            return redirect("nexus_storefront:cart")
        response = redirect("nexus_storefront:order", public_id=placed.order.public_id)
        if placed.token:
            keep_order(response, placed.order.public_id, placed.token)
        return response
    return page(request, shopper, "checkout.html", {"priced": priced, "form": form})


def submit(own: Cart, form: CheckoutForm) -> PlacedOrder:
    """Write what the form says onto the cart, where it stays for another try, and place its order."""
    change_cart(cart=own, fields={"email": form.cleaned_data["email"]})
    set_address(cart=own, kind="shipping", address=form.address())
    return place_order(
        cart=own,
        provider=form.cleaned_data["provider"],
        expected_total=form.cleaned_data["expected_total"],
        actor="storefront",
    )


@never_cache
@require_safe
def order(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an order to the browser that placed it, or to its customer."""
    shopper = shopper_of(request)
    try:
        found = find_order(public_id=public_id, token=shopper.order_token, customer=shopper.customer)
    except OrderNotFound as exc:
        raise Http404(str(exc)) from exc
    return page(request, shopper, "order.html", {"order": found, "instructions": instructions(found)})


def instructions(found: Order) -> str:
    """Return what is left to do to pay the order."""
    payment = found.payments.first()
    if payment is None or found.payment_state == "paid":
        return ""
    return get_provider(alias=payment.provider).instructions(language=found.language)
