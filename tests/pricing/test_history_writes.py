"""Whatever changes a price or a price list writes its history, once, and in the same transaction."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.pricing.errors import CurrencyIsFixed
from nexus_commerce.pricing.models import Price, PriceChange, PriceList, PriceListChange
from nexus_commerce.pricing.services import PriceRow, change_price_list, create_price_list, set_price, set_prices
from nexus_commerce.testing.factories import make_channel, make_price, make_price_list, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def amounts(**where: Any) -> list[int | None]:
    return list(PriceChange.objects.filter(**where).order_by("id").values_list("amount", flat=True))


WRITES: dict[str, tuple[Callable[[Price], Any], list[int | None]]] = {
    "save": (lambda p: save(p, amount=900), [1000, 900]),
    "save of an expression": (lambda p: save(p, amount=F("amount") - 1), [1000, 999]),
    "save of a named column": (lambda p: save(p, ["amount"], amount=900), [1000, 900]),
    "save of per": (lambda p: save(p, per=10), [1000, 1000]),
    "save of the end": (lambda p: save(p, valid_until=MAY), [1000, 1000]),
    "save of another quantity": (lambda p: save(p, min_quantity=5), [1000, None, 1000]),
    "save over a row": (lambda p: over(p, amount=900).save(), [1000, 900]),
    "save of nothing new": (lambda p: p.save(), [1000]),
    "save of what is not public": (lambda p: save(p, compare_at=2000, floor=10), [1000]),
    "save of another named column": (lambda p: save(p, ["floor"], amount=900, floor=10), [1000]),
    "delete": (lambda p: p.delete(), [1000, None]),
    "update": (lambda p: Price.objects.update(amount=F("amount") * 2), [1000, 2000]),
    "update of a related manager": (lambda p: p.variant.prices.update(amount=1), [1000, 1]),
    "add to another list": (lambda p: make_price_list().prices.add(p), [1000, None, 1000]),
    "update of the key": (lambda p: Price.objects.update(min_quantity=3), [1000, None, 1000]),
    "update of nothing new": (lambda p: Price.objects.update(amount=1000), [1000]),
    "update of what is not public": (lambda p: Price.objects.update(floor=10), [1000]),
    "bulk_update": (lambda p: Price.objects.bulk_update([over(p, amount=900)], ["amount"]), [1000, 900]),
    "update_or_create": (lambda p: update_or_create(p, 900), [1000, 900]),
    "delete of a queryset": (lambda p: p.price_list.prices.all().delete(), [1000, None]),
    "bulk_create": (lambda p: bulk_create(p, 5, 10), [1000, 5, 10]),
    "create": (lambda p: p.variant.prices.create(price_list=p.price_list, min_quantity=9, amount=7), [1000, 7]),
    "get_or_create": (lambda p: Price.objects.get_or_create(pk=p.pk), [1000]),
}


def save(price: Price, names: list[str] | None = None, **values: Any) -> None:
    for name, value in values.items():
        setattr(price, name, value)
    price.save(update_fields=names)


def over(price: Price, **values: Any) -> Price:
    terms = {"pk": price.pk, "variant": price.variant, "price_list": price.price_list, "amount": price.amount}
    return Price(**terms | {"public_id": price.public_id, "created_at": price.created_at} | values)


def update_or_create(price: Price, amount: int) -> None:
    named = {"variant": price.variant, "price_list": price.price_list, "min_quantity": 1, "valid_from": None}
    Price.objects.update_or_create(**named, defaults={"amount": amount})


def bulk_create(price: Price, *quantities: int) -> None:
    named = {"variant": price.variant, "price_list": price.price_list}
    Price.objects.bulk_create(Price(**named, amount=n, min_quantity=n) for n in quantities)


@pytest.mark.parametrize("write", WRITES)
def test_a_write_keeps_what_the_price_was_and_became(channel: Channel, write: str) -> None:
    run, expected = WRITES[write]
    price = make_price(variant=make_variant(), channel=channel, amount=1000)
    run(Price.objects.get())
    assert amounts() == expected
    assert price.variant.price_changes.count() == len(expected)


@pytest.mark.parametrize("conflicts", [{"ignore_conflicts": True}, {"update_conflicts": True, "update_fields": []}])
@pytest.mark.parametrize("model", [Price, PriceList])
def test_a_write_that_passes_over_conflicts_is_refused(model: Any, conflicts: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"pricing\.services"):
        model.objects.bulk_create([], **conflicts)


def test_history_and_price_stand_or_fall_together(channel: Channel) -> None:
    price = make_price(variant=make_variant(), channel=channel, amount=1000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.update(amount=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        save(Price.objects.get(), per=0)
    with transaction.atomic():
        Price.objects.update(amount=5)
        price.delete()
        transaction.set_rollback(True)
    assert amounts() == [1000]
    assert Price.objects.get().amount == 1000


def test_the_statements_of_a_bulk_write_do_not_grow_with_the_rows(
    channel: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    prices = make_price_list(channel=channel)
    Price.objects.bulk_create(Price(price_list=prices, variant=make_variant(), amount=n) for n in range(30))
    with django_assert_num_queries(5):
        Price.objects.update(amount=F("amount") + 1)
    with django_assert_num_queries(4):
        Price.objects.all().delete()
    assert len(amounts()) == 90


def test_a_deleted_variant_takes_its_history_along(channel: Channel) -> None:
    price = make_price(variant=make_variant(), channel=channel, amount=1000)
    price.variant.delete()
    assert amounts() == []


def test_a_floor_above_the_price_is_refused() -> None:
    prices, variant = make_price_list(), make_variant()
    set_price(price_list=prices, variant=variant, amount=500, floor=500)
    with pytest.raises(InvalidInput) as caught:
        set_prices(price_list=prices, rows=[PriceRow(variant.pk, amount=499, floor=500)])
    assert caught.value.field == "floor"
    assert amounts() == [500]


# Price lists


def states() -> list[PriceListChange]:
    return list(PriceListChange.objects.order_by("id"))


LIST_WRITES: dict[str, tuple[Callable[[PriceList, Channel], Any], int]] = {
    "save": (lambda p, c: save_list(p, priority=5), 1),
    "save of nothing new": (lambda p, c: p.save(), 0),
    "save of the name": (lambda p, c: save_list(p, name="Other"), 0),
    "save of a named column": (lambda p, c: save_list(p, ["is_active"], is_active=False), 1),
    "save of another named column": (lambda p, c: save_list(p, ["name"], is_active=False, name="x"), 0),
    "save of the country": (lambda p, c: save_list(p, country="FR"), 1),
    "save of the start": (lambda p, c: save_list(p, valid_from=MAY), 1),
    "save of the end": (lambda p, c: save_list(p, valid_until=MAY), 1),
    "save of the group": (lambda p, c: save_list(p, customer_group=CustomerGroup.objects.create(code="g")), 1),
    "update": (lambda p, c: PriceList.objects.update(is_active=False), 1),
    "update of nothing new": (lambda p, c: PriceList.objects.update(is_active=True), 0),
    "update of the name": (lambda p, c: PriceList.objects.update(name="Other"), 0),
    "bulk_update": (lambda p, c: bulk_update_list(p), 1),
    "channels.add": (lambda p, c: p.channels.add(make_channel()), 1),
    "channels.add of one it has": (lambda p, c: p.channels.add(c), 0),
    "channels.remove": (lambda p, c: p.channels.remove(c), 1),
    "channels.clear": (lambda p, c: p.channels.clear(), 1),
    "channels.set": (lambda p, c: p.channels.set([c]), 0),
    "channels.set of none": (lambda p, c: p.channels.set([]), 1),
    "price_lists.add": (lambda p, c: make_channel().price_lists.add(p), 1),
    "price_lists.remove": (lambda p, c: c.price_lists.remove(p), 1),
    "price_lists.clear": (lambda p, c: c.price_lists.clear(), 1),
    "price_lists.set": (lambda p, c: c.price_lists.set([]), 1),
    "create": (lambda p, c: PriceList.objects.create(code="n", name="n", currency="EUR"), 1),
    "bulk_create": (lambda p, c: PriceList.objects.bulk_create([PriceList(code="n", name="n", currency="EUR")]), 1),
    "change_price_list": (lambda p, c: change_price_list(price_list=p, channels=[], priority=4, name="x"), 1),
    "change_price_list of nothing": (lambda p, c: change_price_list(price_list=p, channels=[c], priority=0), 0),
    "create_price_list": (lambda p, c: create_price_list(code="n", name="n", currency="EUR", channels=[c]), 1),
}


def save_list(price_list: PriceList, names: list[str] | None = None, **values: Any) -> None:
    for name, value in values.items():
        setattr(price_list, name, value)
    price_list.save(update_fields=names)


def bulk_update_list(price_list: PriceList) -> None:
    price_list.priority = 3
    PriceList.objects.bulk_update([price_list], ["priority"])


@pytest.mark.parametrize("write", LIST_WRITES)
def test_a_write_of_a_list_is_one_row_of_its_history_or_none(channel: Channel, write: str) -> None:
    run, expected = LIST_WRITES[write]
    prices = make_price_list(channel=channel)
    before = len(states())
    run(PriceList.objects.get(), channel)
    assert len(states()) == before + expected
    now = PriceList.objects.get(pk=prices.pk)
    last = PriceListChange.objects.filter(price_list=prices).order_by("-id")[0]
    named = ("country", "priority", "is_active", "valid_from", "valid_until")
    assert [getattr(last, name) for name in named] == [getattr(now, name) for name in named]
    assert last.channels == sorted(now.channels.values_list("pk", flat=True))
    assert last.is_public is (now.customer_group is None)


def test_the_currency_of_a_list_that_had_a_price_is_fixed(channel: Channel) -> None:
    prices = make_price_list(channel=channel)
    save_list(prices, currency="USD")
    save_list(prices, currency="EUR")
    make_price(variant=make_variant(), price_list=prices, amount=5).delete()
    for change in (
        lambda: save_list(PriceList.objects.get(), currency="USD"),
        lambda: PriceList.objects.update(currency="USD"),
        lambda: change_price_list(price_list=prices, currency="USD"),
    ):
        with pytest.raises(CurrencyIsFixed), transaction.atomic():
            change()
    PriceList.objects.update(currency="EUR")
    assert PriceList.objects.get().currency == "EUR"


def test_the_services_of_lists_tell_what_decides_and_name_what_is_wrong(channel: Channel) -> None:
    prices = create_price_list(code="sale", name="Sale", currency="EUR", channels=[channel], priority=3)
    assert (list(prices.channels.all()), prices.priority) == ([channel], 3)
    change_price_list(price_list=prices, name="Summer sale")
    change_price_list(price_list=prices, is_active=False)
    told = OutboxEvent.objects.filter(type="price_list.changed").order_by("id")
    assert [event.payload["is_active"] for event in told] == [True, False]
    assert {event.aggregate_id for event in told} == {prices.public_id}
    with pytest.raises(InvalidInput) as caught:
        change_price_list(price_list=prices, country="Germany")
    assert caught.value.field == "country"
    with pytest.raises(InvalidInput) as caught:
        create_price_list(code="sale", name="x", currency="EUR", colour="red")
    assert caught.value.field == "colour"


def test_a_service_works_on_what_the_list_is_by_now(channel: Channel) -> None:
    stale = make_price_list(channel=channel)
    PriceList.objects.update(priority=7)
    change_price_list(price_list=stale, is_active=False)
    assert (PriceList.objects.get().priority, stale.priority) == (7, 7)
    assert states()[-1].created_at - states()[-2].created_at >= timedelta(0)


def test_a_list_that_had_a_price_is_switched_off_and_not_deleted() -> None:
    price = make_price(variant=make_variant(), amount=1000)
    price.delete()
    with pytest.raises(ProtectedError):
        price.price_list.delete()
    assert amounts() == [1000, None]


def test_a_list_that_never_had_a_price_can_be_deleted() -> None:
    make_price_list().delete()
    assert not PriceListChange.objects.exists()
