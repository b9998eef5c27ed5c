"""The list of products: what is on a page, in which order, and where the next page begins."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nexus_commerce.catalog.models import ProductListing
from nexus_commerce.channels.models import Channel
from nexus_commerce.listing.cards import Viewer
from nexus_commerce.listing.products import ProductPage, list_products
from nexus_commerce.listing.query import ProductQuery
from nexus_commerce.testing import factories

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def viewer_of(channel: Channel, **said: Any) -> Viewer:
    given = {
        "channel_id": channel.pk,
        "currency": channel.currency,
        "language": channel.default_language,
        "country": channel.country,
        "now": timezone.now(),
    }
    return Viewer(**given | said)


def page_of(channel: Channel, **said: Any) -> ProductPage:
    return list_products(channel=channel, viewer=viewer_of(channel), query=ProductQuery(**said))


def names_of(channel: Channel, **said: Any) -> list[str]:
    return [card.values["name"] for card in page_of(channel, **said).cards]


def test_a_card_shows_the_product(channel: Channel) -> None:
    product = factories.make_product(
        channel=channel, amount=1250, stock=3, name="Mug", slug="mug", subtitle="Blue", attributes={"color": "blue"}
    )

    (card,) = page_of(channel).cards

    assert {name: card.values[name] for name in ("id", "slug", "type", "name", "subtitle", "attributes")} == {
        "id": str(product.public_id),
        "slug": "mug",
        "type": "nexus_catalog.physical",
        "name": "Mug",
        "subtitle": "Blue",
        "attributes": {"color": "blue"},
    }
    assert card.values["price"] == 1250
    assert card.values["availability"] == "in_stock"


def test_only_products_on_sale_in_the_channel_now_are_listed(channel: Channel) -> None:
    now = timezone.now()
    windows = {
        "now": (now - timedelta(days=1), now + timedelta(days=1)),
        "later": (now + timedelta(minutes=1), None),
        "over": (None, now - timedelta(minutes=1)),
    }
    for name, (start, end) in windows.items():
        product = factories.make_product(name=name)
        ProductListing.objects.create(channel=channel, product=product, visible_from=start, visible_until=end)
    factories.make_product(channel=channel, name="archived", archived_at=now)
    factories.make_product(channel=factories.make_channel(), name="elsewhere")
    factories.make_product(name="nowhere")
    hidden = factories.make_product(channel=channel, name="hidden")
    hidden.listings.update(is_visible=False)

    assert names_of(channel) == ["now"]


@pytest.mark.parametrize("ordering", ["newest", "-newest", "name", "-name", "price", "-price"])
def test_pages_hold_every_product_once_in_order(channel: Channel, ordering: str) -> None:
    for number in range(7):
        # Equal names and prices: the order among them must not depend on the page.
        amount = None if number == 3 else 100 * (number // 2)
        factories.make_product(channel=channel, amount=amount, name=f"P{number // 3}")
    whole = [card.product_id for card in page_of(channel, ordering=ordering, size=50).cards]

    seen, cursor = [], None
    while True:
        page = page_of(channel, ordering=ordering, size=2, cursor=cursor)
        seen += [card.product_id for card in page.cards]
        if page.next is None:
            break
        cursor = page.next

    assert len(set(whole)) == 7
    assert seen == whole
