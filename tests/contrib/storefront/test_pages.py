from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.catalog.models import Attribute, Bundle, BundleItem, Category, Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.services import get_customer
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_channel, make_price, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

FILLED = {
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Ling",
    "line1": "Allee 1",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "de",
    "provider": "manual",
}


def at(name: str, *args: Any) -> str:
    return reverse(f"nexus_storefront:{name}", args=args)


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response
    return response.content.decode()


def add(client: Client, variant: Variant, quantity: int = 1) -> Any:
    return client.post(at("add"), {"variant": variant.public_id, "quantity": quantity}, follow=True)


def test_a_guest_looks_around_and_buys(client: Client, channel: Channel, product: Product, variant: Variant) -> None:
    slug = product.slugs.get().slug
    assert product.name in text(client, at("home"))
    assert product.name in text(client, at("search") + f"?q={product.name.split()[-1]}")
    assert "€10.00" in text(client, at("product", slug))
    assert "is in your cart" in add(client, variant, 2).content.decode()
    assert "€20.00" in text(client, at("checkout"))

    response = client.post(at("checkout"), FILLED | {"expected_total": 2000}, follow=True)
    order = Order.objects.get()
    assert response.redirect_chain[-1][0] == at("order", order.public_id)
    page = response.content.decode()
    assert order.number in page
    assert "€20.00" in page
    assert "transfer" in page
    assert (order.total, order.addresses.get().country) == (2000, "DE")
    assert "nothing in it" in text(client, at("cart"))


def test_nobody_else_sees_the_order_or_the_cart(client: Client, channel: Channel, variant: Variant) -> None:
    add(client, variant)
    assert "nothing in it" in text(Client(), at("cart"))
    client.post(at("checkout"), FILLED | {"expected_total": 1000})
    order = Order.objects.get()
    assert Client().get(at("order", order.public_id)).status_code == 404
    assert client.get(at("order", uuid4())).status_code == 404


def test_cookies_are_out_of_reach_of_scripts(client: Client, channel: Channel, variant: Variant) -> None:
    add(client, variant)
    cookie = client.cookies["nexus_storefront_cart"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)


def test_a_customer_keeps_the_cart_over_browsers(client: Client, channel: Channel, variant: Variant) -> None:
    user = get_user_model().objects.create_user("ada", "ada@example.com", "secret")
    client.force_login(user)
    add(client, variant)
    other = Client()
    other.force_login(user)
    assert variant.product.name in text(other, at("cart"))
    assert Cart.objects.get().customer == get_customer(user=user)


def test_lines_are_changed_and_removed(client: Client, channel: Channel, variant: Variant) -> None:
    add(client, variant)
    line = CartLine.objects.get()
    client.post(at("change", line.public_id), {"quantity": 3})
    assert "€30.00" in text(client, at("cart"))
    too_many = client.post(at("change", line.public_id), {"quantity": 11}, follow=True)
    assert "not enough in stock" in too_many.content.decode()
    client.post(at("change", line.public_id), {"quantity": 0})
    assert not CartLine.objects.exists()
    assert client.get(at("checkout")).status_code == 302


def test_what_changed_is_said(client: Client, channel: Channel, variant: Variant) -> None:
    add(client, variant, 5)
    variant.prices.update(amount=1200)
    StockItem.objects.update(on_hand=2)
    page = text(client, at("cart"))
    assert "The price has changed" in page
    assert "Only 2 left" in page
    response = client.post(at("checkout"), FILLED | {"expected_total": 5000}, follow=True)
    assert "not ready to be ordered" in response.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "nobody"}, "valid email"),
        ({"country": "Germany"}, "Choose a country"),
        ({"line1": ""}, "required"),
        ({"provider": "magic"}, "valid choice"),
        ({"first_name": "A\x00"}, "Null characters"),
    ],
)
def test_a_form_that_is_wrong_says_what(
    client: Client, channel: Channel, variant: Variant, wrong: dict[str, str], said: str
) -> None:
    add(client, variant)
    response = client.post(at("checkout"), FILLED | {"expected_total": 1000} | wrong)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "data", [{}, {"variant": "x", "quantity": "1"}, {"variant": str(uuid4()), "quantity": "1"}, {"quantity": "9" * 40}]
)
def test_what_cannot_be_added_is_no_error_page(client: Client, channel: Channel, data: dict[str, str]) -> None:
    assert client.post(at("add"), data, follow=True).status_code == 200
    assert not CartLine.objects.exists()


