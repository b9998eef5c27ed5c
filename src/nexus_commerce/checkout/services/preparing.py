"""The first phase of a checkout: everything is checked and held, nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import PricedCart, PricedLine, price_cart, touch_cart
from nexus_commerce.checkout.errors import CheckoutIncomplete, TotalChanged
from nexus_commerce.checkout.services.results import PlacedOrder
from nexus_commerce.checkout.services.snapshot import snapshot_of
from nexus_commerce.checkout.services.stocking import naming_cart_lines, wanted
from nexus_commerce.checkout.services.tender import Tender, hold_tender, plan_tender
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.failpoints import failpoint
from nexus_commerce.core.loading import remember_related
from nexus_commerce.events.services import record_event
from nexus_commerce.inventory.services import allocate_stock, reserve_stock
from nexus_commerce.orders.models import Order, OrderEvent
from nexus_commerce.orders.services import OrderSnapshot, write_order
from nexus_commerce.orders.signals import order_placed
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.services import open_payment, sum_payments
from nexus_commerce.promotions.services import customer_key_of, redeem_promotions

__all__ = ["Wish", "check_cart", "prepare"]


@dataclass(frozen=True, slots=True)
class Wish:
    """How the shopper wants to pay, what they agreed to, and what they filled in."""

    provider: PaymentProvider
    return_url: str = ""
    gift_cards: tuple[str, ...] = ()
    use_store_credit: bool = False
    expected_total: int | None = None
    fields: Mapping[str, Any] | None = None
    actor: str = ""


@transaction.atomic
def prepare(cart: Cart, wish: Wish, *, now: datetime, attempt: Attempt) -> PlacedOrder:
    """Write the order of an open cart and hold what it needs; place it where nobody is to be asked.

    Locks in the global order: cart, order, payments, promotions, balances, stock last, because its rows are the
    hottest.
    """
    touch_cart(cart=cart, state="ordered" if wish.provider.is_offline else "frozen")
    priced = check_cart(cart, expected_total=wish.expected_total, now=now)
    plan = plan_tender(
        total=priced.totals.total,
        currency=cart.currency,
        codes=wish.gift_cards,
        customer=cart.customer,
        use_store_credit=wish.use_store_credit,
    )
    rest = priced.totals.total - sum(tender.amount for tender in plan)
    is_pending = rest > 0 and not wish.provider.is_offline
    if not is_pending and cart.state == "frozen":
        close_cart(cart)
    snapshot, token = snapshot_of(priced, fields=wish.fields or {}, now=now)
    snapshot = replace(snapshot, columns={**snapshot.columns, **state_columns(is_pending=is_pending, now=now)})
    order = write_order(snapshot=snapshot)
    failpoint("checkout.order_written")
    tell(order, is_pending=is_pending, actor=wish.actor)
    redeem_promotions(
        order=order.public_id,
        customer_key=customer_key_of(customer=cart.customer, email=cart.email),
        currency=order.currency,
        tried=priced.totals.tried,
        state="reserved" if is_pending else "used",
    )
    payments = pay_from_balances(order, plan, is_pending=is_pending, actor=wish.actor)
    payment = None
    if rest:
        payment = open_payment(order=order, provider=wish.provider, amount=rest, return_url=wish.return_url)
        payments.append(payment)
    remember_related(order, payments=payments)
    take_stock(order, snapshot, priced, is_pending=is_pending)
    placed = PlacedOrder(order, payment, token, is_new=True)
    if not is_pending:
        order_placed.send_after_commit(Order, order=order)
        attempt.record(placed)
    return placed


def check_cart(cart: Cart, *, expected_total: int | None, now: datetime) -> PricedCart:
    """Price the locked cart; raise unless it can be ordered at the total that the shopper agreed to."""
    priced = price_cart(cart=cart, now=now)
    missing = list(nexus_settings.CHECKOUT_POLICY().missing(priced=priced))
    if missing:
        raise CheckoutIncomplete(
            requirements=[{"code": item.code, "field": item.field, **item.data} for item in missing],
            currency=cart.currency,
        )
    if expected_total is not None and expected_total != priced.totals.total:
        raise TotalChanged(field="expected_total", total=priced.totals.total, currency=cart.currency)
    return priced


def close_cart(cart: Cart) -> None:
    """Close a cart that was frozen for a payment that is not needed: balances paid for all of it."""
    Cart.objects.filter(pk=cart.pk).update(state="ordered")
    cart.state = "ordered"


def state_columns(*, is_pending: bool, now: datetime) -> dict[str, Any]:
    """Return the columns that say how far the order is. What is held is held by the checkout policy's time."""
    if not is_pending:
        return {"state": "placed", "placed_at": now}
    return {
        "state": "pending",
        "payment_state": "unpaid",
        "expires_at": now + nexus_settings.CHECKOUT_POLICY().hold_for,
    }


def tell(order: Order, *, is_pending: bool, actor: str) -> None:
    """Write the order's history and tell others of it."""
    states = [("", "pending")] if is_pending else [("", "pending"), ("pending", "placed")]
    OrderEvent.objects.bulk_create(
        OrderEvent(order=order, type="state", from_state=before, to_state=after, actor=actor)
        for before, after in states
    )
    record_event(
        type="order.created" if is_pending else "order.placed",
        aggregate="order",
        aggregate_id=order.public_id,
        version=order.version,
        payload={"number": order.number, "total": order.total, "currency": order.currency},
    )


def pay_from_balances(order: Order, plan: Sequence[Tender], *, is_pending: bool, actor: str) -> list[Payment]:
    """Take what gift cards and store credit pay; return these payments. No statement without a plan.

    They are made before the provider's payment, so that they are the last to be given back.
    """
    if not plan:
        return []
    held = hold_tender(order=order, plan=plan, is_captured=not is_pending, actor=actor)
    sum_payments(order=order, payments=held, actor=actor)
    return held


def take_stock(order: Order, snapshot: OrderSnapshot, priced: PricedCart, *, is_pending: bool) -> None:
    """Hold the stock of a pending order, promise it to a placed one."""
    entries: dict[UUID, PricedLine] = {
        line.columns["public_id"]: entry for line, entry in zip(snapshot.lines, priced.lines, strict=True)
    }
    lines = [wanted(public_id, entry) for public_id, entry in entries.items()]
    with naming_cart_lines({key: entry.line.public_id for key, entry in entries.items()}):
        if is_pending:
            reserve_stock(
                holder=priced.cart.public_id,
                channel=order.channel,
                lines=lines,
                hold_for=nexus_settings.CHECKOUT_POLICY().hold_for,
            )
        else:
            allocate_stock(order=order.public_id, channel=order.channel, lines=lines)
