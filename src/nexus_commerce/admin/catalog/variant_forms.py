"""Forms of variants: a box for each option of the product, which proposes the values there are."""

import types
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nexus_commerce.admin.base import CommerceForm
from nexus_commerce.admin.catalog.attribute_fields import AttributesForm
from nexus_commerce.catalog.models import Option, Product

__all__ = ["OptionsForm", "VariantForm", "VariantRowForm", "option_names", "options_of", "with_options"]


class ValueInput(forms.TextInput):
    """A text input that proposes values and takes others."""

    def __init__(self, values: Iterable[str]) -> None:
        super().__init__({"size": 12, "autocomplete": "off"})
        self.values = list(values)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        key = f"{(attrs or {}).get('id', name)}-values"
        shown = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        choices = format_html_join("", "<option>{}</option>", [(one,) for one in self.values])
        return format_html('{}<datalist id="{}">{}</datalist>', shown, key, choices)


def options_of(product: Product | None) -> list[Option]:
    """Return the options of a product with their values."""
    return list(product.options.prefetch_related("values")) if product and product.pk else []


def option_names(options: Iterable[Option]) -> list[str]:
    """Return the names of the form fields of options."""
    return [f"option_{option.pk}" for option in options]


class OptionsForm(CommerceForm):
    """A form of a variant with a field for each option, made by :func:`with_options`."""

    options: ClassVar[tuple[Option, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            values = {value.option_id: value.value for value in self.instance.option_values.all()}
            for option in self.options:
                self.initial[f"option_{option.pk}"] = values.get(option.pk, "")

    def chosen_options(self) -> dict[str, str]:
        """Return the options and values, as the services take them."""
        return {option.name: self.cleaned_data[f"option_{option.pk}"] for option in self.options}

    def changed_options(self) -> dict[str, str] | None:
        """Return the options and values where one was changed; else None."""
        names = set(option_names(self.options))
        return self.chosen_options() if names & set(self.changed_data) else None

    def changed_columns(self) -> dict[str, Any]:
        """Return the columns that were changed, as the services take them."""
        columns = {field.name for field in self.instance._meta.concrete_fields} - {"product"}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in columns}


class VariantRowForm(OptionsForm):
    """A variant as a row on the page of its product."""


class VariantForm(OptionsForm, AttributesForm):
    """A whole variant with its attributes."""


def with_options(form: type[Any], options: Iterable[Option]) -> type[Any]:
    """Return a subclass of a form that has the options as fields."""
    entries = tuple(options)
    fields: dict[str, Any] = {
        f"option_{option.pk}": forms.CharField(
            label=option.name, max_length=255, widget=ValueInput(value.value for value in option.values.all())
        )
        for option in entries
    }
    return types.new_class(form.__name__, (form,), exec_body=lambda body: body.update(fields, options=entries))
