"""What has to be known of an order at a glance: why it waits for people, what is under way, what was given back."""

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.formatting import EMPTY, change_link, format_money, state_badge
from nexus_commerce.admin.payment_states import awaits_confirmation, payment_name, what_is_asked
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, Refund

__all__ = [
    "REVIEW_REASONS",
    "load_money",
    "money_notices",
    "payment_notices",
    "refund_notice",
    "refunds_of",
    "refunds_panel",
    "review_words",
]

REVIEW_REASONS: Final[dict[str, tuple[Any, Any]]] = {
    "late_payment": (
        _("The money came after the order had expired."),
        _("Accept it if the goods can still be sent. Otherwise cancel it: the money goes back."),
    ),
    "out_of_stock": (
        _("It is paid, and its goods were sold in the meantime."),
        _("Bring in stock and accept it, or cancel it: the money goes back."),
    ),
    "surplus": (
        _("More was paid than was asked for. What is too much has become store credit of the customer."),
        _("Accept it. Cancel it if that looks like a mistake of the provider."),
    ),
    "partial_payment": (
        _("Only a part of the money was taken."),
        _("Accept it if the rest comes another way, or cancel it: what came goes back."),
    ),
    "amount_mismatch": (
        _("The provider has this payment over another amount than the order."),
        _("Look it up at the provider. Accept the order if what came is enough, or cancel it."),
    ),
    "currency_mismatch": (
        _("The provider has this payment in another currency. Nothing of it counts as paid here."),
        _("Look it up at the provider and settle it there, then cancel the order, or accept it if all is well."),
    ),
}
"""What the reasons for a review mean, and what to do."""


def review_words(order: Order) -> tuple[Any, Any]:
    """Return why an order is in review, and what to do, in words; a reason of the host's own as it is."""
    unknown = (order.review_reason.replace("_", " "), _("Find out what happened, then accept the order or cancel it."))
    return REVIEW_REASONS.get(order.review_reason, unknown)


def load_money(order: Order) -> None:
    """Load the payments of an order with their events, and with their refunds and the lines of these."""
    prefetch_related_objects([order], "payments__events", "payments__refunds__lines__order_line")


def refunds_of(order: Order) -> list[Refund]:
    """Return the refunds of an order, oldest first."""
    return sorted(
        (refund for payment in order.payments.all() for refund in payment.refunds.all()), key=lambda refund: refund.pk
    )


def money_notices(order: Order) -> Iterator[SafeString]:
    """Yield what somebody has to know or do about an order before all else."""
    if order.state == "review":
        why, what = review_words(order)
        yield format_html("<strong>{}</strong> {} <em>{}</em>", _("In review."), why, what)
    for payment in order.payments.all():
        yield from payment_notices(payment)
    for refund in refunds_of(order):
        if refund.state == "pending":
            yield refund_notice(refund)


def payment_notices(payment: Payment) -> Iterator[SafeString]:
    """Yield what is under way with a payment, and what nobody knows of it."""
    link = change_link(payment, payment_name(payment))
    if payment.operation and payment.operation != "start":
        text = _("The provider is being asked %(what)s; it has not answered yet. It will be asked again by itself.")
        yield format_html("{} {}", text % {"what": what_is_asked(payment)}, link)
    elif payment.state == "unknown":
        text = _("Nobody knows yet whether this payment went through. The provider is asked again by itself.")
        yield format_html("{} {}", text, link)


def refund_notice(refund: Refund) -> SafeString:
    """Return what a pending refund waits for."""
    if awaits_confirmation(refund):
        text = _("Send back %(amount)s outside the shop, then confirm it.")
    else:
        text = _(
            "%(amount)s are being given back; the provider has not answered yet. It will be asked again by itself."
        )
    amount = format_money(refund.amount, refund.payment.currency)
    return format_html("{} {}", text % {"amount": amount}, change_link(refund, _("Refund")))


def refunds_panel(order: Order) -> str:
    """Return the refunds of an order, with what each gave back, as a table."""
    rows = [
        {
            "refund": refund,
            "link": change_link(refund, short_name(refund)),
            "state": state_badge(refund.state),
            "amount": format_money(refund.amount, refund.payment.currency),
            "from": change_link(refund.payment, payment_name(refund.payment)),
            "parts": list(parts_of(refund)),
        }
        for refund in refunds_of(order)
    ]
    return render_to_string("admin/nexus_commerce/order_refunds.html", {"rows": rows}) if rows else EMPTY


def short_name(refund: Refund) -> str:
    """Return the first letters of a refund's public id, enough to tell those of one order apart."""
    return str(refund.public_id)[:8].upper()


def parts_of(refund: Refund) -> Iterator[tuple[object, str]]:
    """Yield what a refund gives back, each with its amount: lines, shipping, and what is left over."""
    currency = refund.payment.currency
    lines = list(refund.lines.all())
    for row in lines:
        yield f"{row.quantity} × {row.order_line.sku}", format_money(row.amount, currency)
    if refund.shipping_amount:
        yield _("Shipping"), format_money(refund.shipping_amount, currency)
    rest = refund.amount - refund.shipping_amount - sum(row.amount for row in lines)
    if rest and (lines or refund.shipping_amount):
        yield _("Other"), format_money(rest, currency)
