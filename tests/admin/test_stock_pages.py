"""What is promised and held of a stock item is found from its page."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.services import consume_allocations
from tests.inventory.stocking import PAST, hold, promise, stocked, wanted

pytestmark = pytest.mark.django_db


def linked(pages: Client, item: StockItem, model: str) -> str:
    """Return the address that the page of a stock item links to."""
    text = pages.get(reverse("admin:nexus_inventory_stockitem_change", args=[item.pk])).content.decode()
    (found,) = set(re.findall(rf'href="([^"]*/nexus_inventory/{model}/\?[^"]*)"', text))
    return unescape(found)


def shown(pages: Client, address: str, **filters: str) -> list[int]:
    """Return the quantities that a list shows."""
    response = pages.get(address, filters or None)
    assert response.status_code == 200
    return sorted(row.quantity for row in response.context["cl"].result_list)


def test_a_stock_item_leads_to_what_is_promised_and_held_of_it(pages: Client, channel: Channel) -> None:
    variant, other = stocked(channel, 20), stocked(channel, 20)
    line = wanted(variant, 2)
    consume_allocations(order=promise(channel, line), units={line.line: 2})
    order = promise(channel, wanted(variant, 3), wanted(other, 9))
    hold(channel, wanted(variant, 4), wanted(other, 8))
    hold(channel, wanted(variant, 5), hold_for=PAST)
    item = StockItem.objects.get(variant=variant)

    allocations, reservations = (linked(pages, item, name) for name in ("allocation", "reservation"))
    assert shown(pages, allocations) == [3]
    assert shown(pages, reservations) == [4, 5]
    everything = {name: reverse(f"admin:nexus_inventory_{name}_changelist") for name in ("allocation", "reservation")}
    assert shown(pages, everything["allocation"], open="no") == [2]
    assert shown(pages, everything["allocation"], q=str(order)) == [3, 9]
    assert shown(pages, everything["allocation"]) == [2, 3, 9]
    assert shown(pages, everything["reservation"], expiry="expired") == [5]
    assert shown(pages, everything["reservation"], expiry="alive") == [4, 8]
    assert shown(pages, everything["reservation"]) == [4, 5, 8]
