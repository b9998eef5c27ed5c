"""Invariants of states and histories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q

from nexus_commerce.cart.models import Cart
from nexus_commerce.checkout.invariants.base import Breaches, Invariant, breaches_of, merged, named, unequal
from nexus_commerce.checkout.invariants.stock import NOT_PLACED
from nexus_commerce.fulfillment.flows import shipment_flow
from nexus_commerce.fulfillment.models import Shipment, ShipmentLine
from nexus_commerce.orders.flows import order_flow
from nexus_commerce.orders.models import Order, OrderEvent, OrderLine

__all__ = ["STATES"]


def one_live_order_a_cart() -> Breaches:
    live = Order.objects.exclude(state="expired").filter(cart__isnull=False).order_by()
    many = live.values("cart").annotate(count=Count("pk")).filter(count__gt=1).values("cart")
    pending = live.filter(state="pending", cart=OuterRef("pk"))
    placed = live.filter(state__in=("placed", "completed"), cart=OuterRef("pk"))
    return breaches_of(
        Cart.objects.filter(pk__in=many),
        Cart.objects.exclude(state="frozen").filter(Exists(pending)),
        Cart.objects.exclude(state="ordered").filter(Exists(placed)),
    )


def histories_are_paths() -> Breaches:
    return named(broken_histories())


def broken_histories() -> Iterator[str]:
    """Yield the orders whose history is no way through the flow, or ends elsewhere than where the order is."""
    transitions = order_flow().transitions
    orders = Order.objects.order_by("pk").values_list("pk", "state", "public_id")
    events = OrderEvent.objects.filter(type="state").order_by("order_id", "pk")
    steps = events.values_list("order_id", "from_state", "to_state")
    for (_, state, public_id), rows in merged(orders, steps):
        if not leads_to(state, ((before, after) for _, before, after in rows), transitions):
            yield f"order {public_id}"


def leads_to(state: str, steps: Iterable[tuple[str, str]], transitions: Mapping[str, Collection[str]]) -> bool:
    """Tell whether steps from nothing are each allowed, follow one another, and end in ``state``."""
    at = ""
    for before, after in steps:
        if before != at or (before and after not in transitions.get(before, ())):
            return False
        at = after
    return at == state


def shipments_took_their_way() -> Breaches:
    return named(broken_shipments())


def broken_shipments() -> Iterator[str]:
    """Yield the shipments whose history, kept at their orders, is no way through the flow to where they are."""
    transitions = shipment_flow().transitions
    events = OrderEvent.objects.filter(type="shipment").order_by("order_id", "pk")
    told = events.values_list("order_id", "data__shipment", "from_state", "to_state")
    orders = Order.objects.filter(Exists(Shipment.objects.filter(order=OuterRef("pk"))))
    shipments = Shipment.objects.order_by("order_id", "pk").values_list("order_id", "public_id", "state")
    steps: dict[Any, list[tuple[str, str]]] = defaultdict(list)
    for (_order, rows), (_, sent) in zip(
        merged(orders.order_by("pk").values_list("pk"), told),
        merged(orders.order_by("pk").values_list("pk"), shipments),
        strict=True,
    ):
        steps.clear()
        for _, shipment, before, after in rows:
            steps[shipment].append((before, after))
        for _, public_id, state in sent:
            if not leads_to(state, steps[str(public_id)], transitions):
                yield f"shipment {public_id}"


def units_are_counted() -> Breaches:
    sent = ShipmentLine.objects.filter(shipment__shipped_at__isnull=False)
    too_many = Q(quantity__lt=F("shipped_quantity") + F("canceled_quantity"))
    return breaches_of(
        *unequal(sent, "order_line", shipped_quantity=F("quantity")),
        OrderLine.objects.filter(too_many | Q(returned_quantity__gt=F("shipped_quantity"))),
    )


def goods_leave_for_placed_orders() -> Breaches:
    sent = Shipment.objects.filter(shipped_at__isnull=False)
    return breaches_of(sent.filter(Q(order__state__in=NOT_PLACED) | Q(order__placed_at__isnull=True)))


def fulfillment_follows() -> Breaches:
    """The same function as ``orders.services.fulfilling.fulfillment_state_of``, as queries."""
    lines = OrderLine.objects.filter(order=OuterRef("pk"))
    has_sent = Exists(lines.filter(shipped_quantity__gt=0))
    has_left = Exists(lines.filter(quantity__gt=F("canceled_quantity") + F("shipped_quantity")))
    orders = Order.objects.order_by()
    return breaches_of(
        orders.filter(has_sent, fulfillment_state="unfulfilled"),
        orders.filter(~has_sent, fulfillment_state__in=("partially_fulfilled", "fulfilled")),
        orders.filter(has_left, fulfillment_state="fulfilled"),
        orders.filter(~has_left, fulfillment_state="partially_fulfilled"),
    )


STATES: Final = (
    Invariant("carts.one_order", "A cart has at most one live order, and is closed by it.", one_live_order_a_cart),
    Invariant("orders.history", "The history of an order is a way through the flow.", histories_are_paths),
    Invariant("shipments.history", "So is the history of a shipment.", shipments_took_their_way),
    Invariant("shipments.units", "No more is sent than was ordered and not canceled.", units_are_counted),
    Invariant("shipments.orders", "Goods leave for orders that are placed.", goods_leave_for_placed_orders),
    Invariant("orders.fulfillment", "How far an order was sent follows from its lines.", fulfillment_follows),
)
