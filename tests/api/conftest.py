from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.conf.rates import RATES
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.testing.factories import make_product
from tests.api.client import BERLIN, Api
from tests.checkout.paying import online_shop


@pytest.fixture
def api(channel: Channel) -> Api:
    """Return a guest's client of a shop with one channel."""
    return Api()


@pytest.fixture
def no_limits(settings: Any) -> None:
    """Let everything be tried without end."""
    settings.NEXUS_COMMERCE = {**nexus_settings.given, "THROTTLE_RATES": dict.fromkeys(RATES)}


@pytest.fixture
def user(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("ada", "ada@example.com", "a password")


@pytest.fixture
def customer_api(channel: Channel, user: Any) -> Api:
    """Return the client of a signed-in user who never bought."""
    signed_in = Api()
    signed_in.http.force_login(user)
    return signed_in


@pytest.fixture
def variants(channel: Channel) -> list[Variant]:
    """Return twelve variants of as many products, at 1.00, 2.00 and so on, 10 units each."""
    return [make_product(channel=channel, amount=100 * number, stock=10).variants.get() for number in range(1, 13)]


@pytest.fixture
def ready(api: Api, variant: Variant) -> tuple[Api, str]:
    """Return a guest's client, and the address of the cart that it could order."""
    body = {
        "email": "ada@example.com",
        "lines": [{"variant": str(variant.public_id), "quantity": 2}],
        "shipping_address": BERLIN,
    }
    return api, f"carts/{api.post('carts', body).json()['cart']['id']}"


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DummyBank]:
    """Return the bank of the provider ``dummy``, which the shop offers too."""
    with online_shop(tmp_path) as bank:
        yield bank
