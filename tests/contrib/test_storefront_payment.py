"""Paying in the storefront: to the provider's page and back, declined, checked, given up, sent twice."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import include, path, reverse

from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import cancel_order, refund_order, resume_checkout
from nexus_commerce.core.failpoints import FAILPOINTS, arm, disarm
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services import RefundRequest, capture_manually
from nexus_commerce.testing.invariants import assert_invariants
from tests.checkout.paying import let_time_pass, online_shop

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.test_storefront_payment")]

urlpatterns = [
    path("store/", include("nexus_commerce.contrib.storefront.urls")),
    path("dummypay/", include("nexus_commerce.contrib.dummypay.urls")),
]

FILLED = {
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Ling",
    "line1": "Allee 1",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "provider": "dummy",
    "expected_total": "1000",
    "action": "order",
}


@pytest.fixture(autouse=True)
def with_bank_page(settings: Any) -> None:
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "nexus_commerce.contrib.dummypay"]


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DummyBank]:
    with online_shop(tmp_path, script="needs_action") as bank:
        yield bank


def at(name: str, *args: Any) -> str:
    return reverse(f"nexus_storefront:{name}", args=args)


def add(client: Client, variant: Variant, quantity: int = 1) -> Any:
    return client.post(at("add"), {"variant": variant.public_id, "quantity": quantity}, follow=True)


def buy(client: Client, **said: Any) -> Any:
    return client.post(at("checkout"), FILLED | said, follow=True)


def text(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode())


def link_to_bank(page: Any) -> str:
    found = re.search(r'href="(/dummypay/[^"]+)"', text(page))
    assert found is not None, "There is no way to the bank."
    return found[1]


def answer(client: Client, url: str, said: str) -> Any:
    back = client.post(url, {"answer": said})
    assert back.status_code == 302
    return client.get(back["Location"], follow=True)


def test_to_the_bank_and_back(client: Client, channel: Channel, variant: Variant, bank: DummyBank) -> None:
    add(client, variant)
    page = buy(client)
    url = link_to_bank(page)
    assert f'http-equiv="refresh" content="0; url={url}"' in text(page)
    assert Order.objects.get().state == "pending"
    assert "€10.00" in text(client.get(url))

    done = answer(client, url, "pay")
    order = Order.objects.get()
    assert (order.state, order.payment_state) == ("placed", "paid")
    assert done.redirect_chain[-1][0] == at("order", order.public_id)
    said = text(done)
    for words in ("Thank you", order.number, "Test payment", "paid"):
        assert words in said
    assert "Still to pay" not in said
    assert "nothing in it" in text(client.get(at("cart")))
    assert_invariants()


def test_declined_at_the_bank(client: Client, channel: Channel, variant: Variant, bank: DummyBank) -> None:
    add(client, variant)
    back = answer(client, link_to_bank(buy(client)), "decline")
    said = text(back)
    assert back.redirect_chain[-1][0].startswith(at("checkout"))
    assert 'role="alert">You did not approve the payment. Nothing was charged' in said
    assert Order.objects.get().state == "expired"
    assert 'value="Allee 1"' in said, "What was filled in is still there."
    again = answer(client, link_to_bank(buy(client)), "pay")
    assert "Thank you" in text(again)
    assert sorted(Order.objects.values_list("state", flat=True)) == ["expired", "placed"]


@pytest.mark.parametrize(
    ("script", "words"), [("decline", "Your bank declined the payment."), ("refuse", "The payment did not go through.")]
)
def test_declined_at_once(
    client: Client, channel: Channel, variant: Variant, tmp_path: Path, script: str, words: str
) -> None:
    with online_shop(tmp_path, script=script):
        add(client, variant)
        page = buy(client)
    assert page.redirect_chain[-1][0].startswith(at("checkout"))
    assert words in text(page)
    assert re.search(r'value="dummy"\s+checked', text(page))
    assert Cart.objects.get().state == "open"


def test_who_comes_back_without_paying_can_go_on(
    client: Client, channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    add(client, variant)
    url = link_to_bank(buy(client))
    page = client.get(at("payment", Cart.objects.get().public_id))
    assert link_to_bank(page) == url
    assert "http-equiv" not in text(page), "Nobody is sent away again by themselves."
    assert "Your order waits for its payment" in text(page)


def test_the_page_checks_by_itself_until_the_bank_answers(
    client: Client, channel: Channel, variant: Variant, tmp_path: Path
) -> None:
    with online_shop(tmp_path, script="lost_reply") as bank:
        add(client, variant)
        page = buy(client)
        order = Order.objects.get()
        assert (order.state, order.payments.get().state) == ("pending", "unknown")
        assert "Your payment is being checked" in text(page)
        assert 'http-equiv="refresh" content="5"' in text(page)
        assert "<script" not in text(page)
        let_time_pass()
        done = client.get(at("payment", Cart.objects.get().public_id), follow=True)
        assert done.redirect_chain[-1][0] == at("order", order.public_id)
        assert len(bank.charges()) == 1


def test_a_bank_that_never_answers(client: Client, channel: Channel, variant: Variant, tmp_path: Path) -> None:
    with online_shop(tmp_path, script="time_out,time_out:start,time_out:fetch,time_out:void"):
        add(client, variant)
        assert "being checked" in text(buy(client))
        let_time_pass()
        cart = Cart.objects.get().public_id
        for request in (client.get, client.post):
            assert "being checked" in text(request(at("payment", cart), follow=True))
            let_time_pass()
        assert client.post(at("abandon", cart), follow=True).status_code == 200


def test_a_cart_that_waits_says_so_and_can_be_given_up(
    client: Client, channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    add(client, variant)
    other_tab = CartLine.objects.get().public_id
    buy(client)
    cart = Cart.objects.get()
    said = text(client.get(at("cart")))
    for words in ("It waits for its payment", Order.objects.get().number, variant.product.name, "Give up and change"):
        assert words in said
    assert "Finish or give that up" in text(add(client, variant))
    for name, args, data in (
        ("change", [other_tab], {"quantity": 3}),
        ("add_code", [], {"code": "X"}),
        ("remove_code", [], {"code": "X"}),
        ("delivery", [], {"shipping": "x"}),
    ):
        assert "It waits for its payment" in text(client.post(at(name, *args), data, follow=True))
    assert CartLine.objects.get().quantity == 1
    assert Cart.objects.count() == 1, "No second cart hides the first."

    assert "open again" in text(client.post(at("abandon", cart.public_id), follow=True))
    assert Order.objects.get().state == "expired"
    client.post(at("change", other_tab), {"quantity": 3})
    assert "€30.00" in text(client.get(at("cart")))
    assert_invariants()


def test_the_banner_leads_on(client: Client, channel: Channel, variant: Variant, bank: DummyBank) -> None:
    add(client, variant)
    url = link_to_bank(buy(client))
    page = client.post(at("payment", Cart.objects.get().public_id), follow=True)
    assert link_to_bank(page) == url
    assert "Thank you" in text(answer(client, url, "pay"))


def test_given_up_after_it_was_paid_is_an_order(
    client: Client, channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    add(client, variant)
    buy(client)
    payment = Payment.objects.get()
    bank.approve(payment.provider_ref or "")
    page = client.post(at("abandon", Cart.objects.get().public_id), follow=True)
    assert "Thank you" in text(page)
    assert Order.objects.get().state == "placed"


def test_the_bank_tells_the_shop_before_the_shopper_comes_back(
    client: Client, channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    add(client, variant)
    url = link_to_bank(buy(client))
    bank.approve(Payment.objects.get().provider_ref or "")
    resume_checkout(cart=Cart.objects.get())
    assert Order.objects.get().state == "placed"
    add(client, variant)
    assert Cart.objects.count() == 2, "They begin another cart meanwhile."
    assert "Thank you" in text(answer(client, url, "pay"))


def test_a_checkout_that_broke_off_is_found_again(
    client: Client, channel: Channel, variant: Variant, tmp_path: Path
) -> None:
    class Killed(BaseException): ...

    with online_shop(tmp_path) as bank:
        add(client, variant)

        def kill() -> None:
            raise Killed

        arm("checkout.prepared", kill)
        try:
            with pytest.raises(Killed):
                buy(client)
        finally:
            disarm()
        assert "It waits for its payment" in text(client.get(at("cart")))
        page = client.post(at("payment", Cart.objects.get().public_id), follow=True)
        assert "Thank you" in text(page)
        assert len(bank.charges()) == 1


def test_the_same_form_twice_is_one_order(client: Client, channel: Channel, variant: Variant, bank: DummyBank) -> None:
    add(client, variant)
    key = re.search(r'name="cart" value="([^"]+)"', text(client.get(at("checkout"))))
    assert key is not None
    first, second = buy(client, cart=key[1]), buy(client, cart=key[1])
    assert link_to_bank(first) == link_to_bank(second)
    assert Order.objects.count() == 1
    answer(client, link_to_bank(second), "pay")
    third = buy(client, cart=key[1])
    assert "Thank you" in text(third)
    add(client, variant)
    assert "Thank you" in text(buy(client, cart=key[1])), "A form that is late orders no other cart."
    assert Order.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_order_and_one_charge(channel: Channel, variant: Variant, tmp_path: Path) -> None:
    from django.db import connection

    with online_shop(tmp_path, script="slow", delay=0.3) as bank:
        clients = [Client(), Client()]
        add(clients[0], variant)
        clients[1].cookies = clients[0].cookies
        key, found = Cart.objects.get().public_id, []

        def click(client: Client) -> None:
            try:
                found.append(buy(client, cart=key).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=click, args=[client]) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [200, 200]
        assert Order.objects.count() == 1
        assert len(bank.charges()) == 1


def test_in_a_project_with_atomic_requests(
    client: Client, channel: Channel, variant: Variant, bank: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connections

    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    add(client, variant)
    assert "Thank you" in text(answer(client, link_to_bank(buy(client)), "pay"))
    add(client, variant)
    buy(client)
    assert "open again" in text(client.post(at("abandon", Cart.objects.order_by("-pk")[0].public_id), follow=True))


def test_nobody_else_sees_or_gives_up_a_payment(
    client: Client, channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    add(client, variant)
    buy(client)
    cart = Cart.objects.get().public_id
    stranger = Client()
    shown = text(stranger.get(at("payment", cart), follow=True))
    assert Order.objects.get().number not in shown
    assert "Find my order" in shown
    assert stranger.post(at("abandon", cart)).status_code == 404
    assert stranger.post(at("abandon", uuid4())).status_code == 404
    assert stranger.get(at("payment", uuid4()), follow=True).status_code == 200
    assert Order.objects.get().state == "pending"


def test_a_customer_comes_back_in_another_browser(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    user = get_user_model().objects.create_user("ada", "ada@example.com", "secret")
    one, other = Client(), Client()
    one.force_login(user)
    other.force_login(user)
    add(one, variant)
    url = link_to_bank(buy(one))
    assert "It waits for its payment" in text(other.get(at("cart")))
    assert "Thank you" in text(answer(other, url, "pay"))


def test_money_that_is_odd_is_looked_at(client: Client, channel: Channel, variant: Variant, tmp_path: Path) -> None:
    with online_shop(tmp_path, script="other_amount"):
        add(client, variant)
        page = buy(client)
    assert Order.objects.get().state == "review"
    assert "We have to look at this order" in text(page)
    assert "nothing in it" in text(client.get(at("cart")))
    assert "is in your cart" in text(add(client, variant)), "The shopper can buy on."


def test_a_step_that_no_page_knows(client: Client, channel: Channel, variant: Variant, bank: DummyBank) -> None:
    add(client, variant)
    page = buy(client)
    for action in ({"type": "client_secret", "client_secret": "canary"}, {"type": "redirect", "url": "javascript:x"}):
        Payment.objects.update(next_action=action)
        from nexus_commerce.contrib.storefront.views.paying import context_of

        shown = context_of(Order.objects.get(), Payment.objects.get(), is_going=True)
        assert shown["action_page"].template.name.endswith("unknown.html")
        assert (shown["url"], shown["is_going"]) == ("", False)
    assert page.status_code == 200


def test_offline_payment_says_what_to_do_and_what_is_left(
    client: Client, channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    add(client, variant)
    page = buy(client, provider="manual")
    order = Order.objects.get()
    for words in ("Please transfer the total", "Bank transfer", "still to be paid", "Still to pay"):
        assert words in text(page)
    capture_manually(payment=order.payments.get(), amount=400)
    said = text(client.get(at("order", order.public_id)))
    assert "€4.00 of it paid" in said
    assert "€6.00" in said
    capture_manually(payment=order.payments.get(), amount=600)
    said = text(client.get(at("order", order.public_id)))
    assert "Still to pay" not in said
    assert "Please transfer" not in said


def test_refunds_and_the_end_of_an_order_are_told(
    client: Client, channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    add(client, variant)
    answer(client, link_to_bank(buy(client)), "pay")
    order = Order.objects.get()
    refund_order(order=order, request=RefundRequest(extra=300), actor="test")
    said = text(client.get(at("order", order.public_id)))
    for words in ("Refund", "given back in part", "−€3.00" if "−" in said else "-€3.00"):
        assert words in said
    cancel_order(order=Order.objects.get(), actor="test")
    said = text(client.get(at("order", order.public_id)))
    assert "This order was canceled." in said
    assert "Thank you" not in said


def test_ways_to_pay_are_named_and_labelled(
    client: Client, channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    add(client, variant)
    said = text(client.get(at("checkout")))
    assert re.findall(r'<label class="way"><input type="radio" name="provider" value="(\w+)"', said) == [
        "manual",
        "dummy",
    ]
    for words in ("<legend>Payment</legend>", "no money moves", "Please transfer", 'for="id_gift_card"'):
        assert words in said
    assert len(re.findall("<h1", said)) == 1


def test_every_failpoint_of_a_checkout_leaves_a_page_behind(
    client: Client, channel: Channel, variant: Variant, tmp_path: Path
) -> None:
    """Wherever a checkout breaks off: the cart says what it is, and going on ends in one order and one charge."""

    class Killed(BaseException): ...

    def kill() -> None:
        raise Killed

    with online_shop(tmp_path) as bank:
        for place in [name for name in FAILPOINTS if name.startswith(("checkout.", "payment."))]:
            add(client, variant)
            cart = Cart.objects.latest("pk")
            arm(place, kill)
            try:
                buy(client)
            except Killed:
                pass
            finally:
                disarm()
            let_time_pass()
            assert client.get(at("cart")).status_code == 200
            cart.refresh_from_db()
            page = buy(client) if cart.state == "open" else client.post(at("payment", cart.public_id), follow=True)
            assert "Thank you" in text(page), place
            assert Order.objects.filter(cart=cart, state="placed").count() == 1, place
        assert len(bank.charges()) == Order.objects.filter(state="placed").count()
