"""The operations of shipments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.fulfillment.examples import SHIP
from nexus_commerce.api.openapi import GUEST_ORDER, SESSION, Results, operation
from nexus_commerce.api.orders.access import actor_of, expected_version, is_staff_with, open_order, staff_order
from nexus_commerce.api.parameters import IDEMPOTENCY_KEY, IF_MATCH, ORDER_TOKEN
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.versions import check_version, etag, require_version
from nexus_commerce.api.views import CommerceView
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.fulfillment.services import (
    cancel_shipment,
    create_shipment,
    deliver_shipment,
    find_shipment,
    ship_order,
    ship_shipment,
    shipments_of,
)
from nexus_commerce.inventory.models import StockLocation

__all__ = ["ShipmentCancelView", "ShipmentDeliverView", "ShipmentListView", "ShipmentSendView"]

REFUSED: Final = {
    401: ["not_authenticated"],
    403: ["permission_denied"],
    412: ["precondition_failed"],
}
ON_SHIPMENT: Final = {**REFUSED, 404: ["shipment_not_found", "not_found"], 428: ["precondition_required"]}
SENDING: Final = ["not_shippable", "too_many_units", "allocation_missing", "shipment_changed"]


class ShipmentListView(CommerceView):
    """The shipments of one order: everybody who may see the order reads them, staff make them."""

    permissions = ("permissions.Public",)
    staff_permission: ClassVar[str] = "nexus_fulfillment.add_shipment"

    def get_permissions(self) -> list[BasePermission]:
        """Return what reading needs, or what writing does."""
        writes = self.request.method == "POST"
        return [api_class("permissions.Staff")()] if writes else super().get_permissions()

    @operation(
        id="list_shipments",
        summary="List the shipments of an order",
        tag="Orders",
        responses={200: Results("fulfillment.ShipmentSerializer")},
        errors={404: ["order_not_found", "not_found"]},
        parameters=[ORDER_TOKEN],
        auth=GUEST_ORDER,
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """What of an order was sent and how it is followed, oldest first, to its customer, to a guest with its token,
        or to staff who may see shipments.

        Staff see canceled ones too, each with its `location` and `note`. The ETag is that of the order.
        """
        order = open_order(request, order_id, staff_permission=VIEW)
        is_staff = is_staff_with(request, VIEW)
        shown = [one for one in shipments_of(order=order) if is_staff or one.state != "canceled"]
        key = "fulfillment.StaffShipmentSerializer" if is_staff else "fulfillment.ShipmentSerializer"
        writer = api_class(key)(context={"view": self})
        return Response({"results": [writer.to_representation(one) for one in shown]}, headers=etag(order.version))

    @operation(
        id="create_shipment",
        summary="Make a shipment, and send it",
        tag="Staff",
        request="fulfillment.ShipmentCreateSerializer",
        responses={201: "fulfillment.StaffShipmentSerializer"},
        errors={
            **REFUSED,
            400: ["invalid_input", "idempotency_key_invalid"],
            404: ["order_not_found", "not_found"],
            409: [*SENDING, "nothing_to_ship", "idempotency_key_in_use"],
            422: ["idempotency_key_reused"],
        },
        parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        examples=SHIP,
        auth=SESSION,
    )
    def post(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Pack units of an order, all that is left where no lines are named; with `ship` they leave now.

        For staff who may add shipments; to send them now, also those who may change them. `too_many_units` names each
        line and what is left of it in `params.lines`. `If-Match` is the ETag of the order.
        """
        values = self.read_body("fulfillment.ShipmentCreateSerializer")
        ships = values.pop("ship")
        if ships and not request.user.has_perm(CHANGE):
            raise PermissionDenied
        said = {
            "units": {entry["line"]: entry["quantity"] for entry in values.pop("lines")} if "lines" in values else None,
            "location": location_of(values.pop("location")) if "location" in values else None,
            "carrier": values.pop("carrier", ""),
            "fields": values,
            "actor": actor_of(request),
        }

        def act(attempt: Attempt) -> Shipment:
            order = staff_order(order_id)
            check_version(request, order.version)
            make = ship_order if ships else create_shipment
            return make(order=order, **said, expected_version=expected_version(request, order.version))

        return self.run_once(act, lambda shipment: reply(self, shipment, 201))


