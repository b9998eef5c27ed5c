"""What the shop adds to tax."""

from django.db import models

from nexus_commerce.tax.abstract_models import AbstractTaxClass, AbstractTaxRate, AbstractTaxZone, AbstractTaxZoneArea


class ShopTaxClass(AbstractTaxClass):
    customs_group = models.CharField(max_length=16, null=True, blank=True)

    class Meta:
        abstract = True


class ShopTaxZone(AbstractTaxZone):
    tax_office = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        abstract = True


class ShopTaxZoneArea(AbstractTaxZoneArea):
    is_customs_free = models.BooleanField(default=False)

    class Meta:
        abstract = True


class ShopTaxRate(AbstractTaxRate):
    """A rate with the account that its tax is booked on, which the database checks."""

    ledger_account = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [models.CheckConstraint(name="taxrate_account", condition=~models.Q(ledger_account="none"))]
