import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import AppendOnly, Free, Named, Timestamped, Versioned
from nexus_commerce.core.fields import MAX_QUANTITY, CurrencyField, MinorUnitsField, amount_bounds, at_most
from nexus_commerce.core.labels import label_of
from nexus_commerce.core.money import MAX_MINOR


class AbstractPayment(Named, Timestamped, Versioned, Free):
    """Money for an order through one provider. Its state is a function of the set of its verified events.

    ``provider`` is the alias in the settings, ``provider_ref`` the provider's own name for it. Amounts are minor
    units of ``currency``. Card data never comes here.

    ``operation`` is what the provider is being asked (``start``, ``capture``, ``void``), with its amount and the key
    that makes asking again harmless; ``locked_until`` is until when only one process may ask. An operation whose lock
    has run out is taken up again by the next call or the sweeper.
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
    return_url = models.CharField(_("where the shopper returns to"), max_length=500, blank=True, editable=False)
    operation = models.CharField(_("operation under way"), max_length=16, blank=True, editable=False)
    operation_amount = MinorUnitsField(_("amount of the operation"), null=True, blank=True, editable=False)
    operation_key = models.UUIDField(_("key of the operation"), null=True, blank=True, editable=False)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [
            models.Index(name="nexus_payment_state", fields=["state", "updated_at"]),
            models.Index(name="nexus_payment_operation", fields=["locked_until"], condition=~models.Q(operation="")),
        ]
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

    @property
    def refundable(self) -> int:
        """What can still be given back, in minor units."""
        left: int = self.captured - self.refunded - self.refund_pending
        return left


class AbstractPaymentEvent(AppendOnly):
    """A fact about a payment that its provider reported, each once.

    ``amount`` is how much has been authorized, captured or refunded of the payment by then, in all: which facts there
    are, and not in which order they came, says in which state the payment is.
    """

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


class AbstractProviderNotice(AppendOnly):
    """A message that a provider sent, with its signature verified, each once. What it says is then asked of the
    provider itself."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(
        "nexus_payments.Payment", models.PROTECT, null=True, blank=True, related_name="provider_notices"
    )
    provider = models.CharField(_("provider"), max_length=64)
    provider_event = models.CharField(_("provider's event id"), max_length=255)
    provider_ref = models.CharField(_("provider's reference"), max_length=255, blank=True)
    type = models.CharField(_("type"), max_length=64)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("message of a provider")
        verbose_name_plural = _("messages of providers")
        constraints = [
            models.UniqueConstraint(name="nexus_providernotice_once", fields=["provider", "provider_event"]),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.type}"


class AbstractRefund(Named, Timestamped):
    """Money given back from a payment: to where it came from, or (``target`` ``store_credit``) as store credit.

    States: ``pending`` until the provider has answered, then ``succeeded`` or ``failed``. While it is pending its
    amount counts as ``refund_pending`` of payment and order. ``shipping_amount`` is the part of ``amount`` that gives
    shipping charges back; its lines say what it gives back for goods.
    """

    payment = models.ForeignKey("nexus_payments.Payment", models.PROTECT, related_name="refunds")
    state = models.CharField(_("state"), max_length=32, default="pending")
    target = models.CharField(_("to"), max_length=32, default="payment")
    amount = MinorUnitsField(_("amount"))
    shipping_amount = MinorUnitsField(_("of it for shipping"), default=0)
    provider_ref = models.CharField(_("provider's reference"), max_length=255, null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    actor = models.CharField(_("actor"), max_length=255, blank=True)
    failure_code = models.CharField(_("failure"), max_length=64, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        indexes = [
            models.Index(name="nexus_refund_pending", fields=["locked_until"], condition=models.Q(state="pending")),
        ]
        constraints = [
            amount_bounds("nexus_refund_amount", ["amount", "shipping_amount"]),
            models.UniqueConstraint(
                name="nexus_refund_provider_ref",
                fields=["payment", "provider_ref"],
                condition=models.Q(provider_ref__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class AbstractRefundLine(models.Model):
    """What a refund gives back for an order line: so many units, and so much, with tax.

    A line that is paid back to two payments has its units on one of the two rows.
    """

    refund = models.ForeignKey("nexus_payments.Refund", models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("nexus_orders.OrderLine", models.PROTECT, related_name="refund_lines")
    quantity = models.PositiveIntegerField(_("quantity"), default=0)
    amount = MinorUnitsField(_("amount"))

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("line of a refund")
        verbose_name_plural = _("lines of refunds")
        constraints = [
            models.UniqueConstraint(name="nexus_refundline_unique", fields=["refund", "order_line"]),
            amount_bounds("nexus_refundline_amount", ["amount"]),
            models.CheckConstraint(
                name="nexus_refundline_quantity", condition=models.Q(quantity__gte=0, quantity__lte=MAX_QUANTITY)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {label_of(self, 'order_line')}"


class AbstractCreditAccount(Named, Timestamped, Free):
    """Money that a shop owes: a gift card, opened by its code, or the store credit of a customer or an e-mail address.

    ``balance`` is the sum of its entries and never negative. Of a gift card's code only the hash and its last four
    characters are kept.
    """

    kind = models.CharField(_("kind"), max_length=16)
    currency = CurrencyField(_("currency"))
    balance = MinorUnitsField(_("balance"), default=0, editable=False)
    code_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    code_end = models.CharField(_("end of the code"), max_length=4, blank=True, editable=False)
    customer = models.ForeignKey(
        "nexus_customers.Customer", models.PROTECT, null=True, blank=True, related_name="credit_accounts"
    )
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("gift card or store credit")
        verbose_name_plural = _("gift cards and store credit")
        constraints = [
            amount_bounds("nexus_creditaccount_balance", ["balance"]),
            models.CheckConstraint(
                name="nexus_creditaccount_kind",
                condition=models.Q(kind="gift_card", code_hash__isnull=False)
                | (
                    models.Q(kind="store_credit", code_hash__isnull=True)
                    & (models.Q(customer__isnull=False) | ~models.Q(email=""))
                ),
            ),
            models.UniqueConstraint(
                name="nexus_creditaccount_one_of_customer",
                fields=["customer", "currency"],
                condition=models.Q(kind="store_credit", customer__isnull=False),
            ),
            models.UniqueConstraint(
                name="nexus_creditaccount_one_of_email",
                fields=["email", "currency"],
                condition=models.Q(kind="store_credit", customer__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        if self.code_end:
            return f"\u2026{self.code_end}"
        return self.email or label_of(self, "customer")


class AbstractCreditEntry(AppendOnly):
    """A change of a balance: positive into the account, negative out of it. ``key`` makes writing it again harmless."""

    account = models.ForeignKey("nexus_payments.CreditAccount", models.PROTECT, related_name="entries")
    amount = MinorUnitsField(_("amount"))
    reason = models.CharField(_("reason"), max_length=32)
    key = models.CharField(_("key"), max_length=100, unique=True, editable=False)
    payment = models.ForeignKey(
        "nexus_payments.Payment", models.PROTECT, null=True, blank=True, related_name="credit_entries"
    )
    actor = models.CharField(_("actor"), max_length=255, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("entry of a gift card or store credit")
        verbose_name_plural = _("entries of gift cards and store credit")
        constraints = [
            models.CheckConstraint(
                name="nexus_creditentry_amount",
                condition=models.Q(amount__gte=-MAX_MINOR, amount__lte=MAX_MINOR) & ~models.Q(amount=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.reason}"
