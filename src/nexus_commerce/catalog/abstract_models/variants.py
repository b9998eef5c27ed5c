from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Free, Named, Timestamped
from nexus_commerce.core.fields import MAX_QUANTITY
from nexus_commerce.core.labels import label_of


class AbstractOption(Named, Timestamped):
    """What the variants of a product differ in: "size"."""

    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="options")
    name = models.CharField(_("name"), max_length=255)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = [models.UniqueConstraint(name="nexus_option_unique", fields=["product", "name"])]

    def __str__(self) -> str:
        return self.name


class AbstractOptionValue(Named, Timestamped):
    """One value of an option: "large"."""

    option = models.ForeignKey("nexus_catalog.Option", models.CASCADE, related_name="values")
    value = models.CharField(_("value"), max_length=255)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("option value")
        verbose_name_plural = _("option values")
        constraints = [models.UniqueConstraint(name="nexus_optionvalue_unique", fields=["option", "value"])]

    def __str__(self) -> str:
        return self.value


class AbstractVariant(Named, Timestamped, Free):
    """The unit that is sold, with its own SKU.

    Quantities are integers of ``unit`` (piece, gram, millimeter, ...): goods by weight or length need no fractions.
    ``signature`` is the sorted ids of its option values, so that a combination exists once a product.
    """

    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="variants")
    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    barcode = models.CharField(_("barcode (GTIN)"), max_length=14, blank=True)
    name = models.CharField(_("name"), max_length=255, blank=True)
    option_values = models.ManyToManyField("nexus_catalog.OptionValue", blank=True, related_name="variants")
    signature = models.CharField(max_length=255, blank=True, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    tax_class = models.CharField(
        _("tax class"), max_length=32, blank=True, help_text=_("Empty: the product's tax class.")
    )
    track_stock = models.BooleanField(_("track stock"), default=True)
    unit = models.CharField(_("unit of measure"), max_length=16, default="piece")
    quantity_step = models.PositiveIntegerField(_("quantity step"), default=1)
    min_quantity = models.PositiveIntegerField(_("least quantity"), default=1)
    max_quantity = models.PositiveIntegerField(_("greatest quantity"), null=True, blank=True)
    weight = models.PositiveIntegerField(_("weight (g)"), null=True, blank=True)
    length = models.PositiveIntegerField(_("length (mm)"), null=True, blank=True)
    width = models.PositiveIntegerField(_("width (mm)"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height (mm)"), null=True, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        indexes = [
            models.Index(name="nexus_variant_barcode", fields=["barcode"], condition=~models.Q(barcode="")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="nexus_variant_combination",
                fields=["product", "signature"],
                condition=models.Q(archived_at__isnull=True),
            ),
            models.CheckConstraint(
                name="nexus_variant_quantities",
                condition=models.Q(
                    quantity_step__gte=1,
                    quantity_step__lte=MAX_QUANTITY,
                    min_quantity__gte=1,
                    min_quantity__lte=MAX_QUANTITY,
                )
                & (
                    models.Q(max_quantity__isnull=True)
                    | models.Q(max_quantity__gte=models.F("min_quantity"), max_quantity__lte=MAX_QUANTITY)
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.sku


class AbstractBundleItem(Timestamped):
    """So many units of a variant in one unit of a bundle's variant."""

    bundle = models.ForeignKey("nexus_catalog.Variant", models.CASCADE, related_name="bundle_items")
    variant = models.ForeignKey("nexus_catalog.Variant", models.PROTECT, related_name="in_bundles")
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("bundle item")
        verbose_name_plural = _("bundle items")
        constraints = [
            models.UniqueConstraint(name="nexus_bundleitem_unique", fields=["bundle", "variant"]),
            models.CheckConstraint(name="nexus_bundleitem_not_self", condition=~models.Q(bundle=models.F("variant"))),
            models.CheckConstraint(
                name="nexus_bundleitem_quantity", condition=models.Q(quantity__gte=1, quantity__lte=MAX_QUANTITY)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {label_of(self, 'variant')}"
