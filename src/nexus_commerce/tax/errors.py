"""Errors of taxes."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import CommerceError, Conflict

__all__ = ["TaxCodeTaken", "TaxEngineError", "TaxRatesOverlap", "TaxUnavailable"]


class TaxCodeTaken(Conflict):
    """A tax class or zone of that code exists."""

    code = "tax_code_taken"
    message = _("The code “%(code)s” is taken.")


class TaxRatesOverlap(Conflict):
    """Two rates of one name would apply to a tax class in a zone at one time. ``params``: ``name``, and ``valid_from``
    and ``valid_until`` of the other one, ISO 8601 or None."""

    code = "tax_rates_overlap"
    message = _("“%(name)s” would apply twice at one time. End the one before the other starts.")


class TaxEngineError(CommerceError):
    """An outside tax engine gave no usable answer. ``params``: ``reason`` (an English sentence)."""

    code = "tax_engine_error"
    message = _("The tax engine gave no answer: %(reason)s")


class TaxUnavailable(Conflict):
    """The tax of a cart cannot be computed for the moment; the same call may succeed later."""

    code = "tax_unavailable"
    message = _("Taxes cannot be computed at the moment. Try again in a minute.")
