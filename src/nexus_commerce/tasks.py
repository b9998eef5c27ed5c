"""The library's work as Celery tasks. Messages only wake workers: what is to be done stands in the database.

A message holds an id and nothing else, may be lost and may come twice: each task takes its row by the claim of the
service behind it, and ``nexus.relay`` sends again what nobody took. So a dead broker delays work and loses none.

A host adds ``nexus_commerce.conf.schedule.BEAT_SCHEDULE`` to its ``beat_schedule``; see "Run the relay" in the
documentation for the settings of broker and worker. This module is the only one that imports Celery, and no other
module imports it.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from celery import Task, current_app, shared_task

from nexus_commerce.access.services import purge_counts
from nexus_commerce.checkout.services import sweep_checkouts
from nexus_commerce.conf.schedule import BEAT_SCHEDULE
from nexus_commerce.events import services as events
from nexus_commerce.events.redacting import error_text
from nexus_commerce.events.services.idempotency import purge_keys
from nexus_commerce.inventory.services import sweep_reservations

__all__ = [
    "BEAT_SCHEDULE",
    "deliver",
    "deliver_webhook",
    "prune",
    "relay",
    "run_job",
    "sweep",
]

logger = logging.getLogger("nexus_commerce.tasks")

BATCH: Final = 200
BROKER_PATIENCE: Final = 3
"""Seconds that a broker has for an answer."""
FOLLOWING: Final = 50
"""How many entries of one aggregate a task handles in a row before it lets others have the worker."""

SURVIVES: Final[dict[str, Any]] = {
    # A message is taken from the queue when its work is done, so that one whose worker dies goes to another.
    "acks_late": True,
    "reject_on_worker_lost": True,
    "ignore_result": True,
    "serializer": "json",
}
SHORT: Final = {**SURVIVES, "soft_time_limit": 240, "time_limit": 300}


@shared_task(name="nexus.relay", **SHORT)
def relay() -> None:
    """Hand on events, and wake workers for the entries, webhooks and jobs that are due."""
    while events.relay_events(limit=BATCH):
        pass
    wake(deliver, events.offer_entries(limit=BATCH), lambda ids: events.withdraw_offers(entry_ids=ids))
    deliveries = events.offer_deliveries(limit=BATCH)
    wake(deliver_webhook, deliveries, lambda ids: events.withdraw_delivery_offers(delivery_ids=ids))


@shared_task(name="nexus.deliver", **SHORT)
def deliver(entry_id: int) -> None:
    """Have an inbox entry handled, then those that had to wait for it; then hand on what that told."""
    following: int | None = entry_id
    for _ in range(FOLLOWING):
        if following is None or events.deliver_entry(entry_id=following) not in {"done", "dead", "uncertain"}:
            break
        following = events.following_entry(entry_id=following)
    if events.relay_events(limit=BATCH):
        relay()


@shared_task(name="nexus.deliver_webhook", **SHORT)
def deliver_webhook(delivery_id: int) -> None:
    """Send a webhook."""
    events.send_delivery(delivery_id=delivery_id)


@shared_task(name="nexus.sweep", **SHORT)
def sweep() -> None:
    """Bring to an end what broke off: checkouts, reservations, and jobs whose process is gone."""
    wake(run_job, events.open_jobs())
    for act in (sweep_reservations, sweep_checkouts):
        try:
            act()
        except Exception:
            # One that fails must not keep the other from its work.
            logger.exception("%s failed", act.__name__)


@shared_task(name="nexus.run_job", **SURVIVES)
def run_job(job_id: int) -> None:
    """Do a job, or go on with it. It has no time limit: a process without a sign of life is replaced."""
    events.run_job(job_id=job_id)


@shared_task(name="nexus.prune", **SHORT)
def prune() -> None:
    """Delete what has served its time."""
    events.prune_events()
    purge_keys()
    purge_counts()


def wake(task: Task[..., Any], ids: Sequence[int], withdraw: Callable[[Sequence[int]], object] = len) -> int:
    """Send a message for each id, and return how many were sent; ``withdraw`` gets those that could not be.

    A broker that is away or does not answer costs some seconds and is logged: the next run sends the rest again.
    """
    if not ids:
        return 0
    sent = 0
    try:
        with patient_connection() as connection:
            for number in ids:
                task.apply_async((number,), connection=connection, retry=False)  # type: ignore[call-arg]
                sent += 1
    except Exception as exc:
        logger.warning("The broker took %d of %d messages: %s", sent, len(ids), error_text(exc))
        withdraw(ids[sent:])
    return sent


def patient_connection() -> AbstractContextManager[Any]:
    """Return a connection to the broker whose every step has a time limit.

    Celery's own waits without end for a server that accepts connections and is silent. RabbitMQ confirms each message.
    """
    if current_app.conf.task_always_eager:
        return nullcontext()
    limits = {"socket_timeout": BROKER_PATIENCE, "socket_connect_timeout": BROKER_PATIENCE}
    confirms = {"confirm_publish": True, "confirm_timeout": BROKER_PATIENCE}
    connection = current_app.connection_for_write(
        connect_timeout=BROKER_PATIENCE, heartbeat=0, transport_options={"max_retries": 0, **limits, **confirms}
    )
    try:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE)
    except Exception:
        connection.release()
        raise
    return connection
