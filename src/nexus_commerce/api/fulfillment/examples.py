"""Examples of the OpenAPI document."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiExample

__all__ = ["SHIP"]

SHIP: Final = [
    OpenApiExample(
        "All that is left, now",
        value={"carrier": "DHL", "tracking_number": "00340434161094027318", "ship": True},
        request_only=True,
    ),
    OpenApiExample(
        "One unit of a line, to be sent later",
        value={"lines": [{"line": "7a2f6c1e-54a0-4c0e-9b3f-2f0a8a6f4c11", "quantity": 1}], "location": "berlin"},
        request_only=True,
    ),
]
