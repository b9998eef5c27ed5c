"""Where the dummy provider sends a shopper to pay."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.formatting import format_money
from nexus_commerce.payments.errors import UnknownProvider
from nexus_commerce.payments.providers.dummy import BankPayment, DummyBank, DummyProvider
from nexus_commerce.payments.providers.dummy_books import UnknownPayment
from nexus_commerce.payments.services import get_provider

__all__ = ["pay"]


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, alias: str, ref: str) -> HttpResponse:
    """Show what is to be paid; let the shopper pay or decline, and send them back to the shop."""
    bank, payment = find(alias, ref)
    back = payment.return_url if may_return(request, payment.return_url) else ""
    if request.method == "POST":
        payment = bank.approve(ref) if request.POST.get("answer") == "pay" else bank.decline(ref)
        if back:
            return HttpResponseRedirect(back)
    context = {
        "payment": payment,
        "amount": format_money(payment.amount, payment.currency),
        "is_open": payment.status == "requires_action",
        "is_paid": bool(payment.authorized),
        "back": back,
    }
    return render(request, "nexus_dummypay/pay.html", context)


def find(alias: str, ref: str) -> tuple[DummyBank, BankPayment]:
    """Return the bank and the payment; ``Http404`` where the alias is of no dummy, or its bank has no such payment."""
    try:
        provider = get_provider(alias=alias)
        if isinstance(provider, DummyProvider):
            return provider.bank, provider.bank.payment(ref)
    except (UnknownProvider, UnknownPayment) as exc:
        raise Http404(str(exc)) from exc
    raise Http404("This provider has no page here.")


def may_return(request: HttpRequest, url: str) -> bool:
    """Tell whether a shopper may be sent there. The shop asked that already; a bank's file is not the shop's word."""
    return nexus_settings.CHECKOUT_POLICY().accepts_return_url(url, host=request.get_host())
