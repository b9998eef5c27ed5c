"""How often a caller may try what can be guessed or abused."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from nexus_commerce.access.services import count_try
from nexus_commerce.api.principal import ANONYMOUS, principal_of
from nexus_commerce.conf import nexus_settings
from nexus_commerce.conf.rates import rates_in_force

__all__ = ["Limited", "address_of"]

NETWORK_OF_A_HOUSEHOLD: Final = 64
"""Bits of an IPv6 address that belong to one subscriber, who may choose the rest at will."""


def address_of(request: Request) -> str:
    """Return the network address of the caller, an IPv6 address as its network.

    ``X-Forwarded-For`` is anybody's to write; only as many of its last entries count as there are proxies of the
    host's own (``NEXUS_COMMERCE["TRUSTED_PROXIES"]``), by default none.
    """
    proxies = nexus_settings.TRUSTED_PROXIES
    remote = str(request.META.get("REMOTE_ADDR", ""))
    if proxies:
        hops = [hop.strip() for hop in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
        remote = hops[-min(proxies, len(hops))] if hops else remote
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return remote
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, NETWORK_OF_A_HOUSEHOLD), strict=False))
    return str(address)


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
        rate = rates_in_force(nexus_settings.THROTTLE_RATES).get(scope)
        if rate and (wait := count_try(scope=scope, subject=subject, rate=rate)):
            raise Throttled(wait=wait)
