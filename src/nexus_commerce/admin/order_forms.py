"""What canceling and accepting an order ask, and what they do, told before they do it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nexus_commerce.admin.actions import VersionedForm
from nexus_commerce.admin.formatting import format_money
from nexus_commerce.admin.order_panels import review_words
from nexus_commerce.admin.payment_states import HELD, holds_money, is_online, payment_name, provider_of
from nexus_commerce.inventory.models import Allocation, Reservation
from nexus_commerce.orders.flows import order_flow
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import is_tender
from nexus_commerce.promotions.models import Redemption

__all__ = ["AcceptForm", "CancelForm", "ReasonForm", "may_be_accepted", "may_be_canceled", "may_become"]


def may_become(order: Order, state: str) -> bool:
    """Return whether the flow in force lets an order become ``state``."""
    return state in order_flow().transitions.get(order.state, ())


def may_be_canceled(order: Order) -> bool:
    """Return whether an order can be canceled: the flow lets it, and nothing was sent."""
    return may_become(order, "canceled") and not order.lines.filter(shipped_quantity__gt=0).exists()


def may_be_accepted(order: Order) -> bool:
    """Return whether an order waits for somebody to look at it."""
    return order.state == "review" and may_become(order, "placed")


class ReasonForm(VersionedForm):
    """Why something is done to an order."""

    reason = forms.CharField(label=_("Reason"), max_length=255, widget=forms.TextInput(attrs={"class": "vTextField"}))


class CancelForm(ReasonForm):
    """Why an order is canceled, with what is released and given back by that."""

    submit_label = _("Cancel the order")

    def consequences(self) -> list[object]:
        order: Order = self.row
        return [*goods_released(order), *(text for row in order.payments.all() for text in money_given_back(row))]


class AcceptForm(ReasonForm):
    """Why an order is placed although something was odd about it."""

    submit_label = _("Accept the order")

    def consequences(self) -> list[object]:
        order: Order = self.row
        paid, total = (
            format_money(amount, order.currency) for amount in (order.captured - order.refunded, order.total)
        )
        return [
            *review_words(order),
            _("%(paid)s of %(total)s are paid.") % {"paid": paid, "total": total},
            _("Accepted, the order is placed: its goods are promised to it, as far as there is stock."),
        ]


def goods_released(order: Order) -> Iterator[str]:
    """Yield what canceling an order frees: stock, shipments that wait, and uses of promotions."""
    open_units = F("quantity") - F("consumed") - F("released")
    units = Allocation.objects.filter(order=order.public_id).aggregate(units=Sum(open_units))["units"] or 0
    if order.cart_id is not None:
        held = Reservation.objects.filter(holder=order.cart.public_id).aggregate(units=Sum("quantity"))  # type: ignore[union-attr]
        units += held["units"] or 0
    if units:
        yield ngettext("%(n)s unit of stock is released.", "%(n)s units of stock are released.", units) % {"n": units}
    if waiting := order.shipments.filter(state="pending").count():
        text = ngettext("%(n)s shipment that waits is canceled.", "%(n)s shipments that wait are canceled.", waiting)
        yield text % {"n": waiting}
    if uses := Redemption.objects.filter(order=order.public_id).exclude(state="released").count():
        text = ngettext("%(n)s use of a promotion is given back.", "%(n)s uses of promotions are given back.", uses)
        yield text % {"n": uses}


def money_given_back(payment: Payment) -> Iterator[str]:
    """Yield what canceling does to a payment."""
    said: dict[str, Any] = {
        "payment": payment_name(payment),
        "held": format_money(holds_money(payment), payment.currency),
    }
    if is_tender(payment.provider):
        back = payment.refundable or payment.authorized
        if back and payment.state != "voided":
            yield _("%(amount)s go back to the balance they came from (%(payment)s), at once.") % {
                **said,
                "amount": format_money(back, payment.currency),
            }
        return
    if payment.operation == "capture":
        yield _("%(payment)s is being captured: the order cannot be canceled before the provider has answered.") % said
    elif payment.state == "pending" and not is_online(payment):
        yield _("No money is awaited for %(payment)s any more.") % said
    elif is_online(payment) and payment.state in HELD:
        held = _("%(held)s that the provider holds are given up: %(payment)s is voided.")
        yield (held if holds_money(payment) else _("%(payment)s is given up at the provider.")) % said
    if payment.refundable > 0:
        yield refunded_how(payment) % {**said, "amount": format_money(payment.refundable, payment.currency)}


def refunded_how(payment: Payment) -> Any:
    """Return in words how what was taken of a payment comes back."""
    provider = provider_of(payment)
    if provider is not None and provider.is_offline:
        return _("%(amount)s came outside the shop: send them back, then confirm the refund. It waits until you do.")
    return _("%(amount)s are refunded through the provider (%(payment)s).")
