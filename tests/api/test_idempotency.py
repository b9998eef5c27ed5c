"""One effect for each Idempotency-Key, however often the request is sent (A-C10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from nexus_commerce.api import idempotency as door
from nexus_commerce.api.cart import lines as line_views
from nexus_commerce.api.principal import CART_COOKIE
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.retrying import InsideTransaction
from nexus_commerce.events.models import IdempotencyKey
from nexus_commerce.events.services.idempotency import (
    KEEP_FOR,
    StoredReply,
    claim_key,
    erase_keys,
    hash_principal,
    purge_keys,
)
from nexus_commerce.testing.factories import make_customer, make_product
from tests.api.client import Api, Reply, problem
from tests.api.keyed_views import Crash, PhasedView, settings_of
from tests.api.test_queries import statements

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "0123456789abcdef"}
OTHER = {"Idempotency-Key": "fedcba9876543210"}


def cart_of(api: Api) -> str:
    return f"carts/{api.post('carts').json()['cart']['id']}"


def add(api: Api, cart: str, variant: Variant, **headers: str) -> Reply:
    return api.post(f"{cart}/lines", {"variant": str(variant.public_id)}, **headers)


def same(first: Reply, again: Reply) -> None:
    """Check that a reply is the kept one: its bytes, and what a program reads beside them."""
    assert again.content == first.content
    assert again.status_code == first.status_code
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    for name in ("ETag", "Content-Type", "Cache-Control"):
        assert again.headers.get(name) == first.headers.get(name)


def running() -> None:
    """Make the one key that of a call that has not ended."""
    assert IdempotencyKey.objects.update(state="running", locked_until=Now() + timedelta(seconds=30)) == 1


def broken_off() -> None:
    """Make the one key that of a call that died, a while ago."""
    assert IdempotencyKey.objects.update(state="running", locked_until=Now() - timedelta(seconds=1)) == 1


def units() -> int:
    return sum(CartLine.objects.values_list("quantity", flat=True))


@pytest.mark.hosts
@pytest.mark.parametrize("case", ["A-C10"])
def test_a_request_that_is_sent_again_has_no_second_effect(api: Api, variant: Variant, case: str) -> None:
    body = {"lines": [{"variant": str(variant.public_id), "quantity": 2}], "email": "ada@example.com"}
    first, again = api.post("carts", body, **KEY), api.post("carts", body, **KEY)
    same(first, again)
    assert Cart.objects.count() == 1
    # A browser that lost the first reply needs its cookie too.
    assert again.cookies[CART_COOKIE].value == first.json()["token"]

    cart = f"carts/{first.json()['cart']['id']}"
    same(add(api, cart, variant, **KEY), add(api, cart, variant, **KEY))
    assert units() == 3
    add(api, cart, variant, **OTHER)
    add(api, cart, variant)
    assert units() == 5


@pytest.mark.parametrize("case", ["A-C10"])
def test_another_request_with_the_same_key_is_refused(api: Api, variant: Variant, case: str) -> None:
    cart = cart_of(api)
    body = {"variant": str(variant.public_id), "quantity": 2}
    api.post(f"{cart}/lines", body, **KEY)
    problem(api.post(f"{cart}/lines", body | {"quantity": 3}, **KEY), 422, "idempotency_key_reused")
    problem(api.post(f"{cart}/lines?x=1", body, **KEY), 422, "idempotency_key_reused")
    running()
    problem(api.post(f"{cart}/lines", body | {"quantity": 3}, **KEY), 422, "idempotency_key_reused")
    assert units() == 2


def test_the_same_content_written_otherwise_is_the_same_request(api: Api, variant: Variant) -> None:
    path = f"{cart_of(api)}/lines"
    first = api.call("POST", path, raw=b'{"variant":"%s","quantity":1}' % str(variant.public_id).encode(), **KEY)
    again = api.call("POST", path, raw=b'{ "quantity": 1, "variant": "%s" }' % str(variant.public_id).encode(), **KEY)
    same(first, again)


@pytest.mark.parametrize("case", ["A-C10"])
def test_a_request_whose_first_sending_runs_is_told_to_wait(api: Api, variant: Variant, case: str) -> None:
    cart = cart_of(api)
    add(api, cart, variant, **KEY)
    running()
    reply = add(api, cart, variant, **KEY)
    problem(reply, 409, "idempotency_key_in_use")
    assert reply.headers["Retry-After"] == "1"
    IdempotencyKey.objects.update(created_at=Now() - timedelta(seconds=8))
    assert add(api, cart, variant, **KEY).headers["Retry-After"] in ("4", "5")
    IdempotencyKey.objects.update(created_at=Now() - timedelta(seconds=80))
    assert add(api, cart, variant, **KEY).headers["Retry-After"] == "10"
    assert units() == 1


@pytest.mark.parametrize("case", ["A-C10"])
def test_a_fault_is_not_kept_and_the_request_runs_again(
    channel: Channel, variant: Variant, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    api = Api(raise_request_exception=False)
    cart = cart_of(api)
    with monkeypatch.context() as patch:
        patch.setattr(line_views, "add_line", lambda **kwargs: 1 / 0)
        problem(add(api, cart, variant, **KEY), 500, "internal_error")
    assert not IdempotencyKey.objects.exists()
    assert add(api, cart, variant, **KEY).status_code == 201
    assert units() == 1


def test_an_error_without_effect_is_not_kept(api: Api, channel: Channel) -> None:
    cart = cart_of(api)
    product = make_product(channel=channel, amount=100, stock=0)
    variant = product.variants.get()
    problem(add(api, cart, variant, **KEY), 409, "insufficient_stock")
    assert not IdempotencyKey.objects.exists()
    type(variant).objects.update(track_stock=False)
    assert add(api, cart, variant, **KEY).status_code == 201


@pytest.fixture
def phased(settings: Any) -> Iterator[type[PhasedView]]:
    """Put a view with phases in the place of the one that refreshes taxes."""
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), **settings_of(PhasedView)}
    PhasedView.asked, PhasedView.outcome = [], "paid"
    yield PhasedView
    PhasedView.outcome = "paid"


def test_an_operation_in_phases_keeps_its_reply_in_its_last_transaction(api: Api, phased: type[PhasedView]) -> None:
    cart = cart_of(api)
    same(api.post(f"{cart}/tax", **KEY), api.post(f"{cart}/tax", **KEY))
    assert Cart.objects.get().note == "prepared paid "
    assert phased.asked == [None]
    assert IdempotencyKey.objects.get().resource == Cart.objects.get().public_id


def test_an_error_with_an_effect_is_kept(api: Api, phased: type[PhasedView]) -> None:
    phased.outcome = "declined"
    cart = cart_of(api)
    first = api.post(f"{cart}/tax", **KEY)
    problem(first, 409, "payment_declined")
    same(first, api.post(f"{cart}/tax", **KEY))
    assert Cart.objects.get().note == "prepared declined "


def test_a_call_that_died_is_taken_up_where_it_broke_off(api: Api, phased: type[PhasedView]) -> None:
    cart = cart_of(api)
    phased.outcome = "crash"
    with pytest.raises(Crash):
        api.post(f"{cart}/tax", **KEY)
    phased.outcome = "paid"
    problem(api.post(f"{cart}/tax", **KEY), 409, "idempotency_key_in_use")
    broken_off()
    first = api.post(f"{cart}/tax", **KEY)
    assert first.json() == {"note": "prepared paid "}
    same(first, api.post(f"{cart}/tax", **KEY))
    assert phased.asked == [None, Cart.objects.get().public_id]


def test_a_call_that_failed_after_an_effect_is_taken_up_at_once(channel: Channel, phased: type[PhasedView]) -> None:
    api = Api(raise_request_exception=False)
    cart = cart_of(api)
    phased.outcome = "fault"
    problem(api.post(f"{cart}/tax", **KEY), 500, "internal_error")
    phased.outcome = "paid"
    assert api.post(f"{cart}/tax", **KEY).json() == {"note": "prepared paid "}
    assert phased.asked == [None, Cart.objects.get().public_id]


def test_a_call_that_died_before_any_effect_runs_again(
    api: Api, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart = cart_of(api)

    def die(**kwargs: Any) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(line_views, "add_line", die)
        with pytest.raises(Crash):
            add(api, cart, variant, **KEY)
    problem(add(api, cart, variant, **KEY), 409, "idempotency_key_in_use")
    broken_off()
    same(add(api, cart, variant, **KEY), add(api, cart, variant, **KEY))
    assert units() == 1


def test_a_call_that_lost_its_key_is_undone(api: Api, variant: Variant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call so slow that its lock ran out and another took the key must not have its effect as well."""
    cart, added = cart_of(api), line_views.add_line

    def lose_the_key(**kwargs: Any) -> Any:
        IdempotencyKey.objects.all().delete()
        return added(**kwargs)

    monkeypatch.setattr(line_views, "add_line", lose_the_key)
    problem(add(api, cart, variant, **KEY), 409, "idempotency_key_in_use")
    assert not CartLine.objects.exists()


