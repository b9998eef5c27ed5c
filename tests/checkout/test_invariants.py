"""Every invariant is broken on purpose, and found; in a shop where nothing is wrong nothing is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Model
from django.db.utils import DatabaseError

from nexus_commerce.catalog.models import Category, ProductAncestor
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.invariants import INVARIANTS, reading_only, recomputed
from nexus_commerce.events.models import IdempotencyKey, OutboxEvent
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem, StockMovement
from nexus_commerce.orders.models import Order, OrderDiscount, OrderEvent, OrderTax
from nexus_commerce.payments.models import CreditAccount, CreditEntry, Payment, PaymentEvent, Refund
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion, Redemption
from nexus_commerce.testing.invariants import assert_invariants
from tests.checkout.sound_shop import fill_shop

pytestmark = pytest.mark.django_db

Orders = dict[str, Order]
Case = tuple[str, Callable[[Orders], None], frozenset[str]]


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def change(row: Model, **columns: str) -> None:
    """Set columns of a row to SQL, past every guard of Python's."""
    changes = ", ".join(f'"{column}" = {value}' for column, value in columns.items())
    sql(f"UPDATE {row._meta.db_table} SET {changes} WHERE id = %s", row.pk)


def delete(row: Model) -> None:
    sql(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)


def case(code: str, act: Callable[[Orders], None], *others: str) -> Case:
    return code, act, frozenset({code, *others})


def payment(orders: Orders, name: str = "paid") -> Payment:
    return Payment.objects.get(order=orders[name], provider="dummy")


def ago(minutes: int) -> str:
    moment = f"-{minutes} minutes"
    if connection.vendor == "sqlite":
        return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '{moment}')"
    return f"now() + interval '{moment}'"


def item() -> StockItem:
    return StockItem.objects.earliest("pk")


def first(model: Any, **about: Any) -> Any:
    return model.objects.filter(**about).earliest("pk")


