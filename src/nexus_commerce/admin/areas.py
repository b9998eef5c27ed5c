"""The areas of a zone on its page."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import ExposedInline, TabularInline
from nexus_commerce.core.area_matching import check_area
from nexus_commerce.core.errors import InvalidInput

__all__ = ["AreaForm", "AreaInline", "describe_areas"]

SHOWN = 4


class AreaForm(forms.ModelForm):  # type: ignore[type-arg]
    """An area; postcodes that cannot be read are refused."""

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        try:
            if not self.errors:
                check_area(self.instance)
        except InvalidInput as refused:
            self.add_error(refused.field, str(refused))


class AreaInline(ExposedInline, TabularInline):
    """The areas of a zone. Name the model of the areas in a subclass."""

    form = AreaForm
    extra = 0
    fields = ["country", "region", "postcodes"]
    ordering = ["country", "region", "id"]
    verbose_name = _("area")
    verbose_name_plural = _("areas")
    help_texts: ClassVar[dict[str, Any]] = {
        "country": _("Two letters, such as DE. Empty: everywhere."),
        "region": _("As in addresses, such as BY or Bavaria. Empty: all of the country."),
        "postcodes": _("Separated by commas: 10115, 10*, 80000-81929. Empty: all."),
    }

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        given: dict[str, Any] = (
            {"help_text": self.help_texts[db_field.name]} if db_field.name in self.help_texts else {}
        )
        if db_field.name == "country":
            given["widget"] = forms.TextInput(attrs={"size": 4, "maxlength": 2})
        elif db_field.name == "postcodes":
            given["widget"] = forms.Textarea(attrs={"rows": 2, "cols": 40})
        return super().formfield_for_dbfield(db_field, request, **{**given, **kwargs})


def describe_areas(areas: Any) -> str:
    """Return the first areas of a zone in words, and how many more there are; ``areas`` are loaded."""
    rows = list(areas)
    texts = [str(area) if str(area) != "*" else str(_("everywhere")) for area in rows[:SHOWN]]
    texts = [text if len(text) <= 40 else f"{text[:39]}…" for text in texts]
    return ", ".join(texts) + (f" (+{len(rows) - SHOWN})" if len(rows) > SHOWN else "")
