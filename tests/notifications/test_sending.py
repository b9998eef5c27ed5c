"""One mail for one event, to whoever is to get it, and safe whatever names people give."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from nexus_commerce.cart.services import set_address
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import cancel_order, place_order
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.outside import AskedInTransaction
from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import deliver_entry
from nexus_commerce.notifications.mails import OrderPlacedMail
from nexus_commerce.notifications.policies import EmailPolicy
from nexus_commerce.notifications.receipts import one_line
from nexus_commerce.notifications.subscribers import Emails
from nexus_commerce.notifications.writing import write_message
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import change_state, request_access
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import capture_manually
from tests.cart.shopping import BERLIN, put, ready_cart
from tests.notifications.pages import read
from tests.notifications.shop import html_of, last_event, open_shop, sent, shirt, simple_order, tell

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>\"'&"
LINES = "Ada\r\nBcc: everybody@example.com\r\n\r\nSpam"
TURNING = "Ada \u202egnil\u2066 Ling"


def policy_of(name: str) -> Any:
    given = {**nexus_settings.given, "EMAIL_POLICY": f"tests.notifications.policies.{name}"}
    return override_settings(NEXUS_COMMERCE=given)


def test_an_event_that_is_handed_on_twice_is_mailed_once(channel: Channel) -> None:
    simple_order(channel)
    assert tell() == ["done"]
    OutboxEvent.objects.update(state="pending")
    assert tell() == []
    (entry,) = InboxEntry.objects.filter(consumer="nexus.emails")
    assert deliver_entry(entry_id=entry.pk) == "done"
    assert len(mail.outbox) == 1


def test_the_same_mail_about_the_same_event_has_the_same_id(channel: Channel) -> None:
    simple_order(channel)
    event = last_event("order.placed")
    for _ in range(2):
        Emails().handle(event)
    first, second = (message.message() for message in mail.outbox)
    assert first["Message-ID"] == second["Message-ID"] == f"<{event.event_id}.order_placed@localhost>"
    assert first["Auto-Submitted"] == "auto-generated"


def test_only_events_with_a_mail_get_an_entry() -> None:
    subscriber = Emails()
    assert subscriber.wants("order.placed")
    assert not subscriber.wants("order.completed")
    assert not subscriber.wants("stock.low")
    with policy_of("ShopMails"):
        assert subscriber.wants("order.completed")


def test_a_mail_is_never_sent_inside_a_transaction(channel: Channel) -> None:
    simple_order(channel)
    with transaction.atomic(), pytest.raises(AskedInTransaction):
        Emails().handle(last_event("order.placed"))
    assert mail.outbox == []


def test_nobody_is_told_who_left_no_address_or_is_gone(channel: Channel) -> None:
    simple_order(channel, email="")
    assert tell() == ["done"]
    event = last_event("order.placed")
    assert write_message(mail=OrderPlacedMail(), event=event, policy=EmailPolicy()) is None
    Order.objects.update(email="ada@example.com")
    event.aggregate, event.payload = "something", {}
    Emails().handle(event)
    assert mail.outbox == []


def test_an_order_that_was_canceled_before_it_was_confirmed_is_only_canceled(channel: Channel) -> None:
    order = simple_order(channel)
    cancel_order(order=order)
    tell()
    assert sent().subject == f"Your order {order.number} has been canceled"


def test_money_for_a_canceled_order_is_not_thanked_for(channel: Channel) -> None:
    order = simple_order(channel)
    capture_manually(payment=Payment.objects.get(), amount=order.total)
    Order.objects.update(placed_at=timezone.now() - timedelta(hours=1), state="canceled")
    tell()
    assert mail.outbox == []


@pytest.mark.parametrize(("age", "count"), [(timedelta(days=6, hours=23), 1), (timedelta(days=7, minutes=1), 0)])
def test_old_events_are_not_told_any_more(channel: Channel, age: timedelta, count: int) -> None:
    simple_order(channel)
    OutboxEvent.objects.update(occurred_at=timezone.now() - age)
    assert tell() == ["done"]
    assert len(mail.outbox) == count


def test_a_link_that_was_asked_for_an_hour_ago_is_not_sent_any_more(channel: Channel) -> None:
    order = simple_order(channel)
    tell()
    mail.outbox.clear()
    request_access(number=order.number, email=order.email)
    OutboxEvent.objects.filter(type="order.access_requested").update(occurred_at=timezone.now() - timedelta(hours=2))
    tell()
    assert mail.outbox == []


def test_without_an_address_of_the_shop_mails_have_no_links(db: None) -> None:
    order = simple_order(open_shop(hostname=""))
    tell()
    page = read(html_of(sent()))
    assert page.links == []
    assert "Show my order" not in page.text
    assert "http" not in sent().body
    mail.outbox.clear()
    request_access(number=order.number, email=order.email)
    assert tell() == ["pending"], "Somebody has to hear of a link that cannot be made."
    entry = InboxEntry.objects.get(event__type="order.access_requested", consumer="nexus.emails")
    assert "base_url" in entry.last_error
    assert mail.outbox == []


def test_a_host_says_which_mails_are_sent_and_how(channel: Channel) -> None:
    with policy_of("ShopMails"):
        order = simple_order(channel)
        tell()
        message = sent()
        event = last_event("order.placed")
        assert message.from_email == "Shop <shop@shop.example>"
        assert message.reply_to == ["help@shop.example"]
        assert message.message()["Message-ID"] == f"<{event.event_id}.order_placed@shop.example>"
        assert f"https://shop.example/my/{order.public_id}#" in message.body
        assert message.attachments[0][:2] == ("terms.txt", f"Terms for order_placed of {order.number}")
        mail.outbox.clear()

        change_state(order=order, state="completed")
        tell()
        assert "We have received everything" in sent().body
        mail.outbox.clear()

        Order.objects.update(email="quiet@example.com")
        cancel = OutboxEvent(type="order.canceled", aggregate="order", aggregate_id=order.public_id)
        cancel.occurred_at = timezone.now()
        Emails().handle(cancel)
        assert mail.outbox == []


def test_a_template_of_the_host_takes_the_place_of_the_library_s(
    channel: Channel, tmp_path: Any, settings: Any
) -> None:
    folder = tmp_path / "nexus_commerce" / "mail"
    folder.mkdir(parents=True)
    (folder / "order_placed.subject.txt").write_text("{{ shop }} has {{ order.number }}")
    (folder / "base.txt").write_text("Our own: {% block main %}{% endblock %}")
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0].get("DIRS", [])]}
    settings.TEMPLATES = [engine, *settings.TEMPLATES[1:]]
    order = simple_order(channel)
    tell()
    assert sent().subject == f"Kontor has {order.number}"
    assert sent().body.startswith("Our own: We have received")
    assert "Thank you for your order" in html_of(sent())


def test_a_missing_template_is_a_failed_try_that_names_it(channel: Channel) -> None:
    with policy_of("WithoutTemplates"):
        simple_order(channel)
        assert tell() == ["pending"]
    entry = InboxEntry.objects.get(consumer="nexus.emails")
    assert "nexus_commerce/mail/nameless.subject.txt" in entry.last_error
    assert mail.outbox == []


@pytest.mark.parametrize("name", [HOSTILE, LINES, TURNING])
def test_names_are_shown_and_do_nothing(channel: Channel, name: str) -> None:
    channel.name = name
    channel.save()
    cart = ready_cart(channel)
    put(cart, shirt(channel, name=name, Size=name), 2, personalization={"engraving": name})
    set_address(cart=cart, kind="shipping", address=replace(BERLIN, last_name=name, company=name))
    order = place_order(cart=cart).order
    assert tell() == ["done"]
    message = sent()
    shown = one_line(name)
    assert message.subject == f"Your order {order.number} at {shown}"
    raw = message_from_bytes(message.message().as_bytes())
    assert raw["Bcc"] is None
    assert raw.get_all("To") == ["ada@example.com"]
    page = read(html_of(message))
    assert "script" not in page.tags
    assert page.text.count(shown) >= 5
    assert message.body.count(shown) >= 5, "Text is text: nothing is escaped."
    for line in message.body.splitlines():
        assert not line.startswith("Bcc:")
    for sign in "\u202e\u2066\r":
        assert sign not in message.body + message.subject + html_of(message)


def test_a_header_with_a_line_break_is_refused(channel: Channel) -> None:
    with policy_of("BreaksLines"):
        simple_order(channel)
        assert tell() == ["pending"]
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  a \t b\n\nc ", "a b c"),
        ("a\x00b\x85c\u2028d", "a b c d"),
        ("\u202eabc\u202c \u2067x\u2069", "abc x"),
        ("שלום Ada 👩\u200d🚀", "שלום Ada 👩\u200d🚀"),
        (7, "7"),
    ],
)
def test_a_text_becomes_one_line(text: object, line: str) -> None:
    assert one_line(text) == line
