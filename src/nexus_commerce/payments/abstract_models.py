from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import AppendOnly, Free, Named, Timestamped, Versioned
from nexus_commerce.core.fields import CurrencyField, MinorUnitsField, amount_bounds, at_most


class AbstractPayment(Named, Timestamped, Versioned, Free):
    """Money for an order through one provider. Its state is a function of the set of its verified events.

    ``provider`` is the alias in the settings, ``provider_ref`` the provider's own name for it. Amounts are minor
    units of ``currency``. Card data never comes here.
    """

    order = models.ForeignKey("nexus_orders.Order", models.PROTECT, related_name="payments")
    provider = models.CharField(_("provider"), max_length=64)
    provider_ref = models.CharField(_("provider's reference"), max_length=255, null=True, blank=True)
    state = models.CharField(_("state"), max_length=32, default="pending")
    currency = CurrencyField(_("currency"))
    amount = MinorUnitsField(_("amount"))
    authorized = MinorUnitsField(_("authorized"), default=0)
    captured = MinorUnitsField(_("captured"), default=0)
    refunded = MinorUnitsField(_("refunded"), default=0)
    refund_pending = MinorUnitsField(_("refunds under way"), default=0)
    next_action = models.JSONField(_("next action"), default=dict, blank=True)
    failure_code = models.CharField(_("failure"), max_length=64, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [models.Index(name="nexus_payment_state", fields=["state", "updated_at"])]
        constraints = [
            models.UniqueConstraint(
                name="nexus_payment_provider_ref",
                fields=["provider", "provider_ref"],
                condition=models.Q(provider_ref__isnull=False),
            ),
            amount_bounds("nexus_payment_amounts", ["amount", "authorized", "captured"]),
            models.CheckConstraint(
                name="nexus_payment_captured",
                condition=models.Q(authorized=0) | models.Q(captured__lte=models.F("authorized")),
            ),
            at_most("nexus_payment_refunds", "refunded", "refund_pending", limit="captured"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_ref or self.public_id}"


class AbstractPaymentEvent(AppendOnly):
    """Something a provider reported about a payment, each once."""

    payment = models.ForeignKey("nexus_payments.Payment", models.PROTECT, related_name="events")
    provider = models.CharField(_("provider"), max_length=64)
    provider_event = models.CharField(_("provider's event id"), max_length=255)
    type = models.CharField(_("type"), max_length=64)
    amount = MinorUnitsField(_("amount"), null=True, blank=True)
    data = models.JSONField(_("data"), default=dict)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("payment event")
        verbose_name_plural = _("payment events")
        constraints = [
            models.UniqueConstraint(name="nexus_paymentevent_once", fields=["provider", "provider_event"]),
            amount_bounds("nexus_paymentevent_amount", ["amount"]),
        ]

    def __str__(self) -> str:
        return self.type


class AbstractRefund(Named, Timestamped):
    """Money given back from a payment."""

    payment = models.ForeignKey("nexus_payments.Payment", models.PROTECT, related_name="refunds")
    state = models.CharField(_("state"), max_length=32, default="pending")
    amount = MinorUnitsField(_("amount"))
    provider_ref = models.CharField(_("provider's reference"), max_length=255, null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    actor = models.CharField(_("actor"), max_length=255, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            amount_bounds("nexus_refund_amount", ["amount"]),
            models.UniqueConstraint(
                name="nexus_refund_provider_ref",
                fields=["payment", "provider_ref"],
                condition=models.Q(provider_ref__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
