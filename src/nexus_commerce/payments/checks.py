"""System check of the payment providers in the settings: E214, or what a host's own provider reports."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage

from nexus_commerce.conf import BadSetting, nexus_settings

__all__ = ["check_providers"]


def check_providers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report the options that a provider finds wrong; nobody is asked."""
    try:
        providers = nexus_settings.PAYMENT_PROVIDERS
    except BadSetting:
        return []  # the checks of the settings report it
    found = []
    for alias, entry in providers.items():
        for message in entry.backend(alias, entry.options).check():
            message.msg = f"NEXUS_COMMERCE['PAYMENT_PROVIDERS'][{alias!r}]: {message.msg}"
            found.append(message)
    return found
