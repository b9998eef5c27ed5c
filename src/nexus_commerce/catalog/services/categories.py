"""The category tree: every write takes one lock and keeps the closure of products and categories."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.errors import CategoryInUse
from nexus_commerce.catalog.locks import tree_lock
from nexus_commerce.catalog.models import Category
from nexus_commerce.catalog.services.columns import clean_html, set_columns
from nexus_commerce.catalog.services.slugs import SlugWish, assign_slugs, default_language, set_slug
from nexus_commerce.catalog.signals import category_changed, category_created, category_deleted, category_moved
from nexus_commerce.core.errors import InvalidInput, NotFound

__all__ = ["create_category", "delete_category", "move_category", "rename_category", "update_category"]


def create_category(
    *, name: str, parent: Category | None = None, slug: str = "", language: str = "", **fields: Any
) -> Category:
    """Create a category as the last one below ``parent``, or as the last root.

    An empty ``slug`` is made from the name. Takes the tree's lock. Raises ``SlugTaken`` for a slug that was given,
    ``InvalidSlug`` and ``InvalidInput``. Sends ``category_created``.
    """
    with tree_lock():
        category = Category(parent=_lock(parent) if parent is not None else None)
        _set(category, {"name": name, **fields})
        category.save()
        assign_slugs([SlugWish(category, language or default_language(), slug, name)])
        category_created.send_after_commit(Category, category=category)
    return category


def update_category(*, category: Category, slug: str | None = None, language: str = "", **fields: Any) -> Category:
    """Change columns of a category and its slug; the old slug redirects.

    Raises ``SlugTaken``, ``InvalidSlug`` and ``InvalidInput``. Sends ``category_changed``, unless nothing changed.
    """
    with tree_lock():
        _lock(category)
        changed = set(_set(category, fields))
        if changed:
            category.save(update_fields=[*sorted(changed), "updated_at"])
        if slug is not None:
            set_slug(owner=category, slug=slug, language=language)
            changed.add("slug")
        if changed:
            category_changed.send_after_commit(Category, category=category, changed=frozenset(changed))
    return category


def rename_category(*, category: Category, name: str, slug: str | None = None, language: str = "") -> Category:
    """Give a category another name and, if asked, another slug; see ``update_category``."""
    return update_category(category=category, name=name, slug=slug, language=language)


def move_category(*, category: Category, parent: Category | None, before: Category | None = None) -> Category:
    """Move a category, with all below it, under ``parent`` (None: to the roots): before a sibling, or to the end.

    Takes the tree's lock; the closure of every product below moves along. Raises ``CategoryCycle`` when ``parent``
    is the category or below it, ``InvalidInput`` when ``before`` is not a child of ``parent``. Sends
    ``category_moved``.
    """
    with tree_lock():
        _lock(category)
        old_parent_id = category.parent_id
        parent = _lock(parent) if parent is not None else None
        category.refuse_cycle(parent)
        if before is not None:
            _lock(before)
            if before.pk == category.pk or before.parent_id != (parent.pk if parent else None):
                raise InvalidInput(_("Name a category that is directly below the new parent."), field="before")
            category.move_to(before, "left")
        elif parent is not None:
            category.move_to(parent, "last-child")
        elif last := Category.objects.filter(parent__isnull=True).exclude(pk=category.pk).last():
            category.move_to(last, "right")
        category_moved.send_after_commit(Category, category=category, old_parent_id=old_parent_id)
    return category


def delete_category(*, category: Category) -> None:
    """Delete a category that has neither subcategories nor products; its slugs go with it.

    Takes the tree's lock. Raises ``CategoryInUse`` and ``NotFound``. Sends ``category_deleted``. To hide one that is
    in use, set ``is_visible``.
    """
    with tree_lock():
        _lock(category)
        children, products = category.children.count(), category.placements.count()
        if children or products:
            raise CategoryInUse(children=children, products=products)
        category_deleted.send_after_commit(Category, public_id=category.public_id, name=category.name)
        category.delete()


def _lock(category: Category) -> Category:
    """Read a category's place again, now that nobody else moves it; the tree's lock is the lock of its rows."""
    try:
        category.refresh_from_db(fields=["parent", "lft", "rght", "tree_id", "level"])
    except Category.DoesNotExist as exc:
        raise NotFound(_("The category does not exist any more.")) from exc
    category.remember_place()
    return category


def _set(category: Category, fields: dict[str, Any]) -> frozenset[str]:
    if "description" in fields:
        fields["description"] = clean_html(fields["description"])
    return set_columns(category, fields)
