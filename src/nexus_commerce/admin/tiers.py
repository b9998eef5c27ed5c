"""The tiers of a shipping rate, as rows of two fields each on the page of its method."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import sanitize_separators
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from nexus_commerce.admin.money import read_amount, show_minor

__all__ = ["TiersField", "read_tiers", "show_tiers"]

BLANK: Final = 4
"""How many empty rows stand below the filled ones; saving makes room for more."""


class TiersWidget(forms.MultiWidget):
    """A small table: where a tier starts, and what it costs."""

    def __init__(self, rows: int) -> None:
        attrs = {"inputmode": "decimal", "size": 10}
        super().__init__([forms.TextInput(attrs) for _cell in range(2 * rows)])

    def decompress(self, value: Any) -> list[str]:
        """Return the value of each field, row by row."""
        given = list(value or ())
        return given + [""] * (len(self.widgets) - len(given))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = self.get_context(name, value, attrs)
        cells = [
            self._render(cell["template_name"], {"widget": cell}, renderer)  # type: ignore[attr-defined]
            for cell in context["widget"]["subwidgets"]
        ]
        pairs = zip(cells[::2], cells[1::2], strict=True)
        return format_html(
            '<table class="nexus-tiers"><thead><tr><th>{}</th><th>{}</th></tr></thead><tbody>{}</tbody></table>',
            _("From"),
            _("Amount"),
            format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", pairs),
        )


class TiersField(forms.MultiValueField):
    """Rows as they are typed, flat: start, amount, start, amount, ..."""

    widget: Any

    def __init__(self, *, rows: int = BLANK, **kwargs: Any) -> None:
        cells = [forms.CharField(required=False) for _cell in range(2 * rows)]
        super().__init__(cells, widget=TiersWidget(rows), require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: Any) -> list[tuple[str, str]]:
        """Return the rows that are not empty."""
        rows = zip(data_list[::2], data_list[1::2], strict=True) if data_list else ()
        return [(start, amount) for start, amount in rows if start or amount]


def rows_needed(filled: int, data: Any, name: str) -> int:
    """Return how many rows a form has: those filled and some more, or as many as were sent."""
    sent = 0
    while data and f"{name}_{2 * sent}" in data:
        sent += 1
    return max(filled + BLANK, sent)


def show_tiers(tiers: Sequence[tuple[int, int]], *, basis: str, currency: str, rows: int) -> list[str]:
    """Return tiers as they are typed: amounts, and starts by value, in major units."""
    shown: list[str] = []
    for start, amount in tiers:
        shown += [show_minor(start, currency) if basis == "value" else str(start), show_minor(amount, currency)]
    return shown + [""] * (2 * rows - len(shown))


def read_tiers(typed: Sequence[tuple[str, str]], *, basis: str, currency: str) -> dict[int, int]:
    """Return typed tiers as amounts by where they start. Raises ``ValidationError`` naming what cannot be read."""
    tiers: dict[int, int] = {}
    for start, amount in typed:
        begins = read_start(start, basis=basis, currency=currency)
        if begins in tiers:
            raise ValidationError(_("Two tiers start at %(start)s."), params={"start": start}, code="twice")
        tiers[begins] = read_amount(str(sanitize_separators(amount)), currency)
    return tiers


def read_start(typed: str, *, basis: str, currency: str) -> int:
    """Return where a tier starts: minor units by value, else whole grams or units; an empty one starts at zero."""
    text = str(sanitize_separators(typed or "0"))
    if basis == "value":
        return read_amount(text, currency)
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise ValidationError(_("“%(start)s” is not a whole number."), params={"start": typed}, code="start")
    return int(text)
