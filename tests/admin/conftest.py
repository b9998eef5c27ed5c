from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from nexus_commerce.payments.providers.dummy import DummyBank
from tests.checkout.paying import online_shop
from tests.extension.rows import write_rows


@pytest.fixture
def staff(db: None) -> Any:
    """Return a superuser."""
    return get_user_model().objects.create_superuser(username="ada", email="ada@example.com", password="secret")


@pytest.fixture
def pages(staff: Any) -> Client:
    """Return a client of the superuser."""
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def powerless(db: None) -> Client:
    """Return a client of somebody who may enter the admin and do nothing there."""
    client = Client()
    user = get_user_model().objects.create_user(username="bob", password="secret", is_staff=True)
    client.force_login(user)
    return client


@pytest.fixture
def rows(db: None) -> None:
    """Write a row in every table of the library."""
    write_rows()


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DummyBank]:
    """Offer the test provider, which captures at once, and return its bank."""
    with online_shop(tmp_path) as bank:
        yield bank


@pytest.fixture
def holding_bank(tmp_path: Path) -> Iterator[DummyBank]:
    """Offer the test provider, which holds the money until it is captured, and return its bank."""
    with online_shop(tmp_path, capture="manual") as bank:
        yield bank
