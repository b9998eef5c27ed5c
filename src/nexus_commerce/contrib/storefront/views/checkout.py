"""The checkout, and the order that comes of it."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import PricedCart, change_cart, choose_shipping, set_address
from nexus_commerce.checkout.errors import CheckoutIncomplete, TotalChanged
from nexus_commerce.checkout.services import place_order
from nexus_commerce.contrib.storefront.cart_receipts import cart_receipt, coupons_of
from nexus_commerce.contrib.storefront.countries import country_name
from nexus_commerce.contrib.storefront.delivery import delivery_of, price_known
from nexus_commerce.contrib.storefront.forms import ADDRESS, CheckoutForm
from nexus_commerce.contrib.storefront.order_receipts import order_receipt
from nexus_commerce.contrib.storefront.shopper import Shopper, keep_order
from nexus_commerce.contrib.storefront.views.pages import for_shopper, page
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.formatting import format_money
from nexus_commerce.fulfillment.services import shipments_of
from nexus_commerce.orders.errors import OrderNotFound
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import find_order
from nexus_commerce.payments.services import get_provider
from nexus_commerce.shipping.errors import ShippingNotOffered

__all__ = ["checkout", "order"]

DELIVERY: Final = {"shipping_method_missing", "shipping_outdated"}
CURED_HERE: Final = DELIVERY | {"shipping_address_missing", "email_missing", "tax_outdated"}
"""What a cart may lack that is made up for on the page of the checkout."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_shopper
def checkout(request: HttpRequest, shopper: Shopper) -> HttpResponse:
    """Ask who buys, where it goes and how it is sent, and place the order at the total that is shown."""
    if shopper.cart is None:
        return redirect("nexus_storefront:cart")
    form = CheckoutForm(request.POST, label_suffix="") if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            return submit(request, shopper.cart, form)
        except (ShippingNotOffered, TotalChanged, CheckoutIncomplete) as exc:
            return refused(request, exc, form)
        except CommerceError as exc:
            messages.error(request, str(exc))
            return redirect("nexus_storefront:cart")
    priced = price_known(request, shopper.cart)
    if not priced.lines:
        return redirect("nexus_storefront:cart")
    return page(request, shopper, "checkout.html", checkout_context(request, priced, form))


def checkout_context(request: HttpRequest, priced: PricedCart, form: CheckoutForm | None) -> dict[str, Any]:
    """Return what the page of the checkout shows; without a form that was sent, what the cart knows already."""
    address = priced.addresses.get("shipping")
    known: dict[str, Any] = {"country": priced.cart.channel.country}
    if address is not None:
        known = {name: getattr(address, name) for name in ADDRESS}
    known |= {"email": priced.cart.email, "expected_total": priced.totals.total}
    known["provider"] = request.GET.get("provider", "manual")
    delivery = delivery_of(priced, is_known=address is not None)
    is_untaxed = any(change.code == "tax_outdated" for change in priced.changes) and address is not None
    return {
        "form": form or CheckoutForm(initial=known, label_suffix=""),
        "receipt": cart_receipt(priced, is_placed=address is not None),
        "is_placed": address is not None,
        "delivery": delivery,
        "lapsed": [(code, said) for code, said, applies in coupons_of(priced) if not applies],
        # Before it is known where the goods go and how, the total is not the one to be agreed to.
        "is_ready": not (delivery and delivery.is_due) and not is_untaxed,
        "is_untaxed": is_untaxed,
    }


def submit(request: HttpRequest, own: Cart, form: CheckoutForm) -> HttpResponse:
    """Write what the form says onto the cart, where it stays for another try, and place its order if that was asked."""
    change_cart(cart=own, fields={"email": form.cleaned_data["email"]})
    set_address(cart=own, kind="shipping", address=form.address())
    if method := form.cleaned_data["shipping"]:
        choose_shipping(cart=own, method=method)
    if method or request.POST.get("action") == "save":
        return back_to_checkout(form)
    placed = place_order(
        cart=own,
        provider=form.cleaned_data["provider"],
        expected_total=form.cleaned_data["expected_total"],
        actor="storefront",
    )
    response = redirect("nexus_storefront:order", public_id=placed.order.public_id)
    if placed.token:
        keep_order(response, placed.order.public_id, placed.token)
    return response


def refused(request: HttpRequest, exc: CommerceError, form: CheckoutForm) -> HttpResponse:
    """Say why the order was not placed, on the page where that can be mended."""
    if isinstance(exc, CheckoutIncomplete):
        lacking = {requirement["code"] for requirement in exc.params["requirements"]}
        if not lacking <= CURED_HERE:
            messages.error(request, str(exc))
            return redirect("nexus_storefront:cart")
        said = _("Choose how it is to be sent; then you can order.")
        messages.error(request, said if lacking & DELIVERY else _("Look at the total once more, then order."))
    elif isinstance(exc, TotalChanged):
        total = format_money(exc.params["total"], exc.params["currency"])
        messages.error(request, _("The total is %(total)s now. Look at it once more, then order.") % {"total": total})
    else:
        messages.error(request, str(exc))
    return back_to_checkout(form)


def back_to_checkout(form: CheckoutForm) -> HttpResponse:
    """Return to the checkout, which shows what the cart has become; the payment is not kept on the cart."""
    chosen = urlencode({"provider": form.cleaned_data["provider"]})
    return HttpResponseRedirect(f"{reverse('nexus_storefront:checkout')}?{chosen}#delivery")


@never_cache
@require_safe
@for_shopper
def order(request: HttpRequest, shopper: Shopper, public_id: UUID) -> HttpResponse:
    """Show an order to the browser that placed it, or to its customer."""
    try:
        found = find_order(public_id=public_id, token=shopper.order_token, customer=shopper.customer)
    except OrderNotFound as exc:
        raise Http404(str(exc)) from exc
    context = {
        "order": found,
        "receipt": order_receipt(found),
        "instructions": instructions(found),
        "parcels": [parcel for parcel in shipments_of(order=found) if not parcel.canceled_at],
        "addresses": [(address, country_name(address.country)) for address in found.addresses.all()],
    }
    return page(request, shopper, "order.html", context)


def instructions(found: Order) -> str:
    """Return what is left to do to pay the order."""
    payment = found.payments.first()
    if payment is None or found.payment_state == "paid":
        return ""
    return get_provider(alias=payment.provider).instructions(language=found.language)
