"""When goods arrive, as it is shown."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nexus_commerce.shipping.estimates import Estimate

__all__ = ["DeliverySerializer", "delivery_json"]


class DeliverySerializer(serializers.Serializer[Any]):
    """When goods arrive: business days from now, and dates where the shop is. Null where it is not known."""

    min_days = serializers.IntegerField(allow_null=True)
    max_days = serializers.IntegerField(allow_null=True)
    earliest = serializers.DateField(allow_null=True)
    latest = serializers.DateField(allow_null=True)


def delivery_json(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate."""
    return {
        "min_days": estimate.min_days,
        "max_days": estimate.max_days,
        "earliest": estimate.earliest,
        "latest": estimate.latest,
    }
