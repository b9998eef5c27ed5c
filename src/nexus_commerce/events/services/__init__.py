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
from nexus_commerce.events.services.jobs import (
    advance_job,
    begin_job,
    cancel_job,
    fail_job,
    finish_job,
    open_jobs,
    release_job,
    run_job,
    start_job,
)
from nexus_commerce.events.services.pruning import prune_events
from nexus_commerce.events.services.relaying import relay_events
from nexus_commerce.events.services.webhooks import (
    offer_deliveries,
    open_deliveries,
    queue_deliveries,
    replay_delivery,
    withdraw_delivery_offers,
)
from nexus_commerce.events.services.webhooks_endpoints import (
    change_endpoint,
    create_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
)
from nexus_commerce.events.services.webhooks_sending import send_deliveries, send_delivery, send_test
from nexus_commerce.events.services.working import deliver_all
from nexus_commerce.events.services.writing import Event, record_event, record_events

__all__ = [
    "Event",
    "advance_job",
    "begin_job",
    "cancel_job",
    "change_endpoint",
    "create_endpoint",
    "deliver_all",
    "deliver_entry",
    "disable_endpoint",
    "enable_endpoint",
    "fail_job",
    "finish_job",
    "following_entry",
    "offer_deliveries",
    "offer_entries",
    "open_deliveries",
    "open_entries",
    "open_jobs",
    "prune_events",
    "queue_deliveries",
    "record_event",
    "record_events",
    "relay_events",
    "release_job",
    "replay_delivery",
    "replay_entry",
    "rotate_secret",
    "run_job",
    "send_deliveries",
    "send_delivery",
    "send_test",
    "settle_entry",
    "start_job",
    "withdraw_delivery_offers",
    "withdraw_offers",
]
