"""Examples of the OpenAPI document."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiExample

from nexus_commerce.api.cart.examples import VARIANT

__all__ = ["QUOTE"]

QUOTE: Final = [
    OpenApiExample(
        "Two of one variant, sent to France",
        value={"lines": [{"variant": VARIANT, "quantity": 2}], "country": "FR", "coupons": ["SUMMER"]},
        request_only=True,
    )
]
