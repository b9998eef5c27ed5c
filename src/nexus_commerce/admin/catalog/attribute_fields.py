"""Form fields for the attributes that merchants define at run time."""

import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminTextInputWidget

from nexus_commerce.admin.base import CommerceForm
from nexus_commerce.catalog.models import Attribute, Product
from nexus_commerce.catalog.services.attributes import AttributeSet
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import CommerceError

__all__ = ["FIELD_MAKERS", "AttributeInput", "AttributesForm", "attribute_inputs", "in_pairs", "with_attributes"]


def text_field(attribute: Attribute) -> forms.Field:
    """Make an input of one line."""
    return forms.CharField(max_length=10_000, empty_value=None, widget=AdminTextInputWidget)


def integer_field(attribute: Attribute) -> forms.Field:
    """Make an input of a whole number."""
    return forms.IntegerField()


def decimal_field(attribute: Attribute) -> forms.Field:
    """Make an input of a decimal number."""
    return forms.DecimalField(max_digits=25, decimal_places=10, localize=True)


def boolean_field(attribute: Attribute) -> forms.Field:
    """Make a choice of yes, no and unknown."""
    return forms.NullBooleanField()


def date_field(attribute: Attribute) -> forms.Field:
    """Make an input of a day with the admin's calendar."""
    return forms.DateField(widget=AdminDateWidget)


def choice_field(attribute: Attribute) -> forms.Field:
    """Make a choice of one of the attribute's values."""
    return forms.TypedChoiceField(
        choices=[("", "---------"), *_choices(attribute)], coerce=_reader(attribute), empty_value=None
    )


def choices_field(attribute: Attribute) -> forms.Field:
    """Make boxes to check, one for each of the attribute's values."""
    return forms.TypedMultipleChoiceField(
        choices=_choices(attribute),
        coerce=_reader(attribute),
        empty_value=None,
        widget=forms.CheckboxSelectMultiple,
    )


FIELD_MAKERS: dict[str, Callable[[Attribute], forms.Field]] = {
    "text": text_field,
    "integer": integer_field,
    "decimal": decimal_field,
    "boolean": boolean_field,
    "date": date_field,
    "choice": choice_field,
    "choices": choices_field,
}
"""What makes the form field of a kind. A host that registers a kind adds its own here; else it is a line of text."""


def _choices(attribute: Attribute) -> list[tuple[str, str]]:
    return [(str(choice["value"]), str(choice["label"])) for choice in attribute.choices]


def _reader(attribute: Attribute) -> Callable[[Any], Any]:
    values = {str(choice["value"]): choice["value"] for choice in attribute.choices}

    def read(typed: Any) -> Any:
        if str(typed) not in values:
            raise ValueError(typed)
        return values[str(typed)]

    return read


@dataclass(frozen=True, slots=True)
class AttributeInput:
    """One form field: of an attribute, in one language where the attribute is localized."""

    attribute: Attribute
    language: str = ""

    @property
    def name(self) -> str:
        """The name of the form field."""
        return "__".join(filter(None, ["attribute", self.attribute.code, self.language]))

    def make_field(self) -> forms.Field:
        """Return the form field."""
        attribute = self.attribute
        field = FIELD_MAKERS.get(attribute.kind, text_field)(attribute)
        field.required = attribute.is_required
        extra = ", ".join(filter(None, [attribute.unit, self.language]))
        field.label = f"{attribute.name} ({extra})" if extra else attribute.name
        return field

    def initial(self, stored: dict[str, Any]) -> Any:
        """Return what the field shows of the stored values."""
        value = stored.get(self.attribute.code)
        return (value or {}).get(self.language) if self.language else value


def attribute_inputs(
    *, product_type: type[Product], category_ids: Iterable[int] = (), on_variant: bool = False
) -> list[AttributeInput]:
    """Return the inputs for a product of this type in these categories (with ancestors), or for its variants.

    Three queries: definitions, their categories, the languages of the channels.
    """
    labels = {cls._meta.label_lower for cls in product_type.__mro__ if hasattr(cls, "_meta")}
    categories = set(category_ids)
    rows = [
        definition.row
        for definition in AttributeSet.load(on_variant=on_variant).definitions.values()
        if not definition.row.archived_at and definition.applies_to(labels, categories)
    ]
    languages = sorted(set(Channel.objects.values_list("default_language", flat=True))) or ["en"]
    return [AttributeInput(row, language) for row in rows for language in (languages if row.is_localized else [""])]


def in_pairs(names: list[str]) -> list[tuple[str, ...]]:
    """Return the names of form fields two by two, as they stand beside each other."""
    return [tuple(names[place : place + 2]) for place in range(0, len(names), 2)]


class AttributesForm(CommerceForm):
    """A form of a product or variant with one field for each attribute, made by :func:`with_attributes`."""

    inputs: ClassVar[tuple[AttributeInput, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for entry in self.inputs:
            self.initial[entry.name] = entry.initial(self.instance.attributes)

    def attribute_values(self) -> dict[str, Any]:
        """Return the values to merge into the stored ones, as ``clean_attributes`` takes them: None takes one away."""
        values: dict[str, Any] = {}
        for entry in self.inputs:
            code, value = entry.attribute.code, self.cleaned_data.get(entry.name)
            if not entry.language:
                values[code] = value
                continue
            kept = values.get(code) or dict(self.instance.attributes.get(code) or {})
            kept.pop(entry.language, None)
            values[code] = kept | ({} if value is None else {entry.language: value}) or None
        return values

    def changed_attributes(self) -> dict[str, Any]:
        """Return the values of :meth:`attribute_values` whose fields were changed."""
        changed = {entry.attribute.code for entry in self.inputs if entry.name in self.changed_data}
        return {code: value for code, value in self.attribute_values().items() if code in changed}

    def field_of(self, refusal: CommerceError) -> str | None:
        code = (refusal.field or "").removeprefix("attributes.")
        return next((entry.name for entry in self.inputs if entry.attribute.code == code), super().field_of(refusal))


def with_attributes(form: type[AttributesForm], inputs: Iterable[AttributeInput]) -> type[AttributesForm]:
    """Return a subclass of a form that has the inputs as fields."""
    entries = tuple(inputs)
    fields: dict[str, Any] = {entry.name: entry.make_field() for entry in entries}
    made: Any = types.new_class(form.__name__, (form,), exec_body=lambda body: body.update(fields, inputs=entries))
    return made  # type: ignore[no-any-return]
