"""The admin shows every mail, and sends none."""

from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.notifications.mails import MAILS
from nexus_commerce.notifications.policies import EmailPolicy
from nexus_commerce.notifications.writing import preview_mail
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import access_token_of
from tests.notifications.pages import read
from tests.notifications.shop import rich_order, simple_order

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:nexus_orders_order_mails")
HTML = reverse("admin:nexus_orders_order_mail_html")


def staff(*permissions: str) -> Client:
    user = get_user_model().objects.create_user(username="bob", password="secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def pages(db: None) -> Client:
    return staff("view_order")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("code", [each.code for each in MAILS])
def test_each_mail_is_shown_of_a_real_order_and_of_a_made_up_one(
    pages: Client, channel: Channel, code: str, language: str
) -> None:
    order = rich_order(channel)
    for public_id, number in ((order.public_id, order.number), ("", "7KQ0F-3XMDP")):
        query = {"mail": code, "language": language, "order": str(public_id)}
        reply = pages.get(PAGE, query)
        assert reply.status_code == 200
        assert reply.context["problem"] == ""
        assert number in reply.context["written"].subject
        page = read(pages.get(HTML, query).content.decode())
        assert number in page.text
        assert page.loads == []
    assert mail.outbox == []


def test_the_first_mail_of_the_last_order_is_shown_in_its_language(pages: Client, channel: Channel) -> None:
    simple_order(channel)
    order = simple_order(channel, language="de")
    written = pages.get(PAGE).context["written"]
    assert written.subject == f"Ihre Bestellung {order.number} bei Kontor"


def test_a_shop_without_orders_sees_made_up_ones(pages: Client, db: None) -> None:
    assert "7KQ0F-3XMDP" in pages.get(PAGE).context["written"].subject


def test_nothing_is_written_and_no_token_is_shown(pages: Client, channel: Channel) -> None:
    order = simple_order(channel)
    token = access_token_of(order=order)
    Order.objects.update(access_token_expires_at="2020-01-01T00:00:00Z")
    with CaptureQueriesContext(connection) as captured:
        shown = [pages.get(PAGE, {"mail": each.code}).content.decode() for each in MAILS]
    assert [query for query in captured.captured_queries if query["sql"].split()[0] in ("INSERT", "UPDATE")] == []
    assert token not in "".join(shown)
    assert f"/orders/{order.public_id}/open/#preview" in shown[0]


def test_the_html_loads_and_runs_nothing_and_stands_in_a_frame_of_the_site_only(pages: Client, db: None) -> None:
    reply = pages.get(HTML)
    assert reply["X-Frame-Options"] == "SAMEORIGIN"
    for rule in ("default-src 'none'", "frame-ancestors 'self'", "sandbox"):
        assert rule in reply["Content-Security-Policy"]


def test_who_may_not_see_orders_sees_no_mails(channel: Channel) -> None:
    client = staff()
    assert client.get(PAGE).status_code == client.get(HTML).status_code == 403
    assert Client().get(PAGE).status_code == 302


@pytest.mark.parametrize("query", [{"mail": "no"}, {"language": "xx"}, {"order": "1"}, {"order": str(uuid4())}])
def test_what_is_not_there_is_asked_for_again(pages: Client, channel: Channel, query: dict[str, str]) -> None:
    simple_order(channel)
    reply = pages.get(PAGE, query)
    assert reply.status_code == 200
    assert reply.context["written"] is None
    assert "errorlist" in reply.content.decode()
    assert pages.get(HTML, query).content == b""


def test_a_missing_template_is_named(pages: Client, db: None) -> None:
    given = {**nexus_settings.given, "EMAIL_POLICY": "tests.notifications.policies.WithoutTemplates"}
    with override_settings(NEXUS_COMMERCE=given):
        reply = pages.get(PAGE)
        assert "nexus_commerce/mail/nameless.subject.txt" in reply.context["problem"]
        assert pages.get(HTML).content == b""


def test_the_list_of_orders_leads_to_the_mails(pages: Client, channel: Channel) -> None:
    assert 'href="mails/"' in pages.get(reverse("admin:nexus_orders_order_changelist")).content.decode()


@pytest.mark.parametrize("language", ["ar", "he", "pt-br", "xx-unknown"])
def test_a_language_without_a_catalog_is_english_in_its_direction(channel: Channel, language: str) -> None:
    order = simple_order(channel)
    for each in MAILS:
        written = preview_mail(mail=each(), order=order, policy=EmailPolicy(), language=language)
        assert order.number in read(written.html).text
        is_rtl = language in ("ar", "he")
        assert ('dir="rtl"' in written.html) is is_rtl
        assert ("text-align: right; overflow-wrap" in written.html) is is_rtl
