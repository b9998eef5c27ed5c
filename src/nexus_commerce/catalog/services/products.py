"""Products: create, change, archive, and what belongs to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.locks import tree_lock
from nexus_commerce.catalog.models import (
    Category,
    Physical,
    Product,
    ProductAncestor,
    ProductCategory,
    ProductListing,
    ProductRelation,
)
from nexus_commerce.catalog.services.attributes import clean_attributes
from nexus_commerce.catalog.services.bulk import create_products
from nexus_commerce.catalog.services.changes import lock_product, record_change
from nexus_commerce.catalog.services.columns import clean_html, set_columns
from nexus_commerce.catalog.services.placing import check_window, clean_tags, find_tags, order_categories
from nexus_commerce.catalog.services.rows import Listing, ProductRow
from nexus_commerce.catalog.services.slugs import set_slug
from nexus_commerce.catalog.signals import product_archived, product_restored
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import InvalidInput

__all__ = [
    "archive_product",
    "create_product",
    "relate_products",
    "remove_listing",
    "restore_product",
    "set_categories",
    "set_listing",
    "set_tags",
    "update_product",
]


def create_product(
    *,
    name: str,
    product_type: type[Product] = Physical,
    slug: str = "",
    language: str = "",
    description: str = "",
    categories: Sequence[Category] = (),
    primary_category: Category | None = None,
    tags: Sequence[str] = (),
    attributes: Mapping[str, Any] | None = None,
    listings: Sequence[Channel | Listing] = (),
    **fields: Any,
) -> Product:
    """Create a product, without a variant yet, of the type asked for.

    ``fields`` are other columns of the type, a host's own among them. Raises, sends and records as
    ``create_products`` does.
    """
    row = ProductRow(
        name=name,
        product_type=product_type,
        slug=slug,
        language=language,
        description=description,
        categories=categories,
        primary_category=primary_category,
        tags=tags,
        attributes=attributes or {},
        listings=listings,
        fields=fields,
    )
    return create_products(rows=[row])[0]


@transaction.atomic
def update_product(
    *,
    product: Product,
    slug: str | None = None,
    language: str = "",
    attributes: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
    **fields: Any,
) -> Product:
    """Change columns of a product, its slug (the old one redirects) and attributes (merged; None takes one away).

    Locks the product. Raises ``ProductChanged`` when it is not at ``expected_version`` any more, ``SlugTaken``,
    ``InvalidSlug``, ``InvalidAttribute`` and ``InvalidInput``. Records ``product.changed`` and sends
    ``product_changed``, unless nothing changed.
    """
    lock_product(product, expected_version=expected_version)
    if "description" in fields:
        fields["description"] = clean_html(fields["description"])
    changed = set(set_columns(product, fields))
    if attributes is not None:
        merged = clean_attributes(owner=product, values=attributes)
        if merged != product.attributes:
            product.attributes = merged
            changed.add("attributes")
    if changed:
        product.save(update_fields=sorted(changed))
    if slug is not None:
        set_slug(owner=product, slug=slug, language=language)
        changed.add("slug")
    record_change(product, changed)
    return product


@transaction.atomic
def archive_product(*, product: Product, now: datetime | None = None) -> Product:
    """Take a product out of sale for good; orders keep pointing at it. Does nothing to one that is archived.

    Locks the product. Records ``product.archived`` and sends ``product_archived``.
    """
    lock_product(product)
    product.refresh_from_db(fields=["archived_at"])
    if product.archived_at is None:
        product.archived_at = now or timezone.now()
        product.save(update_fields=["archived_at"])
        record_change(product, ["archived_at"], type="product.archived")
        product_archived.send_after_commit(Product, product=product)
    return product


@transaction.atomic
def restore_product(*, product: Product) -> Product:
    """Bring an archived product back. Records ``product.restored`` and sends ``product_restored``."""
    lock_product(product)
    product.refresh_from_db(fields=["archived_at"])
    if product.archived_at is not None:
        product.archived_at = None
        product.save(update_fields=["archived_at"])
        record_change(product, ["archived_at"], type="product.restored")
        product_restored.send_after_commit(Product, product=product)
    return product


def set_categories(*, product: Product, categories: Sequence[Category], primary: Category | None = None) -> Product:
    """Place a product in exactly these categories; the first is the primary one unless ``primary`` names another.

    Takes the tree's lock, then the product's. Raises ``InvalidInput`` for a primary category that is not among them.
    Records and sends as ``update_product`` does.
    """
    ordered, main = order_categories(categories, primary)
    with tree_lock():
        lock_product(product)
        wanted = {category.pk: category.pk == main for category in ordered}
        placements = {row.category_id: row for row in ProductCategory.objects.filter(product_id=product.pk)}
        if {pk: row.is_primary for pk, row in placements.items()} == wanted:
            return product
        gone = [row.pk for pk, row in placements.items() if pk not in wanted]
        product.placements.filter(pk__in=gone).delete()
        # No two may be the primary one at any moment.
        product.placements.update(is_primary=False)
        product.placements.filter(category__in=[pk for pk in wanted if wanted[pk]]).update(is_primary=True)
        ProductCategory.objects.bulk_create(
            ProductCategory(product_id=product.pk, category_id=pk, is_primary=is_primary)
            for pk, is_primary in wanted.items()
            if pk not in placements
        )
        ProductAncestor.objects.derive([product.pk])
        record_change(product, ["categories"])
    return product


@transaction.atomic
def set_tags(*, product: Product, tags: Sequence[str]) -> Product:
    """Give a product exactly these tags, made where they do not exist. Records and sends as ``update_product``."""
    names = clean_tags(tags)
    lock_product(product)
    if set(product.tags.values_list("name", flat=True)) != set(names):
        product.tags.set(find_tags(names).values())
        record_change(product, ["tags"])
    return product


@transaction.atomic
def set_listing(
    *,
    product: Product,
    channel: Channel,
    is_visible: bool = True,
    visible_from: datetime | None = None,
    visible_until: datetime | None = None,
) -> ProductListing:
    """Put a product on sale in a channel, or change how it is there; the window is half open.

    Raises ``InvalidInput`` for a window that ends before it begins or has no time zone. Records and sends as
    ``update_product`` does.
    """
    check_window(visible_from, visible_until)
    lock_product(product)
    columns = {"is_visible": is_visible, "visible_from": visible_from, "visible_until": visible_until}
    listing, created = ProductListing.objects.get_or_create(product_id=product.pk, channel=channel, defaults=columns)
    differs = any(getattr(listing, name) != value for name, value in columns.items())
    if differs:
        for name, value in columns.items():
            setattr(listing, name, value)
        listing.save(update_fields=list(columns))
    if created or differs:
        record_change(product, ["listings"])
    return listing


@transaction.atomic
def remove_listing(*, product: Product, channel: Channel) -> None:
    """Take a product out of a channel. Records and sends as ``update_product`` does, if it was there."""
    lock_product(product)
    deleted, _rows = ProductListing.objects.filter(product_id=product.pk, channel=channel).delete()
    if deleted:
        record_change(product, ["listings"])


@transaction.atomic
def relate_products(*, product: Product, related: Sequence[Product], kind: str = "related") -> Product:
    """Show exactly these products, in this order, beside a product, for one kind of relation.

    Raises ``InvalidInput`` when the product is among them. Records and sends as ``update_product`` does.
    """
    ids = list(dict.fromkeys(one.pk for one in related))
    if product.pk in ids:
        raise InvalidInput(_("A product cannot be related to itself."), field="related")
    lock_product(product)
    rows = ProductRelation.objects.filter(product_id=product.pk, kind=kind)
    if list(rows.order_by("position", "id").values_list("related_id", flat=True)) == ids:
        return product
    rows.delete()
    ProductRelation.objects.bulk_create(
        ProductRelation(product_id=product.pk, related_id=pk, kind=kind, position=position)
        for position, pk in enumerate(ids)
    )
    record_change(product, ["relations"])
    return product
