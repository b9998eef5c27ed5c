"""How a channel is shown."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nexus_commerce.api.serializers import OutputSerializer
from nexus_commerce.channels.models import Channel

__all__ = ["ChannelSerializer"]


class ChannelSerializer(OutputSerializer):
    """What a storefront needs to know of its channel."""

    exposes = Channel

    code = serializers.CharField(help_text="What the header `Nexus-Channel` takes.")
    name = serializers.CharField()
    currency = serializers.CharField(help_text="ISO 4217. All prices of the channel are in it.")
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    time_zone = serializers.CharField(help_text="A name of the IANA time zone database.")
    language = serializers.CharField(help_text="The language of names and descriptions.")
    prices_include_tax = serializers.BooleanField()
    display_tax = serializers.BooleanField(help_text="Whether prices are to be shown with tax.")

    def represent(self, instance: Channel) -> dict[str, Any]:
        """Return the channel without its keys and switches."""
        shown = instance.display_tax
        return {
            "code": instance.code,
            "name": instance.name,
            "currency": instance.currency,
            "country": instance.country,
            "time_zone": instance.time_zone,
            "language": instance.default_language,
            "prices_include_tax": instance.prices_include_tax,
            "display_tax": instance.prices_include_tax if shown is None else shown,
        }
