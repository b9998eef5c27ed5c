"""The kinds of serializers: what comes in is checked in shape only, what goes out is written straight to dicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from nexus_commerce.api.exposed import exposed_values, is_amount, serializer_field
from nexus_commerce.api.registry import api_class
from nexus_commerce.core.card_numbers import refuse_card_numbers
from nexus_commerce.core.expose import Reader, fillable_at_checkout, filterable, readable, writable

__all__ = ["InputSerializer", "OutputSerializer", "QuerySerializer"]

FREE = (serializers.CharField, serializers.JSONField, serializers.DictField, serializers.ListField)
"""Fields in which a shopper can write anything."""
Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


class InputSerializer(serializers.Serializer[Any]):
    """The shape of a request body. A field that it does not have is an error, not silence.

    ``exposes`` names the models of which shoppers may write the fields that a host exposed
    (``Expose(write="shopper")``), ``fills`` those of which the checkout fills fields (``Expose(checkout=True)``).
    Amounts of money are never taken from shoppers, whatever is exposed.
    """

    exposes: ClassVar[tuple[type[models.Model], ...]] = ()
    fills: ClassVar[tuple[type[models.Model], ...]] = ()

    def get_fields(self) -> Fields:
        """Return the declared fields and those that the host exposed."""
        fields: Fields = super().get_fields()
        for model, names in self.exposed_names().items():
            for name in names:
                fields.setdefault(name, serializer_field(model, name))
        return fields

    @classmethod
    def exposed_names(cls) -> dict[type[models.Model], list[str]]:
        """Return the names of the host's fields that this body takes, by model."""
        asked = {model: writable(model, "shopper") for model in cls.exposes}
        asked |= {model: fillable_at_checkout(model) for model in cls.fills}
        return {model: [name for name in names if not is_amount(model, name)] for model, names in asked.items()}

    def to_internal_value(self, data: Any) -> Any:
        """Return the checked values. Raises ValidationError naming each unknown and each wrong field."""
        if isinstance(data, Mapping) and (unknown := [key for key in data if key not in self.fields]):
            known = ", ".join(self.fields) or _("none")
            message = _("Unknown field. Known fields: %(known)s.") % {"known": known}
            raise serializers.ValidationError({key: [ErrorDetail(message, "unknown_field")] for key in unknown[:20]})
        if isinstance(data, Mapping):
            self.refuse_cards(data)
        return super().to_internal_value(data)

    def refuse_cards(self, data: Mapping[str, Any]) -> None:
        """Raise ``CardNumberRefused`` where free text or free data hold a card's number, before any of it is kept."""
        for name, value in data.items():
            if isinstance(self.fields[name], FREE):
                refuse_card_numbers(value, field=name)


class QuerySerializer(InputSerializer):
    """The query of a list: what it filters by, and where the page begins.

    ``filters`` names the model whose exposed fields with ``Expose(filter=True)`` the list takes, as ``reader`` may.
    """

    filters: ClassVar[type[models.Model] | None] = None
    reader: ClassVar[Reader] = "public"

    after = serializers.UUIDField(required=False, help_text="The id of the last entry of the page before.")
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20, help_text="Entries on a page.")

    def get_fields(self) -> Fields:
        """Return the declared fields and the filters that the host exposed."""
        fields: Fields = super().get_fields()
        for name in self.filter_names():
            field = serializer_field(self.filters, name, strict=False)  # type: ignore[arg-type]
            field.required = False
            fields.setdefault(name, field)
        return fields

    @classmethod
    def filter_names(cls) -> list[str]:
        """Return the names of the host's fields that the list filters by."""
        return filterable(cls.filters, cls.reader) if cls.filters is not None else []

    def filtered(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Return the rows that the query asks for. Called once the query is valid."""
        asked = self.validated_data
        return rows.filter(**{name: asked[name] for name in self.filter_names() if name in asked})


class OutputSerializer(serializers.Serializer[Any]):
    """The shape of a reply.

    The declared fields describe it; ``represent`` writes it as a dict, which costs a fraction of asking each field.
    A field that a host's subclass declares beside them is asked in the ordinary way, and the fields that the host
    exposed on the model of the row are added as far as its audience may read them.
    """

    exposes: ClassVar[type[models.Model] | None] = None
    audience: ClassVar[Reader] = "public"
    """Who reads it where the context names no other ``reader``."""
    holds: ClassVar[Mapping[str, str]] = {}
    """Fields that another serializer writes, by its key: the document describes the class in force."""
    lists: ClassVar[Mapping[str, str]] = {}
    """The same for fields that are lists."""

    def represent(self, instance: Any) -> dict[str, Any]:
        """Return the reply for ``instance`` without what a host adds."""
        raise NotImplementedError

    def row_of(self, instance: Any) -> models.Model:
        """Return the row whose exposed fields are shown."""
        row: models.Model = instance
        return row

    def currency_of(self, instance: Any) -> str:
        """Return the currency of the exposed amounts of the row."""
        return str(getattr(self.row_of(instance), "currency", ""))

    @property
    def reader(self) -> Reader:
        """Who reads: ``"public"``, ``"owner"`` or ``"staff"``."""
        reader: Reader = self.context.get("reader", self.audience)
        return reader

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the whole reply for ``instance``."""
        data = self.represent(instance)
        if self.exposes is not None:
            data |= exposed_values(self.row_of(instance), self.reader, self.currency_of(instance))
        for name in self._declared_fields.keys() - data.keys():  # only a host's subclass has any
            field = self.fields[name]
            if not field.write_only:
                value = field.get_attribute(instance)
                data[name] = None if value is None else field.to_representation(value)
        return data

    def get_fields(self) -> Fields:
        """Return the declared fields and those that the host exposed, as the OpenAPI document shows them."""
        fields: Fields = super().get_fields()
        fields |= {name: api_class(key)() for name, key in self.holds.items()}
        fields |= {name: api_class(key)(many=True) for name, key in self.lists.items()}
        if self.exposes is not None:
            for name in readable(self.exposes, self.reader):
                fields.setdefault(name, serializer_field(self.exposes, name, read_only=True))
        return fields
