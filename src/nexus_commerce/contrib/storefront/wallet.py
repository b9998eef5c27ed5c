"""The gift cards that a visitor pays with, and whether store credit is used: kept by the browser until they ordered.

Whoever has the code of a gift card has its money. The shop keeps only its hash, so the code stays with the browser, in
a cookie that scripts cannot read and that is gone when the browser is closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse

from nexus_commerce.checkout.services.tender import plan_tender
from nexus_commerce.contrib.storefront.shopper import Shopper, set_cookie
from nexus_commerce.payments.errors import GiftCardNotUsable
from nexus_commerce.payments.models import CreditAccount
from nexus_commerce.payments.services import find_gift_card, store_credit_of

__all__ = ["MAX_CARDS", "PaidWith", "Plan", "Wallet", "empty_wallet", "keep_wallet", "plan_payment", "wallet_of"]

COOKIE: Final = "nexus_storefront_wallet"
SALT: Final = "nexus_commerce.storefront.wallet"
MAX_CARDS: Final = 5


@dataclass(frozen=True, slots=True)
class Wallet:
    """Codes of gift cards, in the order in which they pay, and whether store credit pays what they leave."""

    cards: tuple[str, ...] = ()
    uses_credit: bool = False

    def with_card(self, code: str) -> Wallet:
        """Return a wallet that has a card too."""
        return replace(self, cards=(*(card for card in self.cards if card != code), code))

    def without(self, public_id: str, currency: str) -> Wallet:
        """Return a wallet without the card of this account."""
        found = ((code, find_usable(code, currency)) for code in self.cards)
        return replace(
            self, cards=tuple(code for code, card in found if card is None or str(card.public_id) != public_id)
        )


@dataclass(frozen=True, slots=True)
class PaidWith:
    """A balance and what it pays, in minor units."""

    account: CreditAccount
    amount: int

    @property
    def after(self) -> int:
        """What is left on it afterwards."""
        balance: int = self.account.balance
        return balance - self.amount


@dataclass(frozen=True, slots=True)
class Plan:
    """How a total is paid: by which cards, by store credit, and what is left, in minor units.

    ``wallet`` names the cards that can still be used; ``lost`` says that one cannot. ``credit`` is the customer's store
    credit, where there is any, and ``paid_by_credit`` what it pays.
    """

    wallet: Wallet
    cards: tuple[PaidWith, ...]
    credit: CreditAccount | None
    paid_by_credit: int
    left: int
    lost: bool = False


def wallet_of(request: HttpRequest) -> Wallet:
    """Return what the browser keeps; an empty wallet for what nobody here wrote."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
        return Wallet(tuple(str(code) for code in kept["cards"])[:MAX_CARDS], bool(kept["credit"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Wallet()


def keep_wallet(response: HttpResponse, wallet: Wallet) -> None:
    """Have the browser keep a wallet until it is closed."""
    value = signing.dumps({"cards": wallet.cards, "credit": wallet.uses_credit}, salt=SALT)
    set_cookie(response, COOKIE, value, max_age=None)


def empty_wallet(response: HttpResponse) -> None:
    """Have the browser forget its wallet."""
    response.delete_cookie(COOKIE, samesite="Lax")


def find_usable(code: str, currency: str) -> CreditAccount | None:
    """Return the gift card of a code; None where it cannot be used."""
    try:
        return find_gift_card(code=code, currency=currency)
    except GiftCardNotUsable:
        return None


def plan_payment(wallet: Wallet, shopper: Shopper, *, total: int, currency: str) -> Plan:
    """Return how ``total`` would be paid, exactly as the checkout does it. Nothing is held."""
    usable = {code: card for code in wallet.cards if (card := find_usable(code, currency)) is not None}
    credit = store_credit_of(customer=shopper.customer, currency=currency) if shopper.customer is not None else None
    if credit is not None and not (credit.is_active and credit.balance):
        credit = None
    plan = plan_tender(
        total=total,
        currency=currency,
        codes=tuple(usable),
        customer=shopper.customer,
        use_store_credit=wallet.uses_credit,
    )
    paid = {tender.account.pk: tender.amount for tender in plan}
    return Plan(
        wallet=replace(wallet, cards=tuple(usable)),
        cards=tuple(PaidWith(card, paid.get(card.pk, 0)) for card in usable.values()),
        credit=credit,
        paid_by_credit=paid.get(credit.pk, 0) if credit is not None else 0,
        left=total - sum(paid.values()),
        lost=len(usable) < len(wallet.cards),
    )
