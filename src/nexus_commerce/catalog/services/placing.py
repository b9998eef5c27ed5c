"""Checks of what a product is placed in: categories, tags, channels."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.models import Category, Tag
from nexus_commerce.catalog.services.columns import refuse_unstorable
from nexus_commerce.core.errors import InvalidInput

__all__ = ["check_window", "clean_tags", "find_tags", "order_categories"]


def check_window(start: datetime | None, end: datetime | None) -> None:
    """Refuse a half-open window without time zones, or one that ends before it begins."""
    for name, moment in (("visible_from", start), ("visible_until", end)):
        if moment is not None and timezone.is_naive(moment):
            raise InvalidInput(_("Give a time with its time zone."), field=name)
    if start is not None and end is not None and start >= end:
        raise InvalidInput(_("The end must come after the beginning."), field="visible_until")


def order_categories(categories: Sequence[Category], primary: Category | None) -> tuple[list[Category], int | None]:
    """Return each category once, and the key of the primary one: the first unless ``primary`` names another."""
    ordered = list({category.pk: category for category in categories}.values())
    if primary is None:
        return ordered, ordered[0].pk if ordered else None
    if primary.pk not in {category.pk for category in ordered}:
        raise InvalidInput(_("The primary category must be one of the categories."), field="primary_category")
    return ordered, primary.pk


def clean_tags(tags: Sequence[str]) -> list[str]:
    """Return the tags without space around them, each once."""
    if isinstance(tags, str) or not all(isinstance(tag, str) for tag in tags):
        raise InvalidInput(_("Give the tags as a list of texts."), field="tags")
    names = list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
    refuse_unstorable("tags", names)
    if any(len(name) > 255 for name in names):
        raise InvalidInput(_("A tag has at most 255 characters."), field="tags")
    return names


def find_tags(names: Iterable[str]) -> dict[str, Tag]:
    """Return the tags of these names, making those that do not exist; safe against others who make them too."""
    wanted = sorted(set(names))
    found = {tag.name: tag for tag in Tag.objects.filter(name__in=wanted)}
    missing = [name for name in wanted if name not in found]
    if missing:
        Tag.objects.bulk_create([Tag(name=name) for name in missing], ignore_conflicts=True)
        found |= {tag.name: tag for tag in Tag.objects.filter(name__in=missing)}
    return found
