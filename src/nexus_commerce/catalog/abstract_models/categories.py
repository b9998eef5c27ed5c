from django.db import models
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from nexus_commerce.core.abstract_models import Free, Named, Timestamped


class AbstractCategory(MPTTModel, Named, Timestamped, Free):
    """A node of the category tree.

    Write it through ``catalog.services.categories`` only: concurrent writes to the tree corrupt it unless each takes
    the tree's lock before it reads.
    """

    parent = TreeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    image = models.FileField(_("image"), upload_to="nexus/categories/", blank=True)
    seo_title = models.CharField(_("title for search engines"), max_length=255, blank=True)
    seo_description = models.TextField(_("description for search engines"), blank=True)
    is_visible = models.BooleanField(_("visible"), default=True)

    class Meta:
        abstract = True
        ordering = ["tree_id", "lft"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        indexes = [models.Index(name="category_tree", fields=["tree_id", "lft"])]
        constraints = [
            models.CheckConstraint(
                name="category_not_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class AbstractProductCategory(models.Model):
    """A product placed in a category by hand; the primary one makes the breadcrumb."""

    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="placements")
    category = models.ForeignKey("nexus_catalog.Category", models.PROTECT, related_name="placements")
    position = models.PositiveIntegerField(_("position"), default=0)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("placement in a category")
        verbose_name_plural = _("placements in categories")
        constraints = [
            models.UniqueConstraint(name="productcategory_unique", fields=["product", "category"]),
            models.UniqueConstraint(
                name="productcategory_one_primary", fields=["product"], condition=models.Q(is_primary=True)
            ),
        ]


class AbstractProductAncestor(models.Model):
    """A product and one of the categories it is in, directly or through a descendant.

    Derived from placements and the tree, in the transaction that changes either; category pages read this, not the
    tree.
    """

    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="ancestors")
    category = models.ForeignKey("nexus_catalog.Category", models.CASCADE, related_name="descendant_products")

    class Meta:
        abstract = True
        verbose_name = _("product in an ancestor category")
        verbose_name_plural = _("products in ancestor categories")
        constraints = [
            models.UniqueConstraint(name="productancestor_unique", fields=["category", "product"]),
        ]


class AbstractCollection(Named, Timestamped, Free):
    """A set of products chosen by hand, across categories: "summer", "gifts under 20"."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    is_visible = models.BooleanField(_("visible"), default=True)
    products = models.ManyToManyField(
        "nexus_catalog.Product", through="nexus_catalog.CollectionProduct", related_name="collections"
    )

    class Meta:
        abstract = True
        ordering = ["name", "id"]
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return self.name


class AbstractCollectionProduct(models.Model):
    """A product's place in a collection."""

    collection = models.ForeignKey("nexus_catalog.Collection", models.CASCADE, related_name="entries")
    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="collection_entries")
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("product of a collection")
        verbose_name_plural = _("products of a collection")
        constraints = [
            models.UniqueConstraint(name="collectionproduct_unique", fields=["collection", "product"]),
        ]
