"""The services of shipments that change something: how each is run, and the signal it sends."""

from collections.abc import Callable
from typing import Any, Final

from nexus_commerce.fulfillment import services as fulfillment
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.services import capture_manually

__all__ = ["FULFILLMENT_SCENARIOS", "FULFILLMENT_SILENT"]


def paid(shop: Any) -> Order:
    order: Order = shop.order()
    capture_manually(payment=order.payments.get(), amount=order.total)
    return order


def waiting(shop: Any) -> Shipment:
    return fulfillment.create_shipment(order=paid(shop))


def cancel_waiting(shop: Any) -> int:
    return fulfillment.cancel_pending_shipments(order=waiting(shop).order)


FULFILLMENT_SCENARIOS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "create_shipment": ("shipment_created", waiting),
    "ship_shipment": ("shipment_shipped", lambda s: fulfillment.ship_shipment(shipment=waiting(s))),
    "ship_order": ("shipment_shipped", lambda s: fulfillment.ship_order(order=paid(s))),
    "deliver_shipment": (
        "shipment_delivered",
        lambda s: fulfillment.deliver_shipment(shipment=fulfillment.ship_order(order=paid(s))),
    ),
    "cancel_shipment": ("shipment_canceled", lambda s: fulfillment.cancel_shipment(shipment=waiting(s))),
    "cancel_pending_shipments": ("shipment_canceled", cancel_waiting),
    "change_shipment_state": (
        "shipment_state_changed",
        lambda s: fulfillment.change_shipment_state(shipment=waiting(s), state="canceled"),
    ),
}
FULFILLMENT_SILENT: Final = {"find_shipment", "left_to_ship", "may_be_shipped", "shipments_of"}
