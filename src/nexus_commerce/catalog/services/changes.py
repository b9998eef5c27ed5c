"""How every service of products begins and ends: lock the row, and tell what changed."""

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import F
from django.utils import timezone

from nexus_commerce.catalog.errors import ProductChanged
from nexus_commerce.catalog.models import Product
from nexus_commerce.catalog.signals import product_changed
from nexus_commerce.events.services import Event, record_events

__all__ = ["lock_product", "product_event", "record_change", "type_of"]


def type_of(product: Product) -> type[Product]:
    """Return the product type, also of a product that was read as the base class."""
    return cast("type[Product]", product.get_real_instance_class())


def lock_product(product: Product, *, expected_version: int | None = None) -> Product:
    """Lock a product's row until the transaction ends, and take over its present version and attributes.

    Carts and orders that point at the product are not held up. Raises ``ProductChanged`` when its version is not the
    expected one.
    """
    rows = Product.plain.select_for_update(no_key=True).filter(pk=product.pk)
    product.version, product.attributes = rows.values_list("version", "attributes").get()
    if expected_version is not None and expected_version != product.version:
        raise ProductChanged(version=product.version)
    return product


def record_change(product: Product, changed: Iterable[str], *, type: str = "product.changed") -> None:
    """Count a change of a locked product, tell the outbox, and send ``product_changed`` after commit.

    Nothing changed: nothing is counted, told or sent.
    """
    names = frozenset(changed)
    if not names:
        return
    now = timezone.now()
    Product.plain.filter(pk=product.pk).update(version=F("version") + 1, updated_at=now)
    product.version, product.updated_at = product.version + 1, now
    record_events(events=[product_event(product, type, changed=sorted(names))])
    if type == "product.changed":
        product_changed.send_after_commit(Product, product=product, changed=names)


def product_event(product: Product, type: str, **payload: Any) -> Event:
    """Make the outbox row of a product's present version."""
    data = {"name": product.name, "product_type": type_of(product)._meta.label_lower, **payload}
    return Event(type, "product", product.public_id, product.version, data)
