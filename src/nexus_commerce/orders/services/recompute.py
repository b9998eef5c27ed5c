"""Computing an order again from what it keeps."""

from django.utils.module_loading import import_string

from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services.record import input_from_json
from nexus_commerce.pricing.totals import Totals, compute

__all__ = ["recompute_order"]


def recompute_order(*, order: Order) -> Totals:
    """Return the totals of an order, from its own snapshot and the steps that it was made with.

    Nothing of the catalog, the prices, the promotions or the taxes of today is asked. The lines are in the order of
    the order's positions. Raises ``ImportError`` where a step of a host is gone, ``InvalidInput`` where a condition or
    effect is.
    """
    steps = [import_string(path) for path in order.policies["totals_steps"]]
    return compute(input_from_json(order.explanation["input"]), steps)
