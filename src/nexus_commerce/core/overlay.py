"""Lay a host's migrations package over the library's.

The only module of the mechanism that a host imports, in ``shop/nexus_migrations/catalog/__init__.py``::

    from nexus_commerce.core.overlay import overlay

    __path__ = overlay("nexus_commerce.catalog", __path__)
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

__all__ = ["library_migrations", "overlay"]


def library_migrations(package: str) -> str:
    """Return the directory of the migrations that a domain of the library ships."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"{package!r} is not a package of the library.", name=package)
    return str(Path(spec.submodule_search_locations[0]) / "migrations")


def overlay(package: str, path: Iterable[str]) -> list[str]:
    """Return a package path that shows the library's migrations first and then the host's own.

    ``package`` is a domain such as ``"nexus_commerce.catalog"`` and ``path`` the ``__path__`` of the host's
    package. Django reads both directories and writes new files to the host's.
    """
    library = library_migrations(package)
    return [library, *(entry for entry in path if entry != library)]
