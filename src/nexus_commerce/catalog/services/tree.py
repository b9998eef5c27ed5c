"""Finding and repairing damage to the category tree: by other tools, by hand, by restored backups."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from nexus_commerce.catalog.locks import tree_lock
from nexus_commerce.catalog.models import Category, ProductAncestor, ProductCategory

__all__ = ["TreeFinding", "rebuild_tree", "verify_tree"]

_PLACE: Final = ("tree_id", "lft", "rght", "level")
_BATCH: Final = 2000


@dataclass(frozen=True, slots=True)
class TreeFinding:
    """One thing that is wrong.

    ``problem`` is ``cycle`` (it is above itself), ``duplicate_tree`` (two roots share a tree id), ``numbers`` (its
    place does not follow from its parents) or ``closure`` (a product's ancestors do not follow from its placements);
    ``category`` and ``product`` are primary keys.
    """

    problem: str
    detail: str
    category: int | None = None
    product: int | None = None


def verify_tree() -> list[TreeFinding]:
    """Find what is wrong with the tree and the closure of products and categories. Changes nothing.

    Takes the tree's lock, so that it never looks at half of a move.
    """
    with tree_lock():
        rows = _read()
        cycles = _cycles(rows)
        return [*_tell_cycles(cycles, rows), *_compare(rows), *_compare_closure()]


def rebuild_tree() -> list[TreeFinding]:
    """Repair what ``verify_tree`` finds, and return it: parents and the order of siblings are kept.

    A cycle is broken by making its category with the lowest key a root. Takes the tree's lock.
    """
    with tree_lock():
        rows = _read()
        cycles = _cycles(rows)
        findings = [*_tell_cycles(cycles, rows), *_compare(rows), *_compare_closure()]
        for cycle in cycles:
            rows[min(cycle)].parent_id = None
        expected = _number(rows)
        wrong = [row for row in rows.values() if _place(row) != expected[row.pk]]
        for row in wrong:
            row.tree_id, row.lft, row.rght, row.level = expected[row.pk]
        detached = [rows[min(cycle)] for cycle in cycles]
        Category._base_manager.bulk_update({*wrong, *detached}, ["parent", *_PLACE], batch_size=500)
        for batch in list(_product_batches()):
            ProductAncestor.objects.derive(batch)
    return findings


def _read() -> dict[int, Any]:
    rows = Category._base_manager.order_by("tree_id", "lft", "pk").only("pk", "name", "parent", *_PLACE)
    return {row.pk: row for row in rows}


def _place(row: Any) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in _PLACE)


def _cycles(rows: Mapping[int, Any]) -> list[list[int]]:
    done: set[int] = set()
    cycles = []
    for start in rows:
        path: dict[int, None] = {}
        key: int | None = start
        while key is not None and key not in done and key not in path:
            path[key] = None
            key = rows[key].parent_id
        if key is not None and key in path:
            steps = list(path)
            cycles.append(steps[steps.index(key) :])
        done.update(path)
    return cycles


def _number(rows: Mapping[int, Any]) -> dict[int, tuple[int, ...]]:
    """Return the place of every category that follows from the parents, in the present order of siblings."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for row in rows.values():
        children[row.parent_id].append(row.pk)
    places: dict[int, tuple[int, ...]] = {}
    trees = _tree_ids([rows[key] for key in children[None]])
    for root, tree_id in trees.items():
        open_nodes = [(root, 1, iter(children[root]))]
        counter = 1
        while open_nodes:
            key, left, rest = open_nodes[-1]
            child = next(rest, None)
            counter += 1
            if child is not None:
                open_nodes.append((child, counter, iter(children[child])))
            else:
                open_nodes.pop()
                places[key] = (tree_id, left, counter, len(open_nodes))
    return places


def _tree_ids(roots: Iterable[Any]) -> dict[int, int]:
    """Keep the tree id of a root where it is the first with it and above the one before; gaps are harmless."""
    given: dict[int, int] = {}
    last = 0
    for root in roots:
        last = root.tree_id if root.tree_id > last else last + 1
        given[root.pk] = last
    return given


def _tell_cycles(cycles: Iterable[list[int]], rows: Mapping[int, Any]) -> Iterator[TreeFinding]:
    for cycle in cycles:
        names = " > ".join(rows[key].name for key in cycle)
        yield TreeFinding("cycle", f"{names} are above one another.", category=min(cycle))


def _compare(rows: Mapping[int, Any]) -> Iterator[TreeFinding]:
    expected = _number(rows)
    roots: set[int] = set()
    for row in rows.values():
        if row.pk not in expected:
            continue  # in a cycle or below one, which is told already
        if row.parent_id is None and row.tree_id in roots:
            yield TreeFinding("duplicate_tree", f"Another root has the tree id {row.tree_id}.", category=row.pk)
        elif _place(row) != expected[row.pk]:
            detail = f"{', '.join(_PLACE)} are {_place(row)}, not {expected[row.pk]}."
            yield TreeFinding("numbers", detail, category=row.pk)
        if row.parent_id is None:
            roots.add(row.tree_id)


def _product_batches() -> Iterator[list[int]]:
    placed = ProductCategory.objects.order_by().values_list("product_id", flat=True)
    derived = ProductAncestor.objects.order_by().values_list("product_id", flat=True)
    ids = iter(placed.union(derived).order_by("product_id").iterator(chunk_size=_BATCH))
    while batch := list(islice(ids, _BATCH)):
        yield batch


def _compare_closure() -> Iterator[TreeFinding]:
    for batch in list(_product_batches()):
        rows = ProductAncestor.objects.filter(product_id__in=batch)
        present = set(rows.values_list("product_id", "category_id"))
        wanted = ProductAncestor.objects.wanted(batch)
        for product, category in sorted(wanted - present):
            yield TreeFinding("closure", "The product is below the category but not listed so.", category, product)
        for product, category in sorted(present - wanted):
            yield TreeFinding("closure", "The product is listed below the category but is not.", category, product)
