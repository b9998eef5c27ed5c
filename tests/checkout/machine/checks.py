"""Comparing the shop, the bank and the model."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import Sum

from nexus_commerce.cart.models import Cart
from nexus_commerce.inventory.models import Reservation
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import CreditEntry, Payment, Refund
from tests.checkout.machine.model import Model, Sold
from tests.checkout.machine.shop import Shop

__all__ = ["check_all", "check_at_rest"]

AFTER = {
    "pending": {"pending", "placed", "completed", "expired", "review", "canceled"},
    "expired": {"expired", "review", "placed", "completed", "canceled"},
    "review": {"review", "placed", "completed", "canceled"},
    "placed": {"placed", "completed", "canceled"},
    "completed": {"completed"},
    "canceled": {"canceled"},
}
"""What an order can be after one step of the machine, in which several things may happen."""


def check_all(shop: Shop, model: Model) -> None:
    """Take over the states of orders, as far as they may be so, and compare everything else."""
    rows = {row.public_id: row for row in Order.objects.all()}
    assert rows.keys() == model.orders.keys()
    payments = defaultdict(list)
    for payment in Payment.objects.select_related("order"):
        payments[payment.order.public_id].append(payment)
    for key, sold in model.orders.items():
        row = rows[key]
        assert row.state in AFTER[sold.state], f"{sold.state} became {row.state}"
        sold.state = row.state
        assert row.total == sold.total
        check_money(shop, sold, row, payments[key])
    check_stock(shop, model, rows)
    check_scarce(shop, model)


def check_money(shop: Shop, sold: Sold, row: Order, payments: list[Payment]) -> None:
    """Compare what the bank moved, what the card holds, and what the books say, of one order."""
    charged, returned = shop.at_bank(sold.order)
    asked = sold.total - sold.by_card
    assert charged <= asked, f"{charged} was taken for {asked}"
    assert returned <= charged
    booked = sum(payment.captured for payment in payments if payment.provider == "dummy")
    given = sum(payment.refunded for payment in payments if payment.provider == "dummy")
    assert booked <= charged, "The books say more than the bank."
    assert given <= returned
    pending = Refund.objects.filter(payment__order=row, state="pending").exists()
    if pending or any(payment.operation or payment.state == "unknown" for payment in payments):
        return
    if row.state in ("placed", "completed", "canceled"):
        assert (booked, given) == (charged, returned)
    if row.payment_state == "paid":
        assert charged - returned + on_card(sold.order) >= sold.total


def on_card(order: UUID) -> int:
    """Return what the gift card paid of an order and did not get back."""
    total = CreditEntry.objects.filter(payment__order__public_id=order).aggregate(total=Sum("amount"))["total"]
    return -int(total or 0)


def check_stock(shop: Shop, model: Model, rows: dict[UUID, Order]) -> None:
    """Compare the counters, and see that each hold is of a whole order that is being paid."""
    stock = shop.stock()
    assert [on_hand for on_hand, _, _ in stock] == model.on_hand
    assert [allocated for _, allocated, _ in stock] == model.allocated
    held: dict[UUID, int] = dict(
        Reservation.objects.order_by()
        .values_list("holder")
        .annotate(units=Sum("quantity"))
        .values_list("holder", "units")
    )
    assert sum(held.values()) == sum(reserved for _, _, reserved in stock)
    carts = {cart.pk: cart for cart in Cart.objects.all()}
    for key, sold in model.orders.items():
        cart = carts.get(rows[key].cart_id or 0)
        if sold.state in ("pending", "review") and cart is not None:
            assert held.pop(cart.public_id, 0) in (0, sum(sold.lines.values()))
        if cart is not None:
            wanted = {"pending": ("frozen",), "placed": ("ordered",), "completed": ("ordered",)}
            assert cart.state in wanted.get(sold.state, (cart.state,))
    assert not held, "Units are held for nobody."


def check_scarce(shop: Shop, model: Model) -> None:
    """Compare the coupon and the gift card."""
    assert shop.coupon_uses() == model.coupon_uses
    kept = {key: on_card(key) for key, sold in model.orders.items() if sold.by_card}
    assert shop.balance() == model.card - sum(kept.values())
    for key, held in kept.items():
        sold = model.orders[key]
        assert 0 <= held <= sold.by_card
        if sold.state == "expired":
            assert not held
        elif sold.state in ("pending", "review") or not Refund.objects.filter(payment__order__public_id=key).exists():
            assert held == sold.by_card or sold.state == "canceled"


def check_at_rest(shop: Shop, model: Model) -> None:
    """See that nothing is left under way, and that bank and books agree to the last unit."""
    assert not shop.unsettled()
    assert not Refund.objects.filter(state="pending").exists()
    assert not Reservation.objects.exclude(holder__in=Order.objects.filter(state="review").values("cart__public_id"))
    for key, sold in model.orders.items():
        row = Order.objects.get(public_id=key)
        charged, returned = shop.at_bank(key)
        card = on_card(key)
        assert row.captured - row.refunded == charged - returned + card
        if sold.state == "expired":
            assert (charged - returned, card) == (0, 0)
        if sold.state == "canceled" and "refund_fails" not in sold.script:
            assert (charged - returned, card) == (0, 0)
    assert not [payment for payment in shop.bank.payments() if payment.held and not placed(model, payment.order)]


def placed(model: Model, order: str) -> bool:
    """Tell whether money may be held for an order."""
    return model.orders[UUID(order)].state in ("placed", "completed", "review")
