"""What the shop adds to payments."""

from django.db import models

from nexus_commerce.payments.abstract_models import (
    AbstractCreditAccount,
    AbstractCreditEntry,
    AbstractPayment,
    AbstractPaymentEvent,
    AbstractProviderNotice,
    AbstractRefund,
    AbstractRefundLine,
)


class ShopPayment(AbstractPayment):
    ledger_account = models.CharField(max_length=16, default="1200")

    class Meta:
        abstract = True


class ShopPaymentEvent(AbstractPaymentEvent):
    received_by = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopRefund(AbstractRefund):
    approved_by = models.CharField(max_length=80, null=True, blank=True)

    class Meta:
        abstract = True


class ShopProviderNotice(AbstractProviderNotice):
    relayed_by = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopRefundLine(AbstractRefundLine):
    cost_center = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopCreditAccount(AbstractCreditAccount):
    sold_by = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopCreditEntry(AbstractCreditEntry):
    booked_by = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True
