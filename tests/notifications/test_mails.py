"""Each mail, in each language, says what happened to a real order."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from nexus_commerce.cart.services import change_cart
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import cancel_order, place_order, refund_order
from nexus_commerce.fulfillment.services import ship_order
from nexus_commerce.notifications.mails import MAILS
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import find_order, request_access
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.services import RefundRequest, capture_manually, confirm_refund
from nexus_commerce.testing.factories import make_customer, make_product
from tests.cart.shopping import put, ready_cart
from tests.notifications.pages import Page, read
from tests.notifications.shop import HOME, html_of, open_shop, rich_order, sent, shirt, simple_order, tell

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=2)

Words = dict[str, list[str]]

PLACED: Words = {
    "en": [
        "Thank you for your order",
        "To be paid: €76.90",
        "Please transfer the total",
        "Subtotal",
        "Total",
        "includes VAT 19 % on €64.62",
        "Delivery to",
        "Bill to",
        "Germany",
        "Payment",
        "Bank transfer",
        "Show my order",
    ],
    "de": [
        "Vielen Dank für Ihre Bestellung",
        "Zu zahlen: 76,90 €",
        "Bitte überweisen Sie den Gesamtbetrag",
        "Zwischensumme",
        "Gesamtbetrag",
        "darin VAT 19 % auf 64,62 €",
        "Lieferung an",
        "Rechnung an",
        "Deutschland",
        "Zahlung",
        "Überweisung",
        "Meine Bestellung ansehen",
    ],
}
FIGURES: Words = {
    "en": ["€64.80", "-€7.20", "€7.20", "€80.00", "-€8.00", "€4.90", "€76.90", "€12.28"],
    "de": ["64,80 €", "-7,20 €", "7,20 €", "80,00 €", "-8,00 €", "4,90 €", "76,90 €", "12,28 €"],
}
BOUGHT = ["2 × Linen shirt", "Size: M, Color: Blue", "Engraving: For Ada", "1 × Cup", "Welcome (HELLO)", "Parcel"]
WHERE = ["Ada Ling", "Ling & Co", "Allee 1", "10115 Berlin"]


def plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())


def both(message: Any) -> tuple[str, Page]:
    """Return the two faces of a mail; neither loads anything."""
    page = read(html_of(message))
    assert page.loads == []
    assert page.tags.isdisjoint({"img", "link", "script", "iframe", "object", "form"})
    return plain(message.body), page


def in_both(message: Any, *texts: str) -> None:
    text, page = both(message)
    for wanted in texts:
        assert wanted in text, (wanted, text)
        assert wanted in plain(page.text), (wanted, page.text)


def pay(order: Order, *, late: bool = True) -> None:
    capture_manually(payment=Payment.objects.get(order=order), amount=order.total)
    if late:
        Order.objects.filter(pk=order.pk).update(placed_at=timezone.now() - LATER)


@pytest.mark.hosts
@pytest.mark.parametrize("language", ["en", "de"])
def test_an_order_that_was_placed_is_confirmed_with_all_it_says(channel: Channel, language: str) -> None:
    order = rich_order(channel, language=language)
    assert tell() == ["done"]
    message = sent()
    assert message.to == ["ada@example.com"]
    assert order.number in message.subject
    assert message.subject.endswith(" at Kontor" if language == "en" else " bei Kontor")
    in_both(message, order.number, *PLACED[language], *FIGURES[language], *BOUGHT, *WHERE)
    assert f'<html lang="{language}" dir="ltr">' in html_of(message)


def test_a_guests_link_carries_a_token_that_opens_the_order_and_no_server_sees(channel: Channel) -> None:
    order = simple_order(channel)
    tell()
    message = sent()
    text, page = both(message)
    address = f"{HOME}/orders/{order.public_id}/open/#"
    (link,) = [link for link in page.links if link != HOME]
    assert link.startswith(address)
    assert link in text
    assert find_order(public_id=order.public_id, token=link.removeprefix(address)) == order


def test_a_customers_link_carries_none(channel: Channel) -> None:
    cart = ready_cart(channel, shirt(channel))
    cart.customer = make_customer()
    cart.save()
    order = place_order(cart=cart).order
    tell()
    _, page = both(sent())
    assert page.links == [HOME, f"{HOME}/orders/{order.public_id}/"]


def test_times_are_those_of_the_shop(channel: Channel) -> None:
    order = simple_order(channel, time_zone="Pacific/Auckland", placed_at="2026-03-31T12:30:00Z")
    tell()
    in_both(sent(), f"your order {order.number} of April 1, 2026.")


@pytest.mark.parametrize(
    ("currency", "amount", "shown"), [("JPY", 3600, "¥7,200"), ("KWD", 3600, "KWD7.200"), ("EUR", 3600, "€72.00")]
)
def test_amounts_have_the_digits_of_their_currency(db: None, currency: str, amount: int, shown: str) -> None:
    channel = open_shop(currency=currency)
    simple_order(channel, shirt(channel, amount=amount))
    tell()
    in_both(sent(), "2 × Linen shirt", "Total", shown, f"To be paid: {shown}")


def test_tax_on_top_is_among_the_sums(db: None) -> None:
    channel = open_shop(prices_include_tax=False)
    rich_order(channel)
    tell()
    in_both(sent(), "VAT 19 %", "on €76.90", "€14.61", "€91.51")
    assert "includes" not in sent().body


@pytest.mark.parametrize(
    ("language", "said", "subject"),
    [
        ("en", "We have received €72.00 for your order", "Your payment for order {} has arrived"),
        ("de", "Wir haben 72,00 € für Ihre Bestellung", "Ihre Zahlung für Bestellung {} ist eingegangen"),
    ],
)
def test_money_that_comes_later_is_thanked_for(channel: Channel, language: str, said: str, subject: str) -> None:
    order = simple_order(channel, language=language)
    tell()
    mail.outbox.clear()
    pay(order)
    assert tell() == ["done"]
    in_both(sent(), said)
    assert sent().subject == subject.format(order.number)


def test_an_order_that_was_paid_in_the_checkout_gets_one_mail_that_says_so(channel: Channel) -> None:
    order = simple_order(channel)
    pay(order, late=False)
    assert tell() == ["done", "done"]
    in_both(sent(), "It is paid.")
    assert sent().subject == f"Your order {order.number} at Kontor"
    for word in ("To be paid", "Please transfer"):
        assert word not in sent().body


def test_money_that_is_held_is_not_asked_for(channel: Channel) -> None:
    simple_order(channel, authorized=7200)
    tell()
    in_both(sent(), "The amount is reserved and is charged later.")
    assert "To be paid" not in sent().body


def test_an_order_that_costs_nothing_asks_for_nothing(channel: Channel) -> None:
    simple_order(channel, shirt(channel, amount=0))
    tell()
    assert "€0.00" in sent().body
    for word in ("To be paid", "paid", "Payment", "transfer"):
        assert word not in sent().body


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["Your parcel is on its way", "Sent with", "Tracking number", "Follow the parcel", "Delivery to"]),
        ("de", ["Ihr Paket ist unterwegs", "Versandt mit", "Sendungsnummer", "Paket verfolgen", "Lieferung an"]),
    ],
)
def test_a_parcel_says_what_is_in_it_and_where_it_is(channel: Channel, language: str, texts: list[str]) -> None:
    order = rich_order(channel, language=language)
    pay(order)
    tell()
    mail.outbox.clear()
    line = order.lines.get(position=1)
    address = "https://track.example/T123?a=1&b=2"
    ship_order(order=order, units={line.public_id: 1}, carrier="DHL", tracking_number="T123", tracking_url=address)
    tell()
    message = sent()
    assert order.number in message.subject
    in_both(message, *texts, "1 × Linen shirt", "Size: M, Color: Blue", "DHL", "T123", "Ada Ling")
    text, page = both(message)
    assert address in page.links
    assert address in text
    assert "Cup" not in text
    assert ("The rest of your order follows." in text) is (language == "en")
    assert "Ling & Co" not in text, "It does not go to where the bill goes."
    mail.outbox.clear()
    ship_order(order=order)
    tell()
    in_both(sent(), "1 × Linen shirt", "1 × Cup")
    assert "The rest of" not in sent().body
    assert "Der Rest" not in sent().body


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://", "data:text/html,x", "https://a.example/ b"])
def test_a_tracking_address_that_is_none_is_left_out(channel: Channel, address: str) -> None:
    order = simple_order(channel)
    pay(order)
    tell()
    mail.outbox.clear()
    shipment = ship_order(order=order)
    shipment.tracking_url = address
    shipment.save()
    tell()
    _, page = both(sent())
    assert "Follow the parcel" not in page.text
    assert page.links == [HOME, page.links[-1]]
    assert page.links[-1].startswith(f"{HOME}/orders/")
    assert address not in sent().body.replace(HOME, "")


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["You get €37.30 back", "It goes the way you paid: Bank transfer.", "Of it for shipping: €4.90"]),
        ("de", ["Sie erhalten 37,30 € zurück", "bezahlt haben: Überweisung.", "Davon für den Versand: 4,90 €"]),
    ],
)
def test_money_that_goes_back_is_told_of(channel: Channel, language: str, texts: list[str]) -> None:
    order = rich_order(channel, language=language)
    pay(order)
    tell()
    mail.outbox.clear()
    line = order.lines.get(position=1)
    refund_order(order=order, request=RefundRequest(units={line.public_id: 1}, shipping=490), actor="ada")
    assert tell() == [], "Nothing has been given back yet."
    confirm_refund(refund=Refund.objects.get())
    tell()
    message = sent()
    in_both(message, *texts, "1 × Linen shirt", order.number)
    assert order.number in message.subject
    assert "reason" not in message.body


def test_store_credit_is_not_on_its_way_anywhere(channel: Channel) -> None:
    order = simple_order(channel)
    pay(order)
    tell()
    mail.outbox.clear()
    refund_order(order=order, request=RefundRequest(extra=1000), target="store_credit")
    tell()
    in_both(sent(), "You get €10.00 back", "It has been added to your store credit.")
    assert "the way you paid" not in sent().body


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "has been canceled, and nothing of it will be sent."), ("de", "wurde storniert, nichts davon wird")],
)
def test_a_canceled_order_is_told_of(channel: Channel, language: str, said: str) -> None:
    order = rich_order(channel, language=language)
    tell()
    mail.outbox.clear()
    cancel_order(order=order, reason="a secret of the staff")
    tell()
    in_both(sent(), said, "2 × Linen shirt", order.number)
    assert "We give you back" not in sent().body
    assert "secret" not in sent().body


def test_what_was_paid_for_a_canceled_order_comes_back(channel: Channel) -> None:
    order = simple_order(channel)
    pay(order)
    tell()
    mail.outbox.clear()
    cancel_order(order=order)
    tell()
    in_both(sent(), "We give you back €72.00.")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "You asked for the link to your order"), ("de", "Sie haben nach dem Link zu Ihrer")]
)
def test_a_guest_who_asks_gets_the_link(channel: Channel, language: str, said: str) -> None:
    order = simple_order(channel, language=language)
    tell()
    mail.outbox.clear()
    request_access(number=order.number, email=order.email)
    assert tell() == ["done"]
    in_both(sent(), said, order.number)
    _, page = both(sent())
    token = page.links[-1].partition("#")[2]
    assert find_order(public_id=order.public_id, token=token) == order


def test_a_variant_without_options_is_called_by_its_name(channel: Channel) -> None:
    product = make_product(channel=channel, amount=900, stock=3, name="Tea")
    product.variants.update(name="Loose, 100 g")
    cart = ready_cart(channel)
    put(cart, product.variants.get())
    change_cart(cart=cart, fields={"note": "http://spam.example"})
    place_order(cart=cart)
    tell()
    in_both(sent(), "1 × Tea", "Loose, 100 g")
    assert "spam" not in sent().body, "A guest's note must not reach whoever's address was given."


def test_there_is_one_mail_for_each_of_these_events() -> None:
    assert len({mail_class.code for mail_class in MAILS}) == len(MAILS)
    assert sorted(kind for mail_class in MAILS for kind in mail_class.types) == [
        "order.access_requested",
        "order.canceled",
        "order.paid",
        "order.placed",
        "refund.succeeded",
        "shipment.shipped",
    ]
