"""Submitting a page of the admin as a browser does: everything that it shows, with some of it changed."""

from typing import Any

from django.db.models.fields.files import FieldFile
from django.forms import BaseForm, BaseFormSet, JSONField, NullBooleanField
from django.http import HttpResponse
from django.test import Client


def shown_values(response: HttpResponse) -> dict[str, Any]:
    """Return what a browser would send of the page when nothing is touched."""
    context: Any = response.context  # type: ignore[attr-defined]
    values = form_values(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        values |= formset_values(inline.formset)
    return values


def form_values(form: BaseForm) -> dict[str, Any]:
    values = {}
    for bound in form:
        value = bound.value()
        widget = bound.field.widget
        parts = getattr(widget, "widgets", None)
        if parts:
            pieces = value if isinstance(value, list) else widget.decompress(value)
            values |= {f"{bound.html_name}_{number}": piece or "" for number, piece in enumerate(pieces)}
        elif isinstance(bound.field, NullBooleanField):
            values[bound.html_name] = {True: "true", False: "false"}.get(value, "unknown")
        elif isinstance(bound.field, JSONField):
            values[bound.html_name] = value
            if bound.field.show_hidden_initial:
                values[bound.html_initial_name] = value
        elif value is True:
            values[bound.html_name] = "on"
        elif value is not None and value is not False and not isinstance(value, FieldFile):
            shown = [getattr(one, "pk", one) for one in value] if isinstance(value, list | tuple) else value
            values[bound.html_name] = bound.field.prepare_value(shown) if not isinstance(shown, list) else shown
    return values


def formset_values(formset: "BaseFormSet[Any]") -> dict[str, Any]:
    values = form_values(formset.management_form)
    for form in formset.forms:
        values |= form_values(form)
    return values


def submit(pages: Client, address: str, **changes: Any) -> HttpResponse:
    """Open a page and send it with ``changes``; a value of None leaves the field out."""
    values = shown_values(pages.get(address)) | changes
    return pages.post(address, {name: value for name, value in values.items() if value is not None})


def errors_of(response: HttpResponse) -> dict[str, Any]:
    """Return the errors of a page that was refused."""
    context: Any = response.context  # type: ignore[attr-defined]
    found = dict(context["adminform"].form.errors) if "adminform" in context else {}
    for inline in context.get("inline_admin_formsets", []):
        found |= {f"{inline.formset.prefix}-{n}": e for n, e in enumerate(inline.formset.errors) if e}
    return found
