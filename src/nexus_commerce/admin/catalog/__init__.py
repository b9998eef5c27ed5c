"""The catalog in the admin."""

from nexus_commerce.admin.catalog.attribute_fields import FIELD_MAKERS
from nexus_commerce.admin.catalog.attributes import AttributeAdmin
from nexus_commerce.admin.catalog.categories import CategoryAdmin
from nexus_commerce.admin.catalog.media import MediaAdmin
from nexus_commerce.admin.catalog.options import OptionAdmin
from nexus_commerce.admin.catalog.products import BundleAdmin, ProductAdmin, ProductTypeAdmin
from nexus_commerce.admin.catalog.sets import CollectionAdmin, TagAdmin
from nexus_commerce.admin.catalog.variants import VariantAdmin

__all__ = [
    "FIELD_MAKERS",
    "AttributeAdmin",
    "BundleAdmin",
    "CategoryAdmin",
    "CollectionAdmin",
    "MediaAdmin",
    "OptionAdmin",
    "ProductAdmin",
    "ProductTypeAdmin",
    "TagAdmin",
    "VariantAdmin",
]
