"""What the admin classes of the library share. A host builds its own classes on these::

from django.contrib import admin
from nexus_commerce.admin import OrderAdmin
from nexus_commerce.orders.models import Order

admin.site.unregister(Order)

@admin.register(Order)
class ShopOrderAdmin(OrderAdmin):
    list_display = [*OrderAdmin.list_display, "gift_note"]
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Versioned
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.expose import exposures

__all__ = [
    "FREE_DATA",
    "CommerceAdmin",
    "CommerceForm",
    "ExposedFieldsMixin",
    "ExposedInline",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "RefusalsMixin",
    "RemovedFieldsMixin",
    "StackedInline",
    "TabularInline",
    "save_exposed",
    "without_fields",
]

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AnyForm = ModelForm[Any]
    InlineBase = InlineModelAdmin[Any, Any]
    StackedInline = admin.StackedInline[Any, Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    AnyAdmin = admin.ModelAdmin
    AnyForm = ModelForm
    InlineBase = InlineModelAdmin
    StackedInline = admin.StackedInline
    TabularInline = admin.TabularInline


FREE_DATA: Any = (_("Free data"), {"classes": ["collapse"], "fields": ["metadata", "private_metadata"]})
"""The group of the two JSON columns that anybody may fill."""


def removed_fields(model: type[models.Model]) -> set[str]:
    """Return the names of the library's fields that a host's class sets to None."""
    kept = {field.name for field in model._meta.get_fields()}
    emptied = {name for cls in model.__mro__ for name, value in vars(cls).items() if value is None}
    return {name for name in emptied - kept if not name.startswith("_")}


def exposed_fields(model: type[models.Model]) -> dict[str, bool]:
    """Return the columns that a model exposes to staff, each with whether staff may change it."""
    names = {field.name: field for field in (*model._meta.fields, *model._meta.many_to_many)}
    return {
        name: expose.writable_by("staff") and names[name].editable
        for name, expose in exposures(model).items()
        if name in names and (expose.readable_by("staff") or expose.writable_by("staff"))
    }


class RemovedFieldsMixin(AnyAdmin):
    """Leave out of lists and forms what a host took away from the model."""

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        if removed := removed_fields(model):
            self._leave_out(removed)

    def _leave_out(self, removed: set[str]) -> None:
        own: Any = self
        for option in ("list_display", "list_editable", "readonly_fields", "autocomplete_fields", "raw_id_fields"):
            setattr(own, option, [name for name in getattr(own, option) if name not in removed])
        own.search_fields = [name for name in own.search_fields if name.split("__")[0].strip("^=@") not in removed]
        own.list_filter = [
            entry
            for entry in own.list_filter
            if str(entry[0] if isinstance(entry, tuple) else entry).split("__")[0] not in removed
        ]
        if own.date_hierarchy in removed:
            own.date_hierarchy = None
        if own.fieldsets:
            own.fieldsets = without_fields(own.fieldsets, removed)


def without_fields(fieldsets: Any, removed: Collection[str]) -> Any:
    """Return the groups of a form without the named fields."""
    return [(title, {**options, "fields": _without(options["fields"], removed)}) for title, options in fieldsets]


def _without(names: Iterable[Any], removed: Collection[str]) -> list[Any]:
    kept: list[Any] = []
    for name in names:
        if isinstance(name, str):
            kept += [name] if name not in removed else []
        elif inner := _without(name, removed):
            kept.append(tuple(inner))
    return kept


class ExposedFieldsMixin(AnyAdmin):
    """Show the fields that a host declared in ``nexus_api``: for editing where staff may write, else read-only."""

    exposed_title: Any = _("More about it")
    """The title of the group that such fields stand in, unless ``fieldsets`` already names them."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets: list[Any] = list(super().get_fieldsets(request, obj))
        named = set(flatten_fieldsets(fieldsets))
        more = [name for name in exposed_fields(self.model) if name not in named]
        if more:
            fieldsets.insert(1, (self.exposed_title, {"fields": more}))
        return fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        return [*given, *(name for name, writable in exposed_fields(self.model).items() if not writable)]


class ExposedInline(InlineBase):
    """An inline that shows the fields which a host declared in ``nexus_api``, and leaves out those it took away."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = _without(super().get_fields(request, obj), removed_fields(self.model))
        named = set(flatten(given))
        return [*given, *(name for name in exposed_fields(self.model) if name not in named)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        return [*given, *(name for name, writable in exposed_fields(self.model).items() if not writable)]


def save_exposed(obj: models.Model, form: Any) -> None:
    """Write the fields of a host that the form changed, after a service wrote the library's own."""
    writable = {name for name, open_to_staff in exposed_fields(type(obj)).items() if open_to_staff}
    changed = [name for name in form.changed_data if name in writable]
    if changed:
        obj.save(update_fields=changed)


class CommerceForm(AnyForm):
    """A form that can say what a service refused."""

    refusal: CommerceError | None = None
    """Set by :class:`RefusalsMixin` on the class of one request."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.refusal is not None:
            self.show_refusal(self.refusal)

    def show_refusal(self, refusal: CommerceError) -> None:
        """Show what a service refused at the field that it speaks of, else on top of the form."""
        self.add_error(self.field_of(refusal), str(refusal))

    def field_of(self, refusal: CommerceError) -> str | None:
        """Return the field that a refusal speaks of; None where it is not on the form."""
        return refusal.field if refusal.field in self.fields else None


class RefusalsMixin(AnyAdmin):
    """Show an error of a service on the form it came from, with what was typed; the transaction is undone."""

    form = CommerceForm

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except CommerceError as refusal:
            request.nexus_refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "nexus_refusal", None)  # type: ignore[attr-defined]
        return form

    def delete_view(self, request: HttpRequest, object_id: Any, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except CommerceError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self.response_post_save_change(request, None)


class CommerceAdmin(RemovedFieldsMixin, ExposedFieldsMixin, RefusalsMixin):
    """The base of every admin class of the library."""

    list_per_page = 50
    show_full_result_count = False

    class Media:
        css = {"all": ["nexus_commerce/admin.css"]}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the columns that were changed and no others: a counter that moved meanwhile stays as it is."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in columns]
        if not changed:
            return
        if isinstance(obj, Versioned):
            obj.version = models.F("version") + 1
            changed.append("version")
        obj.save(update_fields=[*changed, *(name for name in ("updated_at",) if name in columns)])
        if isinstance(obj, Versioned):
            obj.refresh_from_db(fields=["version"])


class ReadOnlyAdmin(CommerceAdmin):
    """A table that services alone write: shown, never added to, changed or deleted here.

    What a host exposes for staff to write stays writable, on a page that else is read-only.
    """

    actions: Sequence[Any] | None = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(exposed_fields(self.model).values()) and super().has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or self.may_operate(request)

    def may_operate(self, request: HttpRequest) -> bool:
        """Return whether the user holds the permission to change rows of this table through services."""
        return super().has_change_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        open_to_staff = {name for name, writable in exposed_fields(self.model).items() if writable}
        named = flatten_fieldsets(self.get_fieldsets(request, obj))
        return [name for name in named if name not in open_to_staff]


class ReadOnlyInline(ExposedInline, TabularInline):
    """Rows that are shown on their parent's page and cannot be changed there."""

    extra = 0
    can_delete = False
    classes: Sequence[str] | None = ["nexus-readonly"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return flatten(self.get_fields(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True
