"""Which promotions a cart is told of, in which order, and at the cost of how many statements."""

import logging
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.catalog.models import Collection, CollectionProduct, Physical, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import Customer, CustomerGroup
from nexus_commerce.promotions.models import CustomerUsage, Promotion
from nexus_commerce.promotions.rules import PromotionInput
from nexus_commerce.promotions.services import (
    customer_key_of,
    facts_needed,
    load_customer_groups,
    load_line_facts,
    load_promotions,
)
from nexus_commerce.testing.factories import (
    make_category,
    make_channel,
    make_coupon,
    make_product,
    make_promotion,
    make_variant,
)
from tests.promotions.host_rules import InCategory, InCollection, InGroup, Nothing

pytestmark = [pytest.mark.django_db, pytest.mark.hosts, pytest.mark.usefixtures("host_rules")]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def load(channel: Channel, *codes: str, **terms: Any) -> list[PromotionInput]:
    given: dict[str, Any] = {"currency": channel.currency, "customer_key": "", "now": NOW}
    return load_promotions(channel=channel, codes=codes, **given | terms)


def names(channel: Channel, *codes: str, **terms: Any) -> list[str]:
    return [entry.name for entry in load(channel, *codes, **terms)]


def test_those_in_force_come_in_the_order_in_which_they_are_tried(channel: Channel) -> None:
    for name, priority in (("second", 5), ("third", 5), ("first", 9), ("last", -1)):
        make_promotion(Nothing(), name=name, priority=priority)
    found = load(channel)
    assert [entry.name for entry in found] == ["first", "second", "third", "last"]
    assert found[1].rank < found[2].rank


@pytest.mark.parametrize(
    ("fields", "is_there"),
    [
        ({}, True),
        ({"is_active": False}, False),
        ({"archived_at": NOW}, False),
        ({"valid_from": NOW}, True),
        ({"valid_from": NOW + DAY}, False),
        ({"valid_until": NOW}, False),
        ({"valid_until": NOW + DAY}, True),
        ({"currency": ""}, True),
        ({"currency": "USD"}, False),
        ({"needs_coupon": True}, False),
    ],
)
def test_only_those_in_force_are_there(channel: Channel, fields: dict[str, Any], is_there: bool) -> None:
    make_promotion(Nothing(), name="x", **fields)
    assert names(channel) == (["x"] if is_there else [])
    # The statement with codes says the same.
    assert names(channel, "UNKNOWN") == (["x"] if is_there else [])


def test_one_without_channels_is_in_all_and_others_in_theirs(channel: Channel) -> None:
    other = make_channel()
    make_promotion(Nothing(), name="everywhere")
    make_promotion(Nothing(), name="here", channel=channel)
    both = make_promotion(Nothing(), name="both", channel=channel)
    both.channels.add(other)
    assert names(channel) == ["everywhere", "here", "both"]
    assert names(other) == ["everywhere", "both"]


@pytest.mark.parametrize(
    ("fields", "is_opened"),
    [
        ({}, True),
        ({"is_active": False}, False),
        ({"valid_from": NOW + DAY}, False),
        ({"valid_until": NOW}, False),
    ],
)
def test_a_usable_coupon_opens_its_promotion(channel: Channel, fields: dict[str, Any], is_opened: bool) -> None:
    make_coupon(promotion=make_promotion(Nothing(), name="x"), code="SAVE", **fields)
    make_coupon(promotion=make_promotion(Nothing(), name="y"), code="OTHER")
    found = load(channel, " save ")
    assert [(entry.name, entry.coupon_code) for entry in found] == ([("x", "SAVE")] if is_opened else [])


def test_of_two_codes_the_one_with_uses_left_counts(channel: Channel) -> None:
    promotion = make_promotion(Nothing())
    make_coupon(promotion=promotion, code="SPENT", usage_limit=1, uses=1)
    (found,) = load(channel, "SPENT")
    assert (found.coupon_code, found.refusal) == ("SPENT", "used_up")
    make_coupon(promotion=promotion, code="LEFT", usage_limit=1)
    (found,) = load(channel, "SPENT", "LEFT")
    assert (found.coupon_code, found.refusal) == ("LEFT", "")


def test_a_code_that_nothing_needs_neither_helps_nor_harms(channel: Channel) -> None:
    promotion = make_promotion(Nothing())
    make_coupon(promotion=promotion, code="SPENT", usage_limit=1, uses=1)
    Promotion.objects.update(needs_coupon=False)
    (found,) = load(channel, "SPENT")
    assert (found.coupon_code, found.refusal) == ("", "")


@pytest.mark.parametrize(
    ("fields", "refusal", "left"),
    [
        ({"usage_limit": 2, "uses": 1}, "", None),
        ({"usage_limit": 2, "uses": 2}, "used_up", None),
        ({"budget": 1000, "spent": 400}, "", 600),
        ({"budget": 1000, "spent": 1000}, "budget_exhausted", 0),
    ],
)
def test_one_that_is_exhausted_says_so(channel: Channel, fields: dict[str, Any], refusal: str, left: Any) -> None:
    make_promotion(Nothing(), **fields)
    (found,) = load(channel)
    assert (found.refusal, found.budget_left) == (refusal, left)