CASES: list[Case] = [
    case("stock.bounds", lambda _: change(item(), reserved="1000"), "stock.counters"),
    case("stock.counters", lambda _: change(item(), allocated="allocated + 1")),
    case("stock.counters", lambda _: change(item(), reserved="reserved + 1")),
    case("stock.movements", lambda _: change(item(), on_hand="on_hand + 1")),
    case("stock.movements", lambda _: change(first(StockMovement, reason="opening"), quantity="quantity + 1")),
    case("stock.shipped", lambda _: change(first(StockMovement, reason="shipped"), reason="'lost'")),
    case(
        "stock.lines",
        lambda _: change(first(Allocation, consumed=1), consumed="0", released="1"),
        "stock.shipped",
    ),
    case("stock.holds", lambda _: change(first(Reservation), expires_at=ago(30))),
    case("stock.holders", lambda _: change(first(Reservation), holder="'" + "0" * 32 + "'")),
    case("stock.promises", lambda o: change(o["paid"], state="'canceled'"), "orders.history", "promotions.orders"),
    case("orders.total", lambda o: change(o["unpaid"], total="total + 1"), "orders.recompute"),
    case("orders.total", lambda o: change(o["unpaid"], subtotal="subtotal + 1", total="total + 1"), "orders.recompute"),
    case("orders.shares", lambda o: change(first(OrderDiscount, order=o["paid"]), amount="amount + 1")),
    case("orders.shares", lambda o: change(first(OrderTax, order=o["paid"]), amount="amount - 1")),
    case("orders.amounts", lambda o: change(payment(o), currency="'USD'")),
    case("orders.amounts", lambda o: change(first(Refund), amount="-1"), "payments.refunds"),
    case("orders.money", lambda o: change(o["completed"], captured="captured + 1")),
    case("orders.payment_state", lambda o: change(o["paid"], payment_state="'unpaid'")),
    case("payments.facts", lambda o: change(payment(o), state="'failed'")),
    case("payments.facts", lambda o: delete(first(PaymentEvent, payment=payment(o), type="captured"))),
    case("payments.captured", lambda o: change(payment(o), authorized="1"), "payments.facts"),
    case("payments.refunds", lambda o: change(first(Refund, target="payment"), amount="amount + 1")),
    case("payments.refunds", lambda o: change(o["paid"].lines.get(position=1), refunded_quantity="1")),
    case(
        "payments.orphans",
        lambda o: change(o["paid"], state="'expired'", updated_at=ago(30)),
        "orders.history",
        "stock.promises",
        "promotions.orders",
    ),
    case("payments.left", lambda o: change(payment(o), operation="'capture'", locked_until=ago(30))),
    case("payments.left", lambda o: change(o["pending"], expires_at=ago(30))),
    case("credit.balances", lambda _: change(first(CreditAccount), balance="balance + 1")),
    case("credit.payments", lambda _: change(first(CreditEntry, payment__isnull=False), payment_id="NULL")),
    case("carts.one_order", lambda o: change(o["pending"].cart, state="'open'")),
    case("carts.one_order", lambda o: change(o["completed"].cart, state="'open'")),
    case("orders.history", lambda o: change(o["completed"], state="'placed'")),
    case("orders.history", lambda o: delete(first(OrderEvent, order=o["paid"], to_state="placed")), "events.told"),
    case("shipments.history", lambda o: change(first(Shipment, state="delivered"), state="'shipped'")),
    case(
        "shipments.units",
        lambda o: change(o["completed"].lines.get(position=1), shipped_quantity="0"),
        "orders.fulfillment",
        "stock.lines",
    ),
    case("shipments.orders", lambda o: change(o["completed"], placed_at="NULL")),
    case("orders.fulfillment", lambda o: change(o["sent in part"], fulfillment_state="'fulfilled'")),
    case("orders.fulfillment", lambda o: change(o["sent in part"], fulfillment_state="'unfulfilled'")),
    case("orders.fulfillment", lambda o: change(o["paid"], fulfillment_state="'partially_fulfilled'")),
    case("promotions.limits", lambda _: change(first(Promotion), uses="uses + 1")),
    case("promotions.limits", lambda _: change(first(Promotion), spent="spent - 1")),
    case("promotions.limits", lambda _: change(first(Coupon), uses="0")),
    case("promotions.customers", lambda _: change(first(CustomerUsage), uses="uses + 1")),
    case("promotions.customers", lambda _: delete(first(CustomerUsage))),
    case("promotions.orders", lambda _: change(first(Redemption, state="used"), order=f"'{'0' * 32}'")),
    case("calls.replies", lambda _: change(first(IdempotencyKey), status="NULL")),
    case("catalog.tree", lambda _: change(first(Category, level=1), level="2")),
    case("catalog.paths", lambda _: delete(first(ProductAncestor))),
    case("events.told", lambda o: delete(first(OutboxEvent, type="order.placed"))),
    case(
        "events.told",
        lambda o: change(
            first(OutboxEvent, type="order.created"),
            type="'order.completed'",
            aggregate_id=f"'{o['completed'].public_id.hex}'",
            version="99",
        ),
    ),
    case("events.handed_on", lambda _: change(first(OutboxEvent), occurred_at=ago(3000))),
    case(
        "orders.recompute",
        lambda o: change(o["paid"].lines.get(position=1), subtotal="subtotal + 1", discount_total="discount_total + 1"),
        "orders.total",
        "orders.shares",
    ),
]


@contextmanager
def without_guards() -> Iterator[None]:
    """Let the database take anything, and undo it all."""
    if connection.vendor == "sqlite":
        sql("PRAGMA ignore_check_constraints = ON")
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                drop_guards()
            yield
            transaction.set_rollback(True)
    finally:
        if connection.vendor == "sqlite":
            sql("PRAGMA ignore_check_constraints = OFF")


def drop_guards() -> None:
    """Drop every CHECK, and switch off every trigger, until the transaction ends."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET LOCAL session_replication_role = replica")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, quote_ident(conname) FROM pg_constraint "
            "WHERE contype = 'c' AND conrelid <> 0 AND conname LIKE 'nexus%'"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def broken() -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return what is found of each invariant that does not hold."""
    found = {each.code: each.find() for each in (*INVARIANTS, recomputed(None))}
    return {code: (breaches.count, breaches.examples) for code, breaches in found.items() if breaches.count}


