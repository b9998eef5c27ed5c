"""The models of the catalog, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.catalog.abstract_models import AbstractAttribute as AttributeBase
    from nexus_commerce.catalog.abstract_models import AbstractBundle as BundleBase
    from nexus_commerce.catalog.abstract_models import AbstractBundleItem as BundleItemBase
    from nexus_commerce.catalog.abstract_models import AbstractCategory as CategoryBase
    from nexus_commerce.catalog.abstract_models import AbstractCollection as CollectionBase
    from nexus_commerce.catalog.abstract_models import AbstractCollectionProduct as CollectionProductBase
    from nexus_commerce.catalog.abstract_models import AbstractDigital as DigitalBase
    from nexus_commerce.catalog.abstract_models import AbstractMedia as MediaBase
    from nexus_commerce.catalog.abstract_models import AbstractMediaRendition as MediaRenditionBase
    from nexus_commerce.catalog.abstract_models import AbstractOption as OptionBase
    from nexus_commerce.catalog.abstract_models import AbstractOptionValue as OptionValueBase
    from nexus_commerce.catalog.abstract_models import AbstractPhysical as PhysicalBase
    from nexus_commerce.catalog.abstract_models import AbstractProduct as ProductBase
    from nexus_commerce.catalog.abstract_models import AbstractProductAncestor as ProductAncestorBase
    from nexus_commerce.catalog.abstract_models import AbstractProductCategory as ProductCategoryBase
    from nexus_commerce.catalog.abstract_models import AbstractProductListing as ProductListingBase
    from nexus_commerce.catalog.abstract_models import AbstractProductRelation as ProductRelationBase
    from nexus_commerce.catalog.abstract_models import AbstractSlug as SlugBase
    from nexus_commerce.catalog.abstract_models import AbstractTag as TagBase
    from nexus_commerce.catalog.abstract_models import AbstractVariant as VariantBase
else:
    from nexus_commerce.catalog import abstract_models as a

    CategoryBase = compose("catalog.Category", a.AbstractCategory)
    CollectionBase = compose("catalog.Collection", a.AbstractCollection)
    TagBase = compose("catalog.Tag", a.AbstractTag)
    ProductBase = compose("catalog.Product", a.AbstractProduct)
    PhysicalBase = compose("catalog.Physical", a.AbstractPhysical)
    DigitalBase = compose("catalog.Digital", a.AbstractDigital)
    BundleBase = compose("catalog.Bundle", a.AbstractBundle)
    OptionBase = compose("catalog.Option", a.AbstractOption)
    OptionValueBase = compose("catalog.OptionValue", a.AbstractOptionValue)
    VariantBase = compose("catalog.Variant", a.AbstractVariant)
    BundleItemBase = compose("catalog.BundleItem", a.AbstractBundleItem)
    ProductCategoryBase = compose("catalog.ProductCategory", a.AbstractProductCategory)
    ProductAncestorBase = compose("catalog.ProductAncestor", a.AbstractProductAncestor)
    CollectionProductBase = compose("catalog.CollectionProduct", a.AbstractCollectionProduct)
    ProductListingBase = compose("catalog.ProductListing", a.AbstractProductListing)
    ProductRelationBase = compose("catalog.ProductRelation", a.AbstractProductRelation)
    SlugBase = compose("catalog.Slug", a.AbstractSlug)
    AttributeBase = compose("catalog.Attribute", a.AbstractAttribute)
    MediaBase = compose("catalog.Media", a.AbstractMedia)
    MediaRenditionBase = compose("catalog.MediaRendition", a.AbstractMediaRendition)

__all__ = [
    "Attribute",
    "Bundle",
    "BundleItem",
    "Category",
    "Collection",
    "CollectionProduct",
    "Digital",
    "Media",
    "MediaRendition",
    "Option",
    "OptionValue",
    "Physical",
    "Product",
    "ProductAncestor",
    "ProductCategory",
    "ProductListing",
    "ProductRelation",
    "Slug",
    "Tag",
    "Variant",
]


@seal
class Category(CategoryBase):
    """See ``AbstractCategory``."""


@seal
class Collection(CollectionBase):
    """See ``AbstractCollection``."""


@seal
class Tag(TagBase):
    """See ``AbstractTag``."""


@seal
class Product(ProductBase):
    """See ``AbstractProduct``."""


@seal
class Physical(PhysicalBase, Product):
    """See ``AbstractPhysical``."""


@seal
class Digital(DigitalBase, Product):
    """See ``AbstractDigital``."""


@seal
class Bundle(BundleBase, Product):
    """See ``AbstractBundle``."""


@seal
class Option(OptionBase):
    """See ``AbstractOption``."""


@seal
class OptionValue(OptionValueBase):
    """See ``AbstractOptionValue``."""


@seal
class Variant(VariantBase):
    """See ``AbstractVariant``."""


@seal
class BundleItem(BundleItemBase):
    """See ``AbstractBundleItem``."""


@seal
class ProductCategory(ProductCategoryBase):
    """See ``AbstractProductCategory``."""


@seal
class ProductAncestor(ProductAncestorBase):
    """See ``AbstractProductAncestor``."""


@seal
class CollectionProduct(CollectionProductBase):
    """See ``AbstractCollectionProduct``."""


@seal
class ProductListing(ProductListingBase):
    """See ``AbstractProductListing``."""


@seal
class ProductRelation(ProductRelationBase):
    """See ``AbstractProductRelation``."""


@seal
class Slug(SlugBase):
    """See ``AbstractSlug``."""


@seal
class Attribute(AttributeBase):
    """See ``AbstractAttribute``."""


@seal
class Media(MediaBase):
    """See ``AbstractMedia``."""


@seal
class MediaRendition(MediaRenditionBase):
    """See ``AbstractMediaRendition``."""