class ShipmentActView(CommerceView):
    """Something done to one shipment by staff, who say which version of it they mean."""

    permissions = ("permissions.Staff",)
    staff_permission: ClassVar[str] = "nexus_fulfillment.change_shipment"

    def act(self, shipment_id: UUID, change: Callable[..., Shipment], said: dict[str, Any]) -> HttpResponseBase:
        """Carry out ``change`` on the shipment, at the version that the caller means."""
        require_version(self.request)

        def once(attempt: Attempt) -> Shipment:
            shipment = find_shipment(public_id=shipment_id)
            check_version(self.request, shipment.version)
            version = expected_version(self.request, shipment.version)
            return change(shipment=shipment, **said, actor=actor_of(self.request), expected_version=version)

        return self.run_once(once, lambda shipment: reply(self, shipment))


def staff_operation(**said: Any) -> Callable[[Any], Any]:
    """Describe an operation of staff on a shipment."""
    errors = {
        **ON_SHIPMENT,
        400: ["invalid_input", "idempotency_key_invalid"],
        409: ["illegal_transition", *said.pop("conflicts"), "idempotency_key_in_use"],
        422: ["idempotency_key_reused"],
    }
    return operation(
        tag="Staff",
        responses={200: "fulfillment.StaffShipmentSerializer"},
        errors=errors,
        parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        auth=SESSION,
        **said,
    )


class ShipmentSendView(ShipmentActView):
    """Sending a shipment."""

    @staff_operation(
        id="ship_shipment",
        summary="Send a shipment",
        request="fulfillment.ShipmentSendSerializer",
        conflicts=SENDING,
    )
    def post(self, request: Request, shipment_id: UUID) -> HttpResponseBase:
        """Note that a pending shipment left: its stock is taken, and the order's `fulfillment_state` follows.

        For staff who may change shipments.
        """
        return self.act(shipment_id, ship_shipment, self.read_body("fulfillment.ShipmentSendSerializer"))


class ShipmentDeliverView(ShipmentActView):
    """The arrival of a shipment."""

    @staff_operation(
        id="deliver_shipment",
        summary="Note that a shipment arrived",
        request="fulfillment.ShipmentNoteSerializer",
        conflicts=["shipment_changed"],
    )
    def post(self, request: Request, shipment_id: UUID) -> HttpResponseBase:
        """Note that a shipment which was sent arrived. For staff who may change shipments."""
        return self.act(shipment_id, deliver_shipment, self.read_body("fulfillment.ShipmentNoteSerializer"))


class ShipmentCancelView(ShipmentActView):
    """Giving up a shipment."""

    @staff_operation(
        id="cancel_shipment",
        summary="Cancel a shipment that was not sent",
        request="fulfillment.ShipmentNoteSerializer",
        conflicts=["shipment_changed"],
    )
    def post(self, request: Request, shipment_id: UUID) -> HttpResponseBase:
        """Give up a pending shipment: its units can go into another one. For staff who may change shipments."""
        return self.act(shipment_id, cancel_shipment, self.read_body("fulfillment.ShipmentNoteSerializer"))


def location_of(code: str) -> StockLocation:
    """Return the active stock location of a code. Raises ValidationError."""
    location = StockLocation.objects.filter(code=code, is_active=True).first()
    if location is None:
        raise serializers.ValidationError({"location": ["There is no such location."]}, code="unknown")
    return location


def reply(view: CommerceView, shipment: Shipment, status: int = 200) -> Response:
    """Answer with a shipment as staff see it, and its ETag."""
    shown = find_shipment(public_id=shipment.public_id)
    return Response(
        view.write("fulfillment.StaffShipmentSerializer", shown), status=status, headers=etag(shown.version)
    )


VIEW: Final = "nexus_fulfillment.view_shipment"
CHANGE: Final = "nexus_fulfillment.change_shipment"
