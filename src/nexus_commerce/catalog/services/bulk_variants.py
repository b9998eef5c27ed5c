"""The variants of new products, in bulk."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from nexus_commerce.catalog.errors import DuplicateVariant, SkuTaken
from nexus_commerce.catalog.models import Option, OptionValue, Product, Variant
from nexus_commerce.catalog.services.attributes import AttributeSet
from nexus_commerce.catalog.services.rows import VariantRow
from nexus_commerce.catalog.services.specs import clean_options, set_variant_columns, signature_of

__all__ = ["VariantDraft", "draft_variants", "insert_variants"]

_Drafted = Sequence[tuple[Product, Sequence["VariantDraft"]]]


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """A checked variant that is not written yet, and its options by name."""

    variant: Variant
    options: dict[str, str]


def draft_variants(
    product: Product, rows: Sequence[VariantRow], definitions: AttributeSet, category_ids: frozenset[int]
) -> list[VariantDraft]:
    """Check the variants of one new product; the first one says what the product's options are."""
    drafts: list[VariantDraft] = []
    for position, row in enumerate(rows):
        options = clean_options(row.options, list(drafts[0].options) if drafts else None)
        variant = Variant(position=position)
        set_variant_columns(variant, {"sku": row.sku, **row.fields})
        variant.attributes = definitions.clean(row.attributes, {}, type(product), category_ids)
        if any(options == other.options for other in drafts):
            raise DuplicateVariant(field="options", options=options)
        drafts.append(VariantDraft(variant, options))
    return drafts


def insert_variants(drafted: _Drafted) -> list[Variant]:
    """Write options, their values and variants of products that have a key; a fixed number of statements a batch."""
    variants = [draft.variant for _, drafts in drafted for draft in drafts]
    if not variants:
        return []
    _refuse_taken_skus([variant.sku for variant in variants])
    values = _insert_options(drafted)
    for product, drafts in drafted:
        for draft in drafts:
            draft.variant.product = product
            combination = [values[product.pk, name, value].pk for name, value in draft.options.items()]
            draft.variant.signature = signature_of(combination)
    try:
        with transaction.atomic():
            Variant.objects.bulk_create(variants)
    except IntegrityError:
        _refuse_taken_skus([variant.sku for variant in variants])
        raise
    link: Any = Variant.option_values.through
    link.objects.bulk_create(
        link(variant_id=draft.variant.pk, optionvalue_id=values[product.pk, name, value].pk)
        for product, drafts in drafted
        for draft in drafts
        for name, value in draft.options.items()
    )
    return variants


def _refuse_taken_skus(skus: list[str]) -> None:
    sku, times = Counter(skus).most_common(1)[0]
    if times > 1:
        raise SkuTaken(field="sku", sku=sku)
    for start in range(0, len(skus), 500):
        if taken := Variant.objects.filter(sku__in=skus[start : start + 500]).values_list("sku", flat=True).first():
            raise SkuTaken(field="sku", sku=taken)


def _insert_options(drafted: _Drafted) -> dict[tuple[int, str, str], OptionValue]:
    options = {
        (product.pk, name): Option(product_id=product.pk, name=name, position=position)
        for product, drafts in drafted
        if drafts
        for position, name in enumerate(drafts[0].options)
    }
    Option.objects.bulk_create(options.values())
    values: dict[tuple[int, str, str], OptionValue] = {}
    positions: Counter[int] = Counter()
    for product, drafts in drafted:
        for draft in drafts:
            for name, value in draft.options.items():
                if (product.pk, name, value) not in values:
                    option = options[product.pk, name]
                    values[product.pk, name, value] = OptionValue(
                        option=option, value=value, position=positions[option.pk]
                    )
                    positions[option.pk] += 1
    OptionValue.objects.bulk_create(values.values())
    return values
