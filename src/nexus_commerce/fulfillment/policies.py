"""When an order may be sent."""

from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import UnknownProvider
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import get_provider

__all__ = ["FulfillmentPolicy"]


class FulfillmentPolicy:
    """Decide whether goods of an order may leave. Called in a transaction, with the order locked; ask no network.

    Replace it to send on account to customers that you trust.
    """

    paid_states = ("paid", "authorized", "partially_refunded")

    def may_ship(self, *, order: Order) -> bool:
        """Tell whether the order is paid, or what is not will be paid later by providers that allow it.

        Such a provider has the option ``ships_unpaid`` (cash on delivery). Of an order that is paid in several ways,
        all others must have paid.
        """
        if order.payment_state in self.paid_states:
            return True
        if order.payment_state == "refunded":
            return False
        counted: int = sum(self.counted(payment) for payment in order.payments.all())
        return counted >= int(order.total)

    def counted(self, payment: Payment) -> int:
        """Return the minor units of a payment that the order can be sent on."""
        if payment.state in ("failed", "voided"):
            return 0
        if self.comes_later(payment.provider):
            return int(payment.amount)
        return max(int(payment.authorized), int(payment.captured))

    def comes_later(self, alias: str) -> bool:
        """Tell whether the goods may leave before the money of a provider came."""
        try:
            return get_provider(alias=alias).ships_unpaid
        except UnknownProvider:
            return False
