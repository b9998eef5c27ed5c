"""What changes events: writing them, handing them on, handling them, and long work."""

from nexus_commerce.events.services.writing import Event, record_event, record_events

__all__ = ["Event", "record_event", "record_events"]
