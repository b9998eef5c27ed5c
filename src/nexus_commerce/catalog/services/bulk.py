"""Many products at once: what an import and a demo need, and the one way that a product is created."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections, router, transaction
from django.db.models import Model
from django.db.models.sql import InsertQuery
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.locks import tree_lock
from nexus_commerce.catalog.models import Category, Product, ProductAncestor, ProductCategory, ProductListing, Variant
from nexus_commerce.catalog.services.attributes import AttributeSet
from nexus_commerce.catalog.services.bulk_variants import VariantDraft, draft_variants, insert_variants
from nexus_commerce.catalog.services.changes import product_event
from nexus_commerce.catalog.services.columns import clean_html, set_columns
from nexus_commerce.catalog.services.placing import check_window, clean_tags, find_tags, order_categories
from nexus_commerce.catalog.services.rows import Listing, ProductRow
from nexus_commerce.catalog.services.slugs import SlugWish, assign_slugs, default_language
from nexus_commerce.catalog.signals import product_created, variant_added
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import CommerceError, InvalidInput
from nexus_commerce.events.services import record_events

__all__ = ["create_products"]


@dataclass(slots=True)
class _Draft:
    """A checked row that is not written yet."""

    row: ProductRow
    product: Product
    categories: list[Category]
    primary_id: int | None
    ancestor_ids: frozenset[int]
    tags: list[str]
    listings: list[Listing]
    variants: list[VariantDraft]


def create_products(*, rows: Sequence[ProductRow]) -> list[Product]:
    """Create products with their slugs, variants, options, placements, tags and listings: all of them or none.

    The statements do not grow with the rows, only with their batches. Products come back in the order of the rows;
    read the variants of all of them by ``prefetch_related_objects(products, "variants")``. Takes the tree's lock where
    a row has categories.

    Raises ``SlugTaken`` for a slug that was given, ``SkuTaken``, ``DuplicateVariant``, ``InvalidOptions``,
    ``InvalidBarcode``, ``InvalidAttribute``, ``InvalidSlug`` and ``InvalidInput``; ``params["row"]`` is the index of
    the row. Records ``product.created`` and sends ``product_created`` and ``variant_added`` for each.
    """
    with tree_lock() if any(row.categories for row in rows) else transaction.atomic():
        drafts = _check(rows)
        products = [draft.product for draft in drafts]
        _insert_products(products)
        language = default_language()
        assign_slugs([SlugWish(d.product, d.row.language or language, d.row.slug, d.row.name) for d in drafts])
        _insert_placements(drafts)
        _insert_tags(drafts)
        _insert_listings(drafts)
        variants = insert_variants([(draft.product, draft.variants) for draft in drafts])
        _tell(products, variants)
    return products


def _check(rows: Sequence[ProductRow]) -> list[_Draft]:
    on_product, on_variant = AttributeSet.load(on_variant=False), AttributeSet.load(on_variant=True)
    ids = {category.pk for row in rows for category in row.categories}
    above = Category.objects.with_ancestors(ids)
    drafts = []
    for number, row in enumerate(rows):
        with _naming_row(number):
            categories, primary_id = order_categories(row.categories, row.primary_category)
            ancestors = frozenset().union(*(above[category.pk] for category in categories))
            product = _new_product(row, on_product, ancestors)
            variants = draft_variants(product, row.variants, on_variant, ancestors)
            listings = [_as_listing(one) for one in row.listings]
            drafts.append(
                _Draft(row, product, categories, primary_id, ancestors, clean_tags(row.tags), listings, variants)
            )
    return drafts


@contextmanager
def _naming_row(number: int) -> Iterator[None]:
    try:
        yield
    except CommerceError as exc:
        exc.params["row"] = number
        raise


def _new_product(row: ProductRow, definitions: AttributeSet, category_ids: frozenset[int]) -> Product:
    if not (isinstance(row.product_type, type) and issubclass(row.product_type, Product)):
        raise InvalidInput(_("Name a product type, such as Physical."), field="product_type")
    product = row.product_type()
    set_columns(product, {"name": row.name, **row.fields, "description": clean_html(row.description)})
    product.attributes = definitions.clean(row.attributes, {}, row.product_type, category_ids)
    product.polymorphic_ctype = ContentType.objects.get_for_model(row.product_type, for_concrete_model=False)
    return product


def _as_listing(given: Channel | Listing) -> Listing:
    listing = given if isinstance(given, Listing) else Listing(given)
    check_window(listing.visible_from, listing.visible_until)
    return listing


def _insert_products(products: Sequence[Product]) -> None:
    """Insert rows of several product types: one statement for the base table and one for each type's own tables.

    Django's ``bulk_create`` refuses models with more than one table.
    """
    names = [field.attname for field in Product._meta.concrete_fields if not field.primary_key]
    bases = [Product(**{name: getattr(product, name) for name in names}) for product in products]
    Product.plain.bulk_create(bases)
    for product, base in zip(products, bases, strict=True):
        for name in ("id", *names):
            setattr(product, name, getattr(base, name))
        for link in product._meta.parents.values():
            if link is not None:
                setattr(product, link.attname, base.pk)
        product._state.adding, product._state.db = False, base._state.db
    for product_type in {type(product) for product in products}:
        rows = [product for product in products if type(product) is product_type]
        for table in reversed(product_type.__mro__):
            if issubclass(table, Product) and table is not Product and not table._meta.abstract:
                _insert_own_columns(table, rows)


def _insert_own_columns(table: type[Model], rows: Sequence[Model]) -> None:
    using = router.db_for_write(table)
    fields = table._meta.local_concrete_fields
    size = max(1, connections[using].ops.bulk_batch_size(fields, rows))
    for start in range(0, len(rows), size):
        query = InsertQuery(table)
        query.insert_values(fields, list(rows[start : start + size]))
        query.get_compiler(using=using).execute_sql()


def _insert_placements(drafts: Sequence[_Draft]) -> None:
    ProductCategory.objects.bulk_create(
        ProductCategory(product_id=draft.product.pk, category=category, is_primary=category.pk == draft.primary_id)
        for draft in drafts
        for category in draft.categories
    )
    ProductAncestor.objects.bulk_create(
        ProductAncestor(product_id=draft.product.pk, category_id=pk)
        for draft in drafts
        for pk in sorted(draft.ancestor_ids)
    )


def _insert_tags(drafts: Sequence[_Draft]) -> None:
    tags = find_tags(name for draft in drafts for name in draft.tags)
    link: Any = Product.tags.through
    link.objects.bulk_create(
        [link(product_id=draft.product.pk, tag_id=tags[name].pk) for draft in drafts for name in draft.tags]
    )


def _insert_listings(drafts: Sequence[_Draft]) -> None:
    ProductListing.objects.bulk_create(
        ProductListing(
            product_id=draft.product.pk,
            channel=listing.channel,
            is_visible=listing.is_visible,
            visible_from=listing.visible_from,
            visible_until=listing.visible_until,
        )
        for draft in drafts
        for listing in draft.listings
    )


def _tell(products: Sequence[Product], variants: Sequence[Variant]) -> None:
    record_events(events=[product_event(product, "product.created") for product in products])
    for product in products:
        product_created.send_after_commit(Product, product=product)
    for variant in variants:
        variant_added.send_after_commit(Variant, variant=variant)
