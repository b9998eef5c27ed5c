"""Races of catalog writers on PostgreSQL. Each guard is paired with a mutant that lacks it and must then go wrong."""

from functools import partial
from typing import Any

import pytest

from nexus_commerce.catalog.errors import DuplicateVariant
from nexus_commerce.catalog.models import Product, Variant
from nexus_commerce.catalog.services import (
    add_variant,
    archive_product,
    create_product,
    products,
    restore_product,
    set_options,
    slugs,
    variants,
)
from nexus_commerce.events.models import OutboxEvent
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 6
ACTORS = 4


def unlocked(product: Product, **kwargs: Any) -> Product:
    """Read what ``lock_product`` reads, without its lock."""
    product.version, product.attributes = Product.plain.values_list("version", "attributes").get(pk=product.pk)
    return product


def failures(results: list[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


def create_at_once(name: str) -> list[Any]:
    return race([partial(create_product, name=name)] * ACTORS)


def test_products_of_one_name_created_at_once_get_slugs_of_their_own() -> None:
    for number in range(ROUNDS):
        results = create_at_once(f"Lamp {number}")
        assert not failures(results), results
        found = {product.slugs.get().slug for product in results}
        assert found == {f"lamp-{number}", *(f"lamp-{number}-{suffix}" for suffix in range(2, ACTORS + 1))}


def test_mutant_that_does_not_look_again_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slugs, "_ATTEMPTS", 1)
    assert any(failures(create_at_once(f"Lamp {number}")) for number in range(ROUNDS))


def add_at_once(number: int) -> tuple[list[Any], Product]:
    """Let each actor add a variant of the same combination, under a SKU of its own."""
    product = create_product(name=f"Shirt {number}")
    # Both values are there: else the insert of the new one would let one writer in at a time.
    set_options(product=product, options={"Size": ["S", "M"]})

    def add(sku: str) -> Variant:
        return add_variant(product=Product.objects.get(pk=product.pk), sku=sku, options={"Size": "M"})

    return race([partial(add, f"{number}-{actor}") for actor in range(ACTORS)]), product


def test_a_combination_added_at_once_is_added_once() -> None:
    for number in range(ROUNDS):
        results, product = add_at_once(number)
        lost = failures(results)
        assert [type(error) for error in lost] == [DuplicateVariant] * (ACTORS - 1), results
        assert product.variants.count() == 1


def test_mutant_without_the_products_lock_runs_into_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variants, "lock_product", unlocked)
    lost = [error for number in range(ROUNDS) for error in failures(add_at_once(number)[0])]
    assert {type(error) for error in lost} - {DuplicateVariant}


def switch_at_once(number: int) -> tuple[list[Exception], list[str]]:
    """Archive a product from several sides, then bring it back from several; return what failed and the events."""
    product = create_product(name=f"Chair {number}")

    def switch(service: Any) -> Product:
        switched: Product = service(product=Product.objects.get(pk=product.pk))
        return switched

    lost = [
        error
        for service in (archive_product, restore_product)
        for error in failures(race([partial(switch, service)] * ACTORS))
    ]
    events = OutboxEvent.objects.filter(aggregate_id=product.public_id).order_by("pk")
    return lost, [f"{event.version} {event.type}" for event in events]


def test_archiving_and_restoring_at_once_count_once_each() -> None:
    for number in range(ROUNDS):
        assert switch_at_once(number) == ([], ["1 product.created", "2 product.archived", "3 product.restored"])


def test_mutant_without_the_lock_tells_a_version_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "lock_product", unlocked)
    outcomes = [switch_at_once(number) for number in range(ROUNDS)]
    assert any(lost or len(events) > 3 for lost, events in outcomes)