@pytest.mark.parametrize("query", ["?after=nonsense", "?sort=magic", "?q=%00%ff", "?q=" + "a" * 5000, "?available=1"])
def test_an_address_that_was_bent_shows_a_page(client: Client, channel: Channel, query: str) -> None:
    assert client.get(at("search") + query).status_code == 200


def test_pages_follow_one_another(client: Client, channel: Channel, category: Category) -> None:
    for _ in range(26):
        make_product(channel=channel, category=category, amount=1000, stock=1)
    first = client.get(at("category", category.slugs.get().slug))
    assert len(first.context["products"]) == 24
    second = client.get(at("category", category.slugs.get().slug) + f"?after={first.context['next']}")
    assert len(second.context["products"]) == 2
    assert second.context["next"] == ""


def test_an_old_address_leads_to_the_present_one(client: Client, channel: Channel, product: Product) -> None:
    slug = product.slugs.get()
    old = slug.slug
    slug.is_current = False
    slug.save()
    product.slugs.create(language=slug.language, slug="renamed")
    response = client.get(at("product", old))
    assert (response.status_code, response["Location"]) == (301, at("product", "renamed"))
    assert client.get(at("product", "missing")).status_code == 404
    assert client.get(at("category", "missing")).status_code == 404


def test_a_product_tells_its_facts_and_what_is_in_the_set(client: Client, channel: Channel, variant: Variant) -> None:
    Attribute.objects.create(code="wood", name="Wood", kind="choice", choices=[{"value": "oak", "label": "Oak"}])
    Attribute.objects.create(code="holds", name="Holds", kind="integer", unit="ml")
    Attribute.objects.create(code="safe", name="Oven safe", kind="boolean")
    bundle = make_product(
        product_type=Bundle, channel=channel, amount=1500, attributes={"wood": "oak", "holds": 1200, "safe": True}
    )
    BundleItem.objects.create(bundle=bundle.variants.get(), variant=variant, quantity=2)
    page = text(client, at("product", bundle.slugs.get().slug))
    for said in ("Oak", "1200 ml", "Oven safe", "Yes", "2 ×", variant.product.name):
        assert said in page


def test_each_channel_has_its_prices_and_its_cart(client: Client, channel: Channel, variant: Variant) -> None:
    america = make_channel(code="us", currency="USD", country="US")
    make_price(variant=variant, amount=1100, channel=america)
    variant.product.listings.create(channel=america)
    StockItem.objects.get().location.channels.add(america)
    add(client, variant)
    client.post(at("channel"), {"channel": "us"})
    assert "$11.00" in text(client, at("home"))
    assert "nothing in it" in text(client, at("cart"))
    client.post(at("channel"), {"channel": "nowhere"})
    assert "$11.00" in text(client, at("home"))


def test_the_pages_load_nothing_from_outside(client: Client, channel: Channel, product: Product) -> None:
    add(client, product.variants.get())
    for address in (at("home"), at("product", product.slugs.get().slug), at("cart"), at("checkout")):
        page = text(client, address)
        assert "http://" not in page
        assert "https://" not in page
        assert "<script" not in page


def test_a_reduced_price_stands_beside_the_lowest_of_the_last_days(
    client: Client, channel: Channel, variant: Variant
) -> None:
    address = at("product", variant.product.slugs.get().slug)
    assert "Lowest price of the last 30 days" not in text(client, address)
    variant.prices.update(amount=800, compare_at=1200)
    assert "Lowest price of the last 30 days: €10.00" in text(client, address)


def test_tiers_are_listed(client: Client, channel: Channel, variant: Variant) -> None:
    variant.prices.create(price_list=variant.prices.get().price_list, min_quantity=10, amount=700)
    assert "from 10: €7.00" in text(client, at("product", variant.product.slugs.get().slug))
