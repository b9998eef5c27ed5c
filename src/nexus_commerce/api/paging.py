"""Pages of rows, newest first, by the public id of the last row: no count, no offset, no sequential id."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from nexus_commerce.api.serializers import QuerySerializer

__all__ = ["read_page"]


def read_page(request: Request, rows: QuerySet[Any], query: QuerySerializer) -> tuple[list[Any], str | None]:
    """Return the rows of the page that the query asks for, and the address of the next page or None.

    ``rows`` are all rows that the caller may see; a page that begins after a row that is not among them is empty.
    """
    asked, limit = query.validated_data, query.validated_data["limit"]
    wanted = query.filtered(rows).order_by("-id")
    if "after" in asked:
        wanted = wanted.filter(id__lt=rows.filter(public_id=asked["after"]).order_by().values("id")[:1])
    page = list(wanted[: limit + 1])
    if len(page) <= limit:
        return page, None
    address = replace_query_param(request.build_absolute_uri(), "after", str(page[limit - 1].public_id))
    return page[:limit], address
