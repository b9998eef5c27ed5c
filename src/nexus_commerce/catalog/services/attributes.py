"""Attributes that merchants define at run time, and the values that products and variants have of them."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Self

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.attribute_kinds import attribute_kind
from nexus_commerce.catalog.errors import InvalidAttribute
from nexus_commerce.catalog.models import Attribute, Category, Product, Variant
from nexus_commerce.catalog.services.changes import type_of
from nexus_commerce.catalog.services.columns import refuse_unstorable, set_columns
from nexus_commerce.catalog.signals import attribute_archived, attribute_changed, attribute_created

__all__ = [
    "AttributeSet",
    "archive_attribute",
    "clean_attributes",
    "create_attribute",
    "update_attribute",
]


@transaction.atomic
def create_attribute(
    *,
    code: str,
    name: str,
    kind: str = "text",
    choices: Sequence[Any] = (),
    product_types: Sequence[type[Product] | str] = (),
    categories: Iterable[Category] = (),
    **fields: Any,
) -> Attribute:
    """Define an attribute. ``choices`` are values, or ``{"value": ..., "label": ...}``.

    Raises ``InvalidAttribute`` for an unknown kind, choices that do not fit it or a code that exists, and
    ``InvalidInput`` for other columns. Sends ``attribute_created``.
    """
    attribute = Attribute()
    set_columns(attribute, {"code": code, "name": name, "kind": kind} | fields)
    attribute.choices = _clean_choices(kind, choices)
    attribute.product_types = [_label(one) for one in product_types]
    try:
        with transaction.atomic():
            attribute.save(force_insert=True)
    except IntegrityError as exc:
        raise InvalidAttribute(
            _("There is an attribute '%(attribute)s' already."), field="code", attribute=code
        ) from exc
    attribute.categories.set(categories)
    attribute_created.send_after_commit(Attribute, attribute=attribute)
    return attribute


@transaction.atomic
def update_attribute(
    *,
    attribute: Attribute,
    choices: Sequence[Any] | None = None,
    product_types: Sequence[type[Product] | str] | None = None,
    categories: Iterable[Category] | None = None,
    **fields: Any,
) -> Attribute:
    """Change a definition; values that are stored stay as they are. Its code and kind cannot change.

    Raises ``InvalidAttribute`` and ``InvalidInput``. Sends ``attribute_changed``.
    """
    for name in ("code", "kind"):
        if name in fields and fields[name] != getattr(attribute, name):
            raise InvalidAttribute(
                _("The %(name)s of an attribute cannot change: define another and archive this one."),
                field=name,
                name=name,
            )
    set_columns(attribute, fields)
    if choices is not None:
        attribute.choices = _clean_choices(attribute.kind, choices)
    if product_types is not None:
        attribute.product_types = [_label(one) for one in product_types]
    attribute.save()
    if categories is not None:
        attribute.categories.set(categories)
    attribute_changed.send_after_commit(Attribute, attribute=attribute)
    return attribute


def archive_attribute(*, attribute: Attribute, now: datetime | None = None) -> Attribute:
    """Take a definition out of use: stored values stay, new ones are refused. Sends ``attribute_archived``."""
    attribute.archived_at = now or timezone.now()
    attribute.save(update_fields=["archived_at", "updated_at"])
    attribute_archived.send_after_commit(Attribute, attribute=attribute)
    return attribute


def clean_attributes(*, owner: Product | Variant, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``owner.attributes`` becomes with these values merged in; None takes a value away.

    Raises ``InvalidAttribute`` as :meth:`AttributeSet.clean` does. Writes nothing.
    """
    on_variant = isinstance(owner, Variant)
    product = owner.product if isinstance(owner, Variant) else owner
    categories = set(product.ancestors.values_list("category_id", flat=True))
    definitions = AttributeSet.load(on_variant=on_variant)
    return definitions.clean(values, owner.attributes, type_of(product), categories)


@dataclass(frozen=True, slots=True)
class _Definition:
    row: Attribute
    category_ids: frozenset[int]

    def applies_to(self, labels: set[str], category_ids: Set[int]) -> bool:
        everywhere = not self.row.product_types and not self.category_ids
        return everywhere or bool(labels.intersection(self.row.product_types) or category_ids & self.category_ids)


