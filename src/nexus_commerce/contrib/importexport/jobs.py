"""Imports and exports as long work. A host names them in ``NEXUS_COMMERCE["JOBS"]``; their files lie in
``STORAGES["nexus_private"]``."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.importexport.files import local_copy, stored_whole
from nexus_commerce.contrib.importexport.orders import write_orders
from nexus_commerce.contrib.importexport.shopify.run import import_products
from nexus_commerce.contrib.importexport.tracking import JobObserver, result_of
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.events.jobs import JobKind
from nexus_commerce.events.models import Job
from nexus_commerce.events.services import advance_job
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.orders.models import Order

__all__ = ["OrdersCsv", "ShopifyImport"]


class ShopifyImport(JobKind):
    """Import the product CSV of Shopify that lies in the storage.

    Parameters: ``file``, its name there; ``channel``, a code; ``location``, the code of a stock location or nothing;
    ``track_quantities``, as ``nexus_import`` takes it.
    """

    name = "shopify_import"

    def run(self, job: Job) -> dict[str, Any]:
        """Import the file; what an earlier try has written is found to be unchanged."""
        params = job.params
        location = params.get("location")
        observer = JobObserver(job)
        with local_copy(params["file"]) as path:
            report = import_products(
                path,
                channel=Channel.objects.get(code=params["channel"]),
                location=StockLocation.objects.get(code=location) if location else None,
                track_quantities=bool(params.get("track_quantities")),
                observer=observer,
            )
        observer.tell()
        return result_of(report)


class OrdersCsv(JobKind):
    """Write orders to a CSV file in the storage.

    Parameters, each optional: ``channel``, a code; ``state``; ``placed_from`` and ``placed_until``, moments with an
    offset. The result names the ``file`` and the number of ``orders``.
    """

    name = "orders_csv"

    def run(self, job: Job) -> dict[str, Any]:
        """Write the file anew: one that an earlier try began is not there."""
        orders = chosen(job.params)
        total = orders.count()
        advance_job(job=job, done=0, total=total)
        name = f"exports/orders-{job.public_id}.csv"
        with stored_whole(name) as file:
            count = write_orders(file, orders, advanced=lambda done: advance_job(job=job, done=done))
        return {"file": name, "orders": count}


def chosen(params: dict[str, Any]) -> QuerySet[Order]:
    """Return the orders that the parameters ask for."""
    orders = Order.objects.all()
    if channel := params.get("channel"):
        orders = orders.filter(channel=Channel.objects.get(code=channel))
    if state := params.get("state"):
        orders = orders.filter(state=state)
    if start := params.get("placed_from"):
        orders = orders.filter(placed_at__gte=moment(start))
    if end := params.get("placed_until"):
        orders = orders.filter(placed_at__lt=moment(end))
    return orders


def moment(text: str) -> datetime:
    """Return a moment. Raises ``InvalidInput`` for one without an offset, which would depend on the server."""
    found = parse_datetime(text)
    if found is None or is_naive(found):
        raise InvalidInput(f"Not a moment with an offset, such as 2026-03-01T00:00:00+01:00: {text!r}.")
    return found
