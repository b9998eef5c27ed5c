"""What promotions ask of lines and customers, loaded only when one in force asks for it."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any, Final

from django.db import router
from django.db.models import BigIntegerField

from nexus_commerce.catalog.models import CollectionProduct, Product, ProductAncestor, Variant
from nexus_commerce.core.prepared import AnyOf, Prepared, Slot
from nexus_commerce.customers.models import Customer, CustomerGroup
from nexus_commerce.pricing.inputs import LineFacts
from nexus_commerce.promotions.models import Promotion

__all__ = ["load_customer_groups", "load_line_facts"]

PRODUCTS: Final[dict[str, Any]] = {"products": BigIntegerField()}
CATEGORIES: Final[Prepared[Any]] = Prepared(
    lambda: (
        ProductAncestor.objects.filter(AnyOf("product_id", "products"))
        .order_by()
        .values("product_id", "category__public_id")
    ),
    **PRODUCTS,
)
COLLECTIONS: Final[Prepared[Any]] = Prepared(
    lambda: (
        CollectionProduct.objects.filter(AnyOf("product_id", "products"))
        .order_by()
        .values("product_id", "collection__public_id")
    ),
    **PRODUCTS,
)
GROUPS: Final[Prepared[Any]] = Prepared(
    lambda: CustomerGroup.objects.filter(customers=Slot("customer", BigIntegerField())).order_by().values("code"),
    customer=BigIntegerField(),
)


def load_line_facts(*, variants: Mapping[Hashable, Variant], needs: Collection[str]) -> dict[Hashable, LineFacts]:
    """Return what promotions may ask of each line's variant, by the line's key; the variants come with their products.

    ``needs`` is what ``facts_needed`` says: one statement for the ``categories`` of all lines (ancestors too), one for
    the ``collections``, none for anything else. Attributes are the product's, overridden by the variant's.
    """
    products = sorted({variant.product_id for variant in variants.values()})
    categories = load_ids(CATEGORIES, "category__public_id", products if "categories" in needs else ())
    collections = load_ids(COLLECTIONS, "collection__public_id", products if "collections" in needs else ())
    return {
        key: LineFacts(
            product=str(variant.product.public_id),
            variant=str(variant.public_id),
            sku=variant.sku,
            product_type=type_label(variant.product),
            categories=categories.get(variant.product_id, frozenset()),
            collections=collections.get(variant.product_id, frozenset()),
            attributes={**variant.product.attributes, **variant.attributes} if "attributes" in needs else {},
        )
        for key, variant in variants.items()
    }


def load_ids(rows: Prepared[Any], column: str, products: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return the public ids in ``column`` by product; no statement without products."""
    found: dict[int, set[str]] = defaultdict(set)
    if wanted := list(products):
        for row in rows.run(router.db_for_write(Promotion), products=wanted):
            found[row["product_id"]].add(str(row[column]))
    return {product: frozenset(ids) for product, ids in found.items()}


def type_label(product: Product) -> str:
    """Return the label of a product's type, ``app.model`` in lower case, without a statement."""
    return str((product.get_real_instance_class() or Product)._meta.label_lower)


def load_customer_groups(customer: Customer | None) -> frozenset[str]:
    """Return the codes of the groups of a customer in one statement; of nobody, none."""
    if customer is None:
        return frozenset()
    return frozenset(row["code"] for row in GROUPS.run(router.db_for_write(Promotion), customer=customer.pk))
