"""What the list and the page of an order show of its money, what the filters find, and what that costs."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import cancel_order, refund_order
from nexus_commerce.events.models import IdempotencyKey
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services import RefundRequest, capture_payment
from nexus_commerce.testing.statements import watch_statements
from tests.admin.money_pages import act, fresh, order_of, page
from tests.extension.rows import THEN

pytestmark = pytest.mark.django_db

LIST = "admin:nexus_orders_order_changelist"


def listed(pages: Client, **query: str) -> set[int]:
    return {row.pk for row in pages.get(reverse(LIST), query).context["cl"].result_list}


def test_what_needs_attention_is_one_click_away(pages: Client, channel: Channel, bank: DummyBank) -> None:
    fine = order_of(channel)
    review = order_of(channel, script="surplus")
    refunding = order_of(channel, script="time_out:refund")
    cancel_order(order=refunding)
    unknown = order_of(channel, script="lost_reply")
    asked = order_of(channel)
    Payment.objects.filter(order=asked).update(operation="capture", operation_amount=100)

    assert listed(pages) == {fine.pk, review.pk, refunding.pk, unknown.pk, asked.pk}
    assert listed(pages, attention="any") == {review.pk, refunding.pk, unknown.pk, asked.pk}
    assert listed(pages, attention="review") == {review.pk}
    assert listed(pages, attention="refunds") == {refunding.pk}
    assert listed(pages, attention="unknown") == {unknown.pk}
    assert listed(pages, attention="asked") == {asked.pk, unknown.pk}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "review"}, True),
        ({"state": "placed"}, False),
        ({"payment_state": "paid"}, True),
        ({"payment_state": "unpaid"}, False),
        ({"fulfillment_state": "unfulfilled"}, True),
        ({"fulfillment_state": "fulfilled"}, False),
        ({"review_reason": "surplus"}, True),
        ({"review_reason": "late_payment"}, False),
    ],
)
def test_each_state_has_its_filter(
    pages: Client, channel: Channel, bank: DummyBank, query: dict[str, str], found: bool
) -> None:
    order = order_of(channel, script="surplus")
    assert listed(pages, **query) == ({order.pk} if found else set())


def test_the_list_says_why_an_order_is_in_review(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order_of(channel, script="other_amount")
    text = pages.get(reverse(LIST)).content.decode()
    assert '<span class="nexus-quiet">amount mismatch</span>' in text


def test_the_page_shows_payments_refunds_and_history(pages: Client, channel: Channel, holding_bank: DummyBank) -> None:
    order = order_of(channel, 2, 1)
    payment = order.payments.get()
    capture_payment(payment=payment)
    line = order.lines.first()
    request = RefundRequest(units={line.public_id: 1}, extra=50)
    refund_order(order=fresh(order), request=request, reason="scratched", actor="bob")
    text = pages.get(page(order)).content.decode()
    for shown in (
        payment.provider_ref,
        "authorized €30.00",
        "captured €30.00",
        "refunded €10.50",
        f"1 × {line.sku}",
        "scratched",
        "bob",
        "partially refunded",
    ):
        assert shown in text, shown


def test_an_order_without_refunds_has_no_room_for_them(pages: Client, channel: Channel, bank: DummyBank) -> None:
    assert "nexus-refunds" not in pages.get(page(order_of(channel))).content.decode()


def test_the_list_costs_the_same_for_any_number_of_orders(pages: Client, channel: Channel, bank: DummyBank) -> None:
    def cost(**query: str) -> int:
        with watch_statements() as statements:
            assert pages.get(reverse(LIST), query).status_code == 200
        return len(statements)

    order_of(channel, script="surplus")
    cost()
    few = (cost(), cost(attention="any"))
    for _number in range(4):
        order_of(channel, script="surplus")
    assert (cost(), cost(attention="any")) == few
    assert few == (7, 7)


def test_the_page_costs_the_same_for_any_amount_of_money(pages: Client, channel: Channel, bank: DummyBank) -> None:
    def cost(order: Order, action: str) -> int:
        with watch_statements() as statements:
            assert pages.get(page(order, action)).status_code == 200
        return len(statements)

    def costs(refunds: int) -> list[int]:
        order = order_of(channel, 5, 5)
        for _number in range(refunds):
            request = RefundRequest(units={line.public_id: 1 for line in order.lines.all()})
            refund_order(order=fresh(order), request=request, reason="x")
        return [cost(order, action) for action in ("change", "refund", "cancel")]

    costs(1)
    few = costs(1)
    assert costs(4) == few
    assert few == [25, 5, 15]


def test_idempotency_keys_never_show_whose_they_are_and_what_was_replied(pages: Client) -> None:
    row = IdempotencyKey.objects.create(
        scope="scope-hash",
        principal="principal-hash",
        operation="place_order",
        fingerprint="finger-hash",
        state="completed",
        status=201,
        headers={"ETag": "secret-header"},
        body=b"secret-body",
        expires_at=THEN,
    )
    for shown in (page(row), reverse("admin:nexus_events_idempotencykey_changelist")):
        text = pages.get(shown).content.decode()
        assert "place_order" in text
        for hidden in ("scope-hash", "principal-hash", "finger-hash", "secret-header", "secret-body"):
            assert hidden not in text, hidden


def test_a_notice_says_what_a_refund_waits_for(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel, script="time_out:refund")
    act(pages, order, "cancel", reason="x")
    reply: Any = pages.get(page(order))
    (notice,) = reply.context["object_notices"]
    assert "€10.00 are being given back; the provider has not answered yet." in notice
