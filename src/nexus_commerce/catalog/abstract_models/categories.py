from typing import Any, ClassVar, Self

from django.db import models, router
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from nexus_commerce.catalog.errors import CategoryCycle
from nexus_commerce.catalog.locks import tree_lock
from nexus_commerce.catalog.querysets import CategoryManager, ProductAncestorManager, ProductCategoryQuerySet
from nexus_commerce.core.abstract_models import Free, Named, Timestamped
from nexus_commerce.core.labels import label_of


class AbstractCategory(MPTTModel, Named, Timestamped, Free):
    """A node of the category tree.

    Write it through ``catalog.services``. A plain ``save``, ``delete`` or ``move_to`` is safe too: each takes the
    tree's lock, reads the row's place again and keeps the closure of products and categories.
    """

    parent = TreeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    image = models.FileField(_("image"), upload_to="nexus/categories/", blank=True)
    seo_title = models.CharField(_("title for search engines"), max_length=255, blank=True)
    seo_description = models.TextField(_("description for search engines"), blank=True)
    is_visible = models.BooleanField(_("visible"), default=True)

    is_being_moved: bool = False

    objects: ClassVar[CategoryManager] = CategoryManager()

    class Meta:
        abstract = True
        ordering = ["tree_id", "lft"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        indexes = [models.Index(name="nexus_category_tree", fields=["tree_id", "lft"])]
        constraints = [
            models.CheckConstraint(
                name="nexus_category_not_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save under the tree's lock. Raises ``CategoryCycle`` for a parent that is below the category."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with tree_lock(using):
            moved = self._read_place(using) if self._may_be_stale() else False
            super().save(*args, **kwargs)
            if moved:
                self.derive_products(using)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete under the tree's lock. Raises ``ProtectedError`` while it has subcategories or products."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with tree_lock(using):
            return super().delete(*args, **kwargs)

    def _may_be_stale(self) -> bool:
        # The manager's move_node saves the node itself, when it has moved its numbers but not yet its parent.
        return not self._state.adding and not self.is_being_moved and type(self)._mptt_updates_enabled

    def _read_place(self, using: str) -> bool:
        """Take over the place that the row has by now, but for a parent that the caller set; tell whether it moves.

        Without this a stale copy, saved for another column, would write its old parent back.
        """
        rows: Any = type(self)._base_manager.using(using)
        place = rows.filter(pk=self.pk).values("parent_id", "lft", "rght", "tree_id", "level").first()
        if place is None:
            return False
        old_parent_id = place.pop("parent_id")
        if "parent_id" in self.get_deferred_fields() or self.parent_id == self._mptt_cached_fields["parent"]:
            self.parent_id: int | None = old_parent_id
        self._mptt_cached_fields["parent"] = old_parent_id
        for name, value in place.items():
            setattr(self, name, value)
        if self.parent_id == old_parent_id:
            return False
        if self.parent_id is not None:
            self.parent = rows.get(pk=self.parent_id)
            self.refuse_cycle(self.parent)
        return True

    def refuse_cycle(self, parent: Any) -> None:
        """Raise ``CategoryCycle`` where ``parent`` is this category or below it; both have been read under the lock."""
        if parent is None or parent.tree_id != self.tree_id:
            return
        if self.lft <= parent.lft and parent.rght <= self.rght:
            raise CategoryCycle(field="parent")

    def remember_place(self) -> None:
        """Take the place that was just read for the one that is stored, as a freshly read row does."""
        self._mptt_cached_fields["parent"] = self.parent_id

    def derive_products(self, using: str) -> None:
        """Derive the closure of every product in or below the category again; called under the tree's lock."""
        closure: Any = self.descendant_products.model._default_manager.db_manager(using)
        closure.derive(closure.filter(category=self.pk).values_list("product_id", flat=True))


class AbstractProductCategory(Timestamped):
    """A product placed in a category by hand; the primary one makes the breadcrumb."""

    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="placements")
    category = models.ForeignKey("nexus_catalog.Category", models.PROTECT, related_name="placements")
    position = models.PositiveIntegerField(_("position"), default=0)
    is_primary = models.BooleanField(_("primary"), default=False)

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(ProductCategoryQuerySet)()

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("placement in a category")
        verbose_name_plural = _("placements in categories")
        constraints = [
            models.UniqueConstraint(name="nexus_productcategory_unique", fields=["product", "category"]),
            models.UniqueConstraint(
                name="nexus_productcategory_one_primary", fields=["product"], condition=models.Q(is_primary=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'product')} in {label_of(self, 'category')}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save under the tree's lock, with the rows of the closure of the product, and of the one it was."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with tree_lock(using):
            before = [] if self._state.adding else self._stored_product(using)
            super().save(*args, **kwargs)
            self._derive(using, *before)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete under the tree's lock, with the product's rows of the closure."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with tree_lock(using):
            before = self._stored_product(using)
            deleted = super().delete(*args, **kwargs)
            self._derive(using, *before)
            return deleted

    def _stored_product(self, using: str) -> list[int]:
        rows: Any = type(self)._base_manager.using(using)
        return list(rows.filter(pk=self.pk).values_list("product_id", flat=True))

    def _derive(self, using: str, *product_ids: int) -> None:
        closure: Any = self.product.ancestors.model._default_manager.db_manager(using)
        closure.derive([self.product_id, *product_ids])


class AbstractProductAncestor(models.Model):
    """A product and one of the categories it is in, directly or through a descendant.

    Derived from placements and the tree, in the transaction that changes either; category pages read this, not the
    tree.
    """

    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="ancestors")
    category = models.ForeignKey("nexus_catalog.Category", models.CASCADE, related_name="descendant_products")

    objects: ClassVar[ProductAncestorManager] = ProductAncestorManager()

    class Meta:
        abstract = True
        verbose_name = _("product in an ancestor category")
        verbose_name_plural = _("products in ancestor categories")
        constraints = [
            models.UniqueConstraint(name="nexus_productancestor_unique", fields=["category", "product"]),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'product')} in {label_of(self, 'category')}"


class AbstractCollection(Named, Timestamped, Free):
    """A set of products chosen by hand, across categories: "summer", "gifts under 20"."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    is_visible = models.BooleanField(_("visible"), default=True)
    products = models.ManyToManyField(
        "nexus_catalog.Product", through="nexus_catalog.CollectionProduct", related_name="collections"
    )

    class Meta:
        abstract = True
        ordering = ["name", "id"]
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return self.name


class AbstractCollectionProduct(Timestamped):
    """A product's place in a collection."""

    collection = models.ForeignKey("nexus_catalog.Collection", models.CASCADE, related_name="entries")
    product = models.ForeignKey("nexus_catalog.Product", models.CASCADE, related_name="collection_entries")
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        verbose_name = _("product of a collection")
        verbose_name_plural = _("products of a collection")
        constraints = [
            models.UniqueConstraint(name="nexus_collectionproduct_unique", fields=["collection", "product"]),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'product')} in {label_of(self, 'collection')}"
