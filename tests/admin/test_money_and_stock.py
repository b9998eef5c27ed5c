"""Amounts are typed in major units and kept with their history; stock changes with a reason."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from nexus_commerce.admin.formatting import format_money
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.pricing.models import Price, PriceChange
from nexus_commerce.testing.factories import make_price, make_price_list, make_stock_location
from tests.admin.forms import errors_of, shown_values, submit
from tests.extension.rows import write_rows

pytestmark = pytest.mark.django_db

PRICES = "admin:nexus_pricing_price_changelist"
ADD_PRICE = "admin:nexus_pricing_price_add"


def page(row: Any, name: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


MONEY = [("JPY", "1250", 1250), ("EUR", "12.50", 1250), ("KWD", "1.250", 1250), ("EUR", "0", 0)]


@pytest.mark.parametrize(("currency", "typed", "minor"), MONEY)
def test_an_amount_goes_round(currency: str, typed: str, minor: int, pages: Client, variant: Variant) -> None:
    price_list = make_price_list(currency=currency)
    chosen = {"price_list": price_list.pk, "variant": variant.pk, "amount": typed, "compare_at": typed}
    response = submit(pages, reverse(ADD_PRICE), **chosen)
    assert response.status_code == 302, errors_of(response)
    price = Price.objects.get(price_list=price_list)
    assert (price.amount, price.compare_at, price.floor) == (minor, minor, None)
    assert PriceChange.objects.get(price_list=price_list).amount == minor

    values = shown_values(pages.get(page(price)))
    assert (values["amount"], values["compare_at"]) == (
        {"0": "0.00"}.get(typed, typed),
        {"0": "0.00"}.get(typed, typed),
    )
    submit(pages, page(price))
    price.refresh_from_db()
    assert price.amount == minor
    assert PriceChange.objects.filter(price_list=price_list).count() == 1


@pytest.mark.parametrize(
    ("currency", "typed"),
    [
        ("JPY", "12.5"),
        ("EUR", "1.234"),
        ("KWD", "1.2345"),
        ("EUR", "-1"),
        ("EUR", "x"),
        ("EUR", "9" * 20),
        ("EUR", "1e3"),
    ],
)
def test_an_amount_that_is_none_is_refused(currency: str, typed: str, pages: Client, variant: Variant) -> None:
    price_list = make_price_list(currency=currency)
    response = submit(pages, reverse(ADD_PRICE), price_list=price_list.pk, variant=variant.pk, amount=typed)
    assert "amount" in errors_of(response)
    assert not Price.objects.filter(price_list=price_list).exists()


def test_amounts_are_typed_as_the_language_writes_them(pages: Client, variant: Variant) -> None:
    price = variant.prices.get()
    with override("de"):
        assert shown_values(pages.get(page(price), headers={"accept-language": "de"}))["amount"] == "10,00"
        submit(pages, page(price), amount="12,50")
    price.refresh_from_db()
    assert price.amount == 1250


def test_amounts_are_edited_in_the_list(pages: Client, variant: Variant) -> None:
    euro, yen = (
        variant.prices.get(),
        make_price(variant=variant, amount=900, price_list=make_price_list(currency="JPY")),
    )
    cl = pages.get(reverse(PRICES)).context["cl"]
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "_save": "Save"}
    for number, price in enumerate(cl.result_list):
        typed = "15.75" if price.pk == euro.pk else "950"
        data |= {f"form-{number}-id": str(price.pk), f"form-{number}-amount": typed}
    assert pages.post(reverse(PRICES), data).status_code == 302
    euro.refresh_from_db()
    yen.refresh_from_db()
    assert (euro.amount, yen.amount) == (1575, 950)
    assert list(PriceChange.objects.order_by("id").values_list("amount", flat=True)) == [1000, 900, 1575, 950]


def test_a_removed_price_stays_in_the_history(pages: Client, variant: Variant) -> None:
    price = variant.prices.get()
    pages.post(page(price, "delete"), {"post": "yes"})
    assert not Price.objects.exists()
    assert list(PriceChange.objects.order_by("id").values_list("amount", flat=True)) == [1000, None]


def test_what_tells_prices_apart_stays(pages: Client, variant: Variant) -> None:
    price = variant.prices.get()
    submit(pages, page(price), min_quantity="10")
    price.refresh_from_db()
    assert price.min_quantity == 1
    assert "min_quantity" in errors_of(
        submit(
            pages, reverse(ADD_PRICE), price_list=price.price_list_id, variant=variant.pk, amount="1", min_quantity="0"
        )
    )


@pytest.mark.parametrize(
    ("language", "currency", "expected"),
    [
        ("en", "EUR", "€12.50"),
        ("de", "EUR", "12,50€"),
        ("en", "JPY", "¥1,250"),
        ("en", "KWD", "KWD1.250"),
        ("xx", "EUR", "€12.50"),
    ],
)
def test_money_is_shown_as_the_language_writes_it(language: str, currency: str, expected: str) -> None:
    with override(language):
        assert format_money(1250, currency).replace("\xa0", "") == expected


CHANGES = [
    ({"way": "add", "quantity": "5"}, 15),
    ({"way": "take", "quantity": "4"}, 6),
    ({"way": "set", "quantity": "3"}, 3),
    ({"way": "set", "quantity": "0"}, 0),
]


@pytest.mark.parametrize(("change", "left"), CHANGES)
def test_stock_changes_with_a_reason(change: dict[str, str], left: int, pages: Client, variant: Variant) -> None:
    item = variant.stock_items.get()
    data = change | {"reason": "counted", "note": "shelf 3"}
    assert pages.post(page(item, "change_stock"), data).status_code == 302
    item.refresh_from_db()
    assert item.on_hand == left
    movement = item.movements.latest("pk")
    assert (movement.reason, movement.note, movement.actor) == ("counted", "shelf 3", "ada")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"way": "take", "quantity": "11", "reason": "lost"}, "quantity"),
        ({"way": "add", "quantity": "0", "reason": "lost"}, "quantity"),
        ({"way": "add", "quantity": "1", "reason": ""}, "reason"),
        ({"way": "add", "quantity": "9" * 30, "reason": "lost"}, "quantity"),
        ({"way": "x", "quantity": "1", "reason": "lost"}, "way"),
    ],
)
def test_a_stock_change_that_cannot_be_is_refused(
    change: dict[str, str], field: str, pages: Client, variant: Variant
) -> None:
    item = variant.stock_items.get()
    response = pages.post(page(item, "change_stock"), change)
    assert field in response.context["form"].errors
    item.refresh_from_db()
    assert item.on_hand == 10
    assert item.movements.count() == 1


def test_what_is_on_hand_is_never_typed_over(pages: Client, variant: Variant) -> None:
    item = variant.stock_items.get()
    StockItem.objects.filter(pk=item.pk).update(allocated=3)
    response = submit(pages, page(item), on_hand="99", allocated="0", backorder_limit="7")
    assert response.status_code == 302, errors_of(response)
    version = item.version
    item.refresh_from_db()
    assert (item.on_hand, item.allocated, item.backorder_limit, item.version) == (10, 3, 7, version + 1)


def test_limits_change_by_the_service(pages: Client, variant: Variant) -> None:
    item = variant.stock_items.get()
    StockItem.objects.filter(pk=item.pk).update(allocated=12, backorder_limit=5, low_stock_level=3)
    assert "backorder_limit" in errors_of(submit(pages, page(item), backorder_limit="1"))
    assert submit(pages, page(item), backorder_limit="2", low_stock_level="").status_code == 302
    item.refresh_from_db()
    assert (item.backorder_limit, item.low_stock_level) == (2, None)
    told = OutboxEvent.objects.filter(type="stock.changed", aggregate_id=item.public_id)
    assert [event.version for event in told] == [item.version]


def test_a_new_stock_item_starts_with_a_movement(pages: Client, variant: Variant) -> None:
    location = make_stock_location()
    response = submit(
        pages,
        reverse("admin:nexus_inventory_stockitem_add"),
        variant=variant.pk,
        location=location.pk,
        quantity="8",
        backorder_limit="3",
    )
    assert response.status_code == 302, errors_of(response)
    item = StockItem.objects.get(location=location)
    assert (item.on_hand, item.movements.get().quantity, item.backorder_limit) == (8, 8, 3)


class TestMoneyReceived:
    def test_it_is_recorded_on_the_order(self, pages: Client, rows: None) -> None:
        order = Order.objects.get()
        Order.objects.update(state="placed")
        assert pages.get(page(order, "record_money")).context["form"].initial["amount"] == "25.80"
        assert pages.post(page(order, "record_money"), {"amount": "5.80"}).status_code == 302
        assert pages.post(page(order, "record_money"), {"amount": "20.00", "note": "bank"}).status_code == 302
        order.refresh_from_db()
        assert (order.captured, order.payment_state) == (2580, "paid")
        assert order.events.last().actor == "ada"
        assert pages.get(page(order, "record_money")).status_code == 404
        assert pages.post(page(order, "complete_order")).status_code == 302
        order.refresh_from_db()
        assert order.state == "completed"

    @pytest.mark.parametrize("typed", ["25.81", "0", "x", "1.234", ""])
    def test_what_cannot_have_come_is_refused(self, typed: str, pages: Client, rows: None) -> None:
        payment = Payment.objects.get()
        Order.objects.update(state="placed")
        response = pages.post(page(payment, "record_money"), {"amount": typed})
        assert response.context["form"].errors
        payment.refresh_from_db()
        assert payment.captured == 0


@pytest.mark.parametrize(
    ("permission", "status"), [("view_order", 403), ("change_order", 403), ("change_payment", 302)]
)
def test_an_action_asks_for_its_own_permission(permission: str, status: int, powerless: Client) -> None:
    write_rows()
    user = get_user_model().objects.get(username="bob")
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_order", permission], content_type__app_label__startswith="nexus")
    )
    Order.objects.update(state="placed")
    order = Order.objects.get()
    shown = pages_of(powerless, order)
    assert ("Record money received" in shown) is (status == 302)
    assert powerless.post(page(order, "record_money"), {"amount": "1.00"}).status_code == status


def pages_of(client: Client, order: Order) -> str:
    return client.get(page(order)).content.decode()


def test_the_currency_of_what_has_amounts_stays(pages: Client, channel: Channel, variant: Variant) -> None:
    price_list = variant.prices.get().price_list
    submit(pages, page(price_list), currency="USD")
    submit(pages, page(channel), currency="USD")
    price_list.refresh_from_db()
    channel.refresh_from_db()
    assert (price_list.currency, channel.currency) == ("EUR", "EUR")
