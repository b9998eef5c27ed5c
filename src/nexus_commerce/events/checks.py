"""System check of the names of subscribers and kinds of jobs: E230."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.checks import CheckMessage, Error

from nexus_commerce.conf import BadSetting, nexus_settings

__all__ = ["check_names"]


def check_names(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report names that are stored with the work and do not tell whose it is."""
    found: list[CheckMessage] = []
    for setting in ("SUBSCRIBERS", "JOBS"):
        try:
            classes = getattr(nexus_settings, setting)
        except BadSetting:
            continue  # the checks of the settings report it
        names = Counter(cls.name for cls in classes)
        found += [
            Error(
                f"NEXUS_COMMERCE[{setting!r}]: {cls.__module__}.{cls.__qualname__} has the name {cls.name!r}, which "
                + ("another has as well." if cls.name else "is none."),
                "Give each class a name of its own, and never change it: it is stored with the work.",
                obj=cls,
                id="nexus_commerce.E230",
            )
            for cls in classes
            if not cls.name or names[cls.name] > 1
        ]
    return found
