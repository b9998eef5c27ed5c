"""The form of a product: its columns, its slug and its attributes."""

from typing import Any

from django import forms

from nexus_commerce.admin.catalog.attribute_fields import AttributesForm
from nexus_commerce.admin.catalog.slugs import SlugFormMixin

__all__ = ["ProductForm"]


class ProductForm(SlugFormMixin, AttributesForm):
    """Remembers the version that was read, so that nobody's change is written over."""

    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["read_version"] = self.instance.version if self.instance.pk else None

    def changed_columns(self) -> dict[str, Any]:
        """Return the columns that were changed, as the services take them."""
        columns = {field.name for field in self.instance._meta.concrete_fields}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in columns}
