"""What the form of the checkout says of gift cards and store credit."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from nexus_commerce.conf import nexus_settings
from nexus_commerce.contrib.storefront.forms import CheckoutForm
from nexus_commerce.contrib.storefront.shopper import Shopper
from nexus_commerce.contrib.storefront.tries import tries_too_often
from nexus_commerce.contrib.storefront.wallet import MAX_CARDS, Wallet, wallet_of
from nexus_commerce.core.formatting import format_money
from nexus_commerce.payments.errors import GiftCardNotUsable
from nexus_commerce.payments.services import find_gift_card

__all__ = ["changed_wallet"]


def changed_wallet(request: HttpRequest, shopper: Shopper, form: CheckoutForm) -> Wallet | None:
    """Return the wallet as the form changes it, and say what came of it; None where it says nothing of it.

    A code that was typed counts whichever button was pressed: nobody pays more than they thought because they pressed
    another one.
    """
    wallet, currency = wallet_of(request), shopper.channel.currency
    if removed := request.POST.get("remove_card", ""):
        return wallet.without(removed, currency)
    if (credit := request.POST.get("credit", "")) and shopper.customer is not None:
        return replace(wallet, uses_credit=credit == "use")
    code = str(form.cleaned_data.get("gift_card") or "") if form.is_bound else ""
    if code:
        return with_typed(request, wallet, code, currency)
    if request.POST.get("action") == "card":
        messages.error(request, _("Type the code of the gift card."))
        return wallet
    return None


def with_typed(request: HttpRequest, wallet: Wallet, code: str, currency: str) -> Wallet:
    """Return a wallet with the card of a typed code, or as it was, and say which. Codes are not guessed here either."""
    if tries_too_often(request, "gift_card", "gift_card_address"):
        messages.error(request, _("Too many codes were tried from here. Try again in some minutes."))
        return wallet
    try:
        card = find_gift_card(code=code, currency=currency)
    except GiftCardNotUsable as exc:
        messages.error(request, str(exc))
        return wallet
    whole = wallet.with_card(nexus_settings.CREDIT_POLICY().read_code(code))
    if len(whole.cards) > MAX_CARDS:
        messages.error(request, _("You can use %(most)s gift cards for one order.") % {"most": MAX_CARDS})
        return wallet
    values = {"end": card.code_end, "balance": format_money(card.balance, currency)}
    messages.success(request, _("The gift card ending in %(end)s holds %(balance)s.") % values)
    return whole
