"""What the host names in ``NEXUS_COMMERCE["MODELS"]``: read, judged and compared with the library's classes.

Nothing here imports a concrete model: it runs while they are being built.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from django.apps import apps
from django.core.signals import setting_changed
from django.db import models
from django.utils.module_loading import import_string

from nexus_commerce.conf import BadSetting, nexus_settings
from nexus_commerce.core.registry import MODELS

__all__ = [
    "Problem",
    "changes_schema",
    "declared_options",
    "field_map",
    "find_problems",
    "host_classes",
    "own_fields",
    "paths",
]

OWNED_OPTIONS = frozenset({"app_label", "db_table", "managed", "proxy", "swappable", "order_with_respect_to"})
"""Options of Meta that the library's own migrations fix."""


class Problem(NamedTuple):
    """Something wrong with the setting: a check's number, its message and the cure."""

    number: str
    message: str
    hint: str

    @property
    def id(self) -> str:
        return f"nexus_commerce.{self.number}"


def dotted(cls: type[Any]) -> str:
    """Return the dotted path of a class."""
    return f"{cls.__module__}.{cls.__qualname__}"


def model_for(key: str) -> type[models.Model]:
    """Return the concrete model that a key of the setting names."""
    return apps.get_model(MODELS[key].label, key.split(".")[1])


def installed_keys() -> list[str]:
    """Return the keys of the models whose app is installed."""
    return [key for key, entry in MODELS.items() if entry.label in apps.app_configs]


def paths(key: str) -> list[Any]:
    """Return what the host wrote for a model, as a list."""
    value = nexus_settings.MODELS.get(key, [])
    return list(value) if isinstance(value, list | tuple) else [value]


def host_classes(key: str) -> list[type[Any]]:
    """Import the host's classes for a model, first one first."""
    return [import_string(path) for path in paths(key)]


def field_map(cls: type[Any]) -> dict[str, models.Field[Any, Any]]:
    """Return the fields and many-to-many fields that an abstract class has, by name."""
    if not issubclass(cls, models.Model):
        return {}
    return {field.name: field for field in (*cls._meta.local_fields, *cls._meta.local_many_to_many)}


def own_fields(key: str) -> frozenset[str]:
    """Return the names of the fields that the host's classes add to a model, those the library has left out."""
    library = field_map(import_string(MODELS[key].abstract))
    return frozenset(name for host in host_classes(key) for name in field_map(host) if name not in library)


def declared_options(cls: type[Any]) -> Iterator[dict[str, Any]]:
    """Yield the options of each Meta of a class, from the library's to the first host's.

    A Meta that inherits from another class's Meta adds only what it says itself; one that inherits from a
    Meta standing alone brings that one's options with it.
    """
    classes = [base for base in reversed(cls.__mro__) if "Meta" in vars(base)]
    placed = {vars(base)["Meta"] for base in classes}
    for base in classes:
        options: dict[str, Any] = {}
        own = vars(base)["Meta"]
        for meta in reversed(own.__mro__):
            if meta is own or meta not in placed:
                options |= {k: v for k, v in vars(meta).items() if not k.startswith("_") and k != "abstract"}
        yield options


def changes_schema(key: str) -> bool:
    """Return whether the host's classes change the table of a model, and so need a migration of the host's."""
    abstract = import_string(MODELS[key].abstract)
    library = field_map(abstract)
    counters = {field.creation_counter for field in library.values()}
    for host in host_classes(key):
        if any(field.creation_counter not in counters for field in field_map(host).values()):
            return True
        for cls in host.__mro__:
            if cls in abstract.__mro__:
                continue
            if any(vars(cls).get(name, cls) is None for name in library) or "nexus_without" in vars(cls):
                return True
            if "Meta" in vars(cls) and any(not k.startswith("_") and k != "abstract" for k in vars(vars(cls)["Meta"])):
                return True
    return False


