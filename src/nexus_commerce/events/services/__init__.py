"""What changes events: writing them, handing them on, handling them, and long work."""

from nexus_commerce.events.services.delivering import (
    deliver_entry,
    following_entry,
    offer_entries,
    open_entries,
    replay_entry,
    settle_entry,
    withdraw_offers,
)
from nexus_commerce.events.services.relaying import relay_events
from nexus_commerce.events.services.working import deliver_all
from nexus_commerce.events.services.writing import Event, record_event, record_events

__all__ = [
    "Event",
    "deliver_all",
    "deliver_entry",
    "following_entry",
    "offer_entries",
    "open_entries",
    "record_event",
    "record_events",
    "relay_events",
    "replay_entry",
    "settle_entry",
    "withdraw_offers",
]
