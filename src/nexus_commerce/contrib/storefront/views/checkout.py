"""The checkout: who buys, where it goes, how it is sent and paid."""

from contextlib import suppress
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nexus_commerce.cart.errors import CartNotOpen
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import PricedCart, change_cart, choose_shipping, price_cart, set_address
from nexus_commerce.checkout.errors import CheckoutIncomplete, ProviderNotUsable, TotalChanged
from nexus_commerce.checkout.services import place_order
from nexus_commerce.contrib.storefront.cart_receipts import cart_receipt, coupons_of
from nexus_commerce.contrib.storefront.delivery import delivery_of, price_known
from nexus_commerce.contrib.storefront.forms import ADDRESS, CheckoutForm
from nexus_commerce.contrib.storefront.payment_words import ways_to_pay, words_of_failure
from nexus_commerce.contrib.storefront.shopper import Shopper
from nexus_commerce.contrib.storefront.views.pages import for_shopper, page
from nexus_commerce.contrib.storefront.views.paying import go_on
from nexus_commerce.contrib.storefront.wallet import Plan, Wallet, keep_wallet, plan_payment, wallet_of
from nexus_commerce.contrib.storefront.wallet_changes import changed_wallet
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.formatting import format_money
from nexus_commerce.payments.errors import CreditRefused, GiftCardNotUsable, PaymentDeclined, UnknownProvider
from nexus_commerce.shipping.errors import ShippingNotOffered

__all__ = ["checkout"]

