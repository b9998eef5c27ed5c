"""What the pages say of discounts, shipping, taxes and fees, and what can be chosen on them."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Category, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.orders.models import Order
from nexus_commerce.promotions.conditions import CategoryCondition, FirstOrderCondition, OrderValueCondition
from nexus_commerce.promotions.effects.gifts import GiftLineEffect
from nexus_commerce.promotions.effects.lines import LinePercentEffect
from nexus_commerce.promotions.effects.order import OrderPercentEffect
from nexus_commerce.promotions.effects.shipping import ShippingPercentEffect
from nexus_commerce.testing.factories import (
    make_category,
    make_channel,
    make_coupon,
    make_product,
    make_promotion,
    make_shipping_method,
    make_shipping_zone,
    make_tax,
)
from tests.tax.engines import FakeEngine

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

ADDRESS = {
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Ling",
    "line1": "Allee 1",
    "postal_code": "10115",
    "city": "Berlin",
    "region": "",
    "country": "DE",
    "provider": "manual",
}


def at(name: str, *args: Any) -> str:
    return reverse(f"nexus_storefront:{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200, response
    return " ".join(response.content.decode().split())


def look(client: Client, name: str = "cart", query: str = "") -> str:
    return text(client.get(at(name) + query))


def add(client: Client, variant: Variant, quantity: int = 1) -> str:
    return text(client.post(at("add"), {"variant": variant.public_id, "quantity": quantity}, follow=True))


def use(client: Client, code: str) -> str:
    return text(client.post(at("add_code"), {"code": code}, follow=True))


def save(client: Client, total: int = 0, **said: str) -> str:
    sent = ADDRESS | {"expected_total": str(total), "action": "save"} | said
    return text(client.post(at("checkout"), sent, follow=True))


def buy(client: Client, total: int, **said: str) -> str:
    return text(client.post(at("checkout"), ADDRESS | {"expected_total": total, "action": "order"} | said, follow=True))


@pytest.fixture
def germany(channel: Channel) -> None:
    """A shop in Germany that sends there for 4.90, free from 50.00 on, and to Austria for 9.90."""
    home, abroad = make_shipping_zone("DE"), make_shipping_zone("AT")
    make_shipping_method(code="standard", name="Parcel", zone=home, rate={"free_from": 5000}, min_days=2, max_days=3)
    make_shipping_method(code="express", name="Night train", zone=home, amount=1200)
    make_shipping_method(code="abroad", name="Parcel abroad", zone=abroad, amount=990)


@pytest.fixture
def taxes() -> None:
    make_tax(percent=19, country="DE")
    make_tax(percent=20, country="AT")


@pytest.fixture
def gross(channel: Channel) -> Channel:
    channel.prices_include_tax = True
    channel.save()
    return channel


def test_a_shop_that_charges_prices_alone_shows_a_total_alone(client: Client, variant: Variant) -> None:
    page = add(client, variant, 2)
    assert "€20.00" in page
    for word in ("Subtotal", "Delivery", "VAT", "plus shipping", "plus tax", "Gift"):
        assert word not in page
    page = look(client, "checkout")
    assert "Order and pay €20.00" in page
    for word in ("Subtotal", "Delivery", "Go on to delivery"):
        assert word not in page


def test_a_code_is_taken_and_taken_out_again(client: Client, channel: Channel, variant: Variant) -> None:
    promotion = make_promotion(OrderPercentEffect(percent=Decimal(10)), channel=channel, name="Ten off")
    make_coupon(promotion=promotion, code="TEN")
    add(client, variant, 2)
    page = use(client, " ten ")
    assert "The code takes €2.00 off." in page
    assert "€18.00" in page
    assert "<dd>-€2.00</dd>" in page
    assert "Ten off (code TEN) takes €2.00 off, which leaves €18.00." in page
    page = text(client.post(at("remove_code"), {"code": "TEN"}, follow=True))
    assert "TEN" not in page
    assert Cart.objects.get().coupon_codes == []
    assert "There is no code TEN" in text(client.post(at("remove_code"), {"code": "TEN"}, follow=True))


def test_a_code_that_is_refused_says_why_and_stays_in_its_field(
    client: Client, channel: Channel, variant: Variant
) -> None:
    effect, value = OrderPercentEffect(percent=Decimal(10)), OrderValueCondition(at_least=2500)
    make_coupon(promotion=make_promotion(effect, channel=channel, conditions=[value]), code="RICH")
    add(client, variant, 2)
    page = use(client, "rich")
    assert 'role="alert"' in page
    assert "does not apply to this cart" in page
    assert "Missing: €5.00" in page
    assert 'value="rich"' in page
    assert "There is no code NOPE" in use(client, "nope")
    assert "Give a code" in use(client, "")
    assert Cart.objects.get().coupon_codes == []


def test_a_code_that_lapses_at_the_checkout_is_explained_there(
    client: Client, channel: Channel, variant: Variant
) -> None:
    add(client, variant)
    buy(client, 1000)
    effect = OrderPercentEffect(percent=Decimal(10))
    make_coupon(promotion=make_promotion(effect, channel=channel, conditions=[FirstOrderCondition()]), code="FIRST")
    add(client, variant)
    assert "The code takes" in use(client, "FIRST")
    page = buy(client, 900)
    assert "The total is €10.00 now" in page
    assert "FIRST: These conditions are not met: First order." in page
    assert Order.objects.count() == 1
    assert "Thank you" in buy(client, 1000)


def test_discounts_gifts_and_hints_are_named(
    client: Client, channel: Channel, variant: Variant, category: Category
) -> None:
    other = make_category()
    candle = make_product(channel=channel, category=other, amount=3000, stock=5, name="Candle").variants.get()
    gift = make_product(channel=channel, amount=400, stock=5, name="Matches", sku="MATCH").variants.get()
    narrow = CategoryCondition(categories=(str(other.public_id),))
    make_promotion(LinePercentEffect(percent=Decimal(50)), channel=channel, conditions=[narrow], name="Candle week")
    value = OrderValueCondition(at_least=4000)
    make_promotion(
        GiftLineEffect(sku=gift.sku),
        channel=channel,
        conditions=[value],
        name="Matches for free",
        upsell_message="{missing} more and {matches} come along.",
    )
    page = add(client, candle)
    assert "Candle week" in page
    assert "€15.00" in page
    assert "€25.00 more and {matches} come along." in page
    page = add(client, variant, 3)
    assert 'class="tag">Gift' in page
    assert "Matches for free gives 1 for free, worth €4.00." in page
    assert page.count('name="quantity" value="0"') == 2, "A gift cannot be taken out."
    assert "come along" not in page.split('class="checkout"')[1].split("<details")[0]
    assert "€45.00" in page
    order = text(client.post(at("checkout"), ADDRESS | {"expected_total": 4500}, follow=True))
    for said in ("Candle week", "Gift", "Matches for free gives 1 for free, worth €4.00.", "€45.00", "-€15.00"):
        assert said in order


@pytest.mark.usefixtures("germany")
def test_what_is_lacking_for_free_shipping_is_said_until_it_is_free(client: Client, variant: Variant) -> None:
    page = add(client, variant, 4)
    assert "€10.00 more and this is free: Parcel." in page
    assert "Free from €50.00 on." in page
    page = add(client, variant)
    assert "more and this is free" not in page
    assert page.count("<strong>Parcel</strong>") == 1
    assert "free</span>" in page


@pytest.mark.usefixtures("germany")
def test_shipping_is_estimated_before_anybody_says_where_they_live(client: Client, variant: Variant) -> None:
    page = add(client, variant)
    assert "plus shipping" in page
    assert ("Parcel</strong>" in page, "Parcel abroad" in page) == (True, False)
    assert "button class" not in page.split('id="delivery"')[1].split("<aside")[0].replace(
        'button class="button quiet"', ""
    )
    page = look(client, query="?country=AT&postal_code=1010&region=")
    assert ("Parcel</strong>" in page, "Parcel abroad" in page) == (False, True)
    assert "We do not send this there." in look(client, query="?country=NZ")
    assert "Choose a country." in look(client, query="?country=Atlantis")
    assert not Cart.objects.get().addresses.exists()


@pytest.mark.usefixtures("germany")
def test_shipping_is_chosen_at_the_checkout_and_computed_anew(client: Client, variant: Variant) -> None:
    add(client, variant)
    page = look(client, "checkout")
    assert "Go on to delivery" in page
    assert "Order and pay" not in page
    page = save(client)
    assert "Choose a delivery, then you can order." in page
    assert 'value="standard" aria-pressed="false"' in page
    page = save(client, shipping="standard")
    assert 'value="standard" aria-pressed="true"' in page
    assert "Order and pay €14.90" in page
    page = save(client, shipping="express")
    assert "Order and pay €22.00" in page
    assert "€22.00" in look(client), "The cart knows the choice too."
    page = text(client.post(at("delivery"), {"shipping": "standard"}, follow=True))
    assert "To 10115 Berlin Germany" in page
    assert "€14.90" in page
    page = buy(client, 1490)
    assert "Thank you" in page
    assert "Parcel" in page
    assert "Parcel: €4.90 for goods worth €10.00." in page
    assert Order.objects.get().shipping_method == "standard"


@pytest.mark.usefixtures("germany")
def test_no_order_without_a_delivery_or_by_one_that_is_not_offered(client: Client, variant: Variant) -> None:
    add(client, variant)
    assert "Choose how it is to be sent" in buy(client, 1000)
    assert "not offered" in save(client, shipping="abroad")
    assert "not offered" in text(client.post(at("delivery"), {"shipping": "balloon"}, follow=True))
    assert not Order.objects.exists()


@pytest.mark.usefixtures("germany", "taxes")
def test_another_country_changes_the_tax_and_asks_for_the_delivery_anew(
    client: Client, gross: Channel, variant: Variant
) -> None:
    add(client, variant)
    page = save(client, shipping="standard")
    assert "includes VAT 19 %" in page
    page = buy(client, 1490, country="AT")
    assert "Choose how it is to be sent" in page
    assert "is not offered for this any more. Please choose again." in page
    assert "includes VAT 20 %" in page
    assert "Order and pay" not in page
    page = save(client, country="AT", shipping="abroad")
    assert "Order and pay €19.90" in page
    page = buy(client, 1990, country="AT")
    assert "Thank you" in page
    assert "includes VAT 20 % <span>on €16.58</span>" in page
    assert "Parcel abroad: VAT 20 % on €8.25 is included: €1.65." in page
    assert "Austria" in page


@pytest.mark.usefixtures("germany")
def test_a_delivery_that_became_dearer_is_asked_for_anew(client: Client, variant: Variant) -> None:
    add(client, variant, 5)
    assert "Order and pay €50.00" in save(client, shipping="standard")
    line = Cart.objects.get().lines.get()
    client.post(at("change", line.public_id), {"quantity": 1})
    page = look(client, "checkout")
    assert "The delivery that you chose would cost €4.90 now. Please choose again." in page
    assert "Order and pay" not in page
    assert "Order and pay €14.90" in save(client, shipping="standard")


@pytest.mark.usefixtures("germany")
def test_free_shipping_by_a_promotion_shows_what_it_was(client: Client, channel: Channel, variant: Variant) -> None:
    make_promotion(ShippingPercentEffect(), channel=channel, name="Free post")
    add(client, variant)
    page = save(client, shipping="express")
    assert "Order and pay €10.00" in page
    assert 'Night train <span class="small">Free post</span>' in page
    assert "€12.00</s> €0.00" in page
    page = buy(client, 1000)
    assert 'Night train <span class="small">Free post</span>' in page
    assert "€12.00</s> €0.00" in page


def test_tax_that_prices_lack_waits_for_the_address(client: Client, variant: Variant) -> None:
    make_tax(percent=19, country="DE")
    page = add(client, variant)
    assert "plus tax, which depends on where it goes" in page
    assert "VAT 19 %" not in page.split("<aside")[1].split("<details")[0]
    page = save(client)
    assert "Order and pay €11.90" in page
    assert 'VAT 19 % <span class="small">on €10.00</span>' in page
    page = buy(client, 1190)
    assert 'VAT 19 % <span class="small">on €10.00</span>' in page


@pytest.mark.parametrize("odd", ["\x00", "a\x00", "x" * 5000, "\ud800", "{missing}", "%(code)s", "<b>", "' OR 1=1"])
@pytest.mark.usefixtures("germany")
def test_odd_input_is_no_error_page(client: Client, variant: Variant, odd: str) -> None:
    add(client, variant)
    odd = odd.encode("utf-8", "replace").decode()
    page = use(client, odd)
    assert "<b>" not in page
    look(client, query="?" + urlencode({"country": odd, "postal_code": odd, "region": odd, "code": odd}))
    look(client, query="?" + urlencode({"country": "DE", "postal_code": odd, "region": odd}))
    text(client.post(at("remove_code"), {"code": odd}, follow=True))
    text(client.post(at("delivery"), {"shipping": odd}, follow=True))
    for name in ("shipping", "region", "postal_code", "country", "provider", "expected_total", "action"):
        save(client, **{name: odd})
    look(client, "checkout", query="?" + urlencode({"provider": odd}))
    assert not Order.objects.exists(), "Without a delivery nothing is ordered."


def test_a_total_that_moved_is_shown_before_it_is_paid(client: Client, channel: Channel, variant: Variant) -> None:
    add(client, variant)
    save(client)
    variant.prices.update(amount=1100)
    page = buy(client, 1000)
    assert "The total is €11.00 now" in page
    assert "Order and pay €11.00" in page
    assert not Order.objects.exists()


def test_a_product_says_whether_postage_comes_on_top(client: Client, gross: Channel, variant: Variant) -> None:
    address = at("product", variant.product.slugs.get().slug)
    assert "including tax</p>" in text(client.get(address))
    make_shipping_method(channel=gross)
    assert "including tax, plus shipping</p>" in text(client.get(address))


def test_the_pages_speak_the_language_of_the_channel(client: Client, channel: Channel, variant: Variant) -> None:
    channel.default_language = "de"
    channel.save()
    make_shipping_method(code="paket", name="Paket", min_days=1, max_days=1)
    page = add(client, variant)
    assert "10,00 €" in page
    assert "€10.00" not in page, "The sentences are in the language too."
    assert '<option value="DE" selected>Deutschland</option>' in page


def statements(client: Client, name: str, *args: Any) -> int:
    """Count the statements of a page, without those that look for who is logged in."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(at(name, *args)).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


