"""The states of a shipment, as data. A host adds its own in ``NEXUS_COMMERCE["STATES"]["shipment"]``."""

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.state import Flow

__all__ = ["SHIPMENT_FLOW", "shipment_flow"]

SHIPMENT_FLOW = Flow.of("shipment", "pending", {"pending": ["shipped", "canceled"], "shipped": ["delivered"]})


def shipment_flow() -> Flow:
    """Return the flow in force: the library's, and what the host adds."""
    return SHIPMENT_FLOW.extended(nexus_settings.STATES.get("shipment", {}))
