"""Options in the admin: renamed here, made and sorted on the page of their product."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from nexus_commerce.admin.base import CommerceAdmin, ExposedInline, TabularInline, save_exposed
from nexus_commerce.catalog.models import Option, OptionValue
from nexus_commerce.catalog.services import rename_option, rename_option_value

__all__ = ["OptionAdmin"]


class OptionValueInline(ExposedInline, TabularInline):
    """The values of an option, to be renamed; new ones, and their order, come from its product's page."""

    model = OptionValue
    extra = 0
    can_delete = False
    fields = ["value"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Option)
class OptionAdmin(CommerceAdmin):
    """Renames an option and its values; reached from the page of its product."""

    list_display = ["name", "product"]
    list_select_related = ["product"]
    search_fields = ["name", "product__name"]
    readonly_fields = ["product"]
    inlines = [OptionValueInline]
    fieldsets = [(None, {"fields": ["product", "name"]})]

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Keep it out of the index: an option makes sense beside its product only."""
        return {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if "name" in form.changed_data:
            rename_option(option=obj, name=obj.name)
        save_exposed(obj, form)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for row in formset.forms:
            if "value" in row.changed_data:
                rename_option_value(option_value=row.instance, value=row.instance.value)
            save_exposed(row.instance, row)
