"""ETags from the version of a row, and the promise of ``If-Match``."""

from __future__ import annotations

from django.utils.http import parse_etags
from rest_framework.request import Request

from nexus_commerce.api.errors import PreconditionFailed, PreconditionRequired

__all__ = ["check_version", "etag", "require_version", "wants_version"]


def etag(version: int) -> dict[str, str]:
    """Return the header of a reply that shows a row of this version."""
    return {"ETag": f'"{version}"'}


def wants_version(request: Request) -> bool:
    """Tell whether the caller means one version only."""
    return bool(request.headers.get("If-Match"))


def require_version(request: Request) -> None:
    """Raise PreconditionRequired where the caller does not say which version is meant.

    For what staff write on orders, payments and shipments: two people must not undo each other's work unseen. Whether
    it is the present version is asked by ``check_version``, under the lock of the row.
    """
    if not wants_version(request):
        raise PreconditionRequired


def check_version(request: Request, version: int) -> None:
    """Raise PreconditionFailed where ``If-Match`` names other versions than this one.

    A weak tag counts as its strong one: what compresses replies on the way weakens tags.
    """
    sent = request.headers.get("If-Match")
    if not sent:
        return
    tags = [tag.removeprefix("W/") for tag in parse_etags(sent)]
    if tags != ["*"] and f'"{version}"' not in tags:
        raise PreconditionFailed
