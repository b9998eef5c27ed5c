"""Files of imports and exports in a storage that the public cannot read."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from django.core.exceptions import ImproperlyConfigured
from django.core.files import File
from django.core.files.storage import InvalidStorageError, Storage, storages

__all__ = ["PRIVATE", "local_copy", "private_storage", "stored_whole"]

PRIVATE: Final = "nexus_private"


def private_storage() -> Storage:
    """Return ``STORAGES["nexus_private"]``: orders and price lists have no place among public pictures.

    Raises ``ImproperlyConfigured`` where the project names none.
    """
    try:
        return storages[PRIVATE]
    except InvalidStorageError as exc:
        raise ImproperlyConfigured(f'Name a storage that is not served to the public: STORAGES["{PRIVATE}"].') from exc


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """Copy a file of the private storage into a temporary folder, for readers that need a path."""
    with tempfile.TemporaryDirectory(prefix="nexus-import-") as folder:
        path = Path(folder) / Path(name).name
        with private_storage().open(name, "rb") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield path


@contextmanager
def stored_whole(name: str) -> Iterator[TextIO]:
    """Write a text file into the private storage: it is there when it is complete, or not at all."""
    storage = private_storage()
    with tempfile.TemporaryDirectory(prefix="nexus-export-") as folder:
        path = Path(folder) / "part"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            yield file
        with path.open("rb") as file:
            save_whole(storage, name, File(file))


def save_whole(storage: Storage, name: str, content: File) -> None:  # type: ignore[type-arg]
    """Save under another name first where the storage is a folder, which shows a file while it is being written."""
    part = f"{name}.part"
    storage.delete(part)
    storage.delete(name)
    try:
        storage.path(part)
    except NotImplementedError:
        storage.save(name, content)
        return
    try:
        storage.save(part, content)
        os.replace(storage.path(part), storage.path(name))
    finally:
        storage.delete(part)
