"""How many statements the catalog costs, and that nothing on a page adds one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nexus_commerce.catalog.models import Digital, Media, MediaRendition, Physical, Product, ProductRelation, Tag
from nexus_commerce.channels.models import Channel
from nexus_commerce.pricing.models import Price
from nexus_commerce.testing import factories

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

ROOT = "/shop/v1"


@contextmanager
def statements(count: int) -> Iterator[None]:
    """Count what reads rows, after the process has met every content type."""
    with CaptureQueriesContext(connection) as seen:
        yield
    read = [query["sql"] for query in seen if query["sql"].startswith(("SELECT", "WITH"))]
    assert len(read) == count, "\n\n".join(read)


def rich_product(channel: Channel, number: int) -> Product:
    """Write a product with five variants, four pictures in two sizes, a tag and a related product."""
    category = factories.make_category(name=f"C{number}")
    product = factories.make_product(
        product_type=Digital if number % 2 else Physical,
        channel=channel,
        category=category,
        amount=100,
        stock=1,
        slug=f"rich-{number}",
        name=f"Rich {number}",
    )
    for at in range(4):
        factories.make_variant(product=product, channel=channel, amount=200 + at, stock=at)
        media = Media.objects.create(product=product, file=f"{at}.jpg", position=at)
        for size in ("small", "large"):
            MediaRendition.objects.create(media=media, size=size, file=f"{size}.jpg", width=1, height=1)
    product.tags.add(Tag.objects.get_or_create(name="rich")[0])
    ProductRelation.objects.create(product=product, related=factories.make_product(channel=channel, amount=5))
    return product


@pytest.fixture
def shop(channel: Channel) -> Channel:
    for number in range(2):
        rich_product(channel, number)
    for path in ("products", "products/rich-0", "products/rich-1"):
        assert Client().get(f"{ROOT}/{path}").status_code == 200
    return channel


LISTS = [
    "",
    "ordering=name",
    "ordering=-price",
    "search=rich&price_min=1",
    "tag=rich&availability=in_stock&type=digital",
]


@pytest.mark.parametrize("query", LISTS)
def test_a_list_costs_the_channel_and_one_statement_whatever_is_on_it(shop: Channel, query: str) -> None:
    for size in (1, 100):
        with statements(2):
            assert Client().get(f"{ROOT}/products?limit={size}&{query}").json()["results"]
    for number in range(2, 6):
        rich_product(shop, number)
    with statements(2):
        assert Client().get(f"{ROOT}/products?limit=100&{query}").json()["results"]


def test_a_further_page_costs_what_the_first_does(shop: Channel) -> None:
    following = Client().get(f"{ROOT}/products?limit=1&ordering=name").json()["next"]

    with statements(2):
        Client().get(following)


def test_the_count_costs_one_statement_more(shop: Channel) -> None:
    with statements(3):
        Client().get(f"{ROOT}/products?count=true")


def test_a_product_page_costs_two_statements_beside_the_channel(shop: Channel) -> None:
    for slug in ("rich-0", "rich-1"):
        with statements(3):
            assert len(Client().get(f"{ROOT}/products/{slug}").json()["variants"]) == 5
    product = Product.objects.get(slugs__slug="rich-0")
    for _ in range(3):
        factories.make_variant(product=product, channel=shop, amount=1, stock=1)
        ProductRelation.objects.create(product=product, related=factories.make_product(channel=shop))
    with statements(3):
        assert len(Client().get(f"{ROOT}/products/rich-0").json()["related"]) == 4


def test_reduced_prices_cost_two_statements_more_for_their_lowest_however_many_there_are(shop: Channel) -> None:
    variants = Product.objects.get(slugs__slug="rich-0").variants.all()
    for count in (1, 5):
        Price.objects.filter(variant__in=variants[:count]).update(compare_at=9999)
        with statements(5):
            shown = Client().get(f"{ROOT}/products/rich-0").json()["variants"]
        assert sum(variant["lowest_price_30_days"] is not None for variant in shown) == count
    assert shown[0]["lowest_price_30_days"] == {"amount": "1.00", "currency": "EUR"}
    assert (shown[0]["lowest_price_per"], shown[0]["reduced_since"], shown[0]["tiers"]) == (1, None, [])


@pytest.mark.parametrize("path", ["categories", "categories?count=true"])
def test_the_tree_costs_one_statement_beside_the_channel(shop: Channel, path: str) -> None:
    for number in range(5):
        factories.make_category(parent=factories.make_category(name=f"Root {number}"))
        with statements(2):
            Client().get(f"{ROOT}/{path}")


def test_a_category_page_costs_one_statement_beside_the_channel(shop: Channel) -> None:
    parent = None
    for number in range(4):
        parent = factories.make_category(parent=parent, slug=f"level-{number}")
        with statements(2):
            assert Client().get(f"{ROOT}/categories/level-{number}").status_code == 200