def test_in_a_sound_shop_everything_holds(channel: Channel, bank: DummyBank) -> None:
    fill_shop(channel)
    assert broken() == {}


def test_whatever_is_broken_is_found(channel: Channel, bank: DummyBank) -> None:
    orders = fill_shop(channel)
    wrong = []
    with without_guards():
        for number, (code, act, expected) in enumerate(CASES):
            with transaction.atomic():
                act(orders)
                found = broken()
                transaction.set_rollback(True)
            if code not in found or not expected >= found.keys() or not all(names for _, names in found.values()):
                wrong.append((number, code, found))
    assert not wrong, "\n".join(map(str, wrong))
    assert broken() == {}


def test_every_invariant_is_broken_once() -> None:
    apart = {"references"}
    assert {code for code, _, _ in CASES} | apart == {each.code for each in (*INVARIANTS, recomputed(1))}


def test_names_that_there_are_twice_are_found(channel: Channel, bank: DummyBank) -> None:
    orders = fill_shop(channel)
    with without_guards():
        sql('DROP INDEX "nexus_payment_provider_ref"')
        change(payment(orders), provider_ref=f"'{payment(orders, 'completed').provider_ref}'")
        found = broken()
    assert found.keys() == {"references"}
    assert found["references"][0] == 1


def verify(*options: str, **more: Any) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("nexus_verify", *options, stdout=out, no_color=True, **more)
    except SystemExit as exc:
        return out.getvalue(), int(exc.code or 0)
    return out.getvalue(), 0


def test_the_command_tells_what_is_broken(channel: Channel, bank: DummyBank) -> None:
    orders = fill_shop(channel)
    text, code = verify()
    assert code == 0
    assert f"All {len(INVARIANTS) + 1} invariants hold" in text
    change(item(), on_hand="on_hand + 1")
    text, code = verify("--recompute", "0")
    assert code == 1
    assert f"1 of {len(INVARIANTS)} invariants are broken" in text
    assert f"stock item {item().public_id}" in text
    text, code = verify("--json", "--only", "stock.movements", "--only", "orders.recompute", "--recompute-all")
    rows = {row["code"]: row for row in json.loads(text)}
    assert (code, rows["stock.movements"]["breaches"], rows["orders.recompute"]["breaches"]) == (1, 1, 0)
    assert "every order" in rows["orders.recompute"]["says"]
    assert rows["stock.movements"]["examples"] == [f"stock item {item().public_id}"]
    change(orders["paid"], explanation="'{\"input\": {}}'")
    assert verify("--only", "orders.recompute", "--recompute", "1")[1] == 0
    text, code = verify("--only", "orders.recompute")
    assert (code, f"order {orders['paid'].public_id}: KeyError" in text) == (1, True)
    with pytest.raises(CommandError, match=r"There is no invariant stock\.nothing"):
        verify("--only", "stock.nothing")


def test_the_command_writes_nothing(channel: Channel, bank: DummyBank) -> None:
    fill_shop(channel)
    reads = ("SELECT", "SAVEPOINT", "RELEASE", "PRAGMA", "DECLARE", "SET", "BEGIN")

    def refuse(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        assert statement.lstrip(" (").upper().startswith(reads), statement
        return execute(statement, params, many, context)

    with connection.execute_wrapper(refuse):
        assert verify("--recompute-all")[1] == 0


@pytest.mark.django_db(transaction=True)
def test_while_it_reads_the_database_takes_no_writes(channel: Channel) -> None:
    with pytest.raises(DatabaseError), reading_only():
        Channel.objects.update(name="Other")
    Channel.objects.update(name="Other")


def test_asserting_names_what_is_broken(channel: Channel, bank: DummyBank) -> None:
    fill_shop(channel)
    assert_invariants()
    change(item(), on_hand="on_hand + 1")
    with pytest.raises(AssertionError, match=r"stock\.movements: 1 \(stock item"):
        assert_invariants()
    assert_invariants(but={"stock.movements"})
