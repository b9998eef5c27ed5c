"""What changes the catalog. Keyword-only functions; each locks what it changes and tells what it did after commit."""

from nexus_commerce.catalog.services.attributes import (
    archive_attribute,
    clean_attributes,
    create_attribute,
    update_attribute,
)
from nexus_commerce.catalog.services.bulk import create_products
from nexus_commerce.catalog.services.categories import (
    create_category,
    delete_category,
    move_category,
    rename_category,
    update_category,
)
from nexus_commerce.catalog.services.media import (
    add_image,
    add_image_address,
    attach_image,
    describe_image,
    remove_image,
)
from nexus_commerce.catalog.services.options import rename_option, rename_option_value, set_options
from nexus_commerce.catalog.services.products import (
    archive_product,
    create_product,
    relate_products,
    remove_listing,
    restore_product,
    set_categories,
    set_listing,
    set_tags,
    update_product,
)
from nexus_commerce.catalog.services.rows import BundlePart, Listing, ProductRow, VariantRow
from nexus_commerce.catalog.services.slugs import SlugMatch, find_by_slug, make_slug, set_slug
from nexus_commerce.catalog.services.tree import TreeFinding, rebuild_tree, verify_tree
from nexus_commerce.catalog.services.variants import (
    add_variant,
    archive_variant,
    set_bundle_items,
    update_variant,
)

__all__ = [
    "BundlePart",
    "Listing",
    "ProductRow",
    "SlugMatch",
    "TreeFinding",
    "VariantRow",
    "add_image",
    "add_image_address",
    "add_variant",
    "archive_attribute",
    "archive_product",
    "archive_variant",
    "attach_image",
    "clean_attributes",
    "create_attribute",
    "create_category",
    "create_product",
    "create_products",
    "delete_category",
    "describe_image",
    "find_by_slug",
    "make_slug",
    "move_category",
    "rebuild_tree",
    "relate_products",
    "remove_image",
    "remove_listing",
    "rename_category",
    "rename_option",
    "rename_option_value",
    "restore_product",
    "set_bundle_items",
    "set_categories",
    "set_listing",
    "set_options",
    "set_slug",
    "set_tags",
    "update_attribute",
    "update_category",
    "update_product",
    "update_variant",
    "verify_tree",
]
