"""What an order needs before it is placed."""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.http import url_has_allowed_host_and_scheme

from nexus_commerce.cart.services import Offer, PricedCart
from nexus_commerce.shipping.services import has_methods

__all__ = ["CheckoutPolicy", "Requirement"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that is missing: a stable code, the field of the cart that cures it, and what a program can act on."""

    code: str
    field: str
    data: dict[str, Any] = dataclass_field(default_factory=dict)


class CheckoutPolicy:
    """Say what a cart lacks to become an order. Called in the checkout's transaction with the priced cart; ask no
    network.

    Replace it to ask for an account, a phone number, an accepted text, or a least order value.

    ``hold_for`` is how long stock and promotions are held while an order is being paid. What the shopper does in the
    checkout moves it, up to ``hold_at_most`` after the order was made.
    """

    hold_for: ClassVar[timedelta] = timedelta(minutes=10)
    hold_at_most: ClassVar[timedelta] = timedelta(hours=1)
    return_hosts: ClassVar[tuple[str, ...]] = ()
    """Hosts, beside the one of the request, to which payment providers may send shoppers back: of a front end that
    stands elsewhere. ``shop.example`` or ``shop.example:8443``."""

    def accepts_return_url(self, url: str, *, host: str) -> bool:
        """Tell whether a provider may send a shopper back to ``url``, in a request to ``host``."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={host, *self.return_hosts})

    def missing(self, *, priced: PricedCart) -> Iterator[Requirement]:
        """Yield each requirement that is not met.

        Asked for by default: a line, an e-mail, lines that can be bought, codes that can still be used, taxes that an
        outside engine, where there is one, was asked for, and, if anything is sent, an address to send to (unless it
        is picked up) and a shipping method that still stands. A channel without a single active method needs none to
        be chosen.
        """
        if not priced.lines:
            yield Requirement("cart_empty", "lines")
        if not priced.cart.email:
            yield Requirement("email_missing", "email")
        if any(self.is_sent(entry.offer) for entry in priced.lines):
            yield from self.missing_shipping(priced)
        yield from self.unusable_codes(priced)
        for change in priced.changes:
            if change.code == "shipping_outdated":
                yield Requirement(change.code, "shipping_method", change.data)
            elif change.code == "tax_outdated":
                yield Requirement(change.code, "tax")
            elif change.code != "price_changed":
                yield Requirement(change.code, "lines", {"line": str(change.line), **change.data})

    def missing_shipping(self, priced: PricedCart) -> Iterator[Requirement]:
        """Yield what is lacking to send something. One statement where no method was chosen.

        No method is needed where only a gift is sent: nobody chose it.
        """
        cart = priced.cart
        is_pickup = any(getattr(method.rule, "kind", "") == "pickup" for method in priced.input.shipping)
        if "shipping" not in priced.addresses and not is_pickup:
            yield Requirement("shipping_address_missing", "shipping_address")
        is_charged = any(line.is_sent for line in priced.input.lines)
        if is_charged and not cart.shipping_method and has_methods(channel=cart.channel, currency=cart.currency):
            yield Requirement("shipping_method_missing", "shipping_method")

    def unusable_codes(self, priced: PricedCart) -> Iterator[Requirement]:
        """Yield each code that cannot be used any more, so that nobody pays more than they thought without asking.

        One whose conditions the cart does not meet, or that another promotion excludes, is not in the way.
        """
        reasons = {tried.coupon_code: tried.reason for tried in priced.totals.tried if tried.coupon_code}
        for code in priced.cart.coupon_codes:
            reason = reasons.get(code, "not_available")
            if reason in ("not_available", "used_up", "customer_limit", "budget_exhausted"):
                yield Requirement("coupon_not_usable", "coupons", {"coupon_code": code, "reason": reason})

    def is_sent(self, offer: Offer) -> bool:
        """Tell whether units of what is offered are sent: by its product type; of a bundle, whether an item is."""
        return offer.requires_shipping
