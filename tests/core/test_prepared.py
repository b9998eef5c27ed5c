from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.db.models import BigIntegerField, CharField, DateTimeField, F, IntegerField, Q, UUIDField, Value
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.cart.errors import NotForSale
from nexus_commerce.cart.services import find_offer
from nexus_commerce.catalog.models import Product, ProductListing, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.prepared import AnyOf, Prepared, Slot, compile_queryset
from nexus_commerce.testing.factories import make_channel, make_product, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)

BY_CODE: Prepared[Channel] = Prepared(
    lambda: Channel.objects.filter(code=Slot("code", CharField())).order_by("id"), code=CharField()
)


def named(code: str) -> list[str]:
    return [channel.name for channel in BY_CODE.run("default", code=code)]


def test_one_statement_serves_every_value() -> None:
    make_channel(code="eu", name="Europe")
    make_channel(code="us", name="America")
    assert (named("eu"), named("us"), named("' OR 1=1 --"), named("%s")) == (["Europe"], ["America"], [], [])


def test_it_is_compiled_when_it_first_runs_and_never_again() -> None:
    made: list[int] = []

    def make() -> Any:
        made.append(1)
        return Channel.objects.filter(code=Slot("code", CharField()))

    prepared: Prepared[Channel] = Prepared(make, code=CharField())
    assert made == []
    for code in ("a", "b", "c"):
        prepared.run("default", code=code)
    assert made == [1]


def test_rows_are_instances_with_their_related_ones_and_annotations(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    variant = make_variant()
    Variant.objects.update(weight=20)
    prepared: Prepared[Any] = Prepared(
        lambda: (
            Variant.objects.filter(sku=Slot("sku", CharField()))
            .select_related("product")
            .annotate(heavier=F("weight") + Slot("more", IntegerField()))
        ),
        sku=CharField(),
        more=IntegerField(),
    )
    with django_assert_num_queries(1):
        (found,) = prepared.run("default", sku=variant.sku, more=5)
        assert (found, found.product.name, found.heavier) == (variant, variant.product.name, 25)
    assert found.public_id == variant.public_id
    found.name = "saved"
    found.save()
    assert Variant.objects.get().name == "saved"


def test_rows_are_dicts_where_the_queryset_gives_dicts() -> None:
    variant = make_variant()
    Variant.objects.update(metadata={"color": "red"})
    prepared: Prepared[dict[str, Any]] = Prepared(
        lambda: Variant.objects.filter(pk=Slot("pk", BigIntegerField())).values("sku", "metadata", "product__name"),
        pk=BigIntegerField(),
    )
    assert prepared.run("default", pk=variant.pk) == [
        {"sku": variant.sku, "metadata": {"color": "red"}, "product__name": variant.product.name}
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_of_any_length_is_one_value(count: int) -> None:
    variants = [make_variant() for _ in range(4)]
    wanted = [variant.public_id for variant in variants[:count]]
    prepared: Prepared[Variant] = Prepared(
        lambda: Variant.objects.filter(AnyOf("public_id", "ids"), ~AnyOf("sku", "skus")),
        ids=UUIDField(),
        skus=CharField(),
    )
    found = prepared.run("default", ids=wanted, skus=["none", "such"])
    assert {variant.public_id for variant in found} == set(wanted)
    assert prepared.run("default", ids=wanted, skus=[variant.sku for variant in variants]) == []


def test_times_and_windows_are_written_as_the_database_wants() -> None:
    channel = make_channel()
    listing = make_product(channel=channel).listings.get()
    ProductListing.objects.update(visible_from=NOW)
    slot: Any = Slot("now", DateTimeField())
    prepared: Prepared[Product] = Prepared(
        lambda: Product.objects.non_polymorphic().visible_in(Slot("channel", BigIntegerField()), now=slot),
        channel=BigIntegerField(),
        now=DateTimeField(),
    )
    seen = [
        [product.pk for product in prepared.run("default", channel=channel.pk, now=NOW + timedelta(seconds=seconds))]
        for seconds in (-1, 0, 1)
    ]
    assert seen == [[], [listing.product_id], [listing.product_id]]


def test_percent_signs_and_fixed_values_stay_what_they_are() -> None:
    make_channel(code="eu", name="100 % Europe")
    make_channel(code="us", name="100 America")
    prepared: Prepared[Channel] = Prepared(
        lambda: Channel.objects.filter(Q(name__contains="0 %") | Q(name=Value("%s")), code=Slot("code", CharField())),
        code=CharField(),
    )
    assert [row.name for row in prepared.run("default", code="eu")] == ["100 % Europe"]
    assert prepared.run("default", code="us") == []


def test_conditions_that_match_nothing_cannot_be_compiled() -> None:
    with pytest.raises(EmptyResultSet):
        compile_queryset(Channel.objects.none(), "default")


def test_a_host_that_publishes_by_its_own_rule_is_asked_each_time(channel: Channel, settings: Any) -> None:
    given = getattr(settings, "NEXUS_COMMERCE", {})
    settings.NEXUS_COMMERCE = {**given, "PUBLICATION_POLICY": "tests.core.policies.NothingNamedSecret"}
    shown = make_product(channel=channel, name="Open", amount=100).variants.get()
    hidden = make_product(channel=channel, name="Secret", amount=100).variants.get()
    assert find_offer(channel=channel, public_id=shown.public_id).is_listed
    with pytest.raises(NotForSale):
        find_offer(channel=channel, public_id=hidden.public_id)
