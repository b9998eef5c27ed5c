"""Errors of channels."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import NotFound

__all__ = ["NoChannel"]


class NoChannel(NotFound):
    """No active channel serves the request."""

    code = "no_channel"
    message = _("No sales channel serves this address. Create one and make it the default.")
