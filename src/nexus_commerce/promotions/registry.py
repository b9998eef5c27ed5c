"""The conditions and effects by their codes, and how they are read from and written to JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from nexus_commerce.conf import nexus_settings
from nexus_commerce.conf.kinds import did_you_mean
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.promotions.arguments import is_empty, read_argument, write_argument
from nexus_commerce.promotions.conditions import CONDITIONS
from nexus_commerce.promotions.effects import EFFECTS
from nexus_commerce.promotions.rules import Argument, Condition, Effect, Rule, arguments_of
from nexus_commerce.promotions.schemas import schema_of

__all__ = ["build_rule", "build_rules", "condition_classes", "effect_classes", "rule_json", "schema_of"]

RuleT = TypeVar("RuleT", bound=Rule)


def condition_classes() -> Mapping[str, type[Condition]]:
    """Return the library's conditions and the host's by code; the first of two with the same code (a check says so)."""
    return by_code((*CONDITIONS, *nexus_settings.PROMOTION_CONDITIONS))


def effect_classes() -> Mapping[str, type[Effect]]:
    """Return the library's effects and the host's by code; the first of two with the same code (a check says so)."""
    return by_code((*EFFECTS, *nexus_settings.PROMOTION_EFFECTS))


@lru_cache(maxsize=8)
def by_code(classes: tuple[type[RuleT], ...]) -> Mapping[str, type[RuleT]]:
    """Return the classes by code. Kept by the classes themselves, so that a change of the settings needs no word."""
    found: dict[str, type[RuleT]] = {}
    for cls in classes:
        found.setdefault(cls.code, cls)
    return found


def build_rules(classes: Mapping[str, type[RuleT]], stored: Any, *, where: str) -> tuple[RuleT, ...]:
    """Read a list of rules, ``where`` it stands (``conditions``, ``effects``). Raises ``InvalidInput``."""
    if not isinstance(stored, Sequence) or isinstance(stored, str):
        raise InvalidInput(_("Give a list."), field=where)
    return tuple(build_rule(classes, entry, where=f"{where}.{place}") for place, entry in enumerate(stored))


def build_rule(classes: Mapping[str, type[RuleT]], stored: Any, *, where: str = "") -> RuleT:
    """Read one rule of its JSON: ``{"code": ..., "args": {...}}``.

    Raises ``InvalidInput`` whose field names what is wrong, after ``where`` it stands (``effects.0.args.percent``).
    """
    prefix = f"{where}." if where else ""
    cls = class_of(classes, stored, where=where)
    given = stored.get("args", {})
    if not isinstance(given, Mapping):
        raise InvalidInput(_("Give an object with the arguments."), field=f"{prefix}args")
    asked = arguments_of(cls)
    if unknown := sorted(set(map(str, given)) - asked.keys()):
        hint = did_you_mean(unknown[0], asked)
        message = _("%(code)s has no argument %(name)s. %(hint)s")
        raise InvalidInput(message, field=f"{prefix}args.{unknown[0]}", code=cls.code, name=unknown[0], hint=hint)
    values = read_arguments(cls, asked, given, prefix=f"{prefix}args.")
    try:
        return cls(**values)
    except ValueError as exc:
        # What a class refuses itself is about several arguments at once.
        raise InvalidInput(str(exc), field=f"{prefix}args") from exc


def class_of(classes: Mapping[str, type[RuleT]], stored: Any, *, where: str) -> type[RuleT]:
    """Return the class that a stored rule names, or raise ``InvalidInput`` with the nearest known code."""
    if not isinstance(stored, Mapping) or not stored.keys() <= {"code", "args"}:
        raise InvalidInput(_("Give an object with code and args."), field=where or None)
    code = stored.get("code")
    if not isinstance(code, str) or code not in classes:
        field = f"{where}.code" if where else "code"
        hint = did_you_mean(str(code), classes)
        raise InvalidInput(_("The code %(code)s is unknown. %(hint)s"), field=field, code=str(code), hint=hint)
    return classes[code]


def read_arguments(
    cls: type[Rule], asked: Mapping[str, Argument], given: Mapping[str, Any], *, prefix: str
) -> dict[str, Any]:
    """Return the values of the arguments that were given; what is absent or null keeps its default."""
    values = {}
    for name, argument in asked.items():
        value = given.get(name)
        if value is not None:
            values[name] = read_argument(argument, value, field=f"{prefix}{name}")
        if argument.is_required and is_empty(values.get(name)):
            message = _("%(code)s needs %(name)s.")
            raise InvalidInput(message, field=f"{prefix}{name}", code=cls.code, name=name)
    return values


def rule_json(rule: Rule) -> dict[str, Any]:
    """Write a rule as the JSON that ``build_rule`` reads. What is empty, and empty by default, is left out."""
    args = {}
    for found in dataclasses.fields(rule):
        value = getattr(rule, found.name)
        if not (is_empty(value) and value == found.default):
            args[found.name] = write_argument(found.metadata["argument"], value)
    return {"code": rule.code, "args": args}
