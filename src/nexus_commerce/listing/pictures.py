"""Pictures of a product as JSON documents in SQL, and dicts with addresses in Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.db.models import Model

from nexus_commerce.catalog.models import Media, MediaRendition
from nexus_commerce.listing.sql import Dialect, Table

__all__ = ["PictureReader", "first_picture", "pictures_of_product"]

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


class PictureReader:
    """Turns the documents of the subqueries into pictures with the addresses of file and sizes. Made for a page."""

    def __init__(self) -> None:
        self._media, self._rendition = _url_maker(Media), _url_maker(MediaRendition)

    def read(self, document: list[Any]) -> dict[str, Any]:
        """Return the picture that a document describes."""
        file, alt, width, height, renditions = document
        url = self._rendition
        sizes = {size: {"url": url(name), "width": w, "height": h} for size, name, w, h in renditions or ()}
        return {"url": self._media(file), "width": width, "height": height, "alt": alt, "sizes": sizes}


def _shown(media: Table) -> str:
    return f"{media.kind} = 'image' AND {media.file} <> ''"


def _document(media: Table, dialect: Dialect) -> str:
    rendition = Table(MediaRendition, "r")
    size = f"{dialect.row}({rendition.size}, {rendition.file}, {rendition.width}, {rendition.height})"
    sizes = f"(SELECT {dialect.collect}({size}) FROM {rendition} WHERE {rendition.media} = {media.pk})"
    columns = f"{media.file}, {media.alt}, {media.width}, {media.height}"
    return f"{dialect.row}({columns}, {dialect.nested(sizes)})"


def _url_maker(model: type[Model]) -> Callable[[str], str]:
    """Return what makes the address of a stored file: ``storage.url``, short for plain names on a file system."""
    storage: Any = model._meta.get_field("file").storage  # type: ignore[union-attr]
    if storage.__class__.url is not FileSystemStorage.url or not storage.base_url:
        return lambda name: str(storage.url(name))
    base, is_plain = storage.base_url, _PLAIN.fullmatch
    return lambda name: f"{base}{name}" if is_plain(name) else str(storage.url(name))
