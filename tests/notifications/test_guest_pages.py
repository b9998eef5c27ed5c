"""The storefront's pages for guests who come back to an order."""

from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import access_token_of
from tests.notifications.pages import read
from tests.notifications.shop import html_of, sent, simple_order, tell

pytestmark = pytest.mark.django_db


def at(name: str, *args: Any) -> str:
    return reverse(f"nexus_storefront:{name}", args=args)


@pytest.fixture
def order(channel: Channel) -> Order:
    return simple_order(channel)


def ask(client: Client, number: str, email: str) -> str:
    reply = client.post(at("look_up"), {"number": number, "email": email}, follow=True)
    assert reply.redirect_chain == [(at("look_up"), 302)]
    return reply.content.decode()


def test_every_page_leads_to_the_look_up(client: Client, channel: Channel) -> None:
    page = client.get(at("home")).content.decode()
    assert f'href="{at("look_up")}"' in page


def test_the_answer_is_the_same_whether_there_is_such_an_order_or_not(client: Client, order: Order) -> None:
    pages = [
        ask(client, number, email)
        for number, email in (
            ("NOPE", "ada@example.com"),
            (order.number, "eve@example.com"),
            (order.number, order.email),
        )
    ]
    cut = [
        page[: page.index("<form")] + page[page.index('<main id="main">') :].split("csrfmiddlewaretoken")[0]
        for page in pages
    ]
    assert len(set(cut)) == 1
    assert "If there is such an order" in pages[0]
    assert OutboxEvent.objects.filter(type="order.access_requested").count() == 1


def test_what_is_missing_is_asked_for_again(client: Client, channel: Channel) -> None:
    reply = client.post(at("look_up"), {"number": "A", "email": "nobody"})
    assert reply.status_code == 200
    assert "errorlist" in reply.content.decode()
    assert not OutboxEvent.objects.exists()


def test_the_link_of_the_mail_opens_the_order_for_the_browser_that_posts_it(client: Client, order: Order) -> None:
    tell()
    mail.outbox.clear()
    ask(client, order.number, order.email)
    tell()
    link = read(html_of(sent())).links[-1]
    address, _, token = link.partition("#")
    assert address.endswith(f"/orders/{order.public_id}/open/")
    assert client.get(at("order", order.public_id)).status_code == 404
    page = client.get(at("open_order", order.public_id))
    assert "open-order.js" in page.content.decode()
    assert token not in page.content.decode()
    for pasted in (token, link, f"  {link}\n"):
        client.cookies.clear()
        reply = client.post(at("open_order", order.public_id), {"token": pasted})
        assert reply["Location"] == at("order", order.public_id)
        assert token not in reply["Location"]
        assert order.number in client.get(reply["Location"]).content.decode()


def test_a_wrong_link_opens_nothing_and_leads_to_a_new_one(client: Client, order: Order) -> None:
    token = access_token_of(order=order)
    for public_id, given in ((order.public_id, "wrong"), (uuid4(), token)):
        reply = client.post(at("open_order", public_id), {"token": given}, follow=True)
        assert reply.redirect_chain == [(at("look_up"), 302)]
        assert "does not open the order" in reply.content.decode()
    assert client.get(at("order", order.public_id)).status_code == 404
    assert client.post(at("open_order", order.public_id), {"token": " "}).status_code == 200


def test_the_page_of_a_link_is_the_same_for_every_order(client: Client, order: Order) -> None:
    pages = []
    for public_id in (order.public_id, uuid4()):
        reply = client.get(at("open_order", public_id))
        pages.append(reply.content.decode().replace(str(public_id), "").split("csrfmiddlewaretoken")[0])
        assert "no-store" in reply["Cache-Control"]
    assert pages[0] == pages[1]


def test_the_pages_of_guests_speak_german(client: Client, channel: Channel) -> None:
    channel.default_language = "de"
    channel.save()
    page = client.get(at("look_up")).content.decode()
    for text in ("Meine Bestellung finden", "Bestellnummer", "Link schicken"):
        assert text in page


def test_asking_too_often_is_refused_kindly(client: Client, channel: Channel) -> None:
    asked = {"number": "A", "email": "ada@example.com"}
    for _ in range(5):
        assert client.post(at("look_up"), asked).status_code == 302
    refused = client.post(at("look_up"), asked)
    assert refused.status_code == 429
    assert "too often" in refused.content.decode()
