"""What came of promotions as sentences, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from nexus_commerce.pricing.totals import Tried
from nexus_commerce.pricing.wording import words_of_missing
from nexus_commerce.promotions.registry import condition_classes

__all__ = ["REASONS", "words_of_condition", "words_of_refusal"]

REASONS = (
    "conditions_not_met",
    "nothing_to_discount",
    "excluded",
    "used_up",
    "customer_limit",
    "budget_exhausted",
)
"""Why a promotion can come to nothing."""


def words_of_refusal(tried: Tried, *, currency: str) -> str:
    """Return why a promotion took nothing off; empty where it applied."""
    if tried.reason == "conditions_not_met":
        return words_of_unmet(tried, currency=currency)
    if tried.reason == "excluded":
        if by := tried.data.get("by"):
            return _("It does not go together with %(by)s.") % {"by": by}
        return _("It does not go together with another promotion.")
    return {
        "": "",
        "nothing_to_discount": _("There is nothing that it could reduce."),
        "used_up": _("All its uses are gone."),
        "customer_limit": _("You have used it as often as each customer may."),
        "budget_exhausted": _("Its budget is gone."),
    }.get(tried.reason, tried.reason)


def words_of_unmet(tried: Tried, *, currency: str) -> str:
    """Return which conditions are not met, and what is lacking where that can be said."""
    named = ", ".join(words_of_condition(unmet) for unmet in tried.unmet)
    said = _("These conditions are not met: %(conditions)s.") % {"conditions": named}
    if not named:
        said = _("Its conditions are not met.")
    missing = words_of_missing(tried.missing or {}, currency=currency)
    return f"{said} {_('Missing: %(missing)s.') % {'missing': missing}}" if missing else said


def words_of_condition(unmet: Mapping[str, Any]) -> str:
    """Return the label of a condition; its code where the host has taken it away."""
    cls = condition_classes().get(str(unmet.get("code", "")))
    return _(cls.label) if cls else str(unmet.get("code", ""))
