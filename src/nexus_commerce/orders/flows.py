"""The states of an order, as data. A host adds its own in ``NEXUS_COMMERCE["STATES"]["order"]``."""

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.state import Flow

__all__ = ["ORDER_FLOW", "order_flow", "payment_state_of"]

ORDER_FLOW = Flow.of(
    "order",
    "pending",
    {
        "pending": ["placed", "expired", "review"],
        "expired": ["review"],
        "review": ["placed", "canceled"],
        "placed": ["completed", "canceled"],
    },
)


def order_flow() -> Flow:
    """Return the flow in force: the library's, and what the host adds."""
    return ORDER_FLOW.extended(nexus_settings.STATES.get("order", {}))


def payment_state_of(*, total: int, authorized: int, captured: int, refunded: int) -> str:
    """Return the payment state of an order from its amounts, in minor units: a function of these and nothing else.

    ``authorized`` is what is held and not yet captured. An order of which more was captured than it costs is paid, also
    after the surplus was given back.
    """
    kept = captured - refunded
    if refunded and kept <= 0:
        return "refunded"
    if kept >= total:
        return "paid"
    if refunded:
        return "partially_refunded"
    if kept:
        return "partially_paid"
    return "authorized" if authorized >= total else "unpaid"
