"""The statements say what the policies say: which price is in force, and how much there is."""

import base64
import random
from collections.abc import Hashable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from nexus_commerce.catalog.models import Bundle, BundleItem, Product, Variant
from nexus_commerce.catalog.policies import PublicationPolicy
from nexus_commerce.catalog.querysets import ProductQuerySet
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.inventory.services import available_quantities
from nexus_commerce.listing.cards import Viewer
from nexus_commerce.listing.cursors import InvalidCursor
from nexus_commerce.listing.products import list_products
from nexus_commerce.listing.query import ProductQuery
from nexus_commerce.pricing.inputs import Quote
from nexus_commerce.pricing.models import Price, PriceList
from nexus_commerce.pricing.policies import PriceContext, PricePolicy, PriceQuery
from nexus_commerce.testing import factories
from tests.listing.test_products import names_of, page_of, viewer_of

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def random_prices(channel: Channel, groups: list[CustomerGroup], chance: random.Random) -> None:
    """Write price lists and prices in which every rule of the order decides somewhere."""
    now = timezone.now()
    moments = [None, now - timedelta(days=2), now - timedelta(days=1), now + timedelta(days=1)]
    other = factories.make_channel()
    for number in range(30):
        start, end = (
            chance.choice(moments),
            chance.choice([None, None, now + timedelta(days=2), now - timedelta(hours=1)]),
        )
        if start and end and start >= end:
            end = None
        price_list = PriceList.objects.create(
            code=f"random-{number}",
            name="",
            currency=chance.choice(["EUR", "EUR", "EUR", "USD"]),
            country=chance.choice(["", "", "DE", "FR"]),
            customer_group=chance.choice([None, None, *groups]),
            priority=chance.choice([0, 0, 1]),
            is_active=chance.random() < 0.9,
            valid_from=start,
            valid_until=end,
        )
        price_list.channels.add(*chance.choice([[channel], [channel], [channel, other], [other]]))
        for variant in Variant.objects.all():
            starts = {chance.choice(moments) for _ in range(2)} if chance.random() < 0.6 else set()
            for valid_from in starts:
                Price.objects.create(
                    variant=variant,
                    price_list=price_list,
                    amount=chance.randrange(1, 10_000),
                    compare_at=chance.choice([None, 5000]),
                    min_quantity=chance.choice([1, 1, 2, 3]),
                    valid_from=valid_from,
                )


