"""The category tree keeps its shape and the closure of products, however it is written."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import ProtectedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_commerce.catalog.errors import CategoryCycle, CategoryInUse
from nexus_commerce.catalog.models import Category, Product, ProductAncestor, ProductCategory
from nexus_commerce.catalog.services import (
    create_category,
    delete_category,
    move_category,
    rebuild_tree,
    set_categories,
    update_category,
    verify_tree,
)
from nexus_commerce.core.errors import InvalidInput, NotFound
from nexus_commerce.testing.factories import make_product

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def tree(**parents: str) -> dict[str, Category]:
    """Make categories named by the keywords, each below the one it names ("" for a root)."""
    made: dict[str, Category] = {}
    for name, parent in parents.items():
        made[name] = create_category(name=name, parent=made.get(parent))
    return made


def above(product: Product) -> str:
    return "".join(sorted(product.ancestors.values_list("category__name", flat=True)))


def drawn() -> list[str]:
    return ["-" * category.level + category.name for category in Category.objects.all()]


def test_categories_are_drawn_in_the_order_of_the_tree() -> None:
    tree(a="", b="a", c="b", d="", e="a")
    assert drawn() == ["a", "-b", "--c", "-e", "d"]


MOVES = [
    ("under another root", "c", "d", None, ["a", "-b", "-e", "d", "-c"]),
    ("to the roots", "b", None, None, ["a", "-e", "d", "b", "-c"]),
    ("before a sibling", "e", "a", "b", ["a", "-e", "-b", "--c", "d"]),
    ("a whole tree below a leaf", "a", "d", None, ["d", "-a", "--b", "---c", "--e"]),
    ("a root before a root", "d", None, "a", ["d", "a", "-b", "--c", "-e"]),
    ("to where it is", "e", "a", None, ["a", "-b", "--c", "-e", "d"]),
    ("the last root to the roots", "d", None, None, ["a", "-b", "--c", "-e", "d"]),
]


@pytest.mark.parametrize(("name", "parent", "before", "expected"), [m[1:] for m in MOVES], ids=[m[0] for m in MOVES])
def test_a_category_moves(name: str, parent: str | None, before: str | None, expected: list[str]) -> None:
    made = tree(a="", b="a", c="b", d="", e="a")

    move_category(category=made[name], parent=made[parent] if parent else None, before=made[before] if before else None)

    assert drawn() == expected
    assert verify_tree() == []


@pytest.mark.parametrize("parent", ["a", "b", "c"])
def test_a_category_is_never_moved_below_itself(parent: str) -> None:
    made = tree(a="", b="a", c="b")
    with pytest.raises(CategoryCycle):
        move_category(category=made["a"], parent=made[parent])
    assert drawn() == ["a", "-b", "--c"]


def test_before_must_be_a_child_of_the_parent() -> None:
    made = tree(a="", b="a", c="b", d="")
    with pytest.raises(InvalidInput) as refused:
        move_category(category=made["d"], parent=made["a"], before=made["c"])
    assert refused.value.field == "before"


def test_a_category_in_use_is_not_deleted(product: Product) -> None:
    made = tree(a="", b="a")
    set_categories(product=product, categories=[made["a"]])

    with pytest.raises(CategoryInUse) as refused:
        delete_category(category=made["a"])
    assert (refused.value.params["children"], refused.value.params["products"]) == (1, 1)
    delete_category(category=made["b"])
    assert drawn() == ["a"]
    assert verify_tree() == []
    with pytest.raises(NotFound):
        update_category(category=made["b"], name="gone")


def test_products_follow_a_category_that_moves(product: Product) -> None:
    made = tree(a="", b="a", c="b", d="")
    set_categories(product=product, categories=[made["c"]])
    assert above(product) == "abc"

    move_category(category=made["b"], parent=made["d"])
    assert above(product) == "bcd"
    move_category(category=made["b"], parent=None)
    assert above(product) == "bc"


def bare_save(category: Category, parent: Category | None) -> None:
    category.parent = parent
    category.save()


def bare_key(category: Category, parent: Category | None) -> None:
    category.parent_id = parent.pk if parent else None
    category.save(update_fields=["parent"])


def bare_move(category: Category, parent: Category | None) -> None:
    category.move_to(parent, "last-child")


def manager_move(category: Category, parent: Category | None) -> None:
    Category.objects.move_node(category, parent, "last-child")


WAYS = [bare_save, bare_key, bare_move, manager_move]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("target", ["d", None, "c"])
def test_a_move_without_the_services_keeps_the_closure_too(way: Any, target: str | None, product: Product) -> None:
    made = tree(a="", b="a", c="a", d="")
    set_categories(product=product, categories=[made["b"]])

    way(Category.objects.get(name="b"), made[target] if target else None)

    assert above(product) == {"d": "bd", None: "b", "c": "abc"}[target]
    assert verify_tree() == []


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_writing_makes_a_cycle(way: Any) -> None:
    tree(a="", b="a", c="b")
    with pytest.raises(CategoryCycle):
        way(Category.objects.get(name="a"), Category.objects.get(name="c"))
    assert drawn() == ["a", "-b", "--c"]
    assert verify_tree() == []


def test_a_stale_copy_does_not_write_its_old_place_back() -> None:
    made = tree(a="", b="a", c="a", d="")
    stale = Category.objects.get(name="b")
    move_category(category=made["b"], parent=made["d"])
    move_category(category=made["c"], parent=made["b"])

    stale.name = "renamed"
    stale.save()

    assert drawn() == ["a", "d", "-renamed", "--c"]
    assert verify_tree() == []


def test_placements_that_bypass_the_services_keep_the_closure(product: Product) -> None:
    made = tree(a="", b="a", c="")
    placement = ProductCategory(product=product, category=made["b"])
    placement.save()
    assert above(product) == "ab"
    placement.category = made["c"]
    placement.save()
    assert above(product) == "c"
    placement.delete()
    assert above(product) == ""


@pytest.mark.parametrize("way", ["save", "update", "update of keys", "bulk_update", "delete"])
def test_a_placement_that_changes_hands_leaves_the_old_product(way: str, product: Product) -> None:
    made, other = tree(a="", b="a", c=""), make_product()
    set_categories(product=product, categories=[made["b"]])
    placement = product.placements.get()
    rows = ProductCategory.objects.filter(pk=placement.pk)
    placement.product, placement.category = other, made["c"]
    if way == "save":
        placement.save()
    elif way == "update":
        rows.update(product=other, category=made["c"])
    elif way == "update of keys":
        rows.update(product_id=other.pk, category_id=made["c"].pk)
    elif way == "bulk_update":
        ProductCategory.objects.bulk_update([placement], ["product", "category"])
    else:
        placement.delete()
    assert (above(product), above(other)) == ("", "" if way == "delete" else "c")
    assert verify_tree() == []


def test_a_bare_delete_leaves_a_sound_tree_and_refuses_a_parent() -> None:
    made = tree(a="", b="a", c="a")
    with pytest.raises(ProtectedError):
        made["a"].delete()
    Category.objects.get(name="b").delete()
    assert verify_tree() == []


def test_parents_are_not_changed_by_an_update_of_many_rows() -> None:
    tree(a="", b="a")
    with pytest.raises(TypeError, match="move_category"):
        Category.objects.filter(name="b").update(parent=None)


def set_numbers(**numbers: int) -> Any:
    return lambda: Category._base_manager.filter(name="b").update(**numbers)


def share_a_tree_id() -> None:
    Category._base_manager.filter(name="d").update(tree_id=Category.objects.get(name="a").tree_id)


def close_a_cycle() -> None:
    Category._base_manager.filter(name="a").update(parent=Category.objects.get(name="c"))


def forget_an_ancestor() -> None:
    ProductAncestor.objects.filter(category__name="a").delete()


def invent_an_ancestor() -> None:
    ProductAncestor.objects.create(product=Product.objects.get(), category=Category.objects.get(name="d"))


DAMAGE = [
    ("numbers", set_numbers(lft=5)),
    ("numbers", set_numbers(rght=50)),
    ("numbers", set_numbers(level=0)),
    ("numbers", set_numbers(tree_id=99)),
    ("duplicate_tree", share_a_tree_id),
    ("cycle", close_a_cycle),
    ("closure", forget_an_ancestor),
    ("closure", invent_an_ancestor),
]


@pytest.mark.parametrize(("problem", "harm"), DAMAGE, ids=[f"{d[0]}-{n}" for n, d in enumerate(DAMAGE)])
def test_damage_is_found_and_repaired(problem: str, harm: Any, product: Product) -> None:
    made = tree(a="", b="a", c="b", d="", e="a")
    set_categories(product=product, categories=[made["c"]])
    assert verify_tree() == []
    harm()

    assert problem in {finding.problem for finding in verify_tree()}
    assert problem in {finding.problem for finding in rebuild_tree()}
    assert verify_tree() == []
    assert drawn()[0] == "a"
    assert "---".join(drawn()).count("c") == 1


def run(*args: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("nexus_tree", *args, stdout=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_command_tells_repairs_and_exits_by_what_it_found() -> None:
    tree(a="", b="a")
    assert run("verify") == (0, "The category tree is sound.\n")
    Category._base_manager.filter(name="b").update(lft=9)

    code, text = run("verify")
    assert code == 1
    assert "numbers: category" in text
    code, text = run("verify", "--json")
    assert [row["problem"] for row in json.loads(text)] == ["numbers"]
    assert run("rebuild")[0] == 1
    assert run("verify")[0] == 0


step = st.tuples(st.sampled_from(["create", "move", "delete"]), st.integers(0, 20), st.integers(-1, 20))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(step, max_size=12))
def test_any_sequence_of_writes_agrees_with_a_naive_tree(steps: list[tuple[str, int, int]]) -> None:
    for category in Category.objects.order_by("-level"):
        category.delete()
    parents: dict[int, int | None] = {}

    def is_below(key: int | None, root: int) -> bool:
        while key is not None and key != root:
            key = parents[key]
        return key == root

    for what, first, second in steps:
        keys = list(parents)
        one = keys[first % len(keys)] if keys else None
        other = keys[second % len(keys)] if keys and second >= 0 else None
        if what == "create" or one is None:
            parent = Category.objects.get(pk=other) if other is not None else None
            parents[create_category(name="x", parent=parent).pk] = other
        elif what == "move" and not (other is not None and is_below(other, one)):
            target = Category.objects.get(pk=other) if other is not None else None
            move_category(category=Category.objects.get(pk=one), parent=target)
            parents[one] = other
        elif what == "delete" and one not in parents.values():
            delete_category(category=Category.objects.get(pk=one))
            del parents[one]

    assert dict(Category.objects.values_list("pk", "parent_id")) == parents
    assert verify_tree() == []
