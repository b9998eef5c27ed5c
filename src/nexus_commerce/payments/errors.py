"""Errors of payments."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput, NotFound

__all__ = [
    "CaptureRefused",
    "CreditRefused",
    "GiftCardNotUsable",
    "PaymentBusy",
    "PaymentDeclined",
    "PaymentNotFound",
    "RefundRefused",
    "UnknownProvider",
    "VoidRefused",
]


class UnknownProvider(InvalidInput):
    """The settings name no payment provider of that alias."""

    code = "unknown_provider"
    message = _("There is no payment provider %(provider)s. Choose one of: %(known)s.")


class PaymentNotFound(NotFound):
    """There is no such payment, or the caller may not see it."""

    code = "payment_not_found"
    message = _("There is no such payment.")


class PaymentDeclined(Conflict):
    """The provider declined the payment, or the shopper gave up. ``params["failure_code"]`` is the provider's word."""

    code = "payment_declined"
    message = _("The payment was declined. Nothing was charged; try again or pay another way.")


class PaymentBusy(Conflict):
    """The provider is being asked something about this payment at this moment."""

    code = "payment_busy"
    message = _("The payment is being worked on. Try again in a moment.")


class CaptureRefused(Conflict):
    """More was to be captured than is left to pay, or the payment cannot be captured any more."""

    code = "capture_refused"
    message = _("At most %(outstanding)s minor units are left to be paid.")


class VoidRefused(Conflict):
    """There is nothing to void: the payment is captured, or over already, or its provider cannot do it."""

    code = "void_refused"
    message = _("A payment that is %(state)s cannot be voided.")


class RefundRefused(Conflict):
    """More was to be given back than is left, of a payment, an order or a line; ``params["refundable"]`` is what is."""

    code = "refund_refused"
    message = _("At most %(refundable)s minor units can be refunded.")


class GiftCardNotUsable(Conflict):
    """There is no gift card of that code here, or it is blocked, expired, empty, or in another currency.

    All alike, so that nobody can find out which codes exist.
    """

    code = "gift_card_not_usable"
    message = _("This gift card cannot be used here.")


class CreditRefused(Conflict):
    """A balance does not hold as much as was to be taken from it; ``params["balance"]`` is what it holds."""

    code = "credit_refused"
    message = _("There is not enough on the balance.")
