"""Attributes that merchants define, in the admin: kinds to choose from and values as lines, no JSON to type."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ObjectActionsMixin, object_action
from nexus_commerce.admin.base import CommerceAdmin, CommerceForm, save_exposed
from nexus_commerce.admin.filters import ArchivedFilter
from nexus_commerce.catalog.attribute_kinds import attribute_kinds
from nexus_commerce.catalog.models import Attribute, Product
from nexus_commerce.catalog.services import archive_attribute, create_attribute, update_attribute

__all__ = ["AttributeAdmin", "AttributeForm"]

SERVICE_COLUMNS = ("name", "unit", "is_localized", "is_filterable", "is_required", "on_variant", "position")


def product_type_choices() -> list[tuple[str, str]]:
    """Return the product types that are installed, by their labels."""
    types = sorted(_subclasses(Product), key=lambda model: model._meta.label_lower)
    return [(model._meta.label_lower, str(model._meta.verbose_name)) for model in types]


def _subclasses(model: type[Product]) -> set[type[Product]]:
    return {found for child in model.__subclasses__() for found in (child, *_subclasses(child))}


class AttributeForm(CommerceForm):
    """A definition; its values to choose from are lines of text."""

    kind = forms.ChoiceField(label=_("Kind"))
    choice_lines = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea({"rows": 6, "cols": 40}),
        help_text=_("For a choice: one value a line, with another word to show after a “=”, such as s = Small."),
    )
    product_types = forms.MultipleChoiceField(
        label=_("Product types"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without any, and without categories: all products."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [(kind, kind) for kind in attribute_kinds()]  # type: ignore[attr-defined]
        self.fields["product_types"].choices = product_type_choices()  # type: ignore[attr-defined]
        self.initial["choice_lines"] = "\n".join(
            str(value) if str(value) == label else f"{value} = {label}" for value, label in self.stored_choices()
        )

    def stored_choices(self) -> list[tuple[Any, str]]:
        """Return the values and labels as they are stored."""
        return [(choice["value"], str(choice["label"])) for choice in self.instance.choices]

    def choices(self) -> list[dict[str, Any]]:
        """Return the choices as the services take them; a value that was a number stays one."""
        known = {str(value): value for value, _label in self.stored_choices()}
        found = []
        for line in self.cleaned_data["choice_lines"].splitlines():
            value, _sign, label = (part.strip() for part in line.partition("="))
            if value:
                found.append({"value": known.get(value, value), "label": label or value})
        return found

    def field_of(self, refusal: Any) -> str | None:
        return "choice_lines" if refusal.field == "choices" else super().field_of(refusal)


@admin.register(Attribute)
class AttributeAdmin(ObjectActionsMixin, CommerceAdmin):
    """A definition keeps its code and kind: stored values stand under them."""

    form = AttributeForm
    list_display = ["name", "code", "kind", "unit", "on_variant", "is_filterable", "is_required", "position"]
    list_filter = [ArchivedFilter, "kind", "on_variant", "is_filterable"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["categories"]
    readonly_fields = ["archived_at"]
    prepopulated_fields = {"code": ["name"]}
    object_actions = ["archive"]
    fieldsets = [
        (None, {"fields": ["name", "code", "kind", "unit", "choice_lines"]}),
        (_("Where"), {"fields": ["on_variant", "product_types", "categories"]}),
        (_("How"), {"fields": ["is_required", "is_filterable", "is_localized", "position", "archived_at"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["code", "kind"] if obj else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data = form.cleaned_data
        given = {name: data[name] for name in SERVICE_COLUMNS if name in data}
        given |= {name: data[name] for name in ("product_types", "categories")}
        if change:
            stored = Attribute.objects.get(pk=obj.pk)
            saved = update_attribute(attribute=stored, choices=form.choices(), **given)
        else:
            saved = create_attribute(code=data["code"], kind=data["kind"], choices=form.choices(), **given)
        obj.__dict__.update(saved.__dict__)
        save_exposed(obj, form)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Attributes are archived: products have values of them."""
        return False

    @object_action(_("Archive"), open_for=lambda attribute: attribute.archived_at is None)
    def archive(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Take a definition out of use."""
        archive_attribute(attribute=obj)
        return _("%(name)s is archived.") % {"name": obj}