DELIVERY: Final = {"shipping_method_missing", "shipping_outdated"}
CURED_HERE: Final = DELIVERY | {"shipping_address_missing", "email_missing", "tax_outdated"}
"""What a cart may lack that is made up for on the page of the checkout."""
SHOWN_HERE: Final = (
    CheckoutIncomplete,
    CreditRefused,
    GiftCardNotUsable,
    PaymentDeclined,
    ProviderNotUsable,
    ShippingNotOffered,
    TotalChanged,
    UnknownProvider,
)
"""Refusals of an order that can be mended on the page of the checkout."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_shopper
def checkout(request: HttpRequest, shopper: Shopper) -> HttpResponse:
    """Ask who buys, where it goes, how it is sent and paid, and place the order at the total that is shown.

    The form says which cart it is for: sent twice, or after that cart was ordered in another tab, it leads to the order
    of that cart.
    """
    form = CheckoutForm(request.POST, label_suffix="") if request.method == "POST" else None
    is_valid = form is not None and form.is_valid()
    meant = form.cleaned_data.get("cart") if form is not None else None
    if meant is not None and (shopper.cart is None or shopper.cart.public_id != meant):
        return redirect("nexus_storefront:payment", cart=meant)
    if shopper.cart is None:
        return redirect("nexus_storefront:cart")
    before = wallet_of(request)
    if form is not None and (wallet := changed_wallet(request, shopper, form)) is not None:
        return keep_and_return(shopper.cart, form, before, wallet)
    if form is not None and is_valid:
        return try_to_order(request, shopper, shopper.cart, form)
    priced = price_known(request, shopper.cart)
    if not priced.lines:
        return redirect("nexus_storefront:cart")
    plan = plan_payment(before, shopper, total=priced.totals.total, currency=priced.cart.currency)
    if plan.lost:
        messages.warning(request, _("A gift card that you gave cannot be used any more; it was taken out."))
    response = page(request, shopper, "checkout.html", checkout_context(request, priced, plan, form))
    if plan.lost:
        keep_wallet(response, plan.wallet)
    return response


def checkout_context(request: HttpRequest, priced: PricedCart, plan: Plan, form: CheckoutForm | None) -> dict[str, Any]:
    """Return what the page of the checkout shows; without a form that was sent, what the cart knows already."""
    address = priced.addresses.get("shipping")
    ways = ways_to_pay(language=priced.cart.channel.default_language)
    asked = request.GET.get("provider", "") if form is None else str(form["provider"].value() or "")
    delivery = delivery_of(priced, is_known=address is not None)
    is_untaxed = any(change.code == "tax_outdated" for change in priced.changes) and address is not None
    return {
        "form": form or CheckoutForm(initial=known_of(priced, plan), label_suffix=""),
        "receipt": cart_receipt(priced, is_placed=address is not None),
        "is_placed": address is not None,
        "delivery": delivery,
        "lapsed": [(code, said) for code, said, applies in coupons_of(priced) if not applies],
        # Before it is known where the goods go and how, the total is not the one to be agreed to.
        "is_ready": not (delivery and delivery.is_due) and not is_untaxed,
        "is_untaxed": is_untaxed,
        "plan": plan,
        "ways": ways,
        "chosen": asked if asked in {way.alias for way in ways} else ways[0].alias if ways else "",
    }


def known_of(priced: PricedCart, plan: Plan) -> dict[str, Any]:
    """Return what the form is filled with."""
    address = priced.addresses.get("shipping")
    known: dict[str, Any] = {"country": priced.cart.channel.country}
    if address is not None:
        known = {name: getattr(address, name) for name in ADDRESS}
    return known | {
        "email": priced.cart.email,
        "expected_total": priced.totals.total,
        "expected_rest": plan.left,
        "cart": priced.cart.public_id,
    }


def keep_and_return(own: Cart, form: CheckoutForm, before: Wallet, wallet: Wallet) -> HttpResponse:
    """Keep a changed wallet, and what else the form says as far as it can be kept, and show the checkout again.

    Where nothing came of it, the page is shown from its head, where the reason stands.
    """
    if form.is_valid():
        # What is wrong with it, the order will say.
        with suppress(CommerceError):
            keep_address(own, form)
    response = back_to_checkout(form, "payment" if wallet != before else "")
    keep_wallet(response, wallet)
    return response


def keep_address(own: Cart, form: CheckoutForm) -> None:
    """Write onto the cart who buys and where it goes, where it stays for another try."""
    change_cart(cart=own, fields={"email": form.cleaned_data["email"]})
    set_address(cart=own, kind="shipping", address=form.address())


def try_to_order(request: HttpRequest, shopper: Shopper, own: Cart, form: CheckoutForm) -> HttpResponse:
    """Order, or say why not on the page where that can be mended."""
    try:
        return submit(request, shopper, own, form)
    except SHOWN_HERE as exc:
        return refused(request, exc, form)
    except CartNotOpen:
        # The same form came a moment earlier: its order is being made, or is there.
        return redirect("nexus_storefront:payment", cart=own.public_id)
    except CommerceError as exc:
        messages.error(request, str(exc))
        return redirect("nexus_storefront:cart")


def submit(request: HttpRequest, shopper: Shopper, own: Cart, form: CheckoutForm) -> HttpResponse:
    """Write what the form says onto the cart, and place its order if that was asked."""
    said = form.cleaned_data
    keep_address(own, form)
    if method := said["shipping"]:
        choose_shipping(cart=own, method=method)
    if method or request.POST.get("action") == "save":
        return back_to_checkout(form)
    wallet = wallet_of(request)
    if said["expected_rest"] is not None and (wallet.cards or wallet.uses_credit):
        plan = plan_payment(wallet, shopper, total=price_cart(cart=own).totals.total, currency=own.currency)
        if plan.left != said["expected_rest"]:
            left = format_money(plan.left, own.currency)
            messages.error(
                request, _("%(left)s is left to pay now. Look at it once more, then order.") % {"left": left}
            )
            return back_to_checkout(form, "")
    placed = place_order(
        cart=own,
        provider=said["provider"],
        return_url=request.build_absolute_uri(reverse("nexus_storefront:payment", args=[own.public_id])),
        gift_cards=wallet.cards,
        use_store_credit=wallet.uses_credit,
        expected_total=said["expected_total"],
        actor="storefront",
    )
    return go_on(placed, own.public_id)


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
    elif isinstance(exc, PaymentDeclined):
        messages.error(request, words_of_failure(str(exc.params.get("failure_code", ""))))
        return back_to_checkout(form, "")
    else:
        messages.error(request, str(exc))
    return back_to_checkout(form)


def back_to_checkout(form: CheckoutForm, place: str = "delivery") -> HttpResponse:
    """Return to the checkout, which shows what the cart has become; the payment is not kept on the cart."""
    chosen = urlencode({"provider": form.data.get("provider", "")})
    return HttpResponseRedirect(f"{reverse('nexus_storefront:checkout')}?{chosen}{place and f'#{place}'}")
