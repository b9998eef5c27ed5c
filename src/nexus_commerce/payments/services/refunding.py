"""Giving money back: what for, from which payment, and never more than came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Now

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.failpoints import failpoint
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.orders.models import Order, OrderEvent, OrderLine
from nexus_commerce.payments.errors import RefundRefused
from nexus_commerce.payments.models import Payment, Refund, RefundLine
from nexus_commerce.payments.services.asking import ask_refund
from nexus_commerce.payments.services.credit import refund_credit
from nexus_commerce.payments.services.credit_accounts import give_store_credit
from nexus_commerce.payments.services.facts import sum_payments
from nexus_commerce.payments.services.manual import lock_payment
from nexus_commerce.payments.services.operations import LEASE
from nexus_commerce.payments.services.providers import get_provider, is_tender
from nexus_commerce.payments.services.refund_rows import settle_refund, write_refund
from nexus_commerce.pricing.refunds import refund_for_units

__all__ = ["RefundRequest", "carry_out_refund", "open_refunds", "paid_for_line", "price_refund"]


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What is to be given back: units of order lines by the lines' public ids, of the shipping charges so much, and an
    extra amount for nothing in particular; minor units. ``everything`` is all that is left, whatever the rest says.
    """

    units: Mapping[UUID, int] = field(default_factory=dict)
    shipping: int = 0
    extra: int = 0
    everything: bool = False


@dataclass(frozen=True, slots=True)
class PricedRefund:
    """What a request comes to: the amount of each line, and all together; minor units."""

    lines: Mapping[OrderLine, tuple[int, int]]
    shipping: int
    total: int


def paid_for_line(line: OrderLine, order: Order) -> int:
    """Return what was paid for a line, with tax, in minor units."""
    total: int = line.total
    return total if order.prices_include_tax else total + line.tax_total


def price_refund(*, order: Order, request: RefundRequest) -> PricedRefund:
    """Return what a request for a locked order comes to. Raises ``RefundRefused`` naming a line with fewer units left.

    Units are refunded one after the other, remainders first, so that all units of a line sum to what was paid.
    """
    lines = list(order.lines.all())
    known = {line.public_id: line for line in lines}
    units = dict(request.units)
    if request.everything:
        units = {line.public_id: left for line in lines if (left := line.quantity - line.refunded_quantity)}
    if missing := units.keys() - known.keys():
        raise RefundRefused(field="lines", refundable=0, currency=order.currency, line=str(min(missing)))
    priced = {known[key]: (count, price_units(known[key], order, count)) for key, count in units.items()}
    shipping = shipping_left(order) if request.everything else request.shipping
    if not 0 <= shipping <= shipping_left(order):
        raise RefundRefused(field="shipping", refundable=shipping_left(order), currency=order.currency)
    if request.everything:
        return within(order.captured - order.refunded - order.refund_pending, priced, shipping)
    total = sum(amount for _, amount in priced.values()) + shipping + request.extra
    return PricedRefund(priced, shipping, total)


def within(total: int, lines: Mapping[OrderLine, tuple[int, int]], shipping: int) -> PricedRefund:
    """Return a refund of ``total``: the lines, then shipping, get what there is, and the rest is for nothing in
    particular. Where a part was given back before, it does not reach for all."""
    left, reached = total, dict[OrderLine, tuple[int, int]]()
    for line, (count, amount) in lines.items():
        part = max(0, min(amount, left))
        reached[line] = (count, part)
        left -= part
    return PricedRefund(reached, max(0, min(shipping, left)), total)


def price_units(line: OrderLine, order: Order, count: int) -> int:
    """Return what ``count`` more units of a line give back, at most what is left of it."""
    units: int = line.quantity - line.refunded_quantity
    if not 0 < count <= units:
        raise RefundRefused(
            field="lines", refundable=0, currency=order.currency, line=str(line.public_id), units_left=units
        )
    paid = paid_for_line(line, order)
    amount = refund_for_units(paid, line.quantity, refunded=line.refunded_quantity, units=count)
    left: int = paid - line.refunded_amount
    return min(amount, left)


def shipping_left(order: Order) -> int:
    """Return what of the shipping charges, with tax, was not refunded yet."""
    charges = order.shipping_charges.all()
    paid: int = sum(charge.total if order.prices_include_tax else charge.total + charge.tax_total for charge in charges)
    mine = Refund.objects.filter(payment__order=order).exclude(state="failed")
    refunded: int = mine.aggregate(total=Sum("shipping_amount"))["total"] or 0
    return max(0, paid - refunded)


@transaction.atomic
def open_refunds(
    *,
    order: Order,
    payments: Sequence[Payment],
    request: RefundRequest,
    payment: Payment | None = None,
    target: str = "payment",
    reason: str = "",
    actor: str = "",
) -> list[Refund]:
    """Write the refunds that a request makes, with order and payments locked; providers are asked later.

    They are spread over the payments by the refund policy, or all go to ``payment``. Lines, payments and order are each
    counted by a conditional UPDATE whose row count is checked; constraints hold the same. With the target
    ``store_credit``, and for gift cards and store credit that paid, they succeed at once; those of offline payments
    wait for ``confirm_refund``. Raises ``RefundRefused``. Writes ``refund.pending`` and so on.
    """
    priced = price_refund(order=order, request=request)
    if priced.total <= 0:
        raise RefundRefused(field="amount", refundable=max(0, order.captured - order.refunded), currency=order.currency)
    shares = share_out(order, [payment] if payment else payments, priced.total)
    count_lines(order, priced)
    refunds = write_shares(shares, priced, target=target, reason=reason, actor=actor)
    for refund in refunds:
        settle_at_once(refund, order)
    sum_payments(order=order, payments=payments, actor=actor, note=reason)
    OrderEvent.objects.create(order=order, type="refund", actor=actor, note=reason, data={"amount": priced.total})
    return refunds


