"""The API describes itself, and what it says is so."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from nexus_commerce.api.docs.schema import build_document
from nexus_commerce.api.registry import LazyView
from nexus_commerce.conf import API_CLASSES, nexus_settings
from nexus_commerce.urls import urlpatterns
from tests.api.client import ROOT, Api

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def document(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(api.get("openapi.json").content)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            yield f"{method.upper()} {path}", said


def test_the_document_is_valid_and_made_without_a_warning(capsys: pytest.CaptureFixture[str], db: None) -> None:
    with override_settings(NEXUS_COMMERCE=dict(nexus_settings.given)):  # nothing is remembered from other tests
        document = build_document("/somewhere/else")
    assert (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache) == ({}, {})
    assert capsys.readouterr().err == ""
    validate_schema(document)
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "/somewhere/else"}]


def test_the_document_is_about_the_library_only(document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": ROOT.removesuffix("/v1/")}]
    assert {path.split("/")[1] for path in document["paths"]} == {"v1"}


def test_every_operation_says_what_it_does_and_what_can_go_wrong(document: dict[str, Any]) -> None:
    for name, said in operations(document):
        assert said["summary"], name
        assert said["description"], name
        assert len(said["tags"]) == 1, name
        assert said["tags"][0] in {tag["name"] for tag in document["tags"]}, name
        assert any(status[0] in "23" for status in said["responses"]), name
        for status, reply in said["responses"].items():
            if status[0] == "4":
                assert list(reply["content"]) == ["application/problem+json"], (name, status)
                assert "`" in reply["description"], (name, status)
        if "requestBody" in said:
            assert {"400", "413", "415"} <= said["responses"].keys(), name
    ids = [said["operationId"] for _, said in operations(document)]
    assert len(ids) == len(set(ids))


def test_keys_and_limits_are_told_where_they_apply(document: dict[str, Any]) -> None:
    keyed = set()
    for name, said in operations(document):
        sent = {one["name"]: one for one in said.get("parameters", ())}
        told = " ".join(reply["description"] for status, reply in said["responses"].items() if status[0] == "4")
        assert ("idempotency_key_reused" in told) is ("Idempotency-Key" in sent), name
        assert ("idempotency_key_in_use" in told) is ("Idempotency-Key" in sent), name
        if "Idempotency-Key" in sent:
            keyed.add(name)
            assert ("idempotency_key_missing" in told) is sent["Idempotency-Key"].get("required", False), name
    carts = {name for name, _ in operations(document) if "/carts" in name and not name.startswith("GET")}
    assert {name for name in carts - keyed if "merge" not in name} == set()
    coupons = document["paths"]["/v1/carts/{cart_id}/coupons"]["post"]["responses"]
    assert coupons["429"]["description"] == "Too Many Requests: `throttled`"


def test_every_route_is_in_the_document_or_is_about_it(document: dict[str, Any]) -> None:
    pages = {f"docs.{name}View" for name in ("Index", "OpenAPI", "Docs", "DocsScript", "DocsStyle")}
    about = pages | {"errors.UnknownAddressView"}
    keys = {pattern.callback.key for pattern in urlpatterns if isinstance(pattern.callback, LazyView)}
    assert len(urlpatterns) == len(keys)
    assert len(document["paths"]) == len(keys - about)
    assert keys <= API_CLASSES.keys()


def test_the_main_operations_have_examples_that_the_api_accepts(document: dict[str, Any]) -> None:
    for path in ("/v1/carts", "/v1/carts/{cart_id}/lines", "/v1/carts/{cart_id}/checkout", "/v1/me/addresses"):
        body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        reference = body["schema"]["$ref"].rpartition("/")[2].removesuffix("Request")
        domain = {"carts": "cart", "me": "customers"}[path.split("/")[2]]
        key = "checkout.CheckoutSerializer" if path.endswith("checkout") else f"{domain}.{reference}Serializer"
        assert body["examples"], path
        for example in body["examples"].values():
            serializer = nexus_settings.API[key](data=example["value"])
            assert serializer.is_valid(), (path, serializer.errors)


def test_the_index_names_addresses_that_answer(api: Api) -> None:
    found = api.get("").json()["addresses"]
    assert {"channel", "carts", "openapi", "docs"} <= found.keys()
    for name, address in found.items():
        reply = api.get(address.partition(ROOT)[2])
        assert reply.status_code in (200, 401, 405), name


def test_the_plain_page_shows_every_operation_and_asks_no_other_site(api: Api, document: dict[str, Any]) -> None:
    page = api.get("docs")
    text = page.content.decode()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "http://" not in text
    assert "https://" not in text
    assert "<code>ETag</code>" in text
    for name, said in operations(document):
        assert name in text, name
        assert f'id="{said["operationId"]}"' in text


def test_the_plain_page_has_its_style_in_a_file(api: Api) -> None:
    page, style = api.get("docs").content.decode(), api.get("docs.css")
    assert f'href="{ROOT}docs.css"' in page
    assert "<style" not in page
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "color-scheme" in style.content.decode()


def test_the_swagger_page_asks_no_other_site(api: Api, settings: Any) -> None:
    with override_settings(INSTALLED_APPS=[*settings.INSTALLED_APPS, "drf_spectacular_sidecar"]):
        page, script = api.get("docs").content.decode(), api.get("docs.js")
    assert "http://" not in page
    assert "https://" not in page
    assert f'src="{ROOT}docs.js"' in page
    assert "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in page
    assert "<script>" not in page
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    said = script.content.decode().replace("\\u002D", "-")
    assert 'request.headers["X-CSRFTOKEN"]' in said
    assert f'url: "{ROOT}openapi.json"' in said


def test_the_sites_own_settings_of_the_generator_are_not_used(settings: Any) -> None:
    from drf_spectacular.settings import spectacular_settings

    before = spectacular_settings.TITLE
    build_document("/another")
    assert before == spectacular_settings.TITLE
