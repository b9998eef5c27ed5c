"""Filters by the fields that a host exposed with ``Expose(filter=True)``."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import BooleanField, Exists, ForeignKey, OuterRef, Q

from nexus_commerce.catalog.models import Product
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.expose import filterable
from nexus_commerce.core.prepared import Slot
from nexus_commerce.listing.exposed import subtypes

__all__ = ["HostFilter", "host_filters", "read_host_filter"]

_BOOLEANS = {"true": True, "false": False}


class HostFilter(NamedTuple):
    """An exact filter by a field of Product or of a product type; ``value`` is a value of the column."""

    name: str
    value: Any

    def condition(self, number: int, using: str) -> tuple[Any, Callable[[], Any], dict[str, Any]]:
        """Return the key, the condition and its parameter."""
        slot = f"host{number}"
        field = column_to_compare(self.name)
        value = field.get_db_prep_value(self.value, connections[using])
        return ("host", number, self.name), lambda: _equal(self.name, Slot(slot)), {slot: value}


@lru_cache(maxsize=1)
def host_filters() -> dict[str, type[Product]]:
    """Return the fields to filter by: the name to the first model that has it, Product before its types."""
    found: dict[str, type[Product]] = {}
    models: list[type[Any]] = [Product, *subtypes(Product)]
    for model in models:
        for name in filterable(model, "public"):
            found.setdefault(name, model)
    return found


def read_host_filter(name: str, text: str) -> HostFilter:
    """Return the filter by the field ``name``. Raises InvalidInput for text that is no value of it."""
    field = column_to_compare(name)
    if isinstance(field, BooleanField):
        text = _BOOLEANS.get(text.lower(), text)  # type: ignore[assignment]
    try:
        return HostFilter(name, field.clean(text, None))
    except ValidationError as exc:
        raise InvalidInput(exc.messages[0], field=name) from exc


def column_to_compare(name: str) -> Any:
    """Return the field whose values a filter by ``name`` takes: of a foreign key, the public id of its row."""
    field: Any = host_filters()[name]._meta.get_field(name)
    if isinstance(field, ForeignKey):
        target = field.related_model
        named = any(column.name == "public_id" for column in target._meta.get_fields())
        return target._meta.get_field("public_id") if named else target._meta.pk
    return field


def _equal(name: str, slot: Slot) -> Any:
    model = host_filters()[name]
    field: Any = model._meta.get_field(name)
    look_up = f"{name}__{column_to_compare(name).name}" if isinstance(field, ForeignKey) else name
    if model is Product:
        return Q(**{look_up: slot})
    return Exists(model._base_manager.filter(pk=OuterRef("pk"), **{look_up: slot}).order_by())
