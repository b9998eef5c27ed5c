"""What can be guessed or abused may be tried only so often."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from nexus_commerce.api.cart.coupons import CartCouponListView
from nexus_commerce.api.throttling import address_of
from nexus_commerce.conf.rates import RATES, Rate, parse_rate
from tests.api.client import Api, Reply, problem

pytestmark = pytest.mark.django_db


def rates(**given: Any) -> Any:
    return override_settings(NEXUS_COMMERCE={"PRODUCTION": False, "THROTTLE_RATES": given})


def cart_of(api: Api) -> str:
    return f"carts/{api.post('carts').json()['cart']['id']}"


def guess(api: Api, cart: str, times: int = 1) -> Reply:
    for _ in range(times):
        reply = api.post(f"{cart}/coupons", {"code": "GUESS"})
    return reply


def test_codes_are_tried_ten_times_a_minute(api: Api) -> None:
    cart = cart_of(api)
    problem(guess(api, cart, 10), 404, "coupon_unknown")
    refused = guess(api, cart)
    problem(refused, 429, "throttled")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert api.get(cart).status_code == 200
    # Another cart, from the same address, is another's.
    other = Api()
    problem(guess(other, cart_of(other)), 404, "coupon_unknown")


def test_a_signed_in_user_is_counted_by_who_they_are(customer_api: Api) -> None:
    """A new cart, or another address, gives no new tries."""
    problem(guess(customer_api, cart_of(customer_api), 10), 404, "coupon_unknown")
    customer_api.http.defaults["REMOTE_ADDR"] = "198.51.100.9"
    problem(guess(customer_api, cart_of(customer_api)), 429, "throttled")


def test_an_address_gets_no_end_of_tries_under_changing_names(api: Api) -> None:
    with rates(coupon_address="3/min"):
        for _ in range(3):
            guest = Api()
            problem(guess(guest, cart_of(guest)), 404, "coupon_unknown")
        guest = Api()
        cart = cart_of(guest)
        problem(guess(guest, cart), 429, "throttled")
        guest.http.defaults["REMOTE_ADDR"] = "198.51.100.9"
        problem(guess(guest, cart), 404, "coupon_unknown")


def test_without_a_token_the_address_is_counted(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    cart = cart_of(api)
    with rates(coupon="2/min"):
        for _ in range(2):
            problem(guess(Api(), cart), 404, "cart_not_found")
        problem(guess(Api(), cart), 429, "throttled")
        problem(guess(api, cart), 404, "coupon_unknown")


def test_a_host_sets_rates_and_switches_them_off(api: Api) -> None:
    cart = cart_of(api)
    with rates(coupon="1/d"):
        problem(guess(api, cart), 404, "coupon_unknown")
        problem(guess(api, cart), 429, "throttled")
    with rates(coupon=None, coupon_address=None):
        problem(guess(api, cart, 12), 404, "coupon_unknown")


def test_looking_is_not_trying(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    with rates(coupon="1/d"):
        cart = cart_of(api)
        guess(api, cart)
        assert api.call("OPTIONS", f"{cart}/coupons").status_code == 204


def test_every_scope_of_a_view_has_a_rate() -> None:
    assert CartCouponListView.throttle_scope in RATES
    assert all(parse_rate(scope, rate) for scope, rate in RATES.items())


@pytest.mark.parametrize(
    ("written", "rate"),
    [("1/s", Rate(1, 1)), ("10/min", Rate(10, 60)), ("5/h", Rate(5, 3600)), ("9/d", Rate(9, 86400))],
)
def test_a_rate_is_a_number_and_a_period(written: str, rate: Rate) -> None:
    assert parse_rate("coupon", written) == rate


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.5", "192.0.2.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "10.9.9.9, 203.0.113.5", "203.0.113.5"),
        (2, "203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "1.2.3.4, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "203.0.113.5", "203.0.113.5"),
        (1, "", "192.0.2.1"),
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "unknown", "unknown"),
    ],
)
def test_an_address_is_what_trusted_proxies_say(proxies: int, forwarded: str, expected: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = Request(APIRequestFactory().post("/", headers=headers, REMOTE_ADDR="192.0.2.1"))
    with override_settings(NEXUS_COMMERCE={"TRUSTED_PROXIES": proxies}):
        assert address_of(request) == expected


def test_tries_with_one_key_count_as_well(api: Api) -> None:
    with rates(coupon="1/d"):
        cart = cart_of(api)
        headers = {"Idempotency-Key": "0123456789abcdef"}
        api.post(f"{cart}/coupons", {"code": "GUESS"}, **headers)
        problem(api.post(f"{cart}/coupons", {"code": "GUESS"}, **headers), 429, "throttled")
