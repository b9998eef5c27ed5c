from typing import Any

import pytest

from tests.promotions.host_rules import SETTINGS


@pytest.fixture
def host_rules(settings: Any) -> None:
    """Register the conditions and effects of ``host_rules``."""
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), **SETTINGS}
