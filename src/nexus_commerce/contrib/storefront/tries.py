"""How often a visitor may try what can be guessed or abused."""

from django.http import HttpRequest

from nexus_commerce.access.services import wait_for
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.network import caller_address

__all__ = ["tries_too_often"]


def tries_too_often(request: HttpRequest, *scopes: str) -> bool:
    """Count a try of the caller's network address in each scope, and tell whether it is one too many."""
    caller = caller_address(request.META, trusted_proxies=nexus_settings.TRUSTED_PROXIES)
    return any(wait_for(scope=scope, subject=caller) for scope in scopes)
