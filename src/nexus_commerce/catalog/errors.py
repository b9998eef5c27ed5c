"""What the catalog refuses, each with its stable code."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput

__all__ = [
    "CategoryCycle",
    "CategoryInUse",
    "DuplicateVariant",
    "ImageRejected",
    "ImagesUnavailable",
    "InvalidAttribute",
    "InvalidBarcode",
    "InvalidBundle",
    "InvalidOptions",
    "InvalidSlug",
    "ProductChanged",
    "SkuTaken",
    "SlugTaken",
]


class CategoryCycle(Conflict):
    """A category cannot be below itself."""

    code = "category_cycle"
    message = _("A category cannot be moved below itself or one of its own subcategories.")


class CategoryInUse(Conflict):
    """A category with subcategories or products is not deleted. ``params``: ``children``, ``products`` (counts)."""

    code = "category_in_use"
    message = _("Move or delete its %(children)d subcategories and take its %(products)d products out of it first.")


class SlugTaken(Conflict):
    """Another product or category has the slug, now or in its history. ``params``: ``slug``, ``is_current``."""

    code = "slug_taken"
    message = _("The slug '%(slug)s' belongs to another one. Choose another slug.")


class InvalidSlug(InvalidInput):
    """A slug is letters, digits, hyphens and underscores."""

    code = "invalid_slug"
    message = _("A slug has only letters, digits, hyphens and underscores, at most 255.")


class SkuTaken(Conflict):
    """Another variant has the SKU. ``params``: ``sku``."""

    code = "sku_taken"
    message = _("Another variant has the SKU '%(sku)s'.")


class DuplicateVariant(Conflict):
    """The product has a variant with these option values. ``params``: ``options``."""

    code = "duplicate_variant"
    message = _("The product has a variant with these option values already.")


class InvalidOptions(InvalidInput):
    """The option values of a variant do not fit the options of its product. ``params``: ``expected``, ``given``."""

    code = "invalid_options"
    message = _("A variant needs one value for each option of its product.")


class InvalidBarcode(InvalidInput):
    """A barcode is a GTIN with its check digit (GS1 General Specifications, 7.9). ``params``: ``barcode``."""

    code = "invalid_barcode"
    message = _("'%(barcode)s' is not a GTIN: give 8, 12, 13 or 14 digits, of which the last is the check digit.")


class InvalidAttribute(InvalidInput):
    """A value of a run-time attribute does not fit its definition. ``params``: ``attribute`` (its code)."""

    code = "invalid_attribute"


class InvalidBundle(InvalidInput):
    """Only a variant of a bundle has items; each is a variant of something else, once. ``params``: ``sku``."""

    code = "invalid_bundle"
    message = _("'%(sku)s' is not a variant of a bundle, so it has no items.")


class ProductChanged(Conflict):
    """Somebody changed the product since it was read. ``params``: ``version``, the present one."""

    code = "product_changed"
    message = _("The product was changed in the meantime. Read it again and repeat the change.")


class ImageRejected(InvalidInput):
    """A file is not a picture that the media policy accepts. ``params`` say which limit it breaks."""

    code = "image_rejected"
    message = _("The file is not a picture in JPEG, PNG or WebP format.")


class ImagesUnavailable(Conflict):
    """Pillow is not installed, so pictures can be neither checked nor resized."""

    code = "images_unavailable"
    message = _("Pictures need Pillow: install nexus-commerce[images].")
