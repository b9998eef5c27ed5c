"""Rows are inserted as ``bulk_create`` inserts them, by a statement that is not built anew."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services import create_cart
from nexus_commerce.catalog.models import Physical, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.inserting import insert_rows, plain_columns
from nexus_commerce.testing.factories import make_channel, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def cart(channel: Channel) -> Cart:
    return create_cart(channel=channel)[0]


def lines(cart: Cart, count: int, **columns: Any) -> list[CartLine]:
    return [
        CartLine(cart=cart, variant=make_variant(), quantity=number + 1, **{"metadata": {"n": ["%s", None]}, **columns})
        for number in range(count)
    ]


def columns_of(rows: list[Any]) -> list[dict[str, Any]]:
    left_out = {"id", "public_id", "created_at", "updated_at", "variant_id"}
    fields = [field.attname for field in rows[0]._meta.concrete_fields if field.attname not in left_out]
    return [{name: getattr(row, name) for name in fields} for row in rows]


def test_rows_are_written_as_bulk_create_writes_them(cart: Cart, django_assert_num_queries: Any) -> None:
    new, usual = lines(cart, 3), lines(cart, 3)
    with django_assert_num_queries(1):
        assert insert_rows(CartLine, iter(new)) == new
    CartLine.objects.bulk_create(usual)
    stored = [CartLine.objects.get(pk=row.pk) for row in new]
    assert stored == new
    assert [row.public_id for row in stored] == [row.public_id for row in new]
    assert columns_of(stored) == columns_of([CartLine.objects.get(pk=row.pk) for row in usual])
    assert all(timezone.now() - row.created_at < timedelta(minutes=1) for row in stored)
    assert not any(row._state.adding for row in new)
    assert {row._state.db for row in new} == {"default"}


def test_nothing_is_no_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert insert_rows(CartLine, []) == []


def test_expressions_and_given_keys_are_left_to_django(cart: Cart) -> None:
    one, two = lines(cart, 2)
    one.quantity = Value(4) + Value(5)  # type: ignore[assignment]
    two.pk = 12_345
    insert_rows(CartLine, [one])
    insert_rows(CartLine, [two])
    assert list(CartLine.objects.order_by("id").values_list("quantity", flat=True)) in ([9, 2], [2, 9])
    assert CartLine.objects.filter(pk=12_345).exists()


def test_more_than_a_statement_takes_is_split(cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.features, "max_query_params", 20)
    insert_rows(CartLine, lines(cart, 3))
    assert CartLine.objects.count() == 3


def test_a_row_that_was_not_saved_cannot_be_referred_to(cart: Cart) -> None:
    row = CartLine(cart=cart, variant=Variant(), quantity=1)
    with pytest.raises(ValueError, match="unsaved"):
        insert_rows(CartLine, [row])


def test_an_error_ends_the_transaction_as_any_does(cart: Cart) -> None:
    (row,) = lines(cart, 1)
    twice = CartLine(cart=cart, variant=row.variant, quantity=1)
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert_rows(CartLine, [row, twice])
        assert connection.needs_rollback
        transaction.set_rollback(True)
    assert not CartLine.objects.exists()


def test_what_only_django_can_write_is_left_to_it() -> None:
    assert plain_columns(Physical, "default") is None
    channel = make_channel()
    channel.pk, channel.public_id, channel.code, channel.is_default = None, type(channel)().public_id, "further", False
    channel.created_at = Now()
    insert_rows(Channel, [channel])
    assert Channel.objects.filter(code="further").count() == 1
