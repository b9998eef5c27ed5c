"""What the shop adds to catalog."""

from django.db import models

from nexus_commerce.catalog.abstract_models import (
    AbstractAttribute,
    AbstractBundle,
    AbstractBundleItem,
    AbstractCategory,
    AbstractCollection,
    AbstractCollectionProduct,
    AbstractDigital,
    AbstractMedia,
    AbstractMediaRendition,
    AbstractOption,
    AbstractOptionValue,
    AbstractPhysical,
    AbstractProduct,
    AbstractProductAncestor,
    AbstractProductCategory,
    AbstractProductListing,
    AbstractProductRelation,
    AbstractSlug,
    AbstractTag,
    AbstractVariant,
)
from nexus_commerce.core.expose import Expose


class ShopCategory(AbstractCategory):
    """A category with a picture of its own for the menu."""

    menu_icon = models.CharField(max_length=40, null=True, blank=True)
    menu_position = models.PositiveSmallIntegerField(default=0, db_index=True)

    class Meta:
        abstract = True

    def menu_label(self) -> str:
        return f"{self.menu_icon or '-'} {self.name}"


class ShopCollection(AbstractCollection):
    """A collection that brands pay for."""

    sponsors = models.ManyToManyField("extended_shop.Brand", blank=True, related_name="collections")

    class Meta:
        abstract = True


class ShopTag(AbstractTag):
    color = models.CharField(max_length=16, default="gray")

    class Meta:
        abstract = True


class ShopProduct(AbstractProduct):
    """A product with a brand, an ISBN and a margin: null, default, unique, index, check and a foreign key."""

    isbn = models.CharField(max_length=13, null=True, blank=True, unique=True)
    grade = models.CharField(max_length=8, default="A")
    margin = models.IntegerField(default=0)
    released_on = models.DateField(null=True, blank=True, db_index=True)
    brand = models.ForeignKey("extended_shop.Brand", models.SET_NULL, null=True, blank=True, related_name="products")

    nexus_api = {
        "isbn": Expose(read="public", write="staff", filter=True),
        "grade": Expose(read="public", write="staff", filter=True),
        "margin": Expose(read="staff", write="staff"),
    }

    class Meta:
        abstract = True
        verbose_name = "article"
        indexes = [models.Index(name="product_margin", fields=["margin"])]
        constraints = [models.CheckConstraint(name="product_margin_least", condition=models.Q(margin__gte=-100))]

    def label(self) -> str:
        return f"{self.name} ({self.grade})"


class ShopPhysical(AbstractPhysical):
    """Goods with a note for whoever packs them."""

    packing_note = models.CharField(max_length=200, blank=True, default="")

    nexus_api = {"packing_note": Expose(read="staff", write="staff")}

    class Meta:
        abstract = True


class ShopDigital(AbstractDigital):
    license_terms = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


class ShopBundle(AbstractBundle):
    packed_by_hand = models.BooleanField(default=False)

    class Meta:
        abstract = True


class ShopOption(AbstractOption):
    help_text = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class ShopOptionValue(AbstractOptionValue):
    swatch = models.CharField(max_length=7, null=True, blank=True)

    class Meta:
        abstract = True


class ShopVariant(AbstractVariant):
    """A variant of a season, with the supplier's own number."""

    season = models.CharField(max_length=16, default="all")
    supplier_number = models.CharField(max_length=40, null=True, blank=True)

    nexus_api = {"season": Expose(read="public", write="staff", filter=True)}

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                name="variant_supplier_number",
                fields=["supplier_number"],
                condition=models.Q(supplier_number__isnull=False),
            )
        ]


class ShopBundleItem(AbstractBundleItem):
    is_gift = models.BooleanField(default=False)

    class Meta:
        abstract = True


class ShopProductCategory(AbstractProductCategory):
    pinned_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class ShopProductAncestor(AbstractProductAncestor):
    depth = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class ShopCollectionProduct(AbstractCollectionProduct):
    caption = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        abstract = True


class ShopProductListing(AbstractProductListing):
    badge = models.CharField(max_length=16, null=True, blank=True, db_index=True)

    class Meta:
        abstract = True


class ShopProductRelation(AbstractProductRelation):
    reason = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        abstract = True


class ShopSlug(AbstractSlug):
    campaign = models.CharField(max_length=40, null=True, blank=True)

    class Meta:
        abstract = True


class ShopAttribute(AbstractAttribute):
    department = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopMedia(AbstractMedia):
    credit = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        abstract = True


class ShopMediaRendition(AbstractMediaRendition):
    quality = models.PositiveSmallIntegerField(default=80)

    class Meta:
        abstract = True
