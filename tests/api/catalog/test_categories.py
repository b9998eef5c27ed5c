"""GET /v1/categories, /v1/categories/{slug}, /v1/collections/{code} and /v1/attributes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nexus_commerce.catalog.models import Attribute, Collection, Slug
from nexus_commerce.channels.models import Channel
from nexus_commerce.testing import factories
from tests.api.catalog.test_products import get

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def tree(channel: Channel) -> Channel:
    """House > Kitchen > Cups and House > Garden; the last one's parent, Secret, is hidden."""
    house = factories.make_category(name="House", slug="house")
    kitchen = factories.make_category(name="Kitchen", slug="kitchen", parent=house, description="<p>Pots</p>")
    cups = factories.make_category(name="Cups", slug="cups", parent=kitchen)
    garden = factories.make_category(name="Garden", slug="garden", parent=house)
    secret = factories.make_category(name="Secret", slug="secret", is_visible=False)
    factories.make_category(name="Below", slug="below", parent=secret)
    for category in (cups, cups, garden):
        factories.make_product(channel=channel, category=category)
    gone = factories.make_product(channel=channel, category=garden)
    gone.listings.update(visible_until=timezone.now() - timedelta(days=1))
    return channel


def test_the_tree_is_nested_and_leaves_hidden_branches_out(tree: Channel) -> None:
    (house,) = get("categories")["results"]

    assert (house["name"], house["slug"]) == ("House", "house")
    assert [node["name"] for node in house["children"]] == ["Kitchen", "Garden"]
    assert [node["name"] for node in house["children"][0]["children"]] == ["Cups"]
    assert house["product_count"] is None


def test_the_tree_counts_what_is_on_sale_in_and_below_each_category(tree: Channel) -> None:
    (house,) = get("categories", count="true")["results"]

    counts = {node["name"]: node["product_count"] for node in (house, *house["children"])}
    assert counts == {"House": 3, "Kitchen": 2, "Garden": 1}


def test_a_category_shows_the_path_to_it_and_what_is_right_below(tree: Channel) -> None:
    kitchen = get("categories/kitchen")

    assert kitchen["description"] == "<p>Pots</p>"
    assert [crumb["slug"] for crumb in kitchen["breadcrumbs"]] == ["house", "kitchen"]
    assert [child["name"] for child in kitchen["children"]] == ["Cups"]


def test_an_old_slug_of_a_category_redirects(tree: Channel) -> None:
    slug = Slug.objects.get(slug="cups")
    Slug.objects.create(category=slug.category, language="en", slug="mugs", is_current=False)

    response = Client().get("/shop/v1/categories/mugs")

    assert (response.status_code, response["Location"]) == (301, "/shop/v1/categories/cups")


@pytest.mark.parametrize("slug", ["secret", "below", "nothing", "a%00b", "%FF"])
def test_a_category_that_is_hidden_or_not_there_is_not_found(tree: Channel, slug: str) -> None:
    get(f"categories/{slug}", 404)


def test_an_unknown_parameter_of_the_tree_is_named(tree: Channel) -> None:
    assert get("categories", 400, counts="true")["errors"][0]["field"] == "counts"


def test_a_collection_is_shown_unless_it_is_hidden(channel: Channel) -> None:
    Collection.objects.create(code="gifts", name="Gifts")
    Collection.objects.create(code="secret", name="Secret", is_visible=False)

    assert get("collections/gifts")["name"] == "Gifts"
    for code in ("secret", "nothing", "a%00b"):
        get(f"collections/{code}", 404)


def test_attributes_to_filter_by_are_listed(channel: Channel) -> None:
    choices = [{"value": "red", "label": "Red"}]
    Attribute.objects.create(code="color", name="Color", kind="choice", choices=choices, is_filterable=True)
    Attribute.objects.create(code="note", name="Note")
    Attribute.objects.create(code="old", name="Old", is_filterable=True, archived_at=timezone.now())

    assert [(row["code"], row["choices"]) for row in get("attributes")["results"]] == [("color", choices)]
