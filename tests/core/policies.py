"""Policies that tests name in the settings."""

from datetime import datetime
from typing import Any

from nexus_commerce.catalog.policies import PublicationPolicy
from nexus_commerce.channels.models import Channel


class NothingNamedSecret(PublicationPolicy):
    """Hides what is called secret."""

    def visible_products(self, *, channel: Channel, now: datetime) -> Any:
        return super().visible_products(channel=channel, now=now).exclude(name="Secret")
