"""Filters of the storefront's templates."""

from typing import Any

from django import template

from nexus_commerce.core.formatting import format_money

register = template.Library()


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Show minor units as people of the active language write an amount; nothing for none."""
    return "" if minor is None else format_money(minor, currency)


@register.filter
def less(minor: int, currency: str) -> str:
    """Show minor units as what is taken off, with the minus sign of the active language."""
    return format_money(-minor, currency)


@register.filter
def picture(document: dict[str, Any] | None, size: str) -> dict[str, Any] | None:
    """Return the rendition of a picture that is named, else the picture itself."""
    if document is None:
        return None
    found: dict[str, Any] = document["sizes"].get(size, document)
    return {**found, "alt": document["alt"]}
