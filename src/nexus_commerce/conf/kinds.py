"""How each kind of setting is read and what is said when it is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from nexus_commerce.conf.table import API_CLASSES, Kind, Setting

__all__ = ["Backend", "BadSetting", "LazyClasses", "did_you_mean", "resolve"]


class BadSetting(ImproperlyConfigured):
    """A value of ``NEXUS_COMMERCE`` that cannot be used.

    ``id`` is the id of the system check that reports it, ``hint`` says what to write instead.
    """

    def __init__(self, number: str, message: str, hint: str) -> None:
        self.id = f"nexus_commerce.{number}"
        self.message = message
        self.hint = hint
        super().__init__(f"{message} ({self.id})\n    HINT: {hint}")


class Backend(NamedTuple):
    """One entry of a provider map: the class, and the options that the host wrote beside it."""

    backend: type[Any]
    options: dict[str, Any]


class LazyClasses(Mapping[str, type[Any]]):
    """The API classes in force by key, each imported when it is first asked for.

    They are lazy because an API module asks for its neighbors while the modules import each other.
    """

    def __init__(self, chosen: Mapping[str, str]) -> None:
        if unknown := sorted(set(chosen) - set(API_CLASSES)):
            raise BadSetting(
                "E205",
                f"NEXUS_COMMERCE['API'] names the unknown class {unknown[0]!r}.",
                did_you_mean(unknown[0], API_CLASSES),
            )
        self._chosen = chosen
        self._classes: dict[str, type[Any]] = {}

    def __getitem__(self, key: str) -> type[Any]:
        if key not in self._classes:
            where = f"NEXUS_COMMERCE['API'][{key!r}]"
            self._classes[key] = load_class(where, self._chosen.get(key, API_CLASSES[key]), API_CLASSES[key])
        return self._classes[key]

    def __iter__(self) -> Iterator[str]:
        return iter(API_CLASSES)

    def __len__(self) -> int:
        return len(API_CLASSES)


def did_you_mean(word: str, known: Any) -> str:
    """Return a hint that names the known word nearest to ``word``, or all of them when none is near."""
    names = sorted(map(str, known))
    if near := get_close_matches(word, names, n=1, cutoff=0.5):
        return f"Did you mean {near[0]!r}?"
    return f"Known names: {', '.join(names) or 'none'}."


def resolve(setting: Setting, value: Any) -> Any:
    """Return what ``nexus_settings`` gives for ``value``.

    Raises :class:`BadSetting` with the id of the check that reports it.
    """
    return _RESOLVERS[setting.kind](setting, f"NEXUS_COMMERCE[{setting.name!r}]", value)


def load_object(where: str, path: Any) -> Any:
    """Import the object that ``path`` names; a failure names the nearest right name."""
    if not isinstance(path, str):
        raise BadSetting("E204", f"{where} must be a dotted path, not {path!r}.", "Give a string, not an object.")
    try:
        return import_string(path)
    except ImportError as exc:
        raise BadSetting("E202", f"{where} = {path!r} cannot be imported: {exc}", _nearest_path(path)) from exc


def load_class(where: str, path: Any, base_path: str) -> type[Any]:
    """Import the class that ``path`` names and hold it to its base class."""
    found = load_object(where, path)
    base = import_string(base_path)
    if not isinstance(found, type) or not issubclass(found, base):
        what = "is not a class" if not isinstance(found, type) else f"is not a subclass of {base_path}"
        raise BadSetting("E203", f"{where} = {path!r} {what}.", f"Derive it from {base_path}.")
    return found


def _nearest_path(path: str) -> str:
    module_path, _, name = path.rpartition(".")
    try:
        module = sys.modules.get(module_path) or import_module(module_path)
    except (ImportError, ValueError):
        return "Check the dotted path: the module cannot be imported."
    near = get_close_matches(name, [n for n in vars(module) if not n.startswith("_")], n=1, cutoff=0.5)
    return f"Did you mean '{module_path}.{near[0]}'?" if near else f"{module_path} has no {name!r}."


def _wrong_kind(where: str, wanted: str, value: Any) -> BadSetting:
    return BadSetting("E204", f"{where} must be {wanted}, not {value!r}.", f"Give {wanted}.")


def _as_dict(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise _wrong_kind(where, "a dict with text keys", value)
    return value


def _models(setting: Setting, where: str, value: Any) -> dict[str, Any]:
    return _as_dict(where, value)


def _class(setting: Setting, where: str, value: Any) -> type[Any]:
    return load_class(where, value, setting.base_path())


def _functions(setting: Setting, where: str, value: Any) -> list[Callable[..., Any]]:
    if not isinstance(value, list | tuple):
        raise _wrong_kind(where, "a list of dotted paths", value)
    found = [load_object(f"{where}[{n}]", path) for n, path in enumerate(value)]
    for path, function in zip(value, found, strict=True):
        if not callable(function):
            raise BadSetting("E210", f"{where} names {path!r}, which is not a function.", "Name a function.")
    return found


def _classes(setting: Setting, where: str, value: Any) -> list[type[Any]]:
    if not isinstance(value, list | tuple):
        raise _wrong_kind(where, "a list of dotted paths", value)
    return [load_class(f"{where}[{n}]", path, setting.base_path()) for n, path in enumerate(value)]


def _providers(setting: Setting, where: str, value: Any) -> dict[str, Backend]:
    return {alias: _provider(setting, f"{where}[{alias!r}]", entry) for alias, entry in _as_dict(where, value).items()}


def _provider(setting: Setting, where: str, entry: Any) -> Backend:
    known = ("BACKEND", "OPTIONS")
    entry = _as_dict(where, entry)
    if unknown := sorted(set(entry) - set(known)):
        raise BadSetting("E209", f"{where} has the unknown key {unknown[0]!r}.", did_you_mean(unknown[0], known))
    if "BACKEND" not in entry:
        raise BadSetting("E209", f"{where} has no 'BACKEND'.", f"Name a subclass of {setting.base_path()}.")
    options = _as_dict(f"{where}['OPTIONS']", entry.get("OPTIONS", {}))
    return Backend(load_class(f"{where}['BACKEND']", entry["BACKEND"], setting.base_path()), dict(options))


def _api(setting: Setting, where: str, value: Any) -> LazyClasses:
    return LazyClasses(_as_dict(where, value))


def _value(setting: Setting, where: str, value: Any) -> Any:
    if not isinstance(value, setting.type) or (isinstance(value, bool) and setting.type is int):
        raise _wrong_kind(where, f"a value of type {setting.type.__name__}", value)
    if setting.choices and value not in setting.choices:
        raise BadSetting("E204", f"{where} = {value!r} is unknown.", did_you_mean(str(value), setting.choices))
    return value


_RESOLVERS: dict[Kind, Callable[[Setting, str, Any], Any]] = {
    Kind.MODELS: _models,
    Kind.CLASS: _class,
    Kind.FUNCTIONS: _functions,
    Kind.CLASSES: _classes,
    Kind.PROVIDERS: _providers,
    Kind.API: _api,
    Kind.VALUE: _value,
}
