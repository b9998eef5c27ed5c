"""Build the base classes of the library's concrete models from the host's classes and the library's own.

A domain's ``models.py`` shows type checkers a static class and composes the real one::

    if TYPE_CHECKING:
        from nexus_commerce.catalog.abstract_models import AbstractProduct as ProductBase
    else:
        ProductBase = compose("catalog.Product", abstract_models.AbstractProduct)

    @seal
    class Product(ProductBase):
        ...
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models

from nexus_commerce.core.extensions import declared_options, field_map, find_problems, host_classes

__all__ = ["compose", "merge_meta", "seal"]

M = TypeVar("M", bound=models.Model)

ADDITIVE: dict[str, Callable[[Any], Any]] = {
    "constraints": lambda constraint: constraint.name,
    "indexes": lambda index: index.name or id(index),
    "permissions": lambda permission: permission[0],
}
"""Options of Meta that are lists whose entries add up, each with what tells two entries apart."""


def compose(key: str, abstract: type[models.Model]) -> type[Any]:
    """Return the abstract class that the concrete model ``key`` derives from.

    Its bases are the classes of ``NEXUS_COMMERCE["MODELS"][key]`` in the order written and the library's
    ``abstract`` last, so that a host's method wins over a later host's and over the library's.

    Raises ImproperlyConfigured with every problem of the setting: a server, a worker or a shell runs no
    system checks and must not start on a model that lacks the host's columns.
    """
    if problems := find_problems():
        raise ImproperlyConfigured(
            "\n".join(f"{found.message} ({found.id})\n    HINT: {found.hint}" for found in problems)
        )
    hosts = host_classes(key)
    body: dict[str, Any] = {
        "__module__": abstract.__module__,
        "Meta": type("Meta", (), {"abstract": True}),
        "nexus_hosts": tuple(hosts),
    }
    body |= dict.fromkeys(_removed_fields(hosts, abstract))
    try:
        composed = types.new_class(
            f"Composed{key.split('.')[1]}", (*hosts, abstract), exec_body=lambda ns: ns.update(body)
        )
    except TypeError as exc:
        raise ImproperlyConfigured(
            f"NEXUS_COMMERCE['MODELS'][{key!r}]: these classes cannot be combined in this order: {exc} "
            "(nexus_commerce.E106)\n    HINT: List a class before the classes it derives from."
        ) from exc
    composed.Meta = merge_meta(composed)  # type: ignore[attr-defined]
    return composed


def merge_meta(composed: type[Any]) -> type[Any]:
    """Return one Meta out of those of all bases.

    Constraints, indexes and permissions add up, a same-named one of the host replaces the library's, and names
    in a class's ``nexus_without`` are dropped. Any other option is the first host's that sets it.
    """
    merged: dict[str, Any] = {"default_manager_name": "objects"}
    lists: dict[str, dict[Any, Any]] = {}
    for options in declared_options(composed):
        for name, value in options.items():
            if name in ADDITIVE:
                lists.setdefault(name, {}).update({ADDITIVE[name](entry): entry for entry in value})
            else:
                merged[name] = value
    without = {name for base in composed.__mro__ for name in vars(base).get("nexus_without", ())}
    kept = {option: [v for name, v in entries.items() if name not in without] for option, entries in lists.items()}
    return type("Meta", (), {"abstract": False, **merged, **kept})


def seal(cls: type[M]) -> type[M]:
    """Keep a concrete model's Meta from its multi-table children.

    Without it a child model would repeat the indexes, constraints and permissions of its parent's composed
    base, which Django refuses.
    """
    cls.Meta = type("Meta", (), {})  # type: ignore[attr-defined]
    return cls


def _removed_fields(hosts: list[type[Any]], abstract: type[models.Model]) -> list[str]:
    """Return the library's fields that a host class sets to None: with several bases Django brings them back."""
    return [
        name
        for name in field_map(abstract)
        if any(
            vars(cls).get(name, cls) is None for host in hosts for cls in host.__mro__ if cls not in abstract.__mro__
        )
    ]
