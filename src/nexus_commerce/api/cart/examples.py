"""Examples of the OpenAPI document."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiExample

__all__ = ["ADDRESS_EXAMPLES", "ADD_COUPON", "ADD_LINE", "CREATE_CART"]

VARIANT: Final = "6f1d8c3e-2b7a-4c55-9e0f-1a2b3c4d5e6f"
ADDRESS: Final = {
    "first_name": "Ada",
    "last_name": "Brandt",
    "line1": "Lindenallee 4",
    "postal_code": "20259",
    "city": "Hamburg",
    "country": "DE",
}
ADDRESS_EXAMPLES: Final = [OpenApiExample("An address", value=ADDRESS, request_only=True)]
CREATE_CART: Final = [
    OpenApiExample("An empty cart", value={}, request_only=True),
    OpenApiExample(
        "Everything that a checkout needs",
        value={
            "email": "ada@example.com",
            "lines": [{"variant": VARIANT, "quantity": 2}],
            "shipping_address": ADDRESS,
        },
        request_only=True,
    ),
]
ADD_LINE: Final = [
    OpenApiExample("Two of one variant", value={"variant": VARIANT, "quantity": 2}, request_only=True),
    OpenApiExample(
        "With an engraving",
        value={"variant": VARIANT, "quantity": 1, "personalization": {"engraving": "For Ada"}},
        request_only=True,
    ),
]
ADD_COUPON: Final = [OpenApiExample("A code", value={"code": "SUMMER"}, request_only=True)]
