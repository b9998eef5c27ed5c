"""Querysets and managers of the catalog."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, Self, TypeVar, cast

from django.db import models
from django.db.models import Q
from mptt.exceptions import InvalidMove
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet
from polymorphic.managers import PolymorphicManager
from polymorphic.models import PolymorphicModel
from polymorphic.query import PolymorphicQuerySet

from nexus_commerce.catalog.errors import CategoryCycle
from nexus_commerce.catalog.locks import tree_lock

ProductT = TypeVar("ProductT", bound=PolymorphicModel)

BATCH: Final = 2000
"""How many products, or rows to delete, one statement names."""


def within_window(start: str, end: str, now: datetime) -> Q:
    """Make the condition that ``now`` lies in the half-open window ``[start, end)``; an empty end is open."""
    return (Q((f"{start}__isnull", True)) | Q((f"{start}__lte", now))) & (
        Q((f"{end}__isnull", True)) | Q((f"{end}__gt", now))
    )


class ProductQuerySet(PolymorphicQuerySet[ProductT, ProductT]):
    """Products, each of its own type; ``non_polymorphic()`` where the base columns are enough."""

    def visible_in(self, channel: Any, *, now: datetime) -> Self:
        """Narrow to products that shoppers of ``channel`` may see at ``now``."""
        listed = within_window("listings__visible_from", "listings__visible_until", now)
        return self.filter(listed, archived_at__isnull=True, listings__channel=channel, listings__is_visible=True)


class ProductManager(PolymorphicManager[ProductT, ProductT]):
    """The manager of products."""

    queryset_class: type[ProductQuerySet[ProductT]] = ProductQuerySet

    def non_polymorphic(self) -> ProductQuerySet[ProductT]:
        """Return products as rows of the base table alone."""
        return cast("ProductQuerySet[ProductT]", super().non_polymorphic())


class CategoryQuerySet(TreeQuerySet):
    """Categories in the order of the tree."""

    def update(self, **values: Any) -> int:
        """Change columns of many categories, but not their place: that is renumbered by ``move_category`` only."""
        if "parent" in values or "parent_id" in values:
            raise TypeError("An update of parents corrupts the tree; use catalog.services.move_category.")
        return int(super().update(**values))


class CategoryManager(TreeManager):
    """The manager of the tree; its writes take the tree's lock."""

    _queryset_class = CategoryQuerySet

    def move_node(self, node: Any, target: Any, position: str = "last-child") -> None:
        with tree_lock(self.db):
            node.is_being_moved = True
            try:
                super().move_node(node, target, position)
            except InvalidMove as exc:
                raise CategoryCycle(field="parent") from exc
            finally:
                node.is_being_moved = False
            node.derive_products(self.db)

    def rebuild(self, batch_size: int = 1000, **filters: Any) -> None:
        with tree_lock(self.db):
            super().rebuild(batch_size, **filters)

    def with_ancestors(self, category_ids: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return the keys of each category and everything above it; one query for each level of the tree.

        It goes by parents: they are the truth of the tree, its numbers are derived from them.
        """
        wanted = frozenset(category_ids)
        parents: dict[int, int | None] = {}
        ids = set(wanted)
        while ids:
            rows: Any = self.model._base_manager.using(self.db).filter(pk__in=ids)
            parents |= dict(rows.values_list("pk", "parent_id"))
            ids = {parent for parent in parents.values() if parent is not None and parent not in parents}
        return {category: frozenset(_upward(category, parents)) for category in wanted}


class ProductCategoryQuerySet(models.QuerySet[Any]):
    """Placements of products."""

    def update(self, **values: Any) -> int:
        """Change columns of many placements; a new product or category derives the closure of both, old and new."""
        if values.keys().isdisjoint({"product", "product_id", "category", "category_id"}):
            return super().update(**values)
        with tree_lock(self.db):
            rows = dict(self.order_by().values_list("pk", "product_id"))
            changed = super().update(**values)
            moved = self.model._base_manager.using(self.db).filter(pk__in=rows)
            closure = self.model._meta.apps.get_model("nexus_catalog", "ProductAncestor")
            products = {*rows.values(), *moved.values_list("product_id", flat=True)}
            closure._default_manager.db_manager(self.db).derive(products)
        return changed


class ProductAncestorManager(models.Manager[Any]):
    """The closure of products and categories."""

    def derive(self, product_ids: Iterable[int]) -> int:
        """Make the rows of these products what their placements and the tree say; return how many rows changed.

        The caller holds the tree's lock. Four queries and one for each level of the tree, for every 2,000 products.
        """
        return sum(self._derive(batch) for batch in _batches(sorted(set(product_ids))))

    def _derive(self, product_ids: list[int]) -> int:
        wanted = self.wanted(product_ids)
        present = {(row[1], row[2]): row[0] for row in self._rows(product_ids)}
        surplus = [pk for pair, pk in present.items() if pair not in wanted]
        missing = sorted(wanted - present.keys())
        for batch in _batches(surplus):
            self.filter(pk__in=batch).delete()
        self.bulk_create([self.model(product_id=product, category_id=category) for product, category in missing])
        return len(surplus) + len(missing)

    def _rows(self, product_ids: list[int]) -> Iterable[tuple[int, int, int]]:
        return self.filter(product_id__in=product_ids).values_list("pk", "product_id", "category_id")

    def wanted(self, product_ids: list[int]) -> set[tuple[int, int]]:
        """Return the pairs (product, category) that the closure of these products should hold."""
        models_of = self.model._meta.apps.get_model
        placements = models_of("nexus_catalog", "ProductCategory")._base_manager.using(self.db)
        placed = list(placements.filter(product_id__in=product_ids).values_list("product_id", "category_id"))
        categories = models_of("nexus_catalog", "Category").objects.db_manager(self.db)
        above = categories.with_ancestors({category for _, category in placed})
        return {(product, ancestor) for product, category in placed for ancestor in above[category]}


def _upward(category: int | None, parents: dict[int, int | None]) -> Iterator[int]:
    seen: set[int] = set()
    while category is not None and category not in seen:
        seen.add(category)
        yield category
        category = parents[category]


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
