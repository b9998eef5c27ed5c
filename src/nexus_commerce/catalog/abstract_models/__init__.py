"""The abstract classes of the catalog: a host's own class derives from one of these and is named in the settings."""

from nexus_commerce.catalog.abstract_models.attributes import AbstractAttribute
from nexus_commerce.catalog.abstract_models.categories import (
    AbstractCategory,
    AbstractCollection,
    AbstractCollectionProduct,
    AbstractProductAncestor,
    AbstractProductCategory,
)
from nexus_commerce.catalog.abstract_models.media import AbstractMedia, AbstractMediaRendition
from nexus_commerce.catalog.abstract_models.products import (
    AbstractBundle,
    AbstractDigital,
    AbstractPhysical,
    AbstractProduct,
    AbstractProductListing,
    AbstractProductRelation,
    AbstractSlug,
    AbstractTag,
)
from nexus_commerce.catalog.abstract_models.variants import (
    AbstractBundleItem,
    AbstractOption,
    AbstractOptionValue,
    AbstractVariant,
)

__all__ = [
    "AbstractAttribute",
    "AbstractBundle",
    "AbstractBundleItem",
    "AbstractCategory",
    "AbstractCollection",
    "AbstractCollectionProduct",
    "AbstractDigital",
    "AbstractMedia",
    "AbstractMediaRendition",
    "AbstractOption",
    "AbstractOptionValue",
    "AbstractPhysical",
    "AbstractProduct",
    "AbstractProductAncestor",
    "AbstractProductCategory",
    "AbstractProductListing",
    "AbstractProductRelation",
    "AbstractSlug",
    "AbstractTag",
    "AbstractVariant",
]
