"""Filling in the form of a promotion as a merchant does."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from nexus_commerce.promotions.rules import Argument, Rule, arguments_of
from tests.admin.forms import form_values, formset_values, shown_values

ADD = "admin:nexus_promotions_promotion_add"


def page_of(promotion: Any, name: str = "change") -> str:
    return reverse(f"admin:nexus_promotions_promotion_{name}", args=[promotion.pk])


def promotion_values(response: HttpResponse) -> dict[str, Any]:
    """Return what a browser would send of the page of a promotion, rows and sample cart included."""
    context: Any = response.context  # type: ignore[attr-defined]
    values = shown_values(response)
    for rows in context["rules"].values():
        values |= formset_values(rows)
        for form in rows.forms:
            values |= table_values(form)
    panel = context["preview"]
    return values | form_values(panel.form) | formset_values(panel.lines)


def table_values(form: Any) -> dict[str, Any]:
    """Return the cells of the tables of a row, in place of the tables."""
    values: dict[str, Any] = {}
    for bound in form:
        if columns := getattr(bound.field, "columns", None):
            for place, row in enumerate(bound.value() or []):
                for (name, column), cell in zip(columns.items(), row, strict=True):
                    values[f"{bound.html_name}-{place}-{name}"] = column.prepare_value(cell)
            values[bound.html_name] = None
    return values


def send(pages: Client, address: str, **changes: Any) -> Any:
    """Open the page of a promotion and send it with ``changes``; a value of None leaves the field out."""
    values = promotion_values(pages.get(address)) | changes
    return pages.post(address, {name: value for name, value in values.items() if value is not None})


def typed_row(kind: str, place: int, rule: Rule) -> dict[str, Any]:
    """Return what somebody types to write a rule."""
    prefix = f"{kind}-{place}"
    values: dict[str, Any] = {f"{prefix}-code": rule.code}
    for name, argument in arguments_of(rule).items():
        values |= typed_value(f"{prefix}-args-{name}", argument, getattr(rule, name))
    return values


def typed_value(name: str, argument: Argument, value: Any) -> dict[str, Any]:
    if value is None or value is False:
        return {}
    if argument.kind == "table":
        return {
            key: typed
            for place, row in enumerate(value)
            for (column, kind), cell in zip(argument.columns.items(), row, strict=True)
            for key, typed in typed_value(f"{name}-{place}-{column}", kind, cell).items()
        }
    if argument.kind == "amount":
        return {name: str(Decimal(value).scaleb(-2))}
    if argument.kind == "flag":
        return {name: "on"}
    if argument.of == "attribute" or argument.of == "planet":
        return {name: "\n".join(value)}
    return {name: list(value) if argument.kind == "codes" else str(value)}


def rows_of(kind: str, *rules: Rule) -> dict[str, Any]:
    """Return what somebody types to write rules of one kind."""
    values: dict[str, Any] = {f"{kind}-TOTAL_FORMS": str(len(rules)), f"{kind}-INITIAL_FORMS": "0"}
    for place, rule in enumerate(rules):
        values |= typed_row(kind, place, rule)
    return values


def row_errors(response: HttpResponse, kind: str) -> list[dict[str, Any]]:
    """Return the errors of the rows of one kind."""
    context: Any = response.context  # type: ignore[attr-defined]
    return [dict(form.errors) for form in context["rules"][kind].forms]
