from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Free, Named, Timestamped, Versioned
from nexus_commerce.core.fields import CurrencyField, MinorUnitsField, amount_bounds, at_most, window_order
from nexus_commerce.core.labels import label_of


class AbstractPromotion(Named, Timestamped, Versioned, Free):
    """A rule by which something costs less: when all ``conditions`` are met, every one of ``effects`` applies.

    Both are lists of ``{"code": ..., "args": {...}}`` that the registered classes read. Amounts in them are minor
    units of ``currency``, which may be empty where there are none. A promotion that ``needs_coupon`` applies only to
    carts with one of its codes. Promotions are archived, never deleted.

    ``uses`` and ``spent`` are counted only where there is a limit, by conditional UPDATEs that the CHECKs back.
    """

    name = models.CharField(_("name"), max_length=255, help_text=_("Shoppers see it beside the discount."))
    description = models.TextField(_("description"), blank=True)
    channels = models.ManyToManyField(
        "nexus_channels.Channel", blank=True, related_name="promotions", help_text=_("None: all channels.")
    )
    currency = CurrencyField(_("currency"), blank=True)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    effects = models.JSONField(_("effects"), default=list, blank=True)
    basis = models.CharField(
        _("basis of amounts"), max_length=8, blank=True, help_text=_("net or gross; empty: as the channel's prices.")
    )
    priority = models.IntegerField(_("priority"), default=0, help_text=_("The higher one goes first."))
    is_exclusive = models.BooleanField(_("exclusive"), default=False)
    stops_others = models.BooleanField(_("stops those of lower priority"), default=False)
    group = models.CharField(
        _("group"), max_length=64, blank=True, help_text=_("Of the promotions of a group only the best applies.")
    )
    needs_coupon = models.BooleanField(_("needs a coupon"), default=False)
    upsell_message = models.CharField(
        _("hint"), max_length=255, blank=True, help_text=_("Shown when little is lacking; {missing} is what.")
    )
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    usage_limit = models.PositiveBigIntegerField(_("uses in all"), null=True, blank=True)
    usage_limit_per_customer = models.PositiveIntegerField(_("uses by each customer"), null=True, blank=True)
    budget = MinorUnitsField(_("budget"), null=True, blank=True)
    uses = models.PositiveBigIntegerField(_("uses"), default=0, editable=False)
    spent = MinorUnitsField(_("spent"), default=0, editable=False)

    class Meta:
        abstract = True
        ordering = ["-priority", "id"]
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        indexes = [models.Index(name="nexus_promotion_active", fields=["is_active", "needs_coupon"])]
        constraints = [
            window_order("nexus_promotion_window", "valid_from", "valid_until"),
            at_most("nexus_promotion_uses", "uses", limit="usage_limit"),
            at_most("nexus_promotion_spent", "spent", limit="budget"),
            models.CheckConstraint(name="nexus_promotion_basis", condition=models.Q(basis__in=["", "net", "gross"])),
        ]

    def __str__(self) -> str:
        return self.name


class AbstractCoupon(Named, Timestamped):
    """A code that opens a promotion. Kept and compared in upper case; ``batch`` names the codes made together."""

    promotion = models.ForeignKey("nexus_promotions.Promotion", models.CASCADE, related_name="coupons")
    code = models.CharField(_("code"), max_length=64, unique=True)
    batch = models.CharField(_("batch"), max_length=64, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    usage_limit = models.PositiveBigIntegerField(_("uses in all"), null=True, blank=True)
    uses = models.PositiveBigIntegerField(_("uses"), default=0, editable=False)

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        indexes = [models.Index(name="nexus_coupon_batch", fields=["promotion", "batch"])]
        constraints = [
            window_order("nexus_coupon_window", "valid_from", "valid_until"),
            at_most("nexus_coupon_uses", "uses", limit="usage_limit"),
            models.CheckConstraint(name="nexus_coupon_upper", condition=models.Q(code=models.functions.Upper("code"))),
        ]

    def __str__(self) -> str:
        return self.code


class AbstractCustomerUsage(models.Model):
    """How often one customer has used a promotion that limits it; ``customer_key`` is a hash of who they are."""

    promotion = models.ForeignKey("nexus_promotions.Promotion", models.CASCADE, related_name="customer_usages")
    customer_key = models.CharField(_("customer"), max_length=64)
    usage_limit = models.PositiveIntegerField(_("limit"))
    uses = models.PositiveIntegerField(_("uses"), default=0)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("use by a customer")
        verbose_name_plural = _("uses by customers")
        constraints = [
            models.UniqueConstraint(name="nexus_customerusage_unique", fields=["promotion", "customer_key"]),
            at_most("nexus_customerusage_uses", "uses", limit="usage_limit"),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'promotion')}: {self.uses}"


class AbstractRedemption(Named, Timestamped):
    """One use of a promotion by an order, which is named by its public id.

    States: ``reserved`` while the order is being paid, ``used`` once it is placed, ``released`` when it came to
    nothing. ``amount`` is what was taken off, in minor units of ``currency``.
    """

    promotion = models.ForeignKey("nexus_promotions.Promotion", models.PROTECT, related_name="redemptions")
    coupon = models.ForeignKey(
        "nexus_promotions.Coupon", models.PROTECT, null=True, blank=True, related_name="redemptions"
    )
    order = models.UUIDField(_("order"))
    customer_key = models.CharField(_("customer"), max_length=64, blank=True)
    amount = MinorUnitsField(_("amount"))
    currency = CurrencyField(_("currency"))
    state = models.CharField(_("state"), max_length=16, default="reserved")

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        indexes = [models.Index(name="nexus_redemption_order", fields=["order"])]
        constraints = [
            models.UniqueConstraint(name="nexus_redemption_unique", fields=["promotion", "order"]),
            amount_bounds("nexus_redemption_amount", ["amount"]),
            models.CheckConstraint(
                name="nexus_redemption_state", condition=models.Q(state__in=["reserved", "used", "released"])
            ),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'promotion')}: {self.state}"