@cache
def find_problems() -> tuple[Problem, ...]:
    """Return everything that is wrong with ``NEXUS_COMMERCE["MODELS"]``, in the order it is written."""
    try:
        written = nexus_settings.MODELS
    except BadSetting as exc:
        return (Problem(exc.id.rpartition(".")[2], exc.message, exc.hint),)
    found = []
    for key in written:
        if key not in MODELS:
            near = get_close_matches(key, MODELS, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known models: {', '.join(sorted(MODELS))}."
            found.append(Problem("E103", f"NEXUS_COMMERCE['MODELS'] names the unknown model {key!r}.", hint))
            continue
        for path in paths(key):
            if problem := _problem_with(key, path):
                number, message, hint = problem
                where = f"NEXUS_COMMERCE['MODELS'][{key!r}]: {path!r}"
                found.append(Problem(number, f"{where} {message}", hint))
    return tuple(found)


def _problem_with(key: str, path: Any) -> Problem | None:
    if not isinstance(path, str):
        return Problem("E100", "must be a dotted path, or a list of them.", "Give strings, not classes.")
    try:
        found = import_string(path)
    except ImportError as exc:
        return _import_problem(key, path, exc)
    if isinstance(found, ModuleType):
        return Problem("E104", "is a module, not a class.", f"Name a class in it, such as '{path}.MyClass'.")
    return _kind_problem(key, found) or _content_problem(found)


def _import_problem(key: str, path: str, exc: ImportError) -> Problem:
    module = path.rpartition(".")[0]
    spec = getattr(sys.modules.get(module), "__spec__", None)
    waiting = getattr(spec, "_initializing", False)
    name = MODELS[key].abstract.partition(".abstract_models")[0] + ".models" if waiting else exc.name or ""
    if name.startswith("nexus_commerce.") and name.endswith(".models"):
        return Problem(
            "E105",
            f"cannot be imported: its module imports {name!r}, which is being built from it.",
            "Import from abstract_models, name related models as strings such as 'nexus_catalog.Product', and "
            "keep the class in a module of its own, such as shop/nexus.py, not in an app's models.py.",
        )
    near = get_close_matches(path.rpartition(".")[2], vars(sys.modules[module]), n=1) if module in sys.modules else []
    cure = f"Did you mean '{module}.{near[0]}'?" if near else "Check the dotted path."
    return Problem("E101", f"cannot be imported: {exc}", cure)


def _kind_problem(key: str, found: Any) -> Problem | None:
    cure = "Set abstract = True in its Meta; the library makes the one concrete class."
    if not isinstance(found, type) or (issubclass(found, models.Model) and not found._meta.abstract):
        return Problem("E102", "is not an abstract model.", cure)
    own = import_string(MODELS[key].abstract)
    for other, entry in MODELS.items():
        theirs = import_string(entry.abstract)
        if other != key and issubclass(found, theirs) and not issubclass(own, theirs):
            return Problem("E102", f"extends {other}, not {key}.", f"Move the entry to {other!r}.")
    return None


def _content_problem(found: type[Any]) -> Problem | None:
    if not issubclass(found, models.Model):
        if any(isinstance(value, models.Field) for cls in found.__mro__ for value in vars(cls).values()):
            return Problem(
                "E108",
                "has fields but is not a model; Django would ignore them.",
                "Derive it from django.db.models.Model with abstract = True in its Meta.",
            )
        return None
    if taken := sorted({name for options in declared_options(found) for name in options} & OWNED_OPTIONS):
        return Problem("E107", f"sets Meta.{taken[0]}, which the library owns.", "Remove it.")
    if any(field.primary_key for field in field_map(found).values()):
        return Problem(
            "E117",
            "declares a primary key.",
            "The library's first migration fixes the key; add a unique field instead.",
        )
    return None


def forget_problems(*, setting: str, **kwargs: Any) -> None:
    """Judge the setting again after it changed."""
    if setting == "NEXUS_COMMERCE":
        find_problems.cache_clear()


setting_changed.connect(forget_problems, dispatch_uid="nexus_commerce.core.forget_problems")
