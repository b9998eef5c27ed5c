"""Invariants of what orders cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import Case, F, Q, QuerySet, Value, When

from nexus_commerce.checkout.invariants.base import CHUNK, Breaches, Invariant, breaches_of, named, unequal
from nexus_commerce.core.fields import MAX_QUANTITY, MinorUnitsField
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.orders.models import Order, OrderDiscount, OrderFee, OrderLine, OrderShipping, OrderTax
from nexus_commerce.orders.services import recompute_order
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.pricing.totals import Totals

__all__ = ["MONEY", "recomputed"]

SUMS: Final = ("subtotal", "discount_total", "shipping_total", "fee_total", "rounding_total", "tax_total", "total")
PAID: Final = ("authorized", "captured", "refunded", "refund_pending")


def orders_add_up() -> Breaches:
    tax = Case(When(prices_include_tax=True, then=Value(0)), default=F("tax_total"), output_field=MinorUnitsField())
    whole = F("subtotal") - F("discount_total") + F("shipping_total") + F("fee_total") + F("rounding_total") + tax
    lines = unequal(OrderLine.objects.all(), "order", subtotal=F("subtotal"), discount_total=F("discount_total"))
    charges = unequal(OrderShipping.objects.all(), "order", shipping_total=F("amount") - F("discount_total"))
    fees = unequal(OrderFee.objects.all(), "order", fee_total=F("amount"))
    return breaches_of(Order.objects.exclude(total=whole, total__gte=0), *lines, *charges, *fees)


def shares_sum() -> Breaches:
    discounts, taxes = OrderDiscount.objects.all(), OrderTax.objects.all()
    return breaches_of(
        *unequal(discounts.filter(line__isnull=False), "line", discount_total=F("amount")),
        *unequal(discounts.filter(shipping__isnull=False), "shipping", discount_total=F("amount")),
        *unequal(taxes.filter(line__isnull=False), "line", tax_total=F("amount")),
        *unequal(taxes.filter(shipping__isnull=False), "shipping", tax_total=F("amount")),
        *unequal(taxes.filter(fee__isnull=False), "fee", tax_total=F("amount")),
        *unequal(taxes, "order", tax_total=F("amount")),
        discounts.filter(amount__lt=0),
        taxes.filter(Q(amount__lt=0) | Q(base__lt=0)),
        OrderLine.objects.filter(discount_total__gt=F("subtotal")),
    )


def outside(*columns: str) -> Q:
    """Return the condition that one of the columns is no amount: below zero, or beyond 10^15."""
    wild = Q()
    for name in columns:
        wild |= Q(**{f"{name}__lt": 0}) | Q(**{f"{name}__gt": MAX_MINOR})
    return wild


def amounts_are_bounded() -> Breaches:
    no_quantity = Q(quantity__lt=1) | Q(quantity__gt=MAX_QUANTITY)
    columns = ("unit_price", "subtotal", "discount_total", "tax_total", "total", "refunded_amount")
    return breaches_of(
        Order.objects.filter(outside(*(name for name in (*SUMS, *PAID) if name != "rounding_total"))),
        OrderLine.objects.filter(no_quantity | outside(*columns)),
        Payment.objects.exclude(currency=F("order__currency")),
        Payment.objects.filter(outside("amount", *PAID)),
        Refund.objects.filter(Q(amount=0) | outside("amount", "shipping_amount")),
    )


def recomputed(limit: int | None) -> Invariant:
    """Return the invariant that orders, the newest ``limit`` or all, come out of their own snapshots again."""

    def find() -> Breaches:
        return named(differing(Order.objects.order_by("-pk"), limit))

    said = "every order" if limit is None else f"each of the newest {limit:,} orders"
    return Invariant("orders.recompute", f"Computing {said} again from its own snapshot gives what it costs.", find)


def differing(orders: QuerySet[Order], limit: int | None) -> Iterator[str]:
    """Yield the orders that do not come out again; one that keeps no snapshot cannot."""
    wanted = orders.only("public_id", "policies", "explanation", *SUMS).prefetch_related("lines")
    for order in wanted.iterator(chunk_size=CHUNK // 10) if limit is None else wanted[:limit].iterator(CHUNK // 10):
        if "input" not in order.explanation:
            continue
        try:
            totals = recompute_order(order=order)
        except Exception as exc:
            yield f"{name_of(order)}: {type(exc).__name__}"
        else:
            if stored(order) != computed(totals):
                yield name_of(order)


def name_of(order: Order) -> str:
    return f"order {order.public_id}"


def stored(order: Order) -> list[int]:
    """Return the amounts that an order keeps: its own, and those of each line."""
    lines = [amount for line in order.lines.all() for amount in (line.subtotal, line.discount_total, line.total)]
    return [*(getattr(order, name) for name in SUMS), *lines]


def computed(totals: Totals) -> list[int]:
    """Return the same amounts as they were computed again."""
    lines = [amount for line in totals.lines for amount in (line.subtotal, line.discount_total, line.total)]
    return [*(getattr(totals, name) for name in SUMS), *lines]


MONEY: Final = (
    Invariant("orders.total", "A total is the sum of its parts.", orders_add_up),
    Invariant("orders.shares", "What was shared out over lines sums to the whole.", shares_sum),
    Invariant("orders.amounts", "Amounts are within their bounds, in one currency an order.", amounts_are_bounded),
)