@pytest.mark.parametrize("key", ["short", "x" * 15, "x" * 256, "with a space in it", "ümlauts-are-no-ascii", "\t" * 16])
def test_a_key_that_guards_nothing_is_refused(api: Api, key: str) -> None:
    problem(api.post("carts", **{"Idempotency-Key": key}), 400, "idempotency_key_invalid")
    assert not Cart.objects.exists()


@pytest.mark.parametrize("length", [16, 255])
def test_keys_of_every_length_between_are_taken(api: Api, length: int) -> None:
    headers = {"Idempotency-Key": "~" * length}
    same(api.post("carts", **headers), api.post("carts", **headers))


def test_where_a_key_is_required_one_is_asked_for(api: Api, phased: type[PhasedView]) -> None:
    problem(api.post(f"{cart_of(api)}/tax"), 400, "idempotency_key_missing")
    assert phased.asked == []


def test_nobody_meets_the_key_of_somebody_else(api: Api, customer_api: Api, variant: Variant, user: Any) -> None:
    """Guests by their cart's token, customers by who they are, other operations, and other carts."""
    stranger = Api()
    mine, theirs, customers = cart_of(api), cart_of(stranger), cart_of(customer_api)
    replies = [
        add(one, cart, variant, **KEY) for one, cart in ((api, mine), (stranger, theirs), (customer_api, customers))
    ]
    assert [reply.headers.get("Idempotency-Replayed") for reply in replies] == [None] * 3
    assert len({reply.content for reply in replies}) == 3
    assert units() == 3
    # With the same path, key and body as the owner, a stranger gets what a stranger gets.
    problem(add(stranger, mine, variant, **KEY), 404, "cart_not_found")
    problem(add(Api(), mine, variant, **KEY), 404, "cart_not_found")
    problem(add(customer_api, mine, variant, **KEY), 404, "cart_not_found")
    assert IdempotencyKey.objects.count() == 3
    assert api.patch(mine, {}, **KEY).status_code == 200
    assert IdempotencyKey.objects.count() == 4


