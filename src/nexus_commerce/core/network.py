"""Whose network address a request came from."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["caller_address"]

NETWORK_OF_A_HOUSEHOLD: Final = 64
"""Bits of an IPv6 address that belong to one subscriber, who may choose the rest at will."""


def caller_address(meta: Mapping[str, Any], *, trusted_proxies: int) -> str:
    """Return the network address of the caller from the headers of a request (WSGI), an IPv6 address as its network.

    ``X-Forwarded-For`` is anybody's to write; only as many of its last entries count as there are proxies of the
    host's own.
    """
    remote = str(meta.get("REMOTE_ADDR", ""))
    if trusted_proxies:
        hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
        remote = hops[-min(trusted_proxies, len(hops))] if hops else remote
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return remote
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, NETWORK_OF_A_HOUSEHOLD), strict=False))
    return str(address)
