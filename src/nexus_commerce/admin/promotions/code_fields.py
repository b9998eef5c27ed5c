"""The form field of an argument that names things: a search in what there is, or lines of text."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin, get_select2_language
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from nexus_commerce.admin.promotions.code_sources import CodeSource

__all__ = ["CodeField", "CodesField", "LinesField", "codes_field", "codes_media"]


if TYPE_CHECKING:
    SelectBase = forms.Select
else:
    SelectBase = object


class SourceSelect(AutocompleteMixin, SelectBase):
    """Django's search in a select, over what a source of codes knows.

    Where no script runs one types names or SKUs, separated by commas.
    """

    def __init__(self, of: str, source: CodeSource) -> None:
        self.of, self.source = of, source
        forms.Select.__init__(self)
        self.i18n_name = get_select2_language()

    def get_url(self) -> str:
        return reverse("admin:nexus_promotions_promotion_choices", args=[self.of])

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return {
            **base_attrs,
            **(extra_attrs or {}),
            "class": "admin-autocomplete",
            "data-ajax--cache": "true",
            "data-ajax--delay": 250,
            "data-ajax--type": "GET",
            "data-ajax--url": self.get_url(),
            "data-theme": "admin-autocomplete",
            "data-allow-clear": "true",
            "data-placeholder": "",
            "lang": self.i18n_name,
        }

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        given = [code for code in value if code]
        labels = self.source.labels(given)
        codes = given if self.allow_multiple_selected else ["", *given]
        options = [
            self.create_option(name, code, labels.get(code, code), code in given, place)
            for place, code in enumerate(codes)
        ]
        return [(None, options, 0)]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        typed = format_html(
            '<noscript><input type="text" name="{}-typed" class="vTextField" placeholder="{}"></noscript>',
            name,
            _("Name or SKU"),
        )
        shown: SafeString = super().render(name, value, attrs, renderer)
        return shown + typed


class CodesSelect(SourceSelect, forms.SelectMultiple):
    """A search for several."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        chosen: Any = super().value_from_datadict(data, files, name) or []
        words = [word.strip() for word in data.get(f"{name}-typed", "").split(",")]
        return list(dict.fromkeys([*chosen, *filter(None, words)]))


class CodeSelect(SourceSelect, forms.Select):
    """A search for one."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(f"{name}-typed", "").strip() or super().value_from_datadict(data, files, name)


def codes_media() -> forms.Media:
    """Return the scripts and styles of the search, for rows that are added later."""
    return CodesSelect("", CodeSource()).media


class CodesField(forms.Field):
    """Some codes of a source. Refuses those that name nothing, by their names."""

    def __init__(self, of: str, source: CodeSource, **kwargs: Any) -> None:
        self.source = source
        widget: Any = CodesSelect(of, source)
        if source.is_short:
            everything, _more = source.search("", 1)
            widget = forms.CheckboxSelectMultiple(choices=everything)
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> list[str]:
        codes = resolve(self.source, [str(code) for code in value or []])
        self.validate(codes)
        return codes


class CodeField(forms.Field):
    """One code of a source, or none."""

    def __init__(self, of: str, source: CodeSource, **kwargs: Any) -> None:
        self.source = source
        super().__init__(widget=CodeSelect(of, source), **kwargs)

    def clean(self, value: Any) -> str:
        codes = resolve(self.source, [str(value)] if value else [])
        self.validate(codes)
        return codes[0] if codes else ""


def resolve(source: CodeSource, given: list[str]) -> list[str]:
    """Return the codes that were chosen or typed; raise ``ValidationError`` naming those that name nothing."""
    known = source.labels(given)
    typed = source.typed([code for code in given if code not in known])
    unknown = [code for code in given if code not in known and code not in typed]
    if unknown:
        message = _("There is nothing of the name %(names)s.")
        raise ValidationError(message % {"names": ", ".join(unknown)}, code="unknown")
    return list(dict.fromkeys(typed.get(code, code) for code in given))


class LinesField(forms.CharField):
    """Some texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        lines = str(super().clean(value)).splitlines()
        return list(dict.fromkeys(filter(None, map(str.strip, lines))))


def codes_field(of: str, source: CodeSource | None, **kwargs: Any) -> forms.Field:
    """Return the form field for codes of a source; without one, lines of text."""
    if source is None:
        kwargs["help_text"] = kwargs.get("help_text") or _("One a line.")
        return LinesField(widget=forms.Textarea({"rows": 3, "cols": 40}), **kwargs)
    return CodesField(of, source, **kwargs)