def share_out(order: Order, payments: Sequence[Payment], total: int) -> list[tuple[Payment, int]]:
    """Return how much goes back to which payment; raise ``RefundRefused`` where they do not hold as much."""
    usable = [row for row in payments if row.refundable > 0]
    shares = nexus_settings.REFUND_POLICY().spread(payments=usable, amount=total)
    if sum(amount for _, amount in shares) != total:
        left = sum(row.refundable for row in usable)
        raise RefundRefused(field="amount", refundable=left, currency=order.currency)
    return shares


def count_lines(order: Order, priced: PricedRefund) -> None:
    """Count units and amounts on the order lines, each by a conditional UPDATE."""
    for line, (count, amount) in sorted(priced.lines.items(), key=lambda item: item[0].pk):
        left = Q(refunded_quantity__lte=F("quantity") - count)
        left &= Q(refunded_amount__lte=paid_for_line(line, order) - amount)
        rows = OrderLine.objects.filter(left, pk=line.pk).update(
            refunded_quantity=F("refunded_quantity") + count, refunded_amount=F("refunded_amount") + amount
        )
        if not rows:
            raise RefundRefused(field="lines", refundable=0, currency=order.currency, line=str(line.public_id))


def write_shares(
    shares: Sequence[tuple[Payment, int]], priced: PricedRefund, *, target: str, reason: str, actor: str
) -> list[Refund]:
    """Write a refund for each share, and say of which lines it is: one line after the other, shipping after them."""
    waiting = [(line, count, amount) for line, (count, amount) in priced.lines.items()]
    shipping, refunds = priced.shipping, []
    for payment, share in shares:
        parts, left = [], share
        # A line for which nothing is left has a row too, for its units.
        while waiting and (left or not waiting[0][2]):
            line, count, amount = waiting.pop(0)
            part = min(left, amount)
            parts.append(RefundLine(order_line=line, quantity=count, amount=part))
            left -= part
            if part < amount:
                waiting.insert(0, (line, 0, amount - part))
        sent = min(left, shipping)
        shipping -= sent
        refund = write_refund(
            payment=payment, amount=share, target=target, shipping_amount=sent, reason=reason, actor=actor
        )
        for row in parts:
            row.refund = refund
        RefundLine.objects.bulk_create(parts)
        refunds.append(refund)
    return refunds


def settle_at_once(refund: Refund, order: Order) -> None:
    """Carry out a refund to a balance of the shop's own, in the caller's transaction."""
    payment = refund.payment
    if refund.target == "store_credit":
        give_store_credit(
            customer=order.customer,
            email=order.email,
            currency=payment.currency,
            amount=refund.amount,
            key=f"refund:{refund.public_id}",
            reason="refunded",
            actor=refund.actor,
        )
    elif is_tender(payment.provider):
        refund_credit(payment=payment, amount=refund.amount, key=refund.public_id, actor=refund.actor)
    else:
        return
    settle_refund(refund=refund, state="succeeded")


def carry_out_refund(*, refund: Refund, actor: str = "") -> Refund:
    """Ask the provider for a pending refund, outside any transaction, and book its answer.

    One process at a time; the refund's public id is the key, so that asking again gives nothing back twice. Without an
    answer it stays pending, and the sweeper asks again. Refunds of offline payments are left to people.
    """
    row = Refund.objects.select_related("payment__order").get(pk=refund.pk)
    if row.state != "pending" or get_provider(alias=row.payment.provider).is_offline:
        return row
    free = Q(locked_until=None) | Q(locked_until__lt=Now())
    if not Refund.objects.filter(free, pk=row.pk, state="pending").update(
        locked_until=Now() + LEASE, attempts=F("attempts") + 1
    ):
        return row
    report = ask_refund(refund=row)
    failpoint("refund.asked")
    if report is not None:
        book(row, report.status, report.ref, report.failure_code, actor)
    failpoint("refund.kept")
    return Refund.objects.select_related("payment__order").get(pk=refund.pk)


@transaction.atomic
def book(refund: Refund, status: str, ref: str, failure_code: str, actor: str) -> None:
    """Book what a provider says of a refund."""
    order, payments, payment = lock_payment(payment=refund.payment)
    (row,) = lock_rows(Refund.objects.filter(pk=refund.pk))
    row.payment = payment
    if status == "pending":
        if ref and row.provider_ref != ref:
            row.provider_ref = ref
            row.save(update_fields=["provider_ref", "updated_at"])
        return
    settle_refund(
        refund=row,
        state="succeeded" if status == "succeeded" else "failed",
        provider_ref=ref or None,
        failure_code=failure_code,
    )
    sum_payments(order=order, payments=payments, actor=actor)
