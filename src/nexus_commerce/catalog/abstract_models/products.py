from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from polymorphic.models import PolymorphicModel

from nexus_commerce.catalog.querysets import ProductManager
from nexus_commerce.core.abstract_models import Free, Named, Timestamped, Versioned
from nexus_commerce.core.fields import window_order
from nexus_commerce.core.labels import label_of


class AbstractTag(Timestamped):
    """A word that merchants group products by."""

    name = models.CharField(_("name"), max_length=255, unique=True)

    class Meta:
        abstract = True
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name


class AbstractProduct(PolymorphicModel, Named, Timestamped, Versioned, Free):
    """What is described and listed. What is sold is a variant, also of a product with only one.

    Polymorphic: each product type is a subclass with its own table (``Physical``, ``Digital``, ``Bundle``, a host's
    own). ``attributes`` holds the values of run-time attributes by their codes, checked by ``catalog.services``.
    """

    requires_shipping: ClassVar[bool] = True
    """Whether units of this type are sent; a product type sets it on its class.

    A bundle is sent only where one of its items is, too.
    """

    name = models.CharField(_("name"), max_length=255)
    subtitle = models.CharField(_("subtitle"), max_length=255, blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("HTML; cleaned when saved."))
    tax_class = models.CharField(_("tax class"), max_length=32, blank=True)
    is_discountable = models.BooleanField(_("discountable"), default=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    seo_title = models.CharField(_("title for search engines"), max_length=255, blank=True)
    seo_description = models.TextField(_("description for search engines"), blank=True)
    tags = models.ManyToManyField("nexus_catalog.Tag", blank=True, related_name="products")
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, db_index=True)

    objects: ClassVar[ProductManager[Self]] = ProductManager()
    plain = models.Manager()

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [models.Index(name="nexus_product_name", fields=["name", "id"])]

    def __str__(self) -> str:
        return self.name


class AbstractPhysical(models.Model):
    """The columns of goods that are sent."""

    origin_country = models.CharField(_("country of origin"), max_length=2, blank=True)
    customs_code = models.CharField(_("customs code (HS)"), max_length=10, blank=True)

    class Meta:
        abstract = True
        verbose_name = _("physical product")
        verbose_name_plural = _("physical products")


class AbstractDigital(models.Model):
    """The columns of goods that are downloaded or unlocked."""

    requires_shipping: ClassVar[bool] = False

    download_limit = models.PositiveIntegerField(
        _("download limit"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    access_days = models.PositiveIntegerField(
        _("days of access"), null=True, blank=True, help_text=_("Empty: for ever.")
    )

    class Meta:
        abstract = True
        verbose_name = _("digital product")
        verbose_name_plural = _("digital products")


class AbstractBundle(models.Model):
    """Several variants sold as one, at a price of its own; the stock is taken from the items."""

    class Meta:
        abstract = True
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")


class AbstractProductListing(Timestamped):
    """The presence of a product in a channel: without a row, or outside its window, it is not for sale there."""

    channel = models.ForeignKey("nexus_channels.Channel", models.CASCADE, related_name="listings")
    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="listings")
    is_visible = models.BooleanField(_("visible"), default=True)
    visible_from = models.DateTimeField(_("visible from"), null=True, blank=True)
    visible_until = models.DateTimeField(_("visible until"), null=True, blank=True)

    class Meta:
        abstract = True
        verbose_name = _("listing in a channel")
        verbose_name_plural = _("listings in channels")
        constraints = [
            models.UniqueConstraint(name="nexus_productlisting_unique", fields=["channel", "product"]),
            window_order("nexus_productlisting_window", "visible_from", "visible_until"),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'product')} in {label_of(self, 'channel')}"


class AbstractProductRelation(Timestamped):
    """One product shown beside another."""

    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="relations")
    related = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="related_from")
    kind = models.CharField(_("kind"), max_length=32, default="related")
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("related product")
        verbose_name_plural = _("related products")
        constraints = [
            models.UniqueConstraint(name="nexus_productrelation_unique", fields=["product", "related", "kind"]),
            models.CheckConstraint(
                name="nexus_productrelation_not_self", condition=~models.Q(product=models.F("related"))
            ),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'product')} → {label_of(self, 'related')}"


class AbstractSlug(Timestamped):
    """A word in the address of a product or category. Old slugs stay, so that their addresses redirect."""

    language = models.CharField(_("language"), max_length=16)
    slug = models.SlugField(_("slug"), max_length=255, allow_unicode=True, db_index=False)
    is_current = models.BooleanField(_("current"), default=True)
    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, null=True, blank=True, related_name="slugs")
    category = models.ForeignKey("nexus_catalog.Category", models.CASCADE, null=True, blank=True, related_name="slugs")

    class Meta:
        abstract = True
        verbose_name = _("slug")
        verbose_name_plural = _("slugs")
        constraints = [
            models.CheckConstraint(
                name="nexus_slug_one_owner",
                condition=models.Q(product__isnull=True, category__isnull=False)
                | models.Q(product__isnull=False, category__isnull=True),
            ),
            models.UniqueConstraint(
                name="nexus_slug_product_unique",
                fields=["slug", "language"],
                condition=models.Q(product__isnull=False),
            ),
            models.UniqueConstraint(
                name="nexus_slug_category_unique",
                fields=["slug", "language"],
                condition=models.Q(category__isnull=False),
            ),
            models.UniqueConstraint(
                name="nexus_slug_product_current",
                fields=["product", "language"],
                condition=models.Q(product__isnull=False, is_current=True),
            ),
            models.UniqueConstraint(
                name="nexus_slug_category_current",
                fields=["category", "language"],
                condition=models.Q(category__isnull=False, is_current=True),
            ),
        ]

    def __str__(self) -> str:
        return self.slug
