"""The category tree and the page of one category, each in one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.models import Category, ProductAncestor, Slug
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import NotFound
from nexus_commerce.core.prepared import compile_queryset
from nexus_commerce.listing.cards import Viewer, read_database
from nexus_commerce.listing.exposed import ExposedColumn, column_of, exposed_columns
from nexus_commerce.listing.products import visible_products
from nexus_commerce.listing.slugs import slug_of
from nexus_commerce.listing.sql import Table, fetch

__all__ = ["CategoryDetail", "CategoryNotFound", "category_tree", "find_category", "forget_statements"]

CATEGORY: Final = Table(Category, "k")


class CategoryNotFound(NotFound):
    """There is no such category, or it or one above it is hidden."""

    message = _("There is no such category.")


@dataclass(frozen=True, slots=True)
class CategoryDetail:
    """A category as its page shows it; ``moved_to`` is the present slug where it was found by an old one."""

    category_id: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    moved_to: str = ""


class NodeColumns(NamedTuple):
    """The columns of a node over the table ``k``, those of the host last."""

    sql: str
    read_id: Callable[[Any], Any]
    read_image: Callable[[Any], Any]
    exposed: tuple[ExposedColumn, ...]


class Node(NamedTuple):
    """A node of the tree: its key, its parent's key, what is shown of it and the columns behind that."""

    category_id: int
    parent_id: int | None
    values: dict[str, Any]
    rest: tuple[Any, ...]


OWN: Final = 6
"""How many columns a node has before the host's own."""


def category_tree(*, channel: Channel, viewer: Viewer, with_counts: bool = False) -> list[dict[str, Any]]:
    """Return the visible categories as nested dicts, in the order of the tree; hidden branches are left out.

    ``with_counts`` adds how many products the channel sells now in each category and below it. One statement.
    """
    using = read_database()
    columns = _node_columns(using)
    params = viewer.params(using)
    counts, joined = "NULL", ""
    if with_counts:
        counted, fixed = _counts(channel, viewer, using)
        counts, joined, params = (
            "COALESCE(n.products, 0)",
            f"LEFT JOIN ({counted}) n ON n.id = {CATEGORY.pk}",
            params | fixed,
        )
    statement = (
        f"SELECT {columns.sql}, {counts} FROM {CATEGORY} {joined} WHERE {CATEGORY.is_visible} "
        f"ORDER BY {CATEGORY.tree_id}, {CATEGORY.lft}"
    )
    nodes = [_node(row, columns) for row in fetch(using, statement, params)]
    return _nested(nodes)


def find_category(*, viewer: Viewer, slug: str) -> CategoryDetail:
    """Return a category with the path to it and its children, by a slug, also an old one. Raises CategoryNotFound.

    One statement.
    """
    using = read_database()
    columns = _node_columns(using)
    rows = fetch(using, _category_statement(using), viewer.params(using) | {"slug": slug.lower()})
    path = [node for node, visible in _read_page(rows, columns) if node.rest[0] <= 0 and visible]
    if not path or path[-1].rest[0] != 0 or len(path) != path[-1].rest[1] + 1:
        raise CategoryNotFound
    found = path[-1]
    _place, _level, is_current, description, seo_title, seo_description = found.rest[:6]
    if not is_current and found.values["slug"]:
        return CategoryDetail(moved_to=found.values["slug"])
    children = [node.values for node, visible in _read_page(rows, columns) if node.rest[0] > 0 and visible]
    own = {"description": description, "seo_title": seo_title, "seo_description": seo_description}
    crumbs = [{name: node.values[name] for name in ("id", "name", "slug")} for node in path]
    return CategoryDetail(found.category_id, found.values | own | {"breadcrumbs": crumbs, "children": children})


def forget_statements() -> None:
    """Drop every statement that is kept."""
    _node_columns.cache_clear()
    _category_statement.cache_clear()


def _read_page(rows: Sequence[Sequence[Any]], columns: NodeColumns) -> list[tuple[Node, bool]]:
    return [(_node(row[:-1], columns), bool(row[-1])) for row in rows]


@lru_cache(maxsize=4)
def _node_columns(using: str) -> NodeColumns:
    own = [
        *(CATEGORY.pk, CATEGORY.parent, CATEGORY.public_id, CATEGORY.name),
        slug_of("category", CATEGORY.pk),
        CATEGORY.image,
    ]
    exposed = exposed_columns(Category, CATEGORY, using)
    return NodeColumns(
        ", ".join([*own, *(column.sql for column in exposed)]),
        column_of(Category, "public_id", CATEGORY, using).read,
        column_of(Category, "image", CATEGORY, using).read,
        tuple(exposed),
    )


def _node(row: Sequence[Any], columns: NodeColumns) -> Node:
    pk, parent, public_id, name, slug, image = row[:OWN]
    values = {"id": str(columns.read_id(public_id)), "name": name, "slug": slug, "image": columns.read_image(image)}
    for column, value in zip(columns.exposed, row[OWN:], strict=False):
        values[column.name] = column.read(value)
    return Node(pk, parent, values, tuple(row[OWN + len(columns.exposed) :]))


def _nested(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    roots: list[dict[str, Any]] = []
    children: dict[int | None, list[dict[str, Any]]] = {None: roots}
    for category_id, parent_id, values, rest in nodes:
        if parent_id not in children:
            continue
        values["product_count"] = rest[0]
        values["children"] = children[category_id] = []
        children[parent_id].append(values)
    return roots


def _counts(channel: Channel, viewer: Viewer, using: str) -> tuple[str, dict[str, Any]]:
    above = Table(ProductAncestor, "a")
    try:
        visible, fixed = compile_queryset(visible_products(channel, viewer)[0].order_by().values_list("id"), using)
    except EmptyResultSet:
        visible, fixed = "SELECT NULL AS id", {}
    return (
        f"SELECT {above.category} AS id, COUNT(*) AS products FROM {above} JOIN ({visible}) c "
        f"ON c.id = {above.product} GROUP BY {above.category}"
    ), fixed


@lru_cache(maxsize=4)
def _category_statement(using: str) -> str:
    """Return the statement of a category, those above it (place -1) and its children (place 1), from the top down."""
    slug, leaf = Table(Slug, "f"), Table(Category, "leaf")
    found = (
        f"SELECT {slug.category} AS id, {slug.is_current} AS is_current FROM {slug} "
        f"WHERE {slug.slug} = %(slug)s AND {slug.category} IS NOT NULL ORDER BY "
        f"CASE WHEN {slug.language} = %(language)s THEN 0 ELSE 1 END, {slug.is_current} DESC, {slug.language} LIMIT 1"
    )
    place = f"CASE WHEN {CATEGORY.pk} = {leaf.pk} THEN 0 WHEN {CATEGORY.parent} = {leaf.pk} THEN 1 ELSE -1 END"
    rest = f"found.is_current, {CATEGORY.description}, {CATEGORY.seo_title}, {CATEGORY.seo_description}"
    return (
        f"WITH found AS ({found}) SELECT {_node_columns(using).sql}, {place}, {CATEGORY.level}, {rest}, "
        f"{CATEGORY.is_visible} FROM found JOIN {leaf} ON {leaf.pk} = found.id JOIN {CATEGORY} "
        f"ON {CATEGORY.parent} = {leaf.pk} OR ({CATEGORY.tree_id} = {leaf.tree_id} "
        f"AND {CATEGORY.lft} <= {leaf.lft} AND {CATEGORY.rght} >= {leaf.rght}) "
        f"ORDER BY {CATEGORY.level}, {CATEGORY.lft}"
    )
