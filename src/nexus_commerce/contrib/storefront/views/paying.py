"""The way to the payment and back: waiting, checking, declined, given up.

Everything here is about the order that a cart has become, and addressed by the cart: a provider is told where to send
the shopper back to before there is an order. Nothing that comes with the request counts; the provider is asked.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import select_template
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from nexus_commerce.checkout.errors import CheckoutNotPending
from nexus_commerce.checkout.services import PlacedOrder, abandon_checkout, complete_payment, resume_checkout
from nexus_commerce.contrib.storefront.payment_words import name_of_provider, words_of_failure
from nexus_commerce.contrib.storefront.shopper import Shopper, keep_order, opens_cart
from nexus_commerce.contrib.storefront.views.pages import for_shopper, page
from nexus_commerce.contrib.storefront.wallet import empty_wallet
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.orders.errors import OrderNotFound
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import find_order
from nexus_commerce.payments.errors import PaymentDeclined
from nexus_commerce.payments.models import Payment

__all__ = ["abandon", "go_on", "payment"]

ACTION_PAGES: Final = "nexus_storefront/actions/"
UNKNOWN: Final = f"{ACTION_PAGES}unknown.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_shopper
def payment(request: HttpRequest, shopper: Shopper, cart: UUID) -> HttpResponse:
    """Show how the payment of a cart stands; providers send shoppers back here.

    A GET asks the provider, and moves no money that was not agreed to. A POST goes on with a payment that was broken
    off.
    """
    order = order_of(request, shopper, cart)
    if order is None:
        messages.info(request, _("Your payment is taken care of, and we mail you. Here you can look your order up."))
        return redirect("nexus_storefront:look_up")
    try:
        if request.method == "POST" and order.cart is not None:
            placed = resume_checkout(cart=order.cart, actor="storefront")
        elif is_being_asked(order):
            return page(request, shopper, "payment.html", context_of(order, asked(order), is_going=False))
        else:
            placed = complete_payment(order=order, actor="storefront")
    except PaymentDeclined as exc:
        return declined(request, exc, provider=provider_of(order))
    except CommerceError as exc:
        messages.error(request, str(exc))
        return redirect("nexus_storefront:cart")
    if request.method == "POST" or placed.order.state != "pending":
        return go_on(placed, cart)
    is_going = "go" in request.GET
    response = page(request, shopper, "payment.html", context_of(placed.order, placed.payment, is_going=is_going))
    if placed.token:
        keep_order(response, placed.order.public_id, placed.token)
    return response


@never_cache
@require_POST
@for_shopper
def abandon(request: HttpRequest, shopper: Shopper, cart: UUID) -> HttpResponse:
    """Give a payment up, so that the cart can be changed again."""
    order = order_of(request, shopper, cart)
    if order is None:
        raise Http404
    try:
        abandon_checkout(order=order, actor="storefront")
    except CheckoutNotPending:
        # It went through after all, or is being looked at: the order's page says so.
        return redirect("nexus_storefront:payment", cart=cart)
    except CommerceError as exc:
        messages.error(request, str(exc))
        return redirect("nexus_storefront:payment", cart=cart)
    messages.success(request, _("Nothing was charged. Your cart is open again."))
    return redirect("nexus_storefront:cart")


def go_on(placed: PlacedOrder, cart: UUID) -> HttpResponse:
    """Lead to the order, or to the page of its payment as long as it waits for that; keep what opens it.

    Providers are reached by a page and its link, not by a redirect of the form: browsers stop the latter where the site
    has a Content-Security-Policy with ``form-action 'self'``.
    """
    if placed.order.state == "pending":
        response: HttpResponse = HttpResponseRedirect(f"{reverse('nexus_storefront:payment', args=[cart])}?go=1")
    else:
        response = redirect("nexus_storefront:order", public_id=placed.order.public_id)
        empty_wallet(response)
    if placed.token:
        keep_order(response, placed.order.public_id, placed.token)
    return response


def declined(request: HttpRequest, exc: PaymentDeclined, *, provider: str) -> HttpResponse:
    """Lead back to the checkout, the cart being open again, and say why."""
    messages.error(request, words_of_failure(str(exc.params.get("failure_code", ""))))
    query = urlencode({"provider": provider})
    return HttpResponseRedirect(f"{reverse('nexus_storefront:checkout')}?{query}")


def order_of(request: HttpRequest, shopper: Shopper, cart: UUID) -> Order | None:
    """Return what a cart became last, for the one who ordered it; None for everybody else."""
    rows = Order.objects.select_related("cart", "channel").filter(cart__public_id=cart)
    order = rows.order_by("-pk").first()
    if order is None or opens_cart(request, cart, shopper.customer):
        return order
    try:
        find_order(public_id=order.public_id, token=shopper.order_token, customer=shopper.customer)
    except OrderNotFound:
        return None
    return order


def asked(order: Order) -> Payment | None:
    """Return the payment of an order that a provider was asked for last."""
    found: Payment | None = order.payments.exclude(provider__in=("gift_card", "store_credit")).last()
    return found


def provider_of(order: Order) -> str:
    """Return the alias of the provider that an order was to be paid by."""
    found = asked(order)
    return found.provider if found is not None else ""


def is_being_asked(order: Order) -> bool:
    """Tell whether another request is asking the provider at this moment; then nobody else does."""
    found = asked(order)
    is_locked = found is not None and found.locked_until is not None and found.locked_until > timezone.now()
    return order.state == "pending" and is_locked


def context_of(order: Order, payment: Payment | None, *, is_going: bool) -> dict[str, Any]:
    """Return what the page of a payment shows."""
    action = payment.next_action if payment is not None and payment.state == "requires_action" else {}
    kind = str(action.get("type", ""))
    url = str(action.get("url", "")) if kind == "redirect" else ""
    if not url.startswith(("https://", "http://", "/")):
        url = ""
    is_known = kind.isidentifier() and (kind != "redirect" or bool(url))
    return {
        "order": order,
        "payment": payment,
        "name": name_of_provider(payment.provider) if payment is not None else "",
        "action": action,
        "url": url,
        "is_going": is_going and bool(url),
        "is_checking": not action,
        # A host that knows another kind of action brings a page for it.
        "action_page": select_template([f"{ACTION_PAGES}{kind}.html", UNKNOWN] if is_known else [UNKNOWN]),
    }
