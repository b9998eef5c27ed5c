"""When an order may be sent."""

from nexus_commerce.orders.models import Order

__all__ = ["FulfillmentPolicy"]


class FulfillmentPolicy:
    """Decide whether goods of an order may leave. Called in a transaction, with the order locked; ask no network.

    Replace it to send on account to customers that you trust.
    """

    paid_states = ("paid", "authorized", "partially_refunded")

    def may_ship(self, *, order: Order) -> bool:
        """Tell whether the order is paid, or its payments are of a kind that is paid later."""
        return order.payment_state in self.paid_states