def test_what_was_replied_is_not_told_to_who_lost_the_cart(api: Api, variant: Variant) -> None:
    cart = cart_of(api)
    add(api, cart, variant, **KEY)
    Cart.objects.update(customer=make_customer())
    problem(add(api, cart, variant, **KEY), 404, "cart_not_found")


def test_nothing_is_told_to_who_may_no_longer_ask(api: Api, variant: Variant, monkeypatch: pytest.MonkeyPatch) -> None:
    cart = cart_of(api)
    add(api, cart, variant, **KEY)
    monkeypatch.setattr(line_views.CartLineListView, "permissions", ("permissions.SignedIn",))
    problem(add(api, cart, variant, **KEY), 401, "not_authenticated")


def test_a_key_and_if_match_work_together(api: Api, variant: Variant) -> None:
    """The version moved on by the very request that is sent again: that is no conflict."""
    cart = cart_of(api)
    meant = {"If-Match": api.get(cart).headers["ETag"]}
    same(add(api, cart, variant, **KEY, **meant), add(api, cart, variant, **KEY, **meant))
    problem(add(api, cart, variant, **OTHER, **meant), 412, "precondition_failed")
    assert units() == 1
    assert IdempotencyKey.objects.count() == 1


def test_every_unsafe_operation_of_a_cart_takes_a_key(api: Api, variant: Variant) -> None:
    cart = cart_of(api)
    line = add(api, cart, variant).json()["lines"][0]["id"]
    calls: list[tuple[str, str, Any]] = [
        ("PATCH", cart, {"note": "x"}),
        ("PUT", f"{cart}/addresses/billing", {"city": "Ulm"}),
        ("DELETE", f"{cart}/changes", None),
        ("PATCH", f"{cart}/lines/{line}", {"quantity": 2}),
        ("DELETE", f"{cart}/shipping-method", None),
        ("DELETE", f"{cart}/lines/{line}", None),
    ]
    for method, path, body in calls:
        first, again = (api.call(method, path, body, **KEY) for _ in range(2))
        if first.status_code < 400:
            same(first, again)
        else:
            assert "Idempotency-Replayed" not in again.headers, (method, path)
    assert IdempotencyKey.objects.count() >= 5


