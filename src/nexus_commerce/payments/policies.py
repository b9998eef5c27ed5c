"""Which payments a refund goes back to."""

from collections.abc import Sequence

from nexus_commerce.payments.models import Payment

__all__ = ["RefundPolicy"]


class RefundPolicy:
    """Decide how a refund is spread over the payments of an order. Called with order and payments locked.

    Replace it to give store credit first, or to refuse refunds after some time.
    """

    def spread(self, *, payments: Sequence[Payment], amount: int) -> list[tuple[Payment, int]]:
        """Return how much of ``amount`` minor units goes back to which payment.

        The payments come in the order in which they were made, each with something left to refund. By default the one
        made last is paid back first: gift cards and store credit are taken first when an order is paid, so they are
        the last to be given back. What is left over, because too little was captured, is not in the list.
        """
        shares = []
        for payment in reversed(payments):
            part = min(amount, payment.refundable)
            if part > 0:
                shares.append((payment, part))
                amount -= part
        return shares
