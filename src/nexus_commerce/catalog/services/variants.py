"""Variants: what is sold. Combinations of option values, bundles."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.errors import DuplicateVariant, InvalidBundle, SkuTaken
from nexus_commerce.catalog.models import Bundle, BundleItem, Option, OptionValue, Product, Variant
from nexus_commerce.catalog.services.attributes import clean_attributes
from nexus_commerce.catalog.services.changes import lock_product, record_change, type_of
from nexus_commerce.catalog.services.rows import BundlePart
from nexus_commerce.catalog.services.specs import clean_options, set_variant_columns, signature_of
from nexus_commerce.catalog.signals import variant_added, variant_archived, variant_changed
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.fields import MAX_QUANTITY

__all__ = ["add_variant", "archive_variant", "set_bundle_items", "update_variant"]


@transaction.atomic
def add_variant(
    *,
    product: Product,
    sku: str,
    options: Mapping[str, str] | None = None,
    attributes: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Variant:
    """Add a variant to a product: one value for each of its options; a new value is appended to its option.

    The first variant of a product without options defines them. A product whose variants have no options has only
    one. Locks the product. Raises ``InvalidOptions``, ``DuplicateVariant``, ``SkuTaken``, ``InvalidBarcode``,
    ``InvalidAttribute`` and ``InvalidInput``. Records ``product.changed``; sends ``variant_added``.
    """
    lock_product(product)
    variant = Variant(product=product, position=_next_position(product))
    set_variant_columns(variant, {"sku": sku, **fields})
    variant.attributes = clean_attributes(owner=variant, values=attributes or {})
    values = _find_values(product, options or {})
    variant.signature = signature_of([value.pk for value in values])
    _refuse_duplicate(variant, options or {})
    _save(variant, force_insert=True)
    variant.option_values.set(values)
    record_change(product, ["variants"])
    variant_added.send_after_commit(Variant, variant=variant)
    return variant


@transaction.atomic
def update_variant(
    *,
    variant: Variant,
    options: Mapping[str, str] | None = None,
    attributes: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Variant:
    """Change columns, option values or attributes (merged; None takes one away) of a variant.

    Locks the product. Raises as ``add_variant``. Records ``product.changed`` and sends ``variant_changed``, unless
    nothing changed.
    """
    product = lock_product(variant.product)
    variant.refresh_from_db(fields=["attributes", "signature", "archived_at"])
    changed = set(set_variant_columns(variant, fields))
    if attributes is not None:
        merged = clean_attributes(owner=variant, values=attributes)
        if merged != variant.attributes:
            variant.attributes = merged
            changed.add("attributes")
    if options is not None:
        values = _find_values(product, options)
        signature = signature_of([value.pk for value in values])
        if signature != variant.signature:
            variant.signature = signature
            _refuse_duplicate(variant, options)
            variant.option_values.set(values)
            changed.add("signature")
    if changed:
        _save(variant, update_fields=[*sorted(changed), "updated_at"])
        record_change(product, ["variants"])
        variant_changed.send_after_commit(Variant, variant=variant, changed=frozenset(changed))
    return variant


@transaction.atomic
def archive_variant(*, variant: Variant, now: datetime | None = None) -> Variant:
    """Take a variant out of sale for good; its combination is free again, its SKU is not.

    Locks the product. Records ``product.changed`` and sends ``variant_archived``.
    """
    product = lock_product(variant.product)
    variant.refresh_from_db(fields=["archived_at"])
    if variant.archived_at is None:
        variant.archived_at = now or timezone.now()
        variant.save(update_fields=["archived_at", "updated_at"])
        record_change(product, ["variants"])
        variant_archived.send_after_commit(Variant, variant=variant)
    return variant


@transaction.atomic
def set_bundle_items(*, bundle: Variant, items: Sequence[BundlePart]) -> list[BundleItem]:
    """Say what one unit of a bundle's variant holds; its stock is taken from them.

    Locks the product. Raises ``InvalidBundle`` when ``bundle`` is not a variant of a bundle, when a variant is named
    twice, or is itself a bundle's: stock is taken from items that have some, so bundles do not nest. Raises
    ``InvalidInput`` for a quantity out of bounds. Records ``product.changed``.
    """
    product = lock_product(bundle.product)
    if not _is_bundle(bundle):
        raise InvalidBundle(field="bundle", sku=bundle.sku)
    _check_items(items)
    BundleItem.objects.filter(bundle=bundle).delete()
    rows = BundleItem.objects.bulk_create(
        BundleItem(bundle=bundle, variant=item.variant, quantity=item.quantity, position=position)
        for position, item in enumerate(items)
    )
    record_change(product, ["bundle_items"])
    return rows


def _check_items(items: Sequence[BundlePart]) -> None:
    seen: set[int] = set()
    for item in items:
        sku = item.variant.sku
        if item.variant.pk in seen:
            raise InvalidBundle(_("'%(sku)s' is named twice; add up the quantities."), field="items", sku=sku)
        if _is_bundle(item.variant):
            raise InvalidBundle(_("'%(sku)s' is a bundle; name what it holds instead."), field="items", sku=sku)
        if not isinstance(item.quantity, int) or not 1 <= item.quantity <= MAX_QUANTITY:
            raise InvalidInput(_("Give a quantity from 1 to 1,000,000."), field="quantity")
        seen.add(item.variant.pk)


def _is_bundle(variant: Variant) -> bool:
    return issubclass(type_of(variant.product), Bundle)


def _next_position(product: Product) -> int:
    last = product.variants.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _find_values(product: Product, options: Mapping[str, str]) -> list[OptionValue]:
    rows = {option.name: option for option in Option.objects.filter(product_id=product.pk)}
    has_variants = product.variants.filter(archived_at__isnull=True).exists()
    cleaned = clean_options(options, list(rows) if rows or has_variants else None)
    for position, name in enumerate(cleaned):
        if name not in rows:
            rows[name] = Option.objects.create(product=product, name=name, position=position)
    return [_find_value(rows[name], value) for name, value in cleaned.items()]


def _find_value(option: Option, value: str) -> OptionValue:
    last = option.values.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    return OptionValue.objects.get_or_create(option=option, value=value, defaults={"position": position})[0]


def _refuse_duplicate(variant: Variant, options: Mapping[str, str]) -> None:
    others = variant.product.variants.filter(archived_at__isnull=True).exclude(pk=variant.pk)
    if variant.archived_at is None and others.filter(signature=variant.signature).exists():
        raise DuplicateVariant(field="options", options=dict(options))


def _save(variant: Variant, **kwargs: Any) -> None:
    # The product is locked, so only the SKU can meet somebody else's.
    try:
        with transaction.atomic():
            variant.save(**kwargs)
    except IntegrityError as exc:
        if Variant.objects.filter(sku=variant.sku).exclude(pk=variant.pk).exists():
            raise SkuTaken(field="sku", sku=variant.sku) from exc
        raise
