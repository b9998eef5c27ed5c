"""Fixtures for pytest. Load them with ``pytest_plugins = ["nexus_commerce.testing.plugin"]`` in the root conftest."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from nexus_commerce.catalog.models import Category, Product, Variant
    from nexus_commerce.channels.models import Channel
    from nexus_commerce.customers.models import Customer

# pytest loads a plugin before Django is set up, so the factories, which need models, are imported when first used.


@pytest.fixture
def channel(db: None) -> "Channel":
    """Return the default channel of the site: euros, Germany."""
    from nexus_commerce.testing.factories import make_channel

    return make_channel(code="default", is_default=True)


@pytest.fixture
def category(db: None) -> "Category":
    """Return a root of the category tree."""
    from nexus_commerce.testing.factories import make_category

    return make_category()


@pytest.fixture
def product(channel: "Channel") -> "Product":
    """Return a physical product with one variant, visible in ``channel`` at 10.00 with 10 units in stock."""
    from nexus_commerce.testing.factories import make_product

    return make_product(channel=channel, amount=1000, stock=10)


@pytest.fixture
def variant(product: "Product") -> "Variant":
    """Return the variant of ``product``."""
    return product.variants.get()


@pytest.fixture
def customer(db: None) -> "Customer":
    """Return a customer with an e-mail address and no user."""
    from nexus_commerce.testing.factories import make_customer

    return make_customer()
