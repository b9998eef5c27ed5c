"""Working off events in this process, until nothing is due."""

from nexus_commerce.events.services.delivering import deliver_entry, open_entries
from nexus_commerce.events.services.inline import work_off_with
from nexus_commerce.events.services.relaying import relay_events
from nexus_commerce.events.services.webhooks_sending import send_deliveries

__all__ = ["deliver_all"]


def deliver_all(*, limit: int = 1000) -> int:
    """Hand on events, have them handled and send the webhooks that this queues, until nothing is due or ``limit``
    entries and webhooks were worked off; return how many.

    Called outside any transaction. What handling them writes to the outbox is worked off as well.
    """
    handled = 0
    while handled < limit:
        while relay_events():
            pass
        due = open_entries(limit=min(100, limit - handled))
        for entry_id in due:
            deliver_entry(entry_id=entry_id)
        sent = 0 if due else send_deliveries(limit=min(100, limit - handled))
        if not due and not sent:
            break
        handled += len(due) + sent
    return handled


work_off_with(deliver_all)
