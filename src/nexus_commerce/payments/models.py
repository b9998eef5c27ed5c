"""The models of payments, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.payments.abstract_models import AbstractCreditAccount as CreditAccountBase
    from nexus_commerce.payments.abstract_models import AbstractCreditEntry as CreditEntryBase
    from nexus_commerce.payments.abstract_models import AbstractPayment as PaymentBase
    from nexus_commerce.payments.abstract_models import AbstractPaymentEvent as PaymentEventBase
    from nexus_commerce.payments.abstract_models import AbstractProviderNotice as ProviderNoticeBase
    from nexus_commerce.payments.abstract_models import AbstractRefund as RefundBase
    from nexus_commerce.payments.abstract_models import AbstractRefundLine as RefundLineBase
else:
    from nexus_commerce.payments import abstract_models as a

    PaymentBase = compose("payments.Payment", a.AbstractPayment)
    PaymentEventBase = compose("payments.PaymentEvent", a.AbstractPaymentEvent)
    ProviderNoticeBase = compose("payments.ProviderNotice", a.AbstractProviderNotice)
    RefundBase = compose("payments.Refund", a.AbstractRefund)
    RefundLineBase = compose("payments.RefundLine", a.AbstractRefundLine)
    CreditAccountBase = compose("payments.CreditAccount", a.AbstractCreditAccount)
    CreditEntryBase = compose("payments.CreditEntry", a.AbstractCreditEntry)

__all__ = ["CreditAccount", "CreditEntry", "Payment", "PaymentEvent", "ProviderNotice", "Refund", "RefundLine"]


@seal
class Payment(PaymentBase):
    """See ``AbstractPayment``."""


@seal
class PaymentEvent(PaymentEventBase):
    """See ``AbstractPaymentEvent``."""


@seal
class ProviderNotice(ProviderNoticeBase):
    """See ``AbstractProviderNotice``."""


@seal
class Refund(RefundBase):
    """See ``AbstractRefund``."""


@seal
class RefundLine(RefundLineBase):
    """See ``AbstractRefundLine``."""


@seal
class CreditAccount(CreditAccountBase):
    """See ``AbstractCreditAccount``."""


@seal
class CreditEntry(CreditEntryBase):
    """See ``AbstractCreditEntry``."""
