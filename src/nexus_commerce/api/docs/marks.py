"""What the templates of this package can do beside what all templates can."""

import re

from django.template import Library
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

__all__ = ["marked", "register"]

register = Library()


@register.filter
def marked(text: str) -> SafeString:
    """Return text with what stands between backticks as code."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S308
