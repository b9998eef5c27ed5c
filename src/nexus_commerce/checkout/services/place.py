"""Placing an order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from nexus_commerce.cart.errors import CartNotOpen
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import PricedCart, PricedLine, price_cart, touch_cart
from nexus_commerce.checkout.errors import CheckoutIncomplete, ProviderNotUsable, TotalChanged
from nexus_commerce.checkout.services.snapshot import snapshot_of
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.loading import remember_related
from nexus_commerce.core.tokens import new_token
from nexus_commerce.events.services import record_event
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.services import Wanted, allocate_stock
from nexus_commerce.orders.models import Order, OrderEvent
from nexus_commerce.orders.services import OrderSnapshot, renew_access, write_order
from nexus_commerce.orders.signals import order_placed
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.services import get_provider, open_payment
from nexus_commerce.promotions.services import customer_key_of, redeem_promotions

__all__ = ["PlacedOrder", "place_order"]


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that stands, its payment (None when there is nothing to pay), and the token that opens it for a guest.

    ``is_new`` is False when the cart had become this order before.
    """

    order: Order
    payment: Payment | None
    token: str | None
    is_new: bool


def place_order(
    *,
    cart: Cart,
    provider: str = "manual",
    expected_total: int | None = None,
    fields: Mapping[str, Any] | None = None,
    actor: str = "",
    now: datetime | None = None,
) -> PlacedOrder:
    """Make the order of a cart, once: a second call returns the same order, with a new token for a guest.

    ``expected_total`` is what the shopper agreed to, in minor units; ``fields`` are columns of the order that a host
    lets shoppers fill at checkout. One transaction: the cart is locked and closed, its requirements are checked, it
    is priced again, the order and its payment are written, promotions are redeemed, and last the stock is allocated.
    Raises ``UnknownProvider``, ``ProviderNotUsable``, ``CheckoutIncomplete``, ``TotalChanged``, ``CouponUsedUp`` and
    its kin, ``OutOfStock``, ``CartNotOpen``; the cart stays open then and nothing is held. Writes ``order.placed``;
    sends ``order_placed``.
    """
    backend = get_provider(alias=provider)
    if not backend.is_offline:
        raise ProviderNotUsable(field="provider")
    moment = now or timezone.now()
    try:
        with transaction.atomic():
            touch_cart(cart=cart, state="ordered")
            priced = check_cart(cart, expected_total=expected_total, now=moment)
            token = new_token() if cart.customer_id is None else None
            snapshot = snapshot_of(priced, fields=fields or {}, token=token, now=moment)
            order = write_order(snapshot=snapshot)
            payment = finish(order, snapshot, priced, backend, actor=actor)
            return PlacedOrder(order, payment, token, is_new=True)
    except CartNotOpen:
        return existing_order(cart, now=moment)


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


def finish(
    order: Order, snapshot: OrderSnapshot, priced: PricedCart, provider: PaymentProvider, *, actor: str
) -> Payment | None:
    """Open the payment, redeem what gave discounts, write history and outbox, and last, because those rows are the
    hottest, take the stock."""
    payment = open_payment(order=order, provider=provider) if order.total else None
    remember_related(order, payments=[payment] if payment else [])
    redeem_promotions(
        order=order.public_id,
        customer_key=customer_key_of(customer=priced.cart.customer, email=priced.cart.email),
        currency=order.currency,
        tried=priced.totals.tried,
    )
    OrderEvent.objects.bulk_create(
        OrderEvent(order=order, type="state", from_state=before, to_state=after, actor=actor)
        for before, after in (("", "pending"), ("pending", "placed"))
    )
    record_event(
        type="order.placed",
        aggregate="order",
        aggregate_id=order.public_id,
        version=order.version,
        payload={"number": order.number, "total": order.total, "currency": order.currency},
    )
    cart_lines = {line.columns["public_id"]: entry for line, entry in zip(snapshot.lines, priced.lines, strict=True)}
    try:
        allocate_stock(
            order=order.public_id,
            channel=order.channel,
            lines=[wanted(public_id, entry) for public_id, entry in cart_lines.items()],
        )
    except OutOfStock as exc:
        # The order's lines are gone with the transaction: the shopper knows the cart's.
        short = {str(public_id): str(entry.line.public_id) for public_id, entry in cart_lines.items()}
        raise OutOfStock(lines=[line | {"line": short[line["line"]]} for line in exc.params["lines"]]) from exc
    order_placed.send_after_commit(Order, order=order)
    return payment


def wanted(public_id: UUID, entry: PricedLine) -> Wanted:
    """Return what an order line, by its public id, wants of the stock."""
    variant = entry.offer.variant
    return Wanted(
        line=public_id,
        variant_id=variant.pk,
        sku=variant.sku,
        quantity=entry.line.quantity,
        track_stock=variant.track_stock,
        is_bundle=entry.offer.is_bundle,
    )


def existing_order(cart: Cart, *, now: datetime) -> PlacedOrder:
    """Return the order that the cart has become. Raises ``CartNotOpen`` where the cart was closed otherwise."""
    order = Order.objects.select_related("channel").filter(cart=cart).exclude(state="expired").first()
    if order is None:
        raise CartNotOpen
    token = renew_access(order=order, now=now) if order.customer_id is None else None
    return PlacedOrder(order, order.payments.first(), token, is_new=False)
