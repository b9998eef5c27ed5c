from collections.abc import Iterator
from pathlib import Path

import pytest

from nexus_commerce.payments.providers.dummy import DummyBank
from tests.checkout.paying import online_shop


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DummyBank]:
    with online_shop(tmp_path) as bank:
        yield bank
