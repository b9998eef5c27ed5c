from django.core.validators import validate_slug
from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Free, Named, Timestamped
from nexus_commerce.core.areas import AreaFields
from nexus_commerce.core.fields import window_order
from nexus_commerce.core.labels import label_of


class AbstractTaxClass(Named, Timestamped, Free):
    """A kind of goods or service that is taxed alike. Products, variants, shipping methods and fees name its code.

    The default class is that of products that name none.
    """

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=255)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        abstract = True
        ordering = ["code"]
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")
        constraints = [
            models.UniqueConstraint(
                name="nexus_taxclass_one_default", fields=["is_default"], condition=models.Q(is_default=True)
            )
        ]

    def __str__(self) -> str:
        return self.name


class AbstractTaxZone(Named, Timestamped, Free):
    """A part of the world with tax rates of its own. Of the zones that fit an address, the one with the most precise
    area is taken, then the one with the higher priority, then the older one.

    ``allows_reverse_charge``: business customers with a valid VAT number of another member country owe the tax
    themselves (Directive 2006/112/EC, articles 138 and 196).
    """

    code = models.CharField(_("code"), max_length=64, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=255)
    priority = models.IntegerField(_("priority"), default=0)
    allows_reverse_charge = models.BooleanField(_("reverse charge"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True
        ordering = ["code"]
        verbose_name = _("tax zone")
        verbose_name_plural = _("tax zones")

    def __str__(self) -> str:
        return self.name


class AbstractTaxZoneArea(AreaFields):
    """An area of a tax zone."""

    zone = models.ForeignKey("nexus_tax.TaxZone", models.CASCADE, related_name="areas")

    class Meta(AreaFields.Meta):
        abstract = True
        ordering = ["id"]
        verbose_name = _("area of a tax zone")
        verbose_name_plural = _("areas of tax zones")
        indexes = [models.Index(name="nexus_taxzonearea_country", fields=["country"])]


class AbstractTaxRate(Named, Timestamped):
    """A rate of a tax class in a zone. Several at one time apply together, each on the net amount."""

    zone = models.ForeignKey("nexus_tax.TaxZone", models.CASCADE, related_name="rates")
    tax_class = models.ForeignKey("nexus_tax.TaxClass", models.PROTECT, related_name="rates")
    name = models.CharField(_("name"), max_length=255, help_text=_("As the receipt shows it, such as VAT 19 %."))
    rate = models.DecimalField(_("rate (%)"), max_digits=9, decimal_places=6)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["zone", "tax_class", "id"]
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.CheckConstraint(name="nexus_taxrate_bounds", condition=models.Q(rate__gte=0, rate__lte=100)),
            window_order("nexus_taxrate_window", "valid_from", "valid_until"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({label_of(self, 'zone')})"
