"""The models of payments, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.payments.abstract_models import AbstractPayment as PaymentBase
    from nexus_commerce.payments.abstract_models import AbstractPaymentEvent as PaymentEventBase
    from nexus_commerce.payments.abstract_models import AbstractRefund as RefundBase
else:
    from nexus_commerce.payments import abstract_models as a

    PaymentBase = compose("payments.Payment", a.AbstractPayment)
    PaymentEventBase = compose("payments.PaymentEvent", a.AbstractPaymentEvent)
    RefundBase = compose("payments.Refund", a.AbstractRefund)

__all__ = ["Payment", "PaymentEvent", "Refund"]


@seal
class Payment(PaymentBase):
    """See ``AbstractPayment``."""


@seal
class PaymentEvent(PaymentEventBase):
    """See ``AbstractPaymentEvent``."""


@seal
class Refund(RefundBase):
    """See ``AbstractRefund``."""
