"""The example of a host's own mails: what its policy says comes with real mails."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings

from example_project.shop import mails
from nexus_commerce.conf import nexus_settings
from nexus_commerce.orders.services import change_state
from tests.notifications.pages import read
from tests.notifications.shop import html_of, open_shop, sent, simple_order, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(settings: Any) -> Any:
    """Return a channel of a project that uses the example's policy and templates."""
    folder = Path(mails.__file__).parent / "templates"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder]}, *settings.TEMPLATES[1:]]
    settings.BASE_URL = "http://127.0.0.1:8000"
    policy = "example_project.shop.mails.ShopMails"
    with override_settings(NEXUS_COMMERCE={**nexus_settings.given, "EMAIL_POLICY": policy}):
        yield open_shop()


def test_the_confirmation_brings_the_terms_and_leads_to_the_shop(shop: Any) -> None:
    order = simple_order(shop)
    tell()
    message = sent()
    assert message.reply_to == ["help@shop.example"]
    assert message.attachments[0][:2] == ("terms.txt", mails.TERMS)
    assert f"http://127.0.0.1:8000/orders/{order.public_id}/open/#" in message.body


def test_the_mail_that_is_added_is_sent_when_the_order_is_completed(shop: Any) -> None:
    order = simple_order(shop)
    tell()
    mail.outbox.clear()
    change_state(order=order, state="completed")
    tell()
    assert sent().subject == f"How was your order {order.number}?"
    assert sent().attachments == []
    assert "2 × Linen shirt" in sent().body
    assert "How was it?" in read(html_of(sent())).text
