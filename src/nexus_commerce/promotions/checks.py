"""System checks of the conditions and effects of promotions: E211, E212."""

from __future__ import annotations

import dataclasses
import inspect
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error

from nexus_commerce.conf import BadSetting, nexus_settings
from nexus_commerce.promotions.conditions import CONDITIONS
from nexus_commerce.promotions.effects import EFFECTS
from nexus_commerce.promotions.rules import Argument, Rule

__all__ = ["check_rules"]


def check_rules(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report conditions and effects with the same code, and those that cannot be stored or asked for."""
    try:
        kinds = {
            "PROMOTION_CONDITIONS": (*CONDITIONS, *nexus_settings.PROMOTION_CONDITIONS),
            "PROMOTION_EFFECTS": (*EFFECTS, *nexus_settings.PROMOTION_EFFECTS),
        }
    except BadSetting:
        return []  # the checks of the settings report it
    return [problem for setting, classes in kinds.items() for problem in problems_of(setting, classes)]


def problems_of(setting: str, classes: Sequence[type[Rule]]) -> Iterator[Error]:
    """Yield what is wrong with the classes of one setting, the library's among them."""
    unusable = {cls: problem for cls in classes if (problem := problem_of(cls))}
    for cls, problem in unusable.items():
        yield Error(
            f"NEXUS_COMMERCE[{setting!r}] names {cls.__module__}.{cls.__qualname__}, which {problem}.",
            "See nexus_commerce.promotions.rules: a code, a label, and fields made by its functions.",
            obj=cls,
            id="nexus_commerce.E212",
        )
    times = Counter(cls.code for cls in classes if cls not in unusable)
    for code in (code for code, number in times.items() if number > 1):
        names = ", ".join(f"{cls.__module__}.{cls.__qualname__}" for cls in classes if getattr(cls, "code", "") == code)
        yield Error(
            f"NEXUS_COMMERCE[{setting!r}]: several classes have the code {code!r}: {names}.",
            "Give each a code of its own; stored promotions name it.",
            id="nexus_commerce.E211",
        )


def problem_of(cls: type[Rule]) -> str:
    """Return why a class cannot be used, or the empty string."""
    if inspect.isabstract(cls):
        return f"does not implement {', '.join(sorted(cls.__abstractmethods__))}"
    for name in ("code", "label"):
        if not getattr(cls, name, "") or not isinstance(getattr(cls, name), str):
            return f"has no {name}"
    for field in dataclasses.fields(cls):
        if not isinstance(field.metadata.get("argument"), Argument):
            return f"has the field {field.name!r}, which is no argument"
    return ""
