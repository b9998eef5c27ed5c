"""The acceptance cases of checkouts, coupons and payments over HTTP; tests/concurrency has those that race."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import sweep_checkouts
from nexus_commerce.core.failpoints import arm, disarm
from nexus_commerce.events.models import IdempotencyKey, OutboxEvent
from nexus_commerce.events.services import deliver_all
from nexus_commerce.inventory.models import Reservation, StockItem
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import CreditAccount, Payment, ProviderNotice
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.promotions.effects.order import OrderAmountEffect
from nexus_commerce.promotions.models import Coupon, Promotion, Redemption
from nexus_commerce.promotions.services.redemptions import take_uses, uses_of
from nexus_commerce.testing.factories import make_coupon, make_product, make_promotion
from nexus_commerce.testing.invariants import assert_invariants
from tests.api.checkouts import complete, fill, if_match, notify, order_of, pay, staff_with
from tests.api.client import Api, Reply, problem
from tests.checkout.paying import let_time_pass
from tests.promotions.redeeming import applied

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "a-key-of-at-least-16"}


@pytest.fixture(autouse=True)
def sound(request: pytest.FixtureRequest, channel: Channel) -> Iterator[None]:
    yield
    disarm()
    # B-S6 counts uses of no order, to have copies that are stale.
    assert_invariants(but={"promotions.limits"} if request.function is test_B_S6 else ())


def charged(bank: DummyBank) -> list[int]:
    return [movement.amount for movement in bank.charges()]


def placed_events() -> int:
    return OutboxEvent.objects.filter(type="order.placed").count()


def coupon_of(**fields: Any) -> Coupon:
    return make_coupon(promotion=make_promotion(OrderAmountEffect(amount=100)), code="ONCE", **fields)


def with_coupon(api: Api, variant: Variant) -> str:
    cart = fill(api, (variant, 1))
    assert api.post(f"{cart}/coupons", {"code": "ONCE"}).status_code == 201
    return cart


def test_A_C1(api: Api, variant: Variant, bank: DummyBank) -> None:
    cart = fill(api, (variant, 1))
    first = pay(api, cart)
    token = {"Cart-Token": cart_token(first)}
    again = pay(api, cart, headers=token)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["order"]["id"] == first.json()["order"]["id"]
    assert again.json()["token"] == first.json()["token"]
    assert (charged(bank), placed_events()) == ([1000], 1)


def cart_token(placed: Reply) -> str:
    """Return the token of a guest's cart, which the reply took away from the browser."""
    return str(placed.wsgi_request.COOKIES["nexus_cart"])


@pytest.mark.parametrize("returns_first", [True, False])
def test_A_C2(api: Api, variant: Variant, bank: DummyBank, returns_first: bool) -> None:
    placed = pay(api, fill(api, (variant, 1)), "needs_action")
    ref = Payment.objects.get().provider_ref or ""
    bank.approve(ref)

    def hear() -> None:
        assert [reply.status_code for reply in notify(api, bank, ref)] == [204]
        deliver_all()

    def come_back() -> None:
        reply = complete(api, placed)
        assert (reply.status_code, reply.json()["order"]["state"]) == (200, "placed")

    steps = [come_back, hear] if returns_first else [hear, come_back]
    for step in steps:
        step()
    order = order_of(api, placed)
    assert (order["state"], order["payment_state"]) == ("placed", "paid")
    assert (Order.objects.count(), charged(bank), placed_events()) == (1, [1000], 1)


def test_A_C3(api: Api, variant: Variant, bank: DummyBank) -> None:
    cart = fill(api, (variant, 1))
    variant.prices.update(amount=1100)
    reply = pay(api, cart, expected_total={"amount": "10.00", "currency": "EUR"})
    told = problem(reply, 409, "total_changed")
    assert told["params"]["total"] == {"amount": "11.00", "currency": "EUR"}
    assert (bank.payments(), Order.objects.count(), Reservation.objects.count()) == ([], 0, 0)
    assert StockItem.objects.get(variant=variant).reserved == 0
    assert pay(api, cart, expected_total=told["params"]["total"]).status_code == 201


class Killed(BaseException):
    """Stands for the end of the process: nothing in it runs any more."""


