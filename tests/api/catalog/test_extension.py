"""What a host adds: fields that it exposes, serializers and filters of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client, override_settings
from rest_framework import serializers

from nexus_commerce.api.catalog.filters import ProductFilter
from nexus_commerce.api.catalog.serializers import ProductDetailSerializer, ProductSerializer
from nexus_commerce.catalog.models import Category, Digital, Physical, Product, Tag, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.expose import Expose, exposures, filterable, readable
from nexus_commerce.listing import categories, details, hostfields
from nexus_commerce.listing.products import forget_statements
from nexus_commerce.testing import factories
from tests.api.catalog.test_products import get, names

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def exposed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Expose columns of the library as a host exposes its own: of a product, of two types, of variant and category."""
    said: list[tuple[type[Any], dict[str, Expose]]] = [
        (Product, {"tax_class": Expose(filter=True), "is_discountable": Expose(filter=True)}),
        (Product, {"tags": Expose(), "created_at": Expose(), "version": Expose(read="staff")}),
        (Physical, {"origin_country": Expose(filter=True)}),
        (Digital, {"download_limit": Expose()}),
        (Variant, {"tax_class": Expose()}),
        (Category, {"created_at": Expose()}),
    ]
    for model, fields in said:
        monkeypatch.setattr(model, "nexus_api", vars(model).get("nexus_api", {}) | fields, raising=False)
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    from nexus_commerce.api import exposed
    from nexus_commerce.api.catalog import serializers as catalog

    forget_statements()
    details.forget_statements()
    categories.forget_statements()
    hostfields.host_filters.cache_clear()
    exposed._reads.cache_clear()
    catalog._amounts.cache_clear()


@pytest.mark.usefixtures("exposed")
def test_exposed_fields_are_in_the_list_on_the_page_and_filter(channel: Channel) -> None:
    mug = factories.make_product(
        channel=channel, name="Mug", slug="mug", tax_class="food", origin_country="PT", is_discountable=False
    )
    mug.tags.add(Tag.objects.create(name="new"))
    mug.variants.update(tax_class="books")
    factories.make_product(product_type=Digital, channel=channel, name="Book", download_limit=3)

    shown = {product["name"]: product for product in get("products")["results"]}

    assert (shown["Mug"]["tax_class"], shown["Mug"]["is_discountable"]) == ("food", False)
    assert shown["Mug"]["origin_country"] == "PT"
    assert shown["Book"]["download_limit"] == 3
    assert "origin_country" not in shown["Book"]
    assert "version" not in shown["Mug"]
    assert shown["Mug"]["created_at"].startswith(f"{mug.created_at:%Y-%m-%dT%H:%M}")
    assert shown["Mug"]["tags"] == ["new"]
    page = get("products/mug")
    assert (page["tax_class"], page["variants"][0]["tax_class"]) == ("food", "books")
    assert names(tax_class="food") == ["Mug"]
    assert names(is_discountable="true") == ["Book"]
    assert names(origin_country="PT") == ["Mug"]
    assert names(origin_country="PT", tax_class="none") == []
    assert get("products", 400, is_discountable="perhaps")["errors"][0]["field"] == "is_discountable"
    assert get("products", 400, version="1")["errors"][0]["field"] == "version"


@pytest.mark.usefixtures("exposed")
def test_exposed_fields_of_a_category_are_shown(channel: Channel) -> None:
    factories.make_category(slug="house")

    assert get("categories/house")["created_at"]
    assert get("categories")["results"][0]["created_at"]


def test_what_this_host_exposes_is_in_the_list_and_nothing_else(channel: Channel) -> None:
    factories.make_product(channel=channel)
    library = set(ProductSerializer._declared_fields)

    (shown,) = get("products")["results"]

    assert shown.keys() - library == set(readable(Physical, "public"))
    hidden = [name for name, said in exposures(Physical).items() if said.read != "public"]
    assert not shown.keys() & set(hidden)


def test_every_filter_that_this_host_exposes_narrows_the_list(channel: Channel) -> None:
    factories.make_product(channel=channel, name="One")

    for name in filterable(Product, "public"):
        value = Product.objects.values_list(name, flat=True).get()
        if value is not None:
            assert names(**{name: str(value)}) == ["One"]
        assert get("products", **{name: "17"})["results"] == []


class ShoutingSerializer(ProductSerializer):
    """A host's list: the row itself is there to be asked."""

    shout = serializers.SerializerMethodField()
    tax_class = serializers.CharField()

    def get_shout(self, product: Product) -> str:
        return f"{type(product).__name__}: {product.name.upper()}"


class ShoutingDetailSerializer(ProductDetailSerializer):
    shout = serializers.SerializerMethodField()

    def get_shout(self, product: Product) -> str:
        return product.name.upper()


@override_settings(
    NEXUS_COMMERCE={
        "API": {
            "catalog.ProductSerializer": f"{__name__}.ShoutingSerializer",
            "catalog.ProductDetailSerializer": f"{__name__}.ShoutingDetailSerializer",
        }
    }
)
def test_a_serializer_of_the_host_gets_the_rows(channel: Channel, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        factories.make_product(
            channel=channel, name=f"Mug {number}", amount=100, tax_class="food", slug=f"mug-{number}"
        )
    get("products")

    with django_assert_max_num_queries(4):
        shown = get("products", ordering="name")["results"]

    assert [product["shout"] for product in shown] == [f"Physical: MUG {number}" for number in range(4)]
    assert (shown[0]["price"]["amount"], shown[0]["tax_class"]) == ("1.00", "food")
    assert get("products/mug-1")["shout"] == "MUG 1"


class Called:
    """A condition of a host's own filter."""

    def condition(self, number: int, using: str) -> Any:
        return "called", lambda: Q(name__startswith="Called"), {}


class ShopFilter(ProductFilter):
    called = serializers.BooleanField(required=False)

    def read_called(self, texts: Any) -> Any:
        return {"host": (Called(),)}


@override_settings(NEXUS_COMMERCE={"API": {"catalog.ProductFilter": f"{__name__}.ShopFilter"}})
def test_a_filter_of_the_host_takes_part(channel: Channel) -> None:
    for name in ("Called one", "Other"):
        factories.make_product(channel=channel, name=name)

    assert names(called="1") == ["Called one"]
    assert names() == ["Called one", "Other"]


def test_prices_of_a_customer_are_kept_by_no_cache(channel: Channel, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("ada", "ada@example.com", "a password")
    customer = factories.make_customer(user=user)
    client = Client()

    assert "no-store" not in client.get("/shop/v1/products").headers.get("Cache-Control", "")
    client.force_login(customer.user)
    assert client.get("/shop/v1/products")["Cache-Control"] == "no-store"
