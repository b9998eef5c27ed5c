"""The form field of an argument that is a table: a few short rows of other fields."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

__all__ = ["TableField"]


class TableInput(forms.Widget):
    """Rows of inputs named ``<name>-<row>-<column>``, with an empty one to fill in at the end."""

    template_name = "admin/nexus_commerce/table_input.html"
    use_fieldset = True

    def __init__(self, columns: Mapping[str, forms.Field]) -> None:
        self.columns = columns
        super().__init__()

    @property
    def media(self) -> forms.Media:
        return sum((column.widget.media for column in self.columns.values()), forms.Media())

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        blank = [None] * len(self.columns)
        rows = [list(row) for row in value or []]
        rows += [blank] * max(1, 2 - len(rows))
        context["columns"] = self.columns.values()
        context["rows"] = [self.cells(name, str(place), row) for place, row in enumerate(rows)]
        context["template_row"] = self.cells(name, "__row__", blank)
        return context

    def cells(self, name: str, place: str, row: Sequence[Any]) -> list[Any]:
        """Return the inputs of a row, ready to be shown."""
        return [
            column.widget.render(
                f"{name}-{place}-{key}",
                column.prepare_value(cell),
                {"id": f"id_{name}-{place}-{key}", "aria-label": str(column.label)},
            )
            for (key, column), cell in zip(self.columns.items(), row, strict=False)
        ]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[list[Any]]:
        """Return what was typed, without empty rows."""
        pattern = re.compile(rf"{re.escape(name)}-(\d{{1,6}})-")
        places = sorted({int(found[1]) for key in data if (found := pattern.match(key))})
        rows = [
            [
                column.widget.value_from_datadict(data, files, f"{name}-{place}-{key}")
                for key, column in self.columns.items()
            ]
            for place in places
        ]
        return [row for row in rows if any(cell not in (None, "", False, []) for cell in row)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class TableField(forms.Field):
    """Rows of values, each read by the field of its column. An error says in which row and column it is."""

    def __init__(self, columns: Mapping[str, forms.Field], **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(widget=TableInput(columns), **kwargs)

    def clean(self, value: Any) -> list[list[Any]]:
        rows, wrong = [], []
        for number, typed in enumerate(value or [], start=1):
            row = []
            for column, cell in zip(self.columns.values(), typed, strict=True):
                try:
                    row.append(column.clean(cell))
                except ValidationError as exc:
                    for message in exc.messages:
                        text = _("Row %(row)s, %(column)s: %(message)s")
                        wrong.append(text % {"row": number, "column": column.label, "message": message})
            rows.append(row)
        if wrong:
            raise ValidationError(wrong)
        self.validate(rows)
        return rows
