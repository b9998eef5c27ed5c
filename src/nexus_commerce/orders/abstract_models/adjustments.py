from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.fields import MinorUnitsField, amount_bounds


class AbstractOrderDiscount(models.Model):
    """What a promotion took off a line, the shipping charge or (``line`` empty) the order; a positive amount."""

    order = models.ForeignKey("nexus_orders.Order", models.CASCADE, related_name="discounts")
    line = models.ForeignKey("nexus_orders.OrderLine", models.CASCADE, null=True, blank=True, related_name="discounts")
    shipping = models.ForeignKey(
        "nexus_orders.OrderShipping", models.CASCADE, null=True, blank=True, related_name="discounts"
    )
    promotion = models.UUIDField(_("promotion"), null=True, blank=True)
    coupon_code = models.CharField(_("coupon code"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=255)
    amount = MinorUnitsField(_("amount"))

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("discount of an order")
        verbose_name_plural = _("discounts of orders")
        constraints = [amount_bounds("nexus_orderdiscount_amount", ["amount"])]

    def __str__(self) -> str:
        return self.name


class AbstractOrderTax(models.Model):
    """The tax of one rate on a line, a shipping charge, a fee, or (all empty) the order: ``base`` is net.

    ``reason`` says why none is due: ``reverse_charge``, ``exempt`` or ``no_rate``.
    """

    order = models.ForeignKey("nexus_orders.Order", models.CASCADE, related_name="taxes")
    line = models.ForeignKey("nexus_orders.OrderLine", models.CASCADE, null=True, blank=True, related_name="taxes")
    shipping = models.ForeignKey(
        "nexus_orders.OrderShipping", models.CASCADE, null=True, blank=True, related_name="taxes"
    )
    fee = models.ForeignKey("nexus_orders.OrderFee", models.CASCADE, null=True, blank=True, related_name="taxes")
    name = models.CharField(_("name"), max_length=255)
    tax_class = models.CharField(_("tax class"), max_length=32, blank=True)
    zone = models.CharField(_("tax zone"), max_length=64, blank=True)
    rate = models.DecimalField(_("rate (%)"), max_digits=9, decimal_places=6)
    base = MinorUnitsField(_("base"))
    amount = MinorUnitsField(_("amount"))
    reason = models.CharField(_("reason"), max_length=32, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("tax of an order")
        verbose_name_plural = _("taxes of orders")
        constraints = [amount_bounds("nexus_ordertax_amounts", ["base", "amount"])]

    def __str__(self) -> str:
        return self.name


class AbstractOrderShipping(models.Model):
    """A shipping charge. ``amount`` is before discounts, ``total`` after them; both in the order's price basis."""

    order = models.ForeignKey("nexus_orders.Order", models.CASCADE, related_name="shipping_charges")
    method = models.CharField(_("method"), max_length=64)
    name = models.CharField(_("name"), max_length=255)
    tax_class = models.CharField(_("tax class"), max_length=32, blank=True)
    amount = MinorUnitsField(_("amount"))
    discount_total = MinorUnitsField(_("discounts"), default=0)
    tax_total = MinorUnitsField(_("tax"), default=0)
    total = MinorUnitsField(_("total"), default=0)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("shipping charge")
        verbose_name_plural = _("shipping charges")
        constraints = [amount_bounds("nexus_ordershipping_amounts", ["amount", "discount_total", "tax_total", "total"])]

    def __str__(self) -> str:
        return self.name


class AbstractOrderFee(models.Model):
    """A fee: payment surcharge, deposit, gift wrap. ``amount`` and ``total`` as of a shipping charge."""

    order = models.ForeignKey("nexus_orders.Order", models.CASCADE, related_name="fees")
    line = models.ForeignKey("nexus_orders.OrderLine", models.CASCADE, null=True, blank=True, related_name="fees")
    code = models.CharField(_("code"), max_length=64)
    name = models.CharField(_("name"), max_length=255)
    tax_class = models.CharField(_("tax class"), max_length=32, blank=True)
    amount = MinorUnitsField(_("amount"))
    tax_total = MinorUnitsField(_("tax"), default=0)
    total = MinorUnitsField(_("total"), default=0)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        constraints = [amount_bounds("nexus_orderfee_amounts", ["amount", "tax_total", "total"])]

    def __str__(self) -> str:
        return self.name
