"""Price lists are written by the services, and the history is there to be read."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.pricing.models import PriceChange, PriceList, PriceListChange
from nexus_commerce.pricing.services import set_price
from nexus_commerce.testing.factories import make_channel
from tests.admin.forms import errors_of, submit

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

ADD = "admin:nexus_pricing_pricelist_add"
CHANGES = "admin:nexus_pricing_pricechange_changelist"
LIST_CHANGES = "admin:nexus_pricing_pricelistchange_changelist"


def change_page(price_list: PriceList) -> str:
    return reverse("admin:nexus_pricing_pricelist_change", args=[price_list.pk])


def test_a_list_and_its_channels_are_made_as_one_change(pages: Client, channel: Channel) -> None:
    filled = {"name": "Sale", "code": "sale", "currency": "EUR", "channels": [channel.pk], "priority": "3"}
    response = submit(pages, reverse(ADD), **filled)
    assert response.status_code == 302, errors_of(response)
    made = PriceList.objects.get(code="sale")
    assert (made.priority, list(made.channels.all()), made.is_active) == (3, [channel], True)
    (change,) = PriceListChange.objects.filter(price_list=made)
    assert (change.channels, change.priority) == ([channel.pk], 3)
    assert OutboxEvent.objects.filter(type="price_list.changed", aggregate_id=made.public_id).count() == 1


def test_a_list_is_changed_as_one_change(pages: Client, variant: Variant) -> None:
    price_list = variant.prices.get().price_list
    before, other = PriceListChange.objects.count(), make_channel()
    submit(pages, change_page(price_list), channels=[other.pk], priority="7", name="Other")
    price_list.refresh_from_db()
    assert (price_list.name, price_list.priority, list(price_list.channels.all())) == ("Other", 7, [other])
    assert PriceListChange.objects.count() == before + 1
    submit(pages, change_page(price_list))
    assert PriceListChange.objects.count() == before + 1


def listed(pages: Client, address: str, **asked: Any) -> list[Any]:
    response = pages.get(reverse(address), asked)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_the_history_of_a_variant_says_what_its_price_was_and_became(pages: Client, variant: Variant) -> None:
    price = variant.prices.get()
    set_price(price_list=price.price_list, variant=variant, amount=500, min_quantity=10)
    set_price(price_list=price.price_list, variant=variant, amount=1200)
    set_price(price_list=price.price_list, variant=variant, amount=2400, per=3)
    price.delete()
    rows = listed(pages, CHANGES, variant__id__exact=variant.pk)
    assert [(row.before_amount, row.amount) for row in rows] == [
        (2400, None),
        (1200, 2400),
        (1000, 1200),
        (None, 500),
        (None, 1000),
    ]
    found = {
        direction: [row.amount for row in listed(pages, CHANGES, direction=direction)]
        for direction in ("fell", "rose", "new", "gone", "x")
    }
    assert found == {
        "fell": [2400],
        "rose": [1200],
        "new": [500, 1000],
        "gone": [None],
        "x": [None, 2400, 1200, 500, 1000],
    }
    content = pages.get(reverse(CHANGES)).content.decode()
    assert "\u20ac12.00" in content
    assert variant.sku in content


def test_the_history_is_linked_and_read_only(pages: Client, variant: Variant) -> None:
    price = variant.prices.get()
    for owner in (variant, price):
        page = reverse(f"admin:{owner._meta.label_lower.replace('.', '_')}_change", args=[owner.pk])
        assert f"{reverse(CHANGES)}?variant__id__exact={variant.pk}" in pages.get(page).content.decode()
    page = pages.get(change_page(price.price_list)).content.decode()
    for address in (CHANGES, LIST_CHANGES):
        assert f"{reverse(address)}?price_list__id__exact={price.price_list_id}" in page
    row = PriceChange.objects.get()
    address = reverse("admin:nexus_pricing_pricechange_delete", args=[row.pk])
    assert pages.post(address, {"post": "yes"}).status_code == 403


def test_the_history_of_lists_names_their_channels(pages: Client, variant: Variant, channel: Channel) -> None:
    channel.name = "Main street"
    channel.save()
    assert "Main street" in pages.get(reverse(LIST_CHANGES)).content.decode()
    change = PriceListChange.objects.order_by("-id")[0]
    page = reverse("admin:nexus_pricing_pricelistchange_change", args=[change.pk])
    assert "Main street" in pages.get(page).content.decode()


def test_a_floor_above_the_price_is_said_on_the_form_and_in_the_list(pages: Client, variant: Variant) -> None:
    price = variant.prices.get()
    address = reverse("admin:nexus_pricing_price_change", args=[price.pk])
    assert "floor" in errors_of(submit(pages, address, amount="5.00", floor="5.01"))
    assert submit(pages, address, amount="6.00", floor="6.00").status_code == 302
    data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "Save"}
    response = pages.post(
        reverse("admin:nexus_pricing_price_changelist"), data | {"form-0-id": price.pk, "form-0-amount": "5.99"}
    )
    assert "amount" in response.context["cl"].formset.errors[0]
    price.refresh_from_db()
    assert (price.amount, price.floor) == (600, 600)
