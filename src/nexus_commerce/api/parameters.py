"""Headers that several operations take, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiParameter

__all__ = ["CART_TOKEN", "CHANNEL", "IF_MATCH", "ORDER_TOKEN"]


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)


CHANNEL: Final = _header("Nexus-Channel", "The code of the sales channel; without it the host name or default decides.")
CART_TOKEN: Final = _header("Cart-Token", "The token of a cart without a customer; the cookie serves as well.")
ORDER_TOKEN: Final = _header("Order-Token", "The token of a guest's order.")
IF_MATCH: Final = _header(
    "If-Match", "The ETag that the change is meant for; 412 when it is no longer the present one."
)