@pytest.mark.parametrize("seed", range(6))
def test_prices_are_those_that_the_price_policy_quotes(channel: Channel, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(12):
        factories.make_product(channel=channel, name=f"P{number}")
    Variant.objects.filter(pk__in=[v.pk for v in Variant.objects.all()[:4]]).update(min_quantity=2)
    groups = [CustomerGroup.objects.create(code=f"group-{n}", name="") for n in range(2)]
    customer = factories.make_customer()
    customer.groups.add(groups[0])
    random_prices(channel, groups, chance)

    for who in (None, customer):
        viewer = viewer_of(channel, customer_id=who.pk if who else None)
        cards = list_products(channel=channel, viewer=viewer, query=ProductQuery(size=100)).cards
        queries = [PriceQuery(v.product_id, v.pk, v.min_quantity) for v in Variant.objects.all()]
        quotes = PricePolicy().quote(queries, context_of(viewer))

        assert quotes, "the seed makes no price"
        for card in cards:
            quote = quotes.get(card.product_id)
            assert card.values["price"] == (quote.unit_price if quote else None)
            reduced = quote is not None and quote.list_price > quote.unit_price
            assert card.values["compare_at"] == (quote.list_price if quote and reduced else None)


def context_of(viewer: Viewer) -> PriceContext:
    return PriceContext(viewer.channel_id, viewer.currency, viewer.now, viewer.country, viewer.customer_id)


def test_availability_is_that_of_the_inventory(channel: Channel) -> None:
    chance = random.Random(1)
    parts = [
        factories.make_variant(channel=channel, stock=chance.choice([None, 0, 1, 5]), track_stock=chance.random() < 0.7)
        for _ in range(12)
    ]
    elsewhere = factories.make_stock_location(channel=factories.make_channel())
    closed = factories.make_stock_location(channel=channel, is_active=False)
    for variant in parts[:4]:
        for location in (elsewhere, closed):
            factories.make_stock(variant=variant, quantity=50, location=location)
    parts[5].stock_items.update(on_hand=5, reserved=2, allocated=3)
    for number in range(8):
        bundle = factories.make_product(product_type=Bundle, channel=channel, name=f"Bundle {number}").variants.get()
        for part in chance.sample(parts, 3):
            BundleItem.objects.create(bundle=bundle, variant=part, quantity=chance.choice([1, 2]))

    counts = available_quantities(variant_ids=Variant.objects.values_list("pk", flat=True), channel=channel)
    offers = {offer.variant_id: offer for card in page_of(channel, size=100).cards for offer in card.offers}

    assert {pk: offer.available for pk, offer in offers.items()} == counts
    assert {None, 0} < set(counts.values())


def test_less_than_the_least_quantity_is_out_of_stock(channel: Channel) -> None:
    factories.make_product(channel=channel, stock=99, name="By weight").variants.update(min_quantity=100)

    assert names_of(channel, availability="out_of_stock") == ["By weight"]
    assert page_of(channel).cards[0].values["availability"] == "out_of_stock"


class DoublePolicy(PricePolicy):
    """A host's prices: twice the library's."""

    def quote(self, queries: Sequence[PriceQuery], context: PriceContext) -> dict[Hashable, Quote]:
        quotes = super().quote(queries, context)
        return {
            key: Quote(unit_price=2 * quote.unit_price, per=quote.per, list_price=2 * quote.list_price, price_list="x")
            for key, quote in quotes.items()
        }


@override_settings(NEXUS_COMMERCE={"PRICE_POLICY": f"{__name__}.DoublePolicy"})
def test_a_price_policy_of_the_host_prices_the_page_in_one_call(
    channel: Channel, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        factories.make_product(channel=channel, amount=100 + number, name=f"P{number}")
    page_of(channel)

    with django_assert_num_queries(2):
        page = page_of(channel, ordering="name")

    assert [card.values["price"] for card in page.cards] == [200, 202, 204, 206, 208]


class NoShoes(PublicationPolicy):
    """A host's rule: no shoes on sale, and it looks at the channel itself."""

    def visible_products(self, *, channel: Channel, now: Any) -> ProductQuerySet:
        found = super().visible_products(channel=channel, now=now)
        return found.exclude(name="Shoes") if channel.code == "default" else found.none()


@override_settings(NEXUS_COMMERCE={"PUBLICATION_POLICY": f"{__name__}.NoShoes"})
def test_a_publication_policy_of_the_host_is_asked_each_time(channel: Channel) -> None:
    for name in ("Shoes", "Socks"):
        factories.make_product(channel=channel, name=name)
    other = factories.make_channel()
    factories.make_product(channel=other, name="Hat")

    assert names_of(channel) == ["Socks"]
    assert names_of(other) == []
    assert page_of(other, with_count=True).count == 0
    assert names_of(channel) == ["Socks"]


def test_a_deleted_product_under_the_cursor_is_told_and_not_an_empty_page(channel: Channel) -> None:
    for number in range(3):
        factories.make_product(channel=channel, name=f"P{number}")
    cursor = page_of(channel, size=1).next
    assert cursor is not None
    Product.objects.filter(public_id=cursor.after).delete()

    with pytest.raises(InvalidCursor):
        page_of(channel, size=1, cursor=cursor)


def test_a_cursor_holds_no_sequential_id(channel: Channel) -> None:
    for _ in range(2):
        factories.make_product(channel=channel)
    page = page_of(channel, size=1)
    assert page.next is not None
    text = page.next.encode()

    said = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    assert said == f'["newest",0,"{page.next.after.hex}"]'
