"""Headers that several operations take, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiParameter

__all__ = ["CART_TOKEN", "CHANNEL", "IDEMPOTENCY_KEY", "IDEMPOTENCY_KEY_REQUIRED", "IF_MATCH", "ORDER_TOKEN"]

ONCE: Final = (
    "A new random text for each new request: 16 to 255 visible ASCII characters. The same request sent again with the "
    "same key has no second effect: the reply is the first one, byte by byte, with `Idempotency-Replayed: true`. "
    "Replies are kept for 24 hours, those about payments for 72. An error that changed nothing is not kept."
)


def _header(name: str, description: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=required, description=description)


CHANNEL: Final = _header("Nexus-Channel", "The code of the sales channel; without it the host name or default decides.")
CART_TOKEN: Final = _header("Cart-Token", "The token of a cart without a customer; the cookie serves as well.")
ORDER_TOKEN: Final = _header("Order-Token", "The token of a guest's order.")
IF_MATCH: Final = _header(
    "If-Match", "The ETag that the change is meant for; 412 when it is no longer the present one."
)
IDEMPOTENCY_KEY: Final = _header("Idempotency-Key", ONCE)
IDEMPOTENCY_KEY_REQUIRED: Final = _header("Idempotency-Key", ONCE, required=True)
