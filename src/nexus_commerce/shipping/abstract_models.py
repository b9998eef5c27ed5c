from django.core.validators import validate_slug
from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Free, Named, Timestamped
from nexus_commerce.core.areas import AreaFields
from nexus_commerce.core.fields import CurrencyField, MinorUnitsField, amount_bounds
from nexus_commerce.core.labels import label_of


class AbstractShippingZone(Named, Timestamped, Free):
    """A part of the world that is sent to alike. A method is offered where one of its zones fits the address."""

    code = models.CharField(_("code"), max_length=64, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=255)

    class Meta:
        abstract = True
        ordering = ["name", "id"]
        verbose_name = _("shipping zone")
        verbose_name_plural = _("shipping zones")

    def __str__(self) -> str:
        return self.name


class AbstractShippingZoneArea(AreaFields):
    """An area of a shipping zone."""

    zone = models.ForeignKey("nexus_shipping.ShippingZone", models.CASCADE, related_name="areas")

    class Meta(AreaFields.Meta):
        abstract = True
        ordering = ["id"]
        verbose_name = _("area of a shipping zone")
        verbose_name_plural = _("areas of shipping zones")
        indexes = [models.Index(name="nexus_shippingzonearea_country", fields=["country"])]


class AbstractShippingMethod(Named, Timestamped, Free):
    """A way to get goods to the shopper.

    ``kind`` says how it is charged: ``flat``, ``weight`` (an amount and a further one for each started ``step`` of
    grams), ``value`` (an amount and a percentage of the goods), ``tiered`` (by weight, value or quantity, as
    ``tier_basis`` says), ``pickup`` (at ``pickup_location``, no address needed) or ``carrier`(asked live, by the
    alias in ``carrier``). An empty ``tax_class`` is taxed in proportion to the goods. Bounds are inclusive; weights
    are grams, delivery times business days.
    """

    code = models.CharField(_("code"), max_length=64, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    channels = models.ManyToManyField(
        "nexus_channels.Channel", blank=True, related_name="shipping_methods", help_text=_("None: all channels.")
    )
    zones = models.ManyToManyField(
        "nexus_shipping.ShippingZone", blank=True, related_name="methods", help_text=_("None: everywhere.")
    )
    kind = models.CharField(_("charged by"), max_length=16, default="flat")
    carrier = models.CharField(_("carrier"), max_length=64, blank=True)
    carrier_service = models.CharField(_("carrier's service"), max_length=64, blank=True)
    pickup_location = models.ForeignKey(
        "nexus_inventory.StockLocation", models.PROTECT, null=True, blank=True, related_name="pickup_methods"
    )
    tax_class = models.CharField(_("tax class"), max_length=32, blank=True)
    tier_basis = models.CharField(_("tiers by"), max_length=16, default="weight")
    step = models.PositiveIntegerField(_("step (g)"), default=1000)
    min_weight = models.PositiveIntegerField(_("least weight (g)"), null=True, blank=True)
    max_weight = models.PositiveIntegerField(_("greatest weight (g)"), null=True, blank=True)
    min_days = models.PositiveIntegerField(_("delivery from (days)"), null=True, blank=True)
    max_days = models.PositiveIntegerField(_("delivery until (days)"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("shipping method")
        verbose_name_plural = _("shipping methods")
        constraints = [
            models.CheckConstraint(name="nexus_shippingmethod_step", condition=models.Q(step__gte=1)),
            models.CheckConstraint(
                name="nexus_shippingmethod_weights",
                condition=models.Q(min_weight__isnull=True)
                | models.Q(max_weight__isnull=True)
                | models.Q(min_weight__lte=models.F("max_weight")),
            ),
            models.CheckConstraint(
                name="nexus_shippingmethod_days",
                condition=models.Q(min_days__isnull=True)
                | models.Q(max_days__isnull=True)
                | models.Q(min_days__lte=models.F("max_days")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AbstractShippingRate(Timestamped):
    """What a method costs in one currency; amounts in its minor units, in the price basis of the channel.

    ``step_amount`` is for each started step of weight, ``percent`` of the goods' value; ``free_from`` is the value of
    goods, after discounts, from which nothing is charged. ``min_value`` and ``max_value`` bound the goods' value.
    """

    method = models.ForeignKey("nexus_shipping.ShippingMethod", models.CASCADE, related_name="rates")
    currency = CurrencyField(_("currency"))
    amount = MinorUnitsField(_("amount"), default=0)
    step_amount = MinorUnitsField(_("amount for each step"), default=0)
    percent = models.DecimalField(_("percent of the value"), max_digits=9, decimal_places=6, default=0)
    free_from = MinorUnitsField(_("free from"), null=True, blank=True)
    min_value = MinorUnitsField(_("least value"), null=True, blank=True)
    max_value = MinorUnitsField(_("greatest value"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["method", "currency"]
        verbose_name = _("shipping rate")
        verbose_name_plural = _("shipping rates")
        constraints = [
            models.UniqueConstraint(name="nexus_shippingrate_unique", fields=["method", "currency"]),
            amount_bounds(
                "nexus_shippingrate_amounts", ["amount", "step_amount", "free_from", "min_value", "max_value"]
            ),
            models.CheckConstraint(
                name="nexus_shippingrate_percent", condition=models.Q(percent__gte=0, percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'method')} ({self.currency})"


class AbstractShippingTier(models.Model):
    """The charge of a tiered rate from ``starts_at`` on: grams, minor units of value, or units."""

    rate = models.ForeignKey("nexus_shipping.ShippingRate", models.CASCADE, related_name="tiers")
    starts_at = models.PositiveBigIntegerField(_("from"), default=0)
    amount = MinorUnitsField(_("amount"))

    class Meta:
        abstract = True
        ordering = ["rate", "starts_at"]
        verbose_name = _("shipping tier")
        verbose_name_plural = _("shipping tiers")
        constraints = [
            models.UniqueConstraint(name="nexus_shippingtier_unique", fields=["rate", "starts_at"]),
            amount_bounds("nexus_shippingtier_amount", ["amount"]),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}: {self.amount}"
