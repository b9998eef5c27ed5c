"""What staff do with an order: book its money, send its goods, give money back, cancel it, accept it, complete it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ObjectActionsMixin, actor_of, object_action
from nexus_commerce.admin.formatting import format_money
from nexus_commerce.admin.fulfillment import has_goods_to_send
from nexus_commerce.admin.order_forms import AcceptForm, CancelForm, may_be_accepted, may_be_canceled, may_become
from nexus_commerce.admin.payment_forms import CaptureForm
from nexus_commerce.admin.payment_states import awaits_confirmation, awaits_money, has_not_answered
from nexus_commerce.admin.refund_forms import RefundForm, left_to_refund
from nexus_commerce.admin.shipment_forms import NewShipmentForm
from nexus_commerce.checkout.services import accept_order, cancel_order, refund_order
from nexus_commerce.fulfillment.services import create_shipment, ship_order
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import change_state
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.services import capture_manually

__all__ = ["OrderActionsMixin", "OrderCaptureForm"]


def payment_to_record(order: Order) -> Payment | None:
    """Return the first payment of an order whose money is recorded by hand and still to come."""
    return next((payment for payment in order.payments.all() if awaits_money(payment)), None)


class OrderCaptureForm(CaptureForm):
    """How much has come for an order, in major units of its currency."""

    def __init__(self, data: Any = None, *, row: Order) -> None:
        payment = payment_to_record(row)
        assert payment is not None, "The action is closed for orders that await no money."
        super().__init__(data, row=payment)


class OrderActionsMixin(ObjectActionsMixin):
    """The buttons on the page of an order."""

    object_actions = ("record_money", "send_goods", "accept", "refund", "cancel", "complete_order")

    @object_action(
        _("Record money received"),
        form=OrderCaptureForm,
        open_for=lambda order: payment_to_record(order) is not None,
        permission="nexus_payments.change_payment",
    )
    def record_money(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Book money that came outside the shop on the order's open payment."""
        payment = payment_to_record(obj)
        assert payment is not None, "The form was made for it."
        capture_manually(payment=payment, amount=data["amount"], actor=actor_of(request), note=data["note"])
        return _("%(amount)s recorded.") % {"amount": format_money(data["amount"], obj.currency)}

    @object_action(
        _("Send goods"),
        form=NewShipmentForm,
        open_for=has_goods_to_send,
        permission="nexus_fulfillment.add_shipment",
    )
    def send_goods(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Pack units of an order, and send them where they leave now."""
        leaves_now = data["leaves_now"]
        if leaves_now and not request.user.has_perm("nexus_fulfillment.change_shipment"):
            raise PermissionDenied
        said = {name: data[name] for name in ("units", "location", "carrier")}
        fields = {name: data[name] for name in ("tracking_number", "tracking_url", "note")}
        make = ship_order if leaves_now else create_shipment
        make(order=obj, **said, fields=fields, actor=actor_of(request))
        return _("The goods were sent.") if leaves_now else _("The shipment waits to be packed and sent.")

    @object_action(_("Accept"), form=AcceptForm, open_for=may_be_accepted)
    def accept(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Place an order that was in review."""
        accept_order(order=obj, actor=actor_of(request), expected_version=data["version"])
        self.log_change(request, obj, data["reason"])
        return _("Order %(number)s is placed.") % {"number": obj.number}

    @object_action(
        _("Refund"),
        form=RefundForm,
        open_for=lambda order: left_to_refund(order) > 0,
        permission="nexus_payments.add_refund",
        atomic=False,
    )
    def refund(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Give money back."""
        said = {name: data[name] for name in ("request", "payment", "target", "reason")}
        known = {row.pk for row in refunds_by_order(obj)}
        refund_order(order=obj, **said, actor=actor_of(request), expected_version=data["version"])
        return None if self.tell_what_is_open(request, obj, known) else _("The money was given back.")

    @object_action(_("Cancel"), form=CancelForm, open_for=may_be_canceled, atomic=False)
    def cancel(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Cancel an order and give back what it holds."""
        known = {row.pk for row in refunds_by_order(obj)}
        cancel_order(order=obj, reason=data["reason"], actor=actor_of(request), expected_version=data["version"])
        self.message_user(request, _("Order %(number)s is canceled.") % {"number": obj.number})
        self.tell_what_is_open(request, obj, known)

    @object_action(_("Complete"), open_for=lambda order: may_become(order, "completed"))
    def complete_order(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Mark an order as done."""
        change_state(order=obj, state="completed", actor=actor_of(request))
        return _("Order %(number)s is completed.") % {"number": obj.number}

    def tell_what_is_open(self, request: HttpRequest, order: Order, known: set[int]) -> bool:
        """Say what of the money is still open, at a provider or with the staff; return whether something is.

        ``known`` are the refunds that there were before.
        """
        payments = Payment.objects.filter(order=order).select_related("order")
        refunds = [row for row in refunds_by_order(order) if row.pk not in known]
        texts = {
            _("The provider has not answered. It will be asked again by itself; nothing has to be repeated."): (
                has_not_answered(payments, refunds)
            ),
            _("Some of the money came outside the shop: send it back, then confirm the refund."): any(
                awaits_confirmation(refund) for refund in refunds
            ),
            _("The provider refused the refund: see below."): any(refund.state == "failed" for refund in refunds),
        }
        for text, is_so in texts.items():
            if is_so:
                self.message_user(request, text, messages.WARNING)
        return any(texts.values())


def refunds_by_order(order: Order) -> list[Refund]:
    """Return the refunds of an order as they are now."""
    return list(Refund.objects.filter(payment__order=order).select_related("payment"))