def test_a_key_costs_two_statements(api: Api, variant: Variant) -> None:
    cart = cart_of(api)
    add(api, cart, variant)

    def cost(**headers: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert add(api, cart, variant, **headers).status_code == 201
        return len(statements(captured))

    bare = cost()
    assert cost(**KEY) == bare + 2
    assert cost(**KEY) == 3  # the INSERT that meets the kept key, the key, and the cart that must still be the caller's


def claim(scope: str = "s", principal: str = "p", **columns: Any) -> Any:
    return claim_key(scope=scope, principal=principal, operation="POST x", fingerprint="f", **columns)


def test_keys_are_purged_when_their_time_is_over(db: None) -> None:
    claim("fresh")
    claim("old", keep_for=timedelta(seconds=-1))
    IdempotencyKey.objects.filter(scope="old").update(state="completed", locked_until=None)
    claim("running", keep_for=timedelta(seconds=-1))
    assert purge_keys() == 1
    assert {row.scope for row in IdempotencyKey.objects.all()} == {"fresh", "running"}


def test_a_key_whose_time_is_over_is_free_before_it_is_purged(api: Api, variant: Variant) -> None:
    cart = cart_of(api)
    add(api, cart, variant, **KEY)
    assert IdempotencyKey.objects.get().expires_at - IdempotencyKey.objects.get().created_at == KEEP_FOR
    IdempotencyKey.objects.update(expires_at=Now())
    reply = api.post(f"{cart}/lines", {"variant": str(variant.public_id), "quantity": 5}, **KEY)
    assert reply.status_code == 201
    assert units() == 6


def test_what_was_replied_to_a_person_is_erased(customer_api: Api, api: Api, variant: Variant, user: Any) -> None:
    for one in (customer_api, api):
        add(one, cart_of(one), variant, **KEY)
    assert erase_keys(principal=hash_principal("user", user.pk)) == 1
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_is_not_taken_inside_a_transaction(channel: Channel) -> None:
    with transaction.atomic(), pytest.raises(InsideTransaction, match="idempotency key"):
        claim()
    assert not isinstance(claim(), StoredReply)


@pytest.mark.django_db(transaction=True)
def test_the_api_is_exempt_from_atomic_requests(
    api: Api, variant: Variant, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    cart = f"carts/{api.post('carts', **KEY).json()['cart']['id']}"
    same(add(api, cart, variant, **KEY), add(api, cart, variant, **KEY))
    assert add(api, cart, variant).status_code == 201
    assert units() == 2


def test_a_view_that_a_host_routes_itself_is_exempt_too() -> None:
    assert line_views.CartLineListView.as_view()._non_atomic_requests == set(connections)  # type: ignore[attr-defined]


def test_the_key_of_a_guest_is_long_enough_to_guard_the_reply() -> None:
    """A guest without a token is told apart by the key alone: 16 characters of 94 are more than 100 bits."""
    assert door.KEY.pattern.endswith("{16,255}")
