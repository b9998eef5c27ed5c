"""Slugs on the pages of their owners: the present one is typed, the old ones are shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import ReadOnlyInline
from nexus_commerce.catalog.models import Slug
from nexus_commerce.catalog.services.slugs import default_language

__all__ = ["SlugFormMixin", "SlugInline"]


class SlugInline(ReadOnlyInline):
    """Every slug that the owner has, or had: the old ones redirect."""

    model = Slug
    fields = ["slug", "language", "is_current"]
    ordering = ["language", "-is_current", "-id"]
    classes = ["collapse", "nexus-readonly"]


class SlugFormMixin(forms.Form):
    """Adds the present slug, in the language of the default channel, to the form of a product or category."""

    slug = forms.CharField(
        label=_("Slug"),
        max_length=255,
        required=False,
        help_text=_("The word in the address. Empty: made of the name. The address of an old slug redirects."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["slug"] = self.present_slug()

    def present_slug(self) -> str:
        """Return the present slug of the row; empty for a new one."""
        owner = self.instance  # type: ignore[attr-defined]
        if not owner.pk:
            return ""
        rows = {slug.language: slug.slug for slug in owner.slugs.all() if slug.is_current}
        return rows.get(default_language()) or next(iter(rows.values()), "")

    def changed_slug(self) -> str | None:
        """Return the slug that was typed; None where it was not changed or emptied."""
        return self.cleaned_data["slug"] or None if "slug" in self.changed_data else None
