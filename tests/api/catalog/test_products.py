"""GET /v1/products and /v1/products/{slug}."""

from typing import Any

import pytest
from django.test import Client

from nexus_commerce.catalog.models import (
    Attribute,
    Collection,
    CollectionProduct,
    Digital,
    Slug,
    Tag,
)
from nexus_commerce.channels.models import Channel
from nexus_commerce.testing import factories

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def get(path: str, status: int = 200, **params: Any) -> Any:
    response = Client().get(f"/shop/v1/{path}", params)
    assert response.status_code == status, response.content
    return response.json()


def names(**params: Any) -> list[str]:
    return sorted(product["name"] for product in get("products", **params)["results"])


@pytest.fixture
def shop(channel: Channel) -> Channel:
    """A shop in which each filter has something to find and something to leave out."""
    house = factories.make_category(name="House", slug="house")
    cups = factories.make_category(name="Cups", slug="cups", parent=house)
    for code, kind, choices in (
        ("color", "choice", ["red", "blue"]),
        ("volume", "integer", []),
        ("weight", "decimal", []),
        ("safe", "boolean", []),
        ("made", "date", []),
        ("uses", "choices", ["tea", "soup"]),
        ("note", "text", []),
    ):
        Attribute.objects.create(
            code=code,
            name=code,
            kind=kind,
            is_filterable=True,
            choices=[{"value": choice, "label": choice} for choice in choices],
        )
    Attribute.objects.create(code="secret", name="secret")
    Attribute.objects.create(code="size", name="size", is_filterable=True, on_variant=True)
    mug = factories.make_product(
        channel=channel,
        category=cups,
        amount=1250,
        stock=3,
        name="Mug",
        subtitle="For 100 % tea_drinkers",
        sku="MUG-1",
        attributes={
            "color": "red",
            "volume": 300,
            "weight": "0.35",
            "safe": True,
            "made": "2026-02-01",
            "uses": ["tea", "soup"],
            "note": "héllo",
        },
    )
    mug.tags.add(Tag.objects.create(name="new"))
    mug.variants.update(attributes={"size": "L"})
    entry = CollectionProduct(collection=Collection.objects.create(code="gifts", name="Gifts"), product=mug)
    entry.save()
    factories.make_product(
        channel=channel,
        category=house,
        amount=9900,
        stock=0,
        name="Lamp",
        sku="LAMP-1",
        attributes={"color": "blue", "volume": 40, "weight": "12", "safe": False, "made": "2025-02-01"},
    )
    factories.make_product(
        product_type=Digital, channel=channel, amount=500, track_stock=False, name="Book", sku="BOOK_1"
    )
    return channel


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ["Book", "Lamp", "Mug"]),
        ({"category": "house"}, ["Lamp", "Mug"]),
        ({"category": "cups"}, ["Mug"]),
        ({"category": "unknown"}, []),
        ({"type": "digital"}, ["Book"]),
        ({"type": "nexus_catalog.physical"}, ["Lamp", "Mug"]),
        ({"type": ["digital", "physical"]}, ["Book", "Lamp", "Mug"]),
        ({"price_min": "12.50"}, ["Lamp", "Mug"]),
        ({"price_max": "12.49"}, ["Book"]),
        ({"price_min": "5", "price_max": "20"}, ["Book", "Mug"]),
        ({"availability": "in_stock"}, ["Mug"]),
        ({"availability": "out_of_stock"}, ["Lamp"]),
        ({"availability": "untracked"}, ["Book"]),
        ({"tag": "new"}, ["Mug"]),
        ({"tag": ["new", "old"]}, ["Mug"]),
        ({"tag": "old"}, []),
        ({"collection": "gifts"}, ["Mug"]),
        ({"attributes.color": "red"}, ["Mug"]),
        ({"attributes.color": ["red", "blue"]}, ["Lamp", "Mug"]),
        ({"attributes.volume": "40"}, ["Lamp"]),
        ({"attributes.volume.min": "41"}, ["Mug"]),
        ({"attributes.volume.min": "40", "attributes.volume.max": "300"}, ["Lamp", "Mug"]),
        ({"attributes.weight": "0.350"}, ["Mug"]),
        ({"attributes.weight.max": "2"}, ["Mug"]),
        ({"attributes.safe": "true"}, ["Mug"]),
        ({"attributes.safe": "false"}, ["Lamp"]),
        ({"attributes.made.min": "2026-01-01"}, ["Mug"]),
        ({"attributes.uses": "soup"}, ["Mug"]),
        ({"attributes.note": "héllo"}, ["Mug"]),
        ({"attributes.size": "L"}, ["Mug"]),
        ({"attributes.size": "S"}, []),
        ({"search": "mUg"}, ["Mug"]),
        ({"search": "tea 100"}, ["Mug"]),
        ({"search": "100 % tea"}, ["Mug"]),
        ({"search": "tea_drinkers"}, ["Mug"]),
        ({"search": "teaXdrinkers"}, []),
        ({"search": "%"}, ["Mug"]),
        ({"search": "k_1"}, ["Book"]),
        ({"search": "lamp-1"}, ["Lamp"]),
        ({"search": "new mug"}, ["Mug"]),
        ({"search": "mug lamp"}, []),
        ({"category": "house", "attributes.color": "blue", "search": "lamp", "price_min": "1"}, ["Lamp"]),
    ],
    ids=str,
)
def test_filters_narrow_the_list(shop: Channel, params: dict[str, Any], expected: list[str]) -> None:
    assert names(**params) == expected
    assert get("products", count="true", limit=1, **params).get("count") == len(expected)


