"""The two statements of a product page."""

from __future__ import annotations

from typing import NamedTuple

from nexus_commerce.catalog.models import (
    BundleItem,
    Category,
    Option,
    OptionValue,
    Product,
    ProductCategory,
    ProductRelation,
    Slug,
    Tag,
    Variant,
)
from nexus_commerce.listing.cards import PRODUCT, CardColumns
from nexus_commerce.listing.exposed import ExposedColumn, exposed_columns
from nexus_commerce.listing.offers import channel_tables
from nexus_commerce.listing.pictures import pictures_of_product
from nexus_commerce.listing.slugs import slug_of
from nexus_commerce.listing.sql import Dialect, Table
from nexus_commerce.listing.tiers import NO_TIERS, prices_in_force

__all__ = ["EXTRAS", "VariantColumns", "product_statement", "variant_columns", "variant_statement"]

EXTRAS = (
    "is_current",
    "description",
    "seo_title",
    "seo_description",
    "tags",
    "pictures",
    "options",
    "breadcrumbs",
)
"""What the first row, the product itself, has behind its card, its position and its kind."""


class VariantColumns(NamedTuple):
    """The columns of a variant over the table ``v``, those of the host last."""

    sql: str
    exposed: tuple[ExposedColumn, ...]


def product_statement(candidates: str, card: CardColumns, dialect: Dialect, *, by_slug: bool) -> str:
    """Return the statement of a product, found by slug or public id, and of the visible products related to it.

    Each row is a card with a position and a kind; the product's own has position -1 and the columns of ``EXTRAS``.
    """
    relation = Table(ProductRelation, "r")
    extras = ", ".join(f"CASE WHEN w.position < 0 THEN {sql} END" for sql in _extras(dialect))
    return (
        f"WITH {channel_tables(dialect)}, found AS ({_by_slug() if by_slug else _by_public_id()}), "
        f"wanted AS (SELECT id, -1 AS position, 0 AS relation, '' AS kind FROM found UNION ALL "
        f"SELECT {relation.related}, {relation.position}, {relation.pk}, {relation.kind} FROM {relation} "
        f"JOIN found ON found.id = {relation.product}) "
        f"SELECT {card.sql}, w.position, w.kind, {extras} "
        f"FROM wanted w CROSS JOIN found JOIN ({candidates}) c ON c.id = w.id JOIN {PRODUCT} ON {PRODUCT.pk} = c.id "
        f"{card.joins} ORDER BY w.position, w.relation"
    )


def variant_columns(using: str, dialect: Dialect, *, with_prices: bool) -> VariantColumns:
    """Return the columns of a variant."""
    variant = Table(Variant, "v")
    own = [
        *(variant.pk, variant.public_id, variant.sku, variant.name, variant.barcode, variant.unit),
        *(variant.quantity_step, variant.min_quantity, variant.max_quantity, variant.weight, variant.length),
        *(variant.width, variant.height, variant.attributes, _chosen(variant, dialect), _items(variant, dialect)),
        prices_in_force(variant, dialect) if with_prices else NO_TIERS,
    ]
    exposed = exposed_columns(Variant, variant, using)
    return VariantColumns(", ".join([*own, *(column.sql for column in exposed)]), tuple(exposed))


def variant_statement(columns: VariantColumns, dialect: Dialect) -> str:
    """Return the statement of a product's variants."""
    variant = Table(Variant, "v")
    return (
        f"WITH {channel_tables(dialect)} "
        f"SELECT {columns.sql} FROM {variant} WHERE {variant.product} = %(product)s AND {variant.archived_at} IS NULL "
        f"ORDER BY {variant.position}, {variant.pk}"
    )


def _by_slug() -> str:
    slug = Table(Slug, "f")
    return (
        f"SELECT {slug.product} AS id, {slug.is_current} AS is_current FROM {slug} "
        f"WHERE {slug.slug} = %(slug)s AND {slug.product} IS NOT NULL ORDER BY "
        f"CASE WHEN {slug.language} = %(language)s THEN 0 ELSE 1 END, {slug.is_current} DESC, {slug.language} LIMIT 1"
    )


def _by_public_id() -> str:
    product = Table(Product, "f")
    return f"SELECT {product.pk} AS id, TRUE AS is_current FROM {product} WHERE {product.public_id} = %(public_id)s"


def _extras(dialect: Dialect) -> list[str]:
    tag, tagged = Table(Tag, "t"), Table(Product.tags.through, "pt")
    tags = (
        f"(SELECT {dialect.collect}({tag.name}) FROM {tag} JOIN {tagged} ON {tagged.tag} = {tag.pk} "
        f"WHERE {tagged.product} = {PRODUCT.pk})"
    )
    return [
        "found.is_current",
        *(PRODUCT.description, PRODUCT.seo_title, PRODUCT.seo_description),
        *(tags, pictures_of_product(PRODUCT.pk, dialect), _options(dialect), _breadcrumbs(dialect)),
    ]


def _options(dialect: Dialect) -> str:
    option, value = Table(Option, "o"), Table(OptionValue, "ov")
    values = (
        f"(SELECT {dialect.collect}({dialect.row}({value.position}, {value.pk}, {value.value})) FROM {value} "
        f"WHERE {value.option} = {option.pk})"
    )
    entry = f"{dialect.row}({option.position}, {option.pk}, {option.name}, {dialect.nested(values)})"
    return f"(SELECT {dialect.collect}({entry}) FROM {option} WHERE {option.product} = {PRODUCT.pk})"


def _breadcrumbs(dialect: Dialect) -> str:
    placement, leaf, node = Table(ProductCategory, "pc"), Table(Category, "k"), Table(Category, "n")
    primary = (
        f"SELECT {placement.category} FROM {placement} WHERE {placement.product} = {PRODUCT.pk} "
        f"ORDER BY {placement.is_primary} DESC, {placement.position}, {placement.pk} LIMIT 1"
    )
    entry = f"{dialect.row}({node.level}, {node.public_id}, {node.name}, {slug_of('category', node.pk)})"
    return (
        f"(SELECT {dialect.collect}({entry}) FROM {leaf} JOIN {node} ON {node.tree_id} = {leaf.tree_id} "
        f"AND {node.lft} <= {leaf.lft} AND {node.rght} >= {leaf.rght} WHERE {leaf.pk} = ({primary}) "
        f"AND {node.is_visible})"
    )


def _chosen(variant: Table, dialect: Dialect) -> str:
    chosen = Table(Variant.option_values.through, "x")
    return f"(SELECT {dialect.collect}({chosen.optionvalue}) FROM {chosen} WHERE {chosen.variant} = {variant.pk})"


def _items(variant: Table, dialect: Dialect) -> str:
    item, part, product = Table(BundleItem, "b"), Table(Variant, "bv"), Table(Product, "bp")
    entry = (
        f"{dialect.row}({item.position}, {item.pk}, {item.quantity}, {part.public_id}, {part.sku}, {part.name}, "
        f"{product.name}, {slug_of('product', product.pk)})"
    )
    return (
        f"(SELECT {dialect.collect}({entry}) FROM {item} JOIN {part} ON {part.pk} = {item.variant} "
        f"JOIN {product} ON {product.pk} = {part.product} WHERE {item.bundle} = {variant.pk})"
    )
