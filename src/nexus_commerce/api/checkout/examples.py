"""Examples of the OpenAPI document."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiExample

__all__ = ["CHECK_OUT"]

CHECK_OUT: Final = [
    OpenApiExample(
        "By bank transfer, at the total that was shown",
        value={"provider": "manual", "expected_total": {"amount": "25.00", "currency": "EUR"}},
        request_only=True,
    )
]