@pytest.mark.parametrize(
    ("params", "field", "said"),
    [
        ({"categroy": "x"}, "categroy", "category"),
        ({"ordering": "prize"}, "ordering", "price"),
        ({"availability": "stock"}, "availability", "in_stock"),
        ({"type": "physcal"}, "type", "physical"),
        ({"attributes.colour": "red"}, "attributes.colour", "color"),
        ({"attributes.secret": "x"}, "attributes.secret", "color"),
        ({"attributes.color.min": "x"}, "attributes.color.min", "volume.min"),
        ({"attributes.color": "green"}, "attributes.color", "red, blue"),
        ({"attributes.volume": "many"}, "attributes.volume", "whole number"),
        ({"attributes.weight.min": "1e5"}, "attributes.weight.min", "decimal"),
        ({"attributes.safe": "maybe"}, "attributes.safe", "true or false"),
        ({"price_min": "12.505"}, "price_min", "2 digits"),
        ({"price_min": "-1"}, "price_min", "negative"),
        ({"price_max": "9" * 40}, "price_max", "decimal"),
        ({"limit": "0"}, "limit", "from 1 to 100"),
        ({"limit": "101"}, "limit", "from 1 to 100"),
        ({"limit": "-5"}, "limit", "from 1 to 100"),
        ({"limit": "²"}, "limit", "from 1 to 100"),
        ({"count": "yes please"}, "count", "true or false"),
        ({"cursor": "nonsense"}, "cursor", "first page"),
        ({"cursor": "W10"}, "cursor", "first page"),
        ({"search": "a\x00b"}, "search", "characters"),
        ({"category": "x" * 5000}, "category", "too long"),
        ({"offset": "5"}, "offset", "Known"),
        ({"user__password__startswith": "a"}, "user__password__startswith", ""),
    ],
    ids=str,
)
def test_what_a_query_cannot_say_is_named(shop: Channel, params: dict[str, str], field: str, said: str) -> None:
    problem = get("products", 400, **params)

    assert [entry["field"] for entry in problem["errors"]] == [field]
    assert said in problem["errors"][0]["detail"]


def test_next_leads_through_every_page_with_the_same_filters(shop: Channel) -> None:
    page = get("products", ordering="name", limit=1, category="house")
    assert [product["name"] for product in page["results"]] == ["Lamp"]

    following = Client().get(page["next"]).json()

    assert [product["name"] for product in following["results"]] == ["Mug"]
    assert following["next"] is None


def test_a_cursor_of_another_ordering_is_refused(shop: Channel) -> None:
    address = get("products", ordering="name", limit=1)["next"].replace("ordering=name", "ordering=price")

    assert Client().get(address).json()["code"] == "invalid_cursor"


def test_a_product_in_the_list_has_its_money_and_no_key(shop: Channel) -> None:
    (mug,) = get("products", search="mug")["results"]

    assert mug["price"] == {"amount": "12.50", "currency": "EUR"}
    assert mug["compare_at"] is None
    assert mug["availability"] == "in_stock"
    assert mug["attributes"]["color"] == "red"


def test_a_page_of_a_product_shows_its_variants(shop: Channel) -> None:
    slug = Slug.objects.get(product__name="Mug").slug

    page = get(f"products/{slug}")

    assert page["name"] == "Mug"
    assert [crumb["slug"] for crumb in page["breadcrumbs"]] == ["house", "cups"]
    assert [(v["sku"], v["price"]) for v in page["variants"]] == [("MUG-1", {"amount": "12.50", "currency": "EUR"})]
    assert get(f"products/{page['id']}") == page


def test_an_old_slug_redirects(shop: Channel) -> None:
    slug = Slug.objects.get(product__name="Mug")
    Slug.objects.create(product=slug.product, language="en", slug="old-mug", is_current=False)

    response = Client().get("/shop/v1/products/old-mug?x=1")

    assert (response.status_code, response["Location"]) == (301, f"/shop/v1/products/{slug.slug}?x=1")


@pytest.mark.parametrize(
    "slug", ["nothing", "a%00b", "%ED%A0%80", "%FF", "x" * 300, "00000000-0000-4000-8000-000000000000", "..%2F..", "é"]
)
def test_an_unknown_product_is_not_found(shop: Channel, slug: str) -> None:
    assert Client().get(f"/shop/v1/products/{slug}").status_code == 404


def test_an_unknown_channel_is_not_found(shop: Channel) -> None:
    response = Client().get("/shop/v1/products", headers={"Nexus-Channel": "nowhere"})

    assert (response.status_code, response.json()["code"]) == (404, "no_channel")
