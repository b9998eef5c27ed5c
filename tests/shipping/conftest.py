from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.shipping.carrier_server import CarrierServer


@pytest.fixture
def server() -> Iterator[CarrierServer]:
    running = CarrierServer()
    yield running
    running.close()


@pytest.fixture
def carriers(settings: Any, server: CarrierServer) -> Iterator[dict[str, Any]]:
    """The carriers of the settings, by alias; a test changes them before it asks."""
    cache.clear()
    found = {
        "parcel": {"BACKEND": "tests.shipping.carrier_server.ParcelService", "OPTIONS": {"url": server.url}},
        "table": {"BACKEND": "tests.shipping.carrier_server.TableCarrier", "OPTIONS": {}},
        "slow": {
            "BACKEND": "tests.shipping.carrier_server.SlowCarrier",
            "OPTIONS": {"sleep": 1.0, "timeout": 0.2, "max_running": 2},
        },
        "broken": {"BACKEND": "tests.shipping.carrier_server.BrokenCarrier", "OPTIONS": {}},
    }
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), "CARRIERS": found}
    yield found
    cache.clear()
