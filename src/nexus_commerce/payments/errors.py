"""Errors of payments."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput

__all__ = ["CaptureRefused", "UnknownProvider"]


class UnknownProvider(InvalidInput):
    """The settings name no payment provider of that alias."""

    code = "unknown_provider"
    message = _("There is no payment provider %(provider)s. Choose one of: %(known)s.")


class CaptureRefused(Conflict):
    """More was to be captured than is left to pay, or the payment cannot be captured any more."""

    code = "capture_refused"
    message = _("At most %(outstanding)s minor units are left to be paid.")
