"""How amounts, states and links look in the lists and forms."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from nexus_commerce.core import formatting

__all__ = [
    "article",
    "change_link",
    "format_money",
    "list_link",
    "money_column",
    "state_badge",
    "table",
]

EMPTY = "–"
GOOD_STATES = frozenset({"paid", "captured", "completed", "delivered", "fulfilled", "succeeded", "active"})
LOOK_STATES = frozenset({"review", "unknown", "uncertain", "failing", "requires_action"})
"""States in which something is not as it should be, or not known, and may yet turn out well."""
BAD_STATES = frozenset({"canceled", "failed", "expired", "dead", "voided", "declined"})


def format_money(minor: int | None, currency: str) -> str:
    """Return an amount of minor units as people of the active language write it; a dash for none."""
    return EMPTY if minor is None else formatting.format_money(minor, currency)


def money_column(field: str, label: Any, *, currency: str = "currency") -> Callable[[Any, Any], str]:
    """Make a column or read-only field that shows the minor units in ``field`` as money.

    ``currency`` is the path of the currency from the row, such as ``"price_list__currency"``. Name the attribute
    ``<field>_money``: the stylesheet aligns columns of that ending.
    """

    @admin.display(description=label, ordering=field)
    def column(self: Any, row: Any) -> str:
        code: Any = row
        for step in currency.split("__"):
            code = getattr(code, step)
        return format_money(getattr(row, field), code)

    return column


def state_badge(state: str) -> SafeString | str:
    """Return a state as a small colored label."""
    if not state:
        return EMPTY
    tones = {"good": GOOD_STATES, "bad": BAD_STATES, "look": LOOK_STATES}
    tone = next((tone for tone, states in tones.items() if state in states), "plain")
    return format_html('<span class="nexus-badge nexus-{}">{}</span>', tone, state.replace("_", " "))


def change_link(row: Model | None, text: object = None) -> SafeString | str:
    """Return a link to the page of a row in the admin; a dash for none, plain text where it has no page."""
    if row is None:
        return EMPTY
    label = str(row if text is None else text)
    try:
        address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return label
    return format_html('<a href="{}">{}</a>', address, label)


def article(variant: Any, *texts: str) -> SafeString:
    """Return what a variant is, to tell it in a list: its product's name, its SKU and what else is given below."""
    below = " · ".join([variant.sku, *filter(None, texts)])
    return format_html('{}<div class="nexus-quiet nexus-line">{}</div>', variant.product.name, below)


def list_link(model: type[Model], text: object, **filters: str | int) -> SafeString:
    """Return a link to the list of a model, narrowed by ``filters``."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return format_html('<a href="{}?{}">{}</a>', address, urlencode(filters), text)


def table(rows: Sequence[tuple[object, object]], *, css: str = "nexus-facts") -> SafeString | str:
    """Return a small table of labels and values."""
    if not rows:
        return EMPTY
    cells = format_html_join("", "<tr><th scope=row>{}</th><td>{}</td></tr>", rows)
    return format_html('<table class="{}"><tbody>{}</tbody></table>', css, cells)
