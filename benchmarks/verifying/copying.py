"""Doubling orders with all that belongs to them, in the database, so that everything still adds up."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count, F, Field, Max, Model, UUIDField

from benchmarks.__main__ import say
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.checkout.invariants.base import total
from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.fulfillment.models import Shipment, ShipmentLine
from nexus_commerce.inventory.models import Allocation, StockItem, StockMovement
from nexus_commerce.orders import models as orders
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import CreditAccount, CreditEntry, Payment, PaymentEvent, Refund, RefundLine
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion, Redemption

__all__ = ["double_orders"]

TOLD: Final = "aggregate IN ('order', 'payment', 'refund', 'shipment')"
TABLES: Final[dict[type[Model], str]] = {
    Cart: "TRUE",
    CartLine: "TRUE",
    Order: "TRUE",
    orders.OrderLine: "TRUE",
    orders.OrderShipping: "TRUE",
    orders.OrderFee: "TRUE",
    orders.OrderAddress: "TRUE",
    orders.OrderDiscount: "TRUE",
    orders.OrderTax: "TRUE",
    orders.OrderEvent: "TRUE",
    Payment: "TRUE",
    PaymentEvent: "TRUE",
    Refund: "TRUE",
    RefundLine: "TRUE",
    CreditEntry: "payment_id IS NOT NULL",
    Shipment: "TRUE",
    ShipmentLine: "TRUE",
    Allocation: "TRUE",
    StockMovement: "reason = 'shipped'",
    Redemption: "TRUE",
    OutboxEvent: TOLD,
    InboxEntry: f"event_id IN (SELECT id FROM {OutboxEvent._meta.db_table} WHERE {TOLD})",
}
"""What is copied, each table after those that it refers to, and which of its rows."""
NAMES: Final = frozenset({"public_id", "order", "line", "reference", "aggregate_id", "event_id"})
"""Columns that name something that is copied."""
MADE_UP: Final = frozenset({"number", "token_hash", "access_token_hash", "provider_ref", "provider_event", "key"})
"""Columns of text that must be unique."""


def double_orders(wanted: int) -> tuple[int, int]:
    """Double the orders until there are at least ``wanted``; return how many orders and rows there are."""
    have, rounds = Order.objects.count(), 0
    while have < wanted:
        rounds += 1
        with transaction.atomic():
            double(rounds)
        have *= 2
        say(f"{have} orders")
    count_again()
    return have, sum(model._base_manager.count() for model in TABLES)


def double(number: int) -> None:
    """Copy every row: keys move up by the largest there is, names become other ones that are derived from them."""
    steps = {model: model._base_manager.aggregate(last=Max("pk"))["last"] or 0 for model in TABLES}
    with connection.cursor() as cursor:
        for model, where in TABLES.items():
            fields = list(model._meta.concrete_fields)
            columns = ", ".join(f'"{field.column}"' for field in fields)
            values = ", ".join(value_of(field, steps, number) for field in fields)
            table = model._meta.db_table
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {where}")
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {steps[model] * 2 + 1})")


def value_of(field: Field[Any, Any], steps: dict[type[Model], int], number: int) -> str:
    """Return the SQL of a column of a copy."""
    column = f'"{field.column}"'
    moved = field.model if field.primary_key else field.related_model
    if moved in steps:
        return f"{column} + {steps[moved]}"
    if isinstance(field, UUIDField) and field.name in NAMES:
        return f"md5({column}::text || '{number}')::uuid"
    if field.name in MADE_UP:
        return f"CASE WHEN {column} = '' THEN '' ELSE md5({column} || '{number}') END"
    if field.name == "data" and field.model is orders.OrderEvent:
        named = f"to_jsonb(md5(({column} ->> 'shipment') || '{number}')::uuid::text)"
        return f"CASE WHEN {column} ? 'shipment' THEN jsonb_set({column}, '{{shipment}}', {named}) ELSE {column} END"
    return column


def count_again() -> None:
    """Set the counters to what the copies make of them."""
    live = Redemption.objects.exclude(state="released")
    left = F("quantity") - F("consumed") - F("released")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    StockItem.objects.update(
        on_hand=total(StockMovement.objects.all(), "stock_item", F("quantity")),
        allocated=total(Allocation.objects.all(), "stock_item", left),
    )
    CreditAccount.objects.update(balance=total(CreditEntry.objects.all(), "account", F("amount")))
    Promotion.objects.update(uses=total(live.annotate(one=Count("pk")), "promotion", 1))
    Coupon.objects.update(uses=total(live, "coupon", 1))
    by_customer = live.order_by().values("customer_key").annotate(n=Count("pk"))
    for key, uses in by_customer.values_list("customer_key", "n"):
        CustomerUsage.objects.filter(customer_key=key).update(uses=uses)
