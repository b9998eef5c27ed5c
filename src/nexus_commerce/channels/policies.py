"""Which channel a visitor is served in."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import router

from nexus_commerce.channels.errors import NoChannel
from nexus_commerce.channels.models import Channel

__all__ = ["ChannelHint", "ChannelPolicy"]


@dataclass(frozen=True, slots=True)
class ChannelHint:
    """What a door knows of where a visitor stands; empty where it knows nothing."""

    host: str = ""
    header: str = ""
    path: str = ""


class ChannelPolicy:
    """Find the channel of a visitor. Called once a request, before anything is priced.

    Replace it to choose by path, by country or by account; always return an active channel. Do not use it to hide data:
    a channel is not a tenant.
    """

    def find(self, hint: ChannelHint) -> Channel:
        """Return the channel that the header names by its code, else that of the host name, else the default.

        Raises ``NoChannel`` for a code that names none, and where there is no default.
        """
        channels = _active_channels()
        if hint.header:
            found = [channel for channel in channels if channel.code == hint.header]
        else:
            host = hint.host.partition(":")[0].lower()
            found = [channel for channel in channels if host and channel.hostname == host]
            found += [channel for channel in channels if channel.is_default]
            found += channels if len(channels) == 1 else []
        if not found:
            raise NoChannel(field="Nexus-Channel" if hint.header else None)
        return found[0]


def _active_channels() -> list[Channel]:
    # Every request asks, and building the query costs more than running it.
    using = router.db_for_read(Channel)
    return list(Channel.objects.using(using).raw(*_active_channels_sql(using)))


@lru_cache(maxsize=4)
def _active_channels_sql(using: str) -> tuple[str, tuple[Any, ...]]:
    sql, params = Channel.objects.filter(is_active=True).query.get_compiler(using).as_sql()
    return sql, tuple(params)
