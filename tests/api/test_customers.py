from typing import Any

import pytest

from nexus_commerce.customers.models import Address, Customer
from tests.api.client import BERLIN, Api, problem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def other_api(customer_api: Api, django_user_model: Any) -> Api:
    other = Api()
    other.http.force_login(django_user_model.objects.create_user("eve", "eve@example.com", "a password"))
    return other


def test_a_user_becomes_a_customer_on_demand(customer_api: Api) -> None:
    me = customer_api.get("me").json()
    assert me["email"] == "ada@example.com"
    assert me["id"] == str(Customer.objects.get().public_id)


def test_the_own_profile_is_changed_by_what_is_sent(customer_api: Api) -> None:
    changed = customer_api.patch("me", {"first_name": "Ada", "language": "de"})
    assert changed.status_code == 200
    assert customer_api.patch("me", {"last_name": "Ling"}).json() == changed.json() | {"last_name": "Ling"}


@pytest.mark.parametrize("body", [{"groups": [1]}, {"user": 1}, {"email": ""}, {"first_name": None}, {"id": "x"}])
def test_what_a_profile_does_not_take_is_named(customer_api: Api, body: dict[str, Any]) -> None:
    told = problem(customer_api.patch("me", body), 400, "invalid_input")
    assert [entry["field"] for entry in told["errors"]] == list(body)


def test_the_address_book_is_kept(customer_api: Api) -> None:
    first = customer_api.post("me/addresses", BERLIN | {"label": "Home", "is_default_shipping": True}).json()
    second = customer_api.post("me/addresses", BERLIN | {"is_default_shipping": True}).json()
    listed = {entry["id"]: entry for entry in customer_api.get("me/addresses").json()["results"]}
    assert list(listed) == [second["id"], first["id"]]
    assert [entry["is_default_shipping"] for entry in listed.values()] == [True, False]

    here = f"me/addresses/{first['id']}"
    replaced = customer_api.put(here, BERLIN | {"city": "Potsdam"}).json()
    assert (replaced["city"], replaced["label"]) == ("Potsdam", "")
    assert customer_api.get(here).json() == replaced
    assert customer_api.delete(here).status_code == 204
    problem(customer_api.get(here), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_foreign_address_looks_like_a_missing_one(customer_api: Api, other_api: Api, method: str) -> None:
    mine = customer_api.post("me/addresses", BERLIN).json()["id"]
    replies = [
        problem(other_api.call(method, f"me/addresses/{address}", BERLIN), 404, "not_found") | {"request_id": ""}
        for address in (mine, "33333333-3333-4333-8333-333333333333", "1", "x")
    ]
    assert all(reply == replies[0] for reply in replies)
    assert Address.objects.get().city == "Berlin"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "me"), ("PATCH", "me"), ("GET", "me/addresses"), ("POST", "me/addresses")],
)
def test_guests_have_no_profile(api: Api, method: str, path: str) -> None:
    problem(api.call(method, path, {} if method != "GET" else None), 401, "not_authenticated")


def test_a_session_changes_nothing_without_the_csrf_token(channel: object, user: Any) -> None:
    strict = Api(enforce_csrf_checks=True)
    strict.http.force_login(user)
    told = problem(strict.patch("me", {"first_name": "Eve"}), 403, "permission_denied")
    assert "CSRF" in told["detail"]
    strict.http.cookies["csrftoken"] = "a" * 32
    assert strict.patch("me", {"first_name": "Ada"}, **{"X-CSRFToken": "a" * 32}).status_code == 200