class AttributeSet:
    """Every definition for products, or for variants, loaded once for any number of rows."""

    def __init__(self, definitions: Mapping[str, _Definition]) -> None:
        self.definitions = definitions

    @classmethod
    def load(cls, *, on_variant: bool) -> Self:
        """Read the definitions, archived ones too: two queries."""
        rows = Attribute.objects.filter(on_variant=on_variant).prefetch_related("categories")
        return cls({row.code: _Definition(row, frozenset(c.pk for c in row.categories.all())) for row in rows})

    def clean(
        self,
        values: Mapping[str, Any],
        stored: Mapping[str, Any],
        product_type: type[Product],
        category_ids: Set[int],
    ) -> dict[str, Any]:
        """Merge ``values`` into the ``stored`` ones of a product of this type in these categories (with ancestors).

        Raises ``InvalidAttribute`` naming the attribute: for a code that is unknown, archived or of another type or
        category, for a value that does not fit, and for a required attribute without a value.
        """
        labels = {cls._meta.label_lower for cls in product_type.__mro__ if hasattr(cls, "_meta")}
        merged = dict(stored)
        for code, value in values.items():
            definition = self._find(code, labels, category_ids)
            if value is None:
                merged.pop(code, None)
            else:
                merged[code] = _clean_value(definition.row, value)
        self._require(merged, labels, category_ids)
        return merged

    def _find(self, code: str, labels: set[str], category_ids: Set[int]) -> _Definition:
        definition = self.definitions.get(code)
        if definition is None or definition.row.archived_at:
            near = get_close_matches(str(code), self.definitions, n=1)
            raise _refusal(code, _("There is no such attribute."), near=near[0] if near else "")
        if not definition.applies_to(labels, category_ids):
            raise _refusal(code, _("The attribute is not for this product type or its categories."))
        return definition

    def _require(self, merged: Mapping[str, Any], labels: set[str], category_ids: Set[int]) -> None:
        for code, definition in self.definitions.items():
            needed = definition.row.is_required and not definition.row.archived_at and code not in merged
            if needed and definition.applies_to(labels, category_ids):
                raise _refusal(code, _("The attribute is required."))


def _clean_value(attribute: Attribute, value: Any) -> Any:
    kind = attribute_kind(attribute.kind)
    choices = [choice["value"] for choice in attribute.choices]
    try:
        refuse_unstorable(f"attributes.{attribute.code}", value)
        if not attribute.is_localized:
            return kind.clean(value, choices)
        if not isinstance(value, Mapping) or not all(_is_language(language) for language in value):
            raise InvalidAttribute(_('Give an object of languages and values, such as {"en": ...}.'))
        return {language: kind.clean(part, choices) for language, part in value.items()}
    except InvalidAttribute as exc:
        raise _refusal(attribute.code, exc.detail, **exc.params) from exc


def _is_language(code: Any) -> bool:
    return isinstance(code, str) and re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", code) is not None


def _refusal(code: str, message: Any, **params: Any) -> InvalidAttribute:
    return InvalidAttribute(message, field=f"attributes.{code}", attribute=code, **params)


def _clean_choices(kind: str, choices: Sequence[Any]) -> list[dict[str, Any]]:
    takes_choices = attribute_kind(kind).takes_choices
    if takes_choices and not choices:
        raise InvalidAttribute(_("Give the values to choose from."), field="choices")
    if choices and not takes_choices:
        raise InvalidAttribute(_("Only a choice has values to choose from."), field="choices")
    cleaned = [choice if isinstance(choice, Mapping) else {"value": choice, "label": str(choice)} for choice in choices]
    if any(set(choice) != {"value", "label"} or not _is_choice_value(choice["value"]) for choice in cleaned):
        raise InvalidAttribute(_('A choice is text or a number, or {"value": ..., "label": ...}.'), field="choices")
    if len({choice["value"] for choice in cleaned}) < len(cleaned):
        raise InvalidAttribute(_("The values to choose from must differ."), field="choices")
    refuse_unstorable("choices", cleaned)
    return [{"value": choice["value"], "label": str(choice["label"])} for choice in cleaned]


def _is_choice_value(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and value != ""


def _label(product_type: type[Product] | str) -> str:
    label = product_type if isinstance(product_type, str) else product_type._meta.label
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        model = None
    if model is None or not issubclass(model, Product):
        raise InvalidAttribute(
            _("'%(label)s' is not a product type. Name one as 'nexus_catalog.physical'."),
            field="product_types",
            label=label,
        )
    return model._meta.label_lower
