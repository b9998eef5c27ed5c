import pytest

from nexus_commerce.channels.models import Channel
from tests.notifications.shop import open_shop


@pytest.fixture
def channel(db: None) -> Channel:
    """Return the channel of a shop that mails can link to."""
    return open_shop()
