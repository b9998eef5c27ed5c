"""Invariants of the money of orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import Case, F, Q, QuerySet, Value, When

from nexus_commerce.checkout.invariants.base import Breaches, Invariant, breaches_of, named, total
from nexus_commerce.core.fields import MinorUnitsField
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.orders.models import Order, OrderDiscount, OrderFee, OrderLine, OrderShipping, OrderTax
from nexus_commerce.orders.services import recompute_order
from nexus_commerce.payments.models import Payment, Refund, RefundLine

__all__ = ["MONEY", "recomputed"]

AMOUNTS: Final = ("subtotal", "discount_total", "shipping_total", "fee_total", "tax_total", "total", "captured")


def orders_add_up() -> Breaches:
    tax = Case(When(prices_include_tax=True, then=Value(0)), default=F("tax_total"), output_field=MinorUnitsField())
    whole = F("subtotal") - F("discount_total") + F("shipping_total") + F("fee_total") + F("rounding_total") + tax
    orders = Order.objects.annotate(
        of_lines=total(OrderLine.objects.all(), "order", F("subtotal")),
        of_shipping=total(OrderShipping.objects.all(), "order", F("total")),
        of_fees=total(OrderFee.objects.all(), "order", F("total")),
    )
    right = Q(
        total=whole, subtotal=F("of_lines"), shipping_total=F("of_shipping"), fee_total=F("of_fees"), total__gte=0
    )
    return breaches_of(orders.exclude(right))


def shares_sum() -> Breaches:
    lines = OrderLine.objects.annotate(
        discounts_sum=total(OrderDiscount.objects.all(), "line", F("amount")),
        taxes_sum=total(OrderTax.objects.all(), "line", F("amount")),
    )
    charges = OrderShipping.objects.annotate(
        discounts_sum=total(OrderDiscount.objects.all(), "shipping", F("amount")),
        taxes_sum=total(OrderTax.objects.all(), "shipping", F("amount")),
    )
    right = Q(discount_total=F("discounts_sum"), tax_total=F("taxes_sum"))
    orders = Order.objects.annotate(taxes_sum=total(OrderTax.objects.all(), "order", F("amount")))
    return breaches_of(lines.exclude(right), charges.exclude(right), orders.exclude(tax_total=F("taxes_sum")))


def amounts_are_bounded() -> Breaches:
    wild = Q()
    for name in AMOUNTS:
        wild |= Q(**{f"{name}__lt": 0}) | Q(**{f"{name}__gt": MAX_MINOR})
    return breaches_of(
        Order.objects.filter(wild),
        Payment.objects.exclude(currency=F("order__currency")),
        OrderLine.objects.filter(Q(quantity__lt=1) | Q(unit_price__lt=0)),
    )


def orders_know_their_payments() -> Breaches:
    held = Case(
        When(authorized__gt=F("captured"), then=F("authorized") - F("captured")),
        default=Value(0),
        output_field=MinorUnitsField(),
    )
    payments = Payment.objects.all()
    orders = Order.objects.annotate(
        sum_held=total(payments, "order", held),
        sum_captured=total(payments, "order", F("captured")),
        sum_refunded=total(payments, "order", F("refunded")),
        sum_pending=total(payments, "order", F("refund_pending")),
    )
    right = Q(
        authorized=F("sum_held"),
        captured=F("sum_captured"),
        refunded=F("sum_refunded"),
        refund_pending=F("sum_pending"),
    )
    return breaches_of(orders.exclude(right))


def refunds_are_counted() -> Breaches:
    payments = Payment.objects.annotate(
        sum_refunded=total(Refund.objects.filter(state="succeeded"), "payment", F("amount")),
        sum_pending=total(Refund.objects.filter(state="pending"), "payment", F("amount")),
    )
    right = Q(refunded=F("sum_refunded"), refund_pending=F("sum_pending"))
    within = Q(captured__gte=F("refunded") + F("refund_pending"))
    lines = OrderLine.objects.annotate(
        sum_amount=total(RefundLine.objects.exclude(refund__state="failed"), "order_line", F("amount")),
        sum_units=total(RefundLine.objects.exclude(refund__state="failed"), "order_line", F("quantity")),
    )
    counted = Q(refunded_quantity=F("sum_units"), refunded_amount__gte=F("sum_amount"))
    return breaches_of(
        payments.exclude(right & within), lines.exclude(counted & Q(refunded_quantity__lte=F("quantity")))
    )


def paid_means_paid() -> Breaches:
    kept = F("captured") - F("refunded")
    paid = Order.objects.annotate(kept=kept).filter(payment_state="paid", kept__lt=F("total"))
    return breaches_of(paid)


def recomputed(limit: int | None) -> Invariant:
    """Return the invariant that orders, the newest ``limit`` or all, come out of their own snapshots again."""

    def find() -> Breaches:
        orders = Order.objects.order_by("-pk")
        return named(differing(orders if limit is None else orders[:limit]))

    said = "every order" if limit is None else f"each of the newest {limit:,} orders"
    return Invariant("orders.recompute", f"Computing {said} again from its own snapshot gives what it costs.", find)


def differing(orders: QuerySet[Order]) -> Iterator[str]:
    """Yield the orders that do not come out again."""
    for order in orders.only("public_id", "policies", "explanation", "total", "tax_total", "discount_total").iterator(
        chunk_size=200
    ):
        if "input" not in order.explanation:
            continue
        try:
            totals = recompute_order(order=order)
        except Exception as exc:
            yield f"order {order.public_id}: {type(exc).__name__}"
            continue
        if (totals.total, totals.tax_total, totals.discount_total) != (
            order.total,
            order.tax_total,
            order.discount_total,
        ):
            yield f"order {order.public_id}"


MONEY: Final = (
    Invariant("orders.total", "A total is the sum of its parts.", orders_add_up),
    Invariant("orders.shares", "What was shared out over lines sums to the whole.", shares_sum),
    Invariant("orders.amounts", "Amounts are within their bounds, in one currency an order.", amounts_are_bounded),
    Invariant("orders.money", "What an order was paid is the sum of its payments.", orders_know_their_payments),
    Invariant("payments.refunds", "No more is given back than came, of payments and lines.", refunds_are_counted),
    Invariant("orders.paid", "A paid order was paid.", paid_means_paid),
)
