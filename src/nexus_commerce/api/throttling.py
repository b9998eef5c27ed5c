"""How often a caller may try what can be guessed or abused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from nexus_commerce.access.services import wait_for
from nexus_commerce.api.principal import ANONYMOUS, principal_of
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.network import caller_address

__all__ = ["Limited", "address_of"]


def address_of(request: Request) -> str:
    """Return the network address of the caller, as ``NEXUS_COMMERCE["TRUSTED_PROXIES"]`` lets it be told."""
    return caller_address(request.META, trusted_proxies=nexus_settings.TRUSTED_PROXIES)


class Limited:
    """What a view needs to limit tries: it names a ``throttle_scope`` of :data:`nexus_commerce.conf.rates.RATES`.

    Tries are what changes something or asks by POST. They are counted for the signed-in user, else for the cart or
    order whose token came with the request; only where there is neither, for the address. A scope with a companion
    that ends in ``_address`` is counted for the address as well, under that one's wider rate.
    """

    throttle_scope: ClassVar[str] = ""
    kwargs: Mapping[str, Any]

    def check_throttles(self, request: Request) -> None:
        """Count the try. Raises Throttled with the seconds to wait."""
        if not self.throttle_scope or request.method in SAFE_METHODS:
            return
        principal = principal_of(request, self.kwargs)
        address = address_of(request)
        self.count(self.throttle_scope, address if principal == ANONYMOUS else principal)
        self.count(f"{self.throttle_scope}_address", address)

    def count(self, scope: str, subject: str) -> None:
        """Count a try of ``subject`` in a scope, where it has a rate. Raises Throttled."""
        if wait := wait_for(scope=scope, subject=subject):
            raise Throttled(wait=wait)