def test_a_customer_who_had_theirs_is_told(
    channel: Channel, customer: Customer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = customer_key_of(customer=customer)
    once = make_promotion(Nothing(), usage_limit_per_customer=1)
    make_promotion(Nothing(), usage_limit_per_customer=2)
    for promotion in Promotion.objects.all():
        CustomerUsage.objects.create(promotion=promotion, customer_key=key, usage_limit=2, uses=1)
    with django_assert_num_queries(2):
        found = {entry.id: entry.refusal for entry in load(channel, customer_key=key)}
    assert found.pop(str(once.public_id)) == "customer_limit"
    assert list(found.values()) == [""]
    assert {entry.refusal for entry in load(channel, customer_key=customer_key_of(email="a@b.de"))} == {""}
    with django_assert_num_queries(1):
        assert {entry.refusal for entry in load(channel)} == {""}


@pytest.mark.parametrize("codes", [(), ("A", "B", "UNKNOWN")])
def test_one_statement_whatever_there_is(
    channel: Channel, codes: tuple[str, ...], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("A", "B"):
        make_coupon(promotion=make_promotion(Nothing(), usage_limit=1, budget=5), code=code, usage_limit=1)
    for _ in range(5):
        make_promotion(Nothing(), conditions=[InCategory()], channel=channel)
    with django_assert_num_queries(1):
        assert len(load(channel, *codes, customer_key=customer_key_of(email="a@b.de"))) == (7 if codes else 5)


def test_rules_are_read_again_when_the_promotion_changed(channel: Channel) -> None:
    promotion = make_promotion(Nothing(cap=1))
    first, again = load(channel)[0].effects[0], load(channel)[0].effects[0]
    assert first is again
    promotion.effects = [{"code": "nothing", "args": {"cap": 2}}]
    promotion.save()
    assert load(channel)[0].effects == (Nothing(cap=2),)


def test_one_whose_class_is_gone_is_left_out_with_a_word_in_the_log(
    channel: Channel, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make_promotion(Nothing(), name="broken")
    fine = make_promotion(name="fine")
    assert names(channel) == ["broken", "fine"]
    settings.NEXUS_COMMERCE = {**settings.NEXUS_COMMERCE, "PROMOTION_EFFECTS": []}
    with caplog.at_level(logging.WARNING):
        assert names(channel) == names(channel) == [fine.name]
    (record,) = caplog.records
    assert str(broken.public_id) in record.message
    assert "effects.0.code" in record.message


def test_facts_are_asked_for_by_the_rules(channel: Channel) -> None:
    assert facts_needed(load(channel)) == frozenset()
    make_promotion(Nothing(), conditions=[InCategory(), InGroup()])
    make_promotion(Nothing(), conditions=[InCategory(), InCollection()])
    assert facts_needed(load(channel)) == {"categories", "collections", "customer_groups", "attributes"}


def test_facts_of_lines_cost_one_statement_a_kind(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    child = make_category(parent=(root := make_category()))
    first = make_product(category=child, attributes={"wood": "oak", "size": 1}).variants.get()
    first.attributes = {"size": 2}
    second = make_variant(product=first.product)
    third = make_variant()
    collection = Collection.objects.create(code="summer", name="Summer")
    CollectionProduct.objects.create(collection=collection, product=third.product)
    variants: dict[Hashable, Variant] = {"a": first, "b": second, "c": third}
    _ = [variant.product.get_real_instance_class() for variant in variants.values()]
    with django_assert_num_queries(0):
        bare = load_line_facts(variants=variants, needs=frozenset({"customer_groups"}))
    assert (bare["a"].categories, bare["a"].collections, bare["a"].attributes) == (frozenset(), frozenset(), {})
    assert (bare["a"].sku, bare["a"].variant) == (first.sku, str(first.public_id))
    assert (bare["a"].product, bare["a"].product_type) == (str(first.product.public_id), Physical._meta.label_lower)
    with django_assert_num_queries(2):
        full = load_line_facts(variants=variants, needs={"categories", "collections", "attributes"})
    assert full["a"].categories == full["b"].categories == {str(child.public_id), str(root.public_id)}
    assert full["c"].categories == frozenset()
    assert full["c"].collections == {str(collection.public_id)}
    assert full["a"].attributes == {"wood": "oak", "size": 2}
    with django_assert_num_queries(0):
        assert load_line_facts(variants={}, needs={"categories", "collections"}) == {}


def test_groups_of_a_customer(customer: Customer, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    customer.groups.add(CustomerGroup.objects.create(code="vip", name="VIP"))
    CustomerGroup.objects.create(code="other", name="Other")
    with django_assert_num_queries(1):
        assert load_customer_groups(customer) == {"vip"}
    with django_assert_num_queries(0):
        assert load_customer_groups(None) == frozenset()


def test_a_customer_is_known_by_a_hash(customer: Customer) -> None:
    own = customer_key_of(customer=customer, email="ada@example.com")
    assert own == customer_key_of(customer=customer)
    assert len(own) == 64
    guest = customer_key_of(email=" Ada@Example.com ")
    assert guest == customer_key_of(email="ada@example.com")
    assert guest not in ("", own)
    assert customer_key_of() == customer_key_of(email=" ") == ""
