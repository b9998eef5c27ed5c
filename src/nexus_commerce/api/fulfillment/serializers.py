"""How shipments are shown, and what staff say of them."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from rest_framework import serializers

from nexus_commerce.api.fields import ObjectField, PublicIdField, TextField, WholeNumberField
from nexus_commerce.api.serializers import InputSerializer, OutputSerializer
from nexus_commerce.core.expose import Reader
from nexus_commerce.core.fields import MAX_QUANTITY
from nexus_commerce.fulfillment.models import Shipment

__all__ = [
    "ShipmentCreateSerializer",
    "ShipmentNoteSerializer",
    "ShipmentSendSerializer",
    "ShipmentSerializer",
    "StaffShipmentSerializer",
]

MAX_LINES: Final = 1000


class ShipmentLineSerializer(serializers.Serializer[Any]):
    """Units of an order line in a shipment."""

    line = serializers.UUIDField(help_text="The id of the order line.")
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()


class ShipmentSerializer(OutputSerializer):
    """A parcel of order lines."""

    exposes = Shipment
    audience: ClassVar[Reader] = "owner"

    id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    state = serializers.CharField(help_text="`pending`, `shipped`, `delivered`, `canceled`, or a state of the shop.")
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_url = serializers.CharField(help_text="Where the parcel can be followed; may be empty.")
    lines = ShipmentLineSerializer(many=True)
    created_at = serializers.DateTimeField()
    shipped_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    canceled_at = serializers.DateTimeField(allow_null=True)
    metadata = ObjectField()
    version = serializers.IntegerField(help_text="Grows with every change; also the ETag.")

    def represent(self, instance: Shipment) -> dict[str, Any]:
        """Return the shipment; its lines are loaded."""
        return {
            "id": instance.public_id,
            "order_id": instance.order.public_id,
            "state": instance.state,
            "carrier": instance.carrier,
            "tracking_number": instance.tracking_number,
            "tracking_url": instance.tracking_url,
            "lines": [line_json(row) for row in instance.lines.all()],
            "created_at": instance.created_at,
            "shipped_at": instance.shipped_at,
            "delivered_at": instance.delivered_at,
            "canceled_at": instance.canceled_at,
            "metadata": instance.metadata,
            "version": instance.version,
        }


class StaffShipmentSerializer(ShipmentSerializer):
    """A parcel of order lines, with what is not for customers."""

    audience: ClassVar[Reader] = "staff"

    location = serializers.CharField(allow_null=True, help_text="The code of the stock location that sends it.")
    note = serializers.CharField()

    def represent(self, instance: Shipment) -> dict[str, Any]:
        """Return the shipment; its lines and location are loaded."""
        location = instance.location.code if instance.location else None
        return {**super().represent(instance), "location": location, "note": instance.note}


def line_json(row: Any) -> dict[str, Any]:
    """Return a line of a shipment, called what it was called when it was bought."""
    line = row.order_line
    return {
        "line": line.public_id,
        "sku": line.sku,
        "name": line.variant_name or line.product_name,
        "quantity": row.quantity,
    }


class ShipmentSendSerializer(InputSerializer):
    """By whom a shipment goes, and how it is followed. What is not sent stays."""

    carrier = TextField(max_length=64, allow_blank=True, required=False)
    tracking_number = TextField(max_length=128, allow_blank=True, required=False)
    tracking_url = serializers.URLField(max_length=500, allow_blank=True, required=False)


class ShipmentNoteSerializer(InputSerializer):
    """Why something is done to a shipment."""

    note = TextField(max_length=2000, allow_blank=True, required=False, help_text="Kept in the order's history.")


class ShipmentUnitsSerializer(InputSerializer):
    """Units of an order line to be sent."""

    line = PublicIdField(help_text="The id of the order line.")
    quantity = WholeNumberField(min_value=1, max_value=MAX_QUANTITY)


class ShipmentCreateSerializer(ShipmentSendSerializer):
    """A shipment to be made: of some units, or of all that is left."""

    lines = ShipmentUnitsSerializer(  # type: ignore[call-arg]
        many=True, required=False, max_length=MAX_LINES, allow_empty=False, help_text="Without it: all that is left."
    )
    location = TextField(
        max_length=64, required=False, help_text="The code of the stock location that sends it; without it any do."
    )
    note = TextField(max_length=2000, allow_blank=True, required=False, help_text="For staff only.")
    metadata = ObjectField(required=False, help_text="Free data; the customer sees it.")
    ship = serializers.BooleanField(default=False, help_text="Whether it leaves now; otherwise it is `pending`.")

    def validate_lines(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a line that is named twice."""
        if len({entry["line"] for entry in value}) != len(value):
            raise serializers.ValidationError("Name each line once.", code="duplicate")
        return value
