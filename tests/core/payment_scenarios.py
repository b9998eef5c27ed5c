"""The services of checkouts, payments and refunds that change something: how each is run, and the signal it sends."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

from nexus_commerce.checkout import services as checkout
from nexus_commerce.inventory import services as inventory
from nexus_commerce.orders import services as orders
from nexus_commerce.orders.models import Order
from nexus_commerce.payments import services as payments
from nexus_commerce.payments.deriving import Fact
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.dummy import DummyBank
from tests.cart.shopping import ready_cart
from tests.checkout.paying import buy, let_time_pass, online_shop

__all__ = ["PAYMENT_SCENARIOS", "PAYMENT_SILENT"]

Run = Callable[[Any], Any]


def online(act: Callable[[Any, DummyBank], Any], **options: Any) -> Run:
    """Run something in a shop whose payments a bank makes."""

    def run(shop: Any) -> None:
        with TemporaryDirectory() as folder, online_shop(Path(folder), **options) as bank:
            act(shop, bank)

    return run


def bought(shop: Any, script: str = "approve") -> Order:
    return buy(ready_cart(shop.channel, shop.variant), script).order


def approved(shop: Any, bank: DummyBank) -> Payment:
    """Return a payment that the shopper has made, and the shop does not know of yet."""
    payment: Payment = bought(shop, "needs_action").payments.select_related("order").get()
    bank.approve(payment.provider_ref or "")
    return payment


def owed(shop: Any) -> Payment:
    """Return a payment that is to come outside the shop."""
    payment: Payment = shop.order().payments.select_related("order").get()
    return payment


def paid(shop: Any) -> Order:
    payment = owed(shop)
    payments.capture_manually(payment=payment, amount=payment.amount)
    return Order.objects.get(pk=payment.order_id)


def refunding(shop: Any) -> Refund:
    checkout.refund_order(order=paid(shop), request=payments.RefundRequest(extra=100), reason="goodwill")
    return Refund.objects.get()


def finalized(shop: Any, bank: DummyBank) -> None:
    payment = approved(shop, bank)
    report = payments.fetch_payment(payment=payment)
    checkout.finalize(order=payment.order.public_id, payment=payment, report=report)


def swept(shop: Any, bank: DummyBank) -> None:
    bought(shop, "needs_action")
    let_time_pass()
    checkout.sweep_checkouts()


def captured_in_steps(shop: Any, bank: DummyBank) -> None:
    payment = bought(shop).payments.get()
    key = uuid4()
    payments.begin_operation(payment=payment, operation="capture", amount=payment.amount, key=key)
    payments.carry_out_capture(payment=payment, key=key)


def voided_in_steps(shop: Any) -> None:
    payment = owed(shop)
    payments.request_void(payment=payment)
    payments.carry_out_void(payment=payment)


def open_refunds(shop: Any) -> list[Refund]:
    order = paid(shop)
    rows = payments.lock_payments(order=order)
    return payments.open_refunds(order=order, payments=rows, request=payments.RefundRequest(extra=100))


def refunded_in_steps(shop: Any, bank: DummyBank) -> None:
    payment = bought(shop, "approve,lost_reply:refund").payments.select_related("order").get()
    payments.carry_out_refund(refund=payments.write_refund(payment=payment, amount=100))


def reported(shop: Any, bank: DummyBank) -> None:
    payment = approved(shop, bank)
    report = payments.fetch_payment(payment=payment)
    assert report is not None
    payments.apply_report(payment=payment, report=report)


def summed(shop: Any) -> None:
    payment = owed(shop)
    payments.add_facts(payment=payment, facts=[Fact("captured", payment.amount)])
    payments.sum_payments(order=payment.order, payments=[payment])


def done(shop: Any) -> Order:
    Order.objects.filter(pk=shop.order().pk).update(fulfillment_state="fulfilled", payment_state="paid")
    return Order.objects.get()


def emptied(shop: Any) -> Any:
    inventory.set_on_hand(variant=shop.variant, location=shop.location, quantity=0)
    return shop.variant


def few(shop: Any) -> dict[int, int]:
    inventory.set_stock_limits(stock_item=shop.variant.stock_items.get(), low_stock_level=3)
    return {shop.variant.pk: 2}


PAYMENT_SCENARIOS: Final[dict[str, tuple[str, Run]]] = {
    "place_order": ("order_placed", lambda s: s.order()),
    "resume_checkout": (
        "order_placed",
        online(lambda s, bank: checkout.resume_checkout(cart=approved(s, bank).order.cart)),
    ),
    "complete_payment": (
        "order_placed",
        online(lambda s, bank: checkout.complete_payment(order=approved(s, bank).order)),
    ),
    "finalize": ("order_placed", online(finalized)),
    "bring_up_to_date": (
        "order_placed",
        online(lambda s, bank: checkout.bring_up_to_date(payment=approved(s, bank))),
    ),
    "accept_order": ("order_placed", online(lambda s, bank: checkout.accept_order(order=bought(s, "surplus")))),
    "abandon_checkout": (
        "order_state_changed",
        online(lambda s, bank: checkout.abandon_checkout(order=bought(s, "needs_action"))),
    ),
    "sweep_checkouts": ("order_state_changed", online(swept)),
    "cancel_order": ("order_state_changed", lambda s: checkout.cancel_order(order=s.order())),
    "refund_order": ("refund_changed", refunding),
    "change_state": ("order_state_changed", lambda s: orders.change_state(order=s.order(), state="completed")),
    "complete_if_done": ("order_state_changed", lambda s: orders.complete_if_done(order=done(s))),
    "update_money": (
        "order_paid",
        lambda s: orders.update_money(order=(order := s.order()), paid=orders.Paid(captured=order.total)),
    ),
    "open_payment": (
        "payment_opened",
        lambda s: payments.open_payment(order=s.order(), provider=payments.get_provider(alias="manual")),
    ),
    "capture_manually": ("payment_captured", paid),
    "capture_payment": (
        "payment_captured",
        online(lambda s, bank: payments.capture_payment(payment=bought(s).payments.get()), capture="manual"),
    ),
    "carry_out_capture": ("payment_captured", online(captured_in_steps, capture="manual")),
    "void_payment": ("payment_changed", lambda s: payments.void_payment(payment=owed(s))),
    "carry_out_void": ("payment_changed", voided_in_steps),
    "add_facts": (
        "payment_changed",
        lambda s: payments.add_facts(payment=owed(s), facts=[Fact("authorized", 100)]),
    ),
    "apply_report": ("payment_captured", online(reported)),
    "mark_unknown": ("payment_changed", lambda s: payments.mark_unknown(payment=owed(s))),
    "sum_payments": ("order_paid", summed),
    "open_refunds": ("refund_changed", open_refunds),
    "write_refund": (
        "refund_changed",
        lambda s: payments.write_refund(payment=paid(s).payments.get(), amount=100),
    ),
    "carry_out_refund": ("refund_changed", online(refunded_in_steps)),
    "confirm_refund": ("refund_changed", lambda s: payments.confirm_refund(refund=refunding(s))),
    "receive_stock": (
        "stock_back",
        lambda s: inventory.receive_stock(variant=emptied(s), location=s.location, quantity=1),
    ),
    "set_stock_levels": ("stock_low", lambda s: inventory.set_stock_levels(location=s.location, levels=few(s))),
}

PAYMENT_SILENT: Final = {
    # They change nothing.
    "access_columns",
    "access_token_of",
    "check_version",
    "existing_order",
    "is_tender",
    "lock_payments",
    "mismatch_of",
    "paid_for_line",
    "price_refund",
    # Providers are asked: what they answer is booked by others.
    "ask_payment",
    "fetch_payment",
    # Who asks a provider, and for what: a lease, ended by the answer.
    "begin_operation",
    "end_operation",
    "leave_operation",
    "request_void",
    "take_up_operation",
    # A message of a provider is kept; a subscriber looks into it.
    "receive_notices",
}
