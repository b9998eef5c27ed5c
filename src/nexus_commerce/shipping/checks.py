"""System check of the carriers in the settings: E213."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from nexus_commerce.conf import BadSetting, nexus_settings

__all__ = ["check_carriers"]


def check_carriers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report the options that a carrier finds wrong; nobody is asked."""
    try:
        carriers = nexus_settings.CARRIERS
    except BadSetting:
        return []  # the checks of the settings report it
    return [
        Error(
            f"NEXUS_COMMERCE['CARRIERS'][{alias!r}]: {problem}",
            f"See the docstring of {entry.backend.__module__}.{entry.backend.__qualname__}.",
            obj=entry.backend,
            id="nexus_commerce.E213",
        )
        for alias, entry in carriers.items()
        for problem in entry.backend(alias, entry.options).check()
    ]