def kill() -> None:
    raise Killed


@pytest.mark.parametrize("resumes", ["shopper", "sweeper"])
def test_A_C6(api: Api, variant: Variant, bank: DummyBank, resumes: str) -> None:
    cart = fill(api, (variant, 1))
    arm("checkout.before_finalize", kill)
    with pytest.raises(Killed):
        pay(api, cart, headers=KEY)
    disarm()
    assert (Order.objects.get().state, charged(bank)) == ("pending", [1000])
    problem(pay(api, cart, headers=KEY), 409, "idempotency_key_in_use")
    let_time_pass()
    IdempotencyKey.objects.update(locked_until=Now() - timedelta(seconds=1))
    if resumes == "sweeper":
        assert sweep_checkouts() >= 1
        assert Order.objects.get().state == "placed"
    reply = pay(api, cart, headers=KEY)
    assert reply.status_code in (200, 201)
    assert reply.json()["order"]["state"] == "placed"
    assert (charged(bank), bank.movements(kind="refund"), placed_events()) == ([1000], [], 1)


def test_A_C8(api: Api, variant: Variant, bank: DummyBank) -> None:
    coupon = coupon_of()
    cart = with_coupon(api, variant)
    with CaptureQueriesContext(connection) as captured:
        assert pay(api, cart).status_code == 201
    tables = [model._meta.db_table for model in (Coupon, Promotion)]
    about = [query["sql"] for query in captured if any(f'"{table}"' in query["sql"] for table in tables)]
    waits = [sql for sql in about if "FOR UPDATE" in sql or sql.startswith("UPDATE")]
    assert about
    assert waits == []
    assert Redemption.objects.get().coupon == coupon


def test_A_C9(variant: Variant, bank: DummyBank) -> None:
    promotion = make_promotion(OrderAmountEffect(amount=100), usage_limit=1)
    shoppers = [(api, fill(api, (variant, 1))) for api in (Api(), Api())]
    shown = [api.get(cart).json()["totals"]["total"] for api, cart in shoppers]
    assert [total["amount"] for total in shown] == ["9.00", "9.00"]
    replies = [pay(api, cart, expected_total=shown[0]) for api, cart in shoppers]
    assert replies[0].status_code == 201
    assert problem(replies[1], 409, "total_changed")["params"]["total"]["amount"] == "10.00"
    promotion.refresh_from_db()
    assert (promotion.uses, charged(bank)) == (1, [900])


