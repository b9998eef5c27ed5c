"""System checks E100 to E110, E115, E117, W118 and E119: the classes that extend the library's models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.db import models
from django.utils.module_loading import import_string

from nexus_commerce.core.extensions import dotted, field_map, find_problems, host_classes, model_for, paths
from nexus_commerce.core.registry import MODELS, PACKAGES

__all__ = ["check_models"]


def check_models(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report what is wrong with the host's classes, and where they clash with each other or the library."""
    if problems := find_problems():
        return [Error(found.message, found.hint, id=found.id) for found in problems]
    found: list[CheckMessage] = []
    for key in MODELS:
        if MODELS[key].label in apps.app_configs:
            model = model_for(key)
            found += [
                *_stale(key, model),
                *_clashes(key, model),
                *_contract(key, model),
                *_required(key, model),
            ]
        elif paths(key):
            package = PACKAGES[MODELS[key].label]
            found.append(
                Error(
                    f"NEXUS_COMMERCE['MODELS'] extends {key!r}, but {package} is not installed.",
                    f"Add {package!r} to INSTALLED_APPS or remove the entry.",
                    id="nexus_commerce.E115",
                )
            )
    return found


def _stale(key: str, model: type[models.Model]) -> Iterator[CheckMessage]:
    if list(getattr(model, "nexus_hosts", ())) != host_classes(key):
        yield Error(
            f"{model._meta.label} was not built from the present setting.",
            "Models are built once: give a test that changes NEXUS_COMMERCE['MODELS'] a settings module of its own.",
            obj=model,
            id="nexus_commerce.E119",
        )


def _host_fields(key: str) -> Iterator[tuple[type[Any], str, models.Field[Any, Any]]]:
    """Yield the fields that the host's classes declare, without those they inherit from the library."""
    library = {field.creation_counter for field in field_map(import_string(MODELS[key].abstract)).values()}
    for host in host_classes(key):
        for name, field in field_map(host).items():
            if field.creation_counter not in library:  # inherited copies keep the counter
                yield host, name, field


def _clashes(key: str, model: type[models.Model]) -> Iterator[CheckMessage]:
    owners: dict[str, tuple[type[Any], int]] = {}
    for host, name, field in _host_fields(key):
        first, counter = owners.setdefault(name, (host, field.creation_counter))
        if counter != field.creation_counter and not issubclass(first, host):
            yield Error(
                f"{key}: {dotted(first)} and {dotted(host)} both declare {name!r}.",
                "List one class of yours that derives from both and declares the field, instead of the two.",
                obj=model,
                id="nexus_commerce.E109",
            )


def _contract(key: str, model: type[models.Model]) -> Iterator[CheckMessage]:
    present = {field.name: field for field in model._meta.get_fields()}
    for name, kind in MODELS[key].contract.items():
        if kind not in {cls.__name__ for cls in type(present.get(name)).__mro__}:
            yield Error(
                f"{key}: the library needs the field {name!r} to be a {kind}.",
                f"Keep {name!r} a {kind} or a subclass of it; add a field of another name beside it.",
                obj=model,
                id="nexus_commerce.E110",
            )


def _required(key: str, model: type[models.Model]) -> Iterator[CheckMessage]:
    for host, name, field in _host_fields(key):
        if not field.many_to_many and _has_no_value(field):
            yield checks.Warning(
                f"{key}: the field {name!r} of {dotted(host)} has neither null nor a default.",
                "The library creates rows itself and does not know the field: give it null=True or a default.",
                obj=model,
                id="nexus_commerce.W118",
            )


def _has_no_value(field: models.Field[Any, Any]) -> bool:
    if field.null or field.has_default() or getattr(field, "generated", False):
        return False
    if field.has_db_default() if hasattr(field, "has_db_default") else field.db_default is not models.NOT_PROVIDED:
        return False
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return False
    return not (field.blank and field.empty_strings_allowed)
