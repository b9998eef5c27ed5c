"""Writers of the category tree on separate connections never corrupt it; without the lock they do."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from nexus_commerce.catalog.errors import CategoryCycle
from nexus_commerce.catalog.models import Category, Product
from nexus_commerce.catalog.services import create_category, move_category, set_categories, verify_tree
from nexus_commerce.testing.factories import make_product

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

THREADS = 8
WRITES = 20


def random_category(choice: random.Random) -> Category | None:
    chosen: Category | None = choice.choice([*Category.objects.all(), None])
    return chosen


def write(choice: random.Random, products: list[Product]) -> None:
    what = choice.random()
    if what < 0.3:
        create_category(name="root")
    elif what < 0.6:
        create_category(name="child", parent=random_category(choice))
    elif what < 0.7:
        chosen = random_category(choice)
        set_categories(product=choice.choice(products), categories=[chosen] if chosen else [])
    elif (category := random_category(choice)) is not None:
        parent = random_category(choice)
        if choice.random() < 0.5:
            move_category(category=category, parent=parent)
        else:
            category.parent = parent
            category.save()


def write_from_threads() -> list[Exception]:
    """Write from eight threads that start together; return what went wrong, refused cycles aside."""
    errors: list[Exception] = []
    products = [make_product() for _ in range(5)]
    for name in "abcdef":
        create_category(name=name)
    start = threading.Barrier(THREADS)

    def work(seed: int) -> None:
        choice = random.Random(seed)
        start.wait()
        for _ in range(WRITES):
            try:
                write(choice, products)
            except CategoryCycle:
                pass
            except Exception as exc:
                errors.append(exc)
        connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_eight_writers_leave_a_sound_tree() -> None:
    assert write_from_threads() == []
    assert verify_tree() == []
    assert Category.objects.count() > 40


@contextmanager
def no_lock(using: str | None = None) -> Iterator[None]:
    with transaction.atomic(using=using):
        yield


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("abstract_models.categories", "querysets", "services.categories", "services.products"):
        monkeypatch.setattr(f"nexus_commerce.catalog.{module}.tree_lock", no_lock)


@pytest.mark.usefixtures("without_lock")
def test_the_same_writers_without_the_lock_are_caught() -> None:
    errors = write_from_threads()
    assert verify_tree() or any(isinstance(error, DatabaseError) for error in errors)
