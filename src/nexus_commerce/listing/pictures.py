"""Pictures of a product as JSON documents in SQL, and as dicts with addresses in Python."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.db.models import FileField

from nexus_commerce.catalog.models import Media, MediaRendition
from nexus_commerce.listing.sql import Dialect, Table

__all__ = ["first_picture", "pictures_of_product", "read_picture"]

_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")


def first_picture(product: str, dialect: Dialect) -> str:
    """Return the subquery of the first picture that has a file, NULL where there is none."""
    media = Table(Media, "m")
    return (
        f"(SELECT {_document(media, dialect)} FROM {media} WHERE {media.product} = {product} AND {_shown(media)} "
        f"ORDER BY {media.position}, {media.pk} LIMIT 1)"
    )


def pictures_of_product(product: str, dialect: Dialect) -> str:
    """Return the subquery of all pictures with a file, each with its position and the id of its variant."""
    media = Table(Media, "m")
    entry = f"{dialect.row}({media.position}, {media.pk}, {media.variant}, {_document(media, dialect)})"
    return f"(SELECT {dialect.collect}({entry}) FROM {media} WHERE {media.product} = {product} AND {_shown(media)})"


def read_picture(document: list[Any]) -> dict[str, Any]:
    """Return the picture that the subqueries describe, with the addresses of its file and its sizes."""
    file, alt, width, height, renditions = document
    sizes = {size: _sized(MediaRendition, *rest) for size, *rest in sorted(renditions or ())}
    return {**_sized(Media, file, width, height), "alt": alt, "sizes": sizes}


def _shown(media: Table) -> str:
    return f"{media.kind} = 'image' AND {media.file} <> ''"


def _document(media: Table, dialect: Dialect) -> str:
    rendition = Table(MediaRendition, "r")
    size = f"{dialect.row}({rendition.size}, {rendition.file}, {rendition.width}, {rendition.height})"
    sizes = f"(SELECT {dialect.collect}({size}) FROM {rendition} WHERE {rendition.media} = {media.pk})"
    columns = f"{media.file}, {media.alt}, {media.width}, {media.height}"
    return f"{dialect.row}({columns}, {dialect.nested(sizes)})"


def _sized(model: type[Any], file: str, width: int | None, height: int | None) -> dict[str, Any]:
    return {"url": _url(model._meta.get_field("file"), file), "width": width, "height": height}


def _url(field: FileField, name: str) -> str:
    """Return the address of a stored file: what ``storage.url`` says, a plain name on a file system at once."""
    storage: Any = field.storage
    if storage.__class__.url is FileSystemStorage.url and storage.base_url and _PLAIN.fullmatch(name):
        return f"{storage.base_url}{name}"
    return str(storage.url(name))