def test_A_C10(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    api = Api(raise_request_exception=False)
    cart = fill(api, (variant, 1))
    token = {"Cart-Token": api.http.cookies["nexus_cart"].value}

    arm("checkout.before_prepare", lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    problem(pay(api, cart, headers=KEY), 500, "internal_error")
    disarm()
    first = pay(api, cart, headers=KEY)
    assert first.status_code == 201

    again = pay(api, cart, headers=KEY | token)
    assert (again.content, again.status_code) == (first.content, 201)
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    other = pay(api, cart, headers=KEY | token, return_url="/thanks")
    problem(other, 422, "idempotency_key_reused")
    IdempotencyKey.objects.update(state="running", locked_until=Now() + timedelta(seconds=30))
    running = pay(api, cart, headers=KEY | token)
    problem(running, 409, "idempotency_key_in_use")
    assert int(running.headers["Retry-After"]) >= 1
    assert (charged(bank), Order.objects.count()) == ([1000], 1)


def test_B_S6() -> None:
    promotion = make_promotion(usage_limit=9, budget=10_000)
    coupon = make_coupon(promotion=promotion, usage_limit=9)
    copies = [uses_of(uuid4(), {promotion.public_id: applied(coupon, amount)}) for amount in (500, 700)]
    for copy in copies:
        take_uses(copy, "c" * 64)
    promotion.refresh_from_db()
    assert (promotion.uses, promotion.spent) == (2, 1200)


def test_B_S7(variant: Variant, bank: DummyBank) -> None:
    coupon = coupon_of(usage_limit=1)
    shoppers = [(api, with_coupon(api, variant)) for api in (Api(), Api())]
    replies = [pay(api, cart) for api, cart in shoppers]
    assert replies[0].status_code == 201
    told = problem(replies[1], 409, "checkout_incomplete")
    assert [item["code"] for item in told["params"]["requirements"]] == ["coupon_not_usable"]
    coupon.refresh_from_db()
    assert (coupon.uses, len(bank.payments()), Order.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("ends", ["completed", "abandoned"])
def test_B_S10(api: Api, variant: Variant, bank: DummyBank, ends: str) -> None:
    coupon = coupon_of(usage_limit=1)
    cart = with_coupon(api, variant)
    placed = pay(api, cart, "needs_action")
    assert (placed.status_code, Redemption.objects.get().state) == (202, "reserved")
    if ends == "completed":
        bank.approve(Payment.objects.get().provider_ref or "")
        assert complete(api, placed).status_code == 200
    else:
        assert api.delete(f"{cart}/checkout").status_code == 200
    coupon.refresh_from_db()
    expected = (1, "used") if ends == "completed" else (0, "released")
    assert (coupon.uses, Redemption.objects.get().state) == expected
    if ends == "abandoned":
        assert pay(api, cart).status_code == 201


def test_B_S11(customer_api: Api, variant: Variant, bank: DummyBank) -> None:
    cart = fill(customer_api, (variant, 1))
    replies = [pay(customer_api, cart), pay(customer_api, cart)]
    assert [reply.status_code for reply in replies] == [201, 200]
    first, second = (reply.json()["order"] for reply in replies)
    assert first == second
    assert (Order.objects.count(), Cart.objects.get().state, charged(bank)) == (1, "ordered", [1000])


def test_B_S14(channel: Channel, bank: DummyBank, django_user_model: Any) -> None:
    cheap = make_product(channel=channel, amount=14, stock=9).variants.get()
    by_hand, online = Api(), Api()
    order = by_hand.post(f"{fill(by_hand, (cheap, 1))}/checkout").json()["order"]
    staff = staff_with(django_user_model, "view_payment", "change_payment")
    payment = f"payments/{order['payments'][0]['id']}"
    much = {"amount": {"amount": "1000.00", "currency": "EUR"}}
    told = problem(staff.post(f"{payment}/capture", much, **if_match(staff.get(payment))), 409, "capture_refused")
    assert told["params"]["outstanding"] == {"amount": "0.14", "currency": "EUR"}

    placed = pay(online, fill(online, (cheap, 1)), "needs_action")
    ref = Payment.objects.get(provider="dummy").provider_ref or ""
    with bank.books() as books:
        books.take(books.payment(ref), 100_000, key="too much")
    complete(online, placed)
    shown = order_of(online, placed)
    assert (shown["state"], shown["payment_state"]) == ("review", "paid")
    row = Order.objects.get(public_id=shown["id"])
    assert (row.review_reason, row.captured, row.refunded, row.total) == ("surplus", 100_000, 99_986, 14)
    assert CreditAccount.objects.get().balance == 99_986


def test_B_S15(api: Api, variant: Variant, bank: DummyBank) -> None:
    placed = pay(api, fill(api, (variant, 1)), "needs_action")
    ref = Payment.objects.get().provider_ref or ""
    bank.approve(ref)
    for _ in range(2):
        assert [reply.status_code for reply in notify(api, bank, ref)] == [204]
        deliver_all()
        complete(api, placed)
    assert (Payment.objects.count(), Payment.objects.get().captured) == (1, 1000)
    assert (charged(bank), placed_events()) == ([1000], 1)
    assert ProviderNotice.objects.count() == 2  # two messages, each kept once


@pytest.mark.parametrize("act", ["accept", "cancel"])
def test_B_S16(api: Api, variant: Variant, bank: DummyBank, django_user_model: Any, act: str) -> None:
    placed = pay(api, fill(api, (variant, 1)))
    order = f"orders/{placed.json()['order']['id']}"
    staff = staff_with(django_user_model, "view_order", "change_order")
    if act == "cancel":
        assert staff.post(f"{order}/cancel", **if_match(staff.get(order))).status_code == 200
    told = problem(staff.post(f"{order}/{act}", **if_match(staff.get(order))), 409, "illegal_transition")
    state = "canceled" if act == "cancel" else "placed"
    assert told["params"]["current"] == state
    assert staff.get(order).json()["state"] == state
