"""Attribute values of a product as people read them."""

from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from nexus_commerce.catalog.models import Attribute

__all__ = ["facts_of"]


def facts_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the attributes that have a value, and the values as text, in the merchant's order."""
    if not values:
        return {}
    attributes = Attribute.objects.filter(code__in=values, archived_at__isnull=True)
    return {str(attribute): text_of(attribute, values[attribute.code]) for attribute in attributes}


def text_of(attribute: Attribute, value: Any) -> str:
    """Return a value with its unit; choices by their labels."""
    labels = {choice["value"]: choice["label"] for choice in attribute.choices}
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(labels.get(each, each)) for each in value)
    text = formats.number_format(value) if isinstance(value, int) else str(labels.get(value, value))
    return f"{text} {attribute.unit}".strip()
