"""The fields that a model's classes expose (``core.expose``), as values in a reply and as fields of a serializer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from django.db import models
from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, TextField, WholeNumberField, money_json
from nexus_commerce.core.expose import Reader, readable
from nexus_commerce.core.fields import MinorUnitsField

__all__ = ["exposed_relations", "exposed_values", "is_amount", "serializer_field"]

_STRICT = {serializers.CharField: TextField, serializers.IntegerField: WholeNumberField}
Read = Callable[[Any, str], Any]


def exposed_values(row: models.Model, reader: Reader, currency: str = "") -> dict[str, Any]:
    """Return what a caller of this kind sees of ``row`` beyond the library's own columns.

    ``currency`` is that of the row's aggregate, for amounts in minor units.
    """
    return {name: read(row, currency) for name, read in _reads(type(row), reader)}


def exposed_relations(model: type[models.Model], reader: Reader) -> list[str]:
    """Return the exposed foreign keys, to be joined by whoever lists rows of the model."""
    return [name for name in readable(model, reader) if isinstance(model._meta.get_field(name), models.ForeignKey)]


@lru_cache(maxsize=512)
def _reads(model: type[models.Model], reader: Reader) -> tuple[tuple[str, Read], ...]:
    return tuple((name, _read_of(model._meta.get_field(name))) for name in readable(model, reader))


def _read_of(field: Any) -> Read:
    name = field.name
    if isinstance(field, MinorUnitsField):
        return lambda row, currency: money_json(getattr(row, name), currency)
    if isinstance(field, models.FileField):
        return lambda row, _currency: getattr(row, name).url if getattr(row, name) else None
    if isinstance(field, models.ForeignKey):
        return lambda row, _currency: _name_of(getattr(row, name))
    if field.many_to_many or field.one_to_many:
        return lambda row, _currency: [
            _name_of(other) for other in getattr(row, field.get_accessor_name() if field.auto_created else name).all()
        ]
    return lambda row, _currency: getattr(row, name)


def _name_of(row: Any) -> str | None:
    """Return what the outside calls a related row: its public id, else its text. A key is never shown."""
    return None if row is None else str(getattr(row, "public_id", row))


def is_amount(model: type[models.Model], name: str) -> bool:
    """Tell whether a field holds minor units of money."""
    return isinstance(model._meta.get_field(name), MinorUnitsField)


def serializer_field(
    model: type[models.Model], name: str, *, read_only: bool = False, strict: bool = True
) -> serializers.Field[Any, Any, Any, Any]:
    """Return a new serializer field for a model's field, with its validators; a foreign key is named by public id.

    ``strict`` fields refuse text for a number and a number for text; a query string needs the others.
    """
    field = model._meta.get_field(name)
    if isinstance(field, MinorUnitsField):
        return MoneyField(read_only=read_only, **({} if read_only else _optional(field)))
    if isinstance(field, models.ForeignKey | models.ManyToManyField):
        return _relation(field, read_only)
    built: tuple[Any, dict[str, Any]] = serializers.ModelSerializer().build_standard_field(name, cast(Any, field))
    kind, kwargs = built
    kind = _STRICT.get(kind, kind) if strict else kind
    for unwanted in ("model_field", "source") if not issubclass(kind, serializers.ModelField) else ("source",):
        kwargs.pop(unwanted, None)
    if read_only:
        kwargs = {key: kwargs[key] for key in ("label", "help_text", "model_field", "choices") if key in kwargs}
        kwargs["read_only"] = True
    made: serializers.Field[Any, Any, Any, Any] = kind(**kwargs)
    return made


def _relation(field: Any, read_only: bool) -> serializers.Field[Any, Any, Any, Any]:
    target = field.related_model
    has_public_id = any(column.name == "public_id" for column in target._meta.get_fields())
    many = isinstance(field, models.ManyToManyField)
    if read_only or not has_public_id:
        text = serializers.CharField(read_only=True, allow_null=field.null)
        return serializers.ListField(child=serializers.CharField(), read_only=True) if many else text
    return serializers.SlugRelatedField(
        slug_field="public_id", queryset=target._default_manager.all(), many=many, **_optional(field)
    )


def _optional(field: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"allow_null": True} if field.null else {}
    if field.null or field.blank or field.has_default():
        options["required"] = False
    return options