@pytest.mark.usefixtures("germany", "taxes")
def test_pages_need_the_same_statements_for_one_line_and_for_many(
    client: Client, gross: Channel, variant: Variant
) -> None:
    make_promotion(OrderPercentEffect(percent=Decimal(10)), channel=gross)
    found = []
    for lines in (1, 6):
        add(client, variant)
        for _ in range(1, lines):
            add(client, make_product(channel=gross, amount=100, stock=9).variants.get())
        empty_handed = statements(client, "cart")
        save(client, shipping="standard")
        known = statements(client, "cart"), statements(client, "checkout")
        buy(client, look_total(client))
        order = Order.objects.order_by("-id").first()
        assert order is not None
        found.append((empty_handed, *known, statements(client, "order", order.public_id)))
    assert found == [(13, 14, 13, 14)] * 2


def look_total(client: Client) -> int:
    total: int = client.get(at("checkout")).context["receipt"].total
    return total


def test_another_channel_has_its_own_delivery(client: Client, channel: Channel, variant: Variant) -> None:
    america = make_channel(code="us", currency="USD", country="US")
    make_shipping_method(currency="USD", channel=america, name="Ground")
    assert "Ground" not in add(client, variant)


@pytest.mark.django_db(transaction=True)
def test_an_outside_tax_engine_is_asked_before_the_order(client: Client, channel: Channel, variant: Variant) -> None:
    FakeEngine.reset()
    settings = {**nexus_settings.given, "TAX_POLICY": "tests.tax.engines.FakeEngine"}
    with override_settings(NEXUS_COMMERCE=settings):
        add(client, variant)
        assert FakeEngine.asked == []
        page = save(client)
        assert "Order and pay €10.83" in page
        FakeEngine.mood = "failing"
        page = buy(client, 1083, line1="Elsewhere 2")
        assert "Taxes cannot be computed at the moment." in page
        assert "You can order as soon as the tax is known." in page
        FakeEngine.mood = "well"
        assert "Order and pay €10.83" in look(client, "checkout")
        assert "Thank you" in buy(client, 1083, line1="Elsewhere 2")
