"""System checks E200 to E210: the dict ``NEXUS_COMMERCE``, and what the library needs of the project's settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from nexus_commerce.conf import SETTINGS, BadSetting, Kind, Setting, nexus_settings
from nexus_commerce.conf.kinds import did_you_mean
from nexus_commerce.conf.rates import rates_in_force

__all__ = ["check_settings", "check_time_zone", "setting_problems"]


def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report every value of ``NEXUS_COMMERCE`` that cannot be used."""
    try:
        written = nexus_settings.given
    except BadSetting as exc:
        return [_error(exc)]
    found: list[CheckMessage] = [
        Error(
            f"NEXUS_COMMERCE has the unknown key {name!r}.",
            did_you_mean(name, SETTINGS),
            id="nexus_commerce.E201",
        )
        for name in map(str, written)
        if name not in SETTINGS
    ]
    found += rate_problems()
    for name, setting in SETTINGS.items():
        if name in written and setting.kind is not Kind.MODELS:  # E100 and on judge the model map
            found += [_error(problem) for problem in setting_problems(setting)]
    return found


def rate_problems() -> Iterator[CheckMessage]:
    """Yield what is wrong with ``THROTTLE_RATES``."""
    try:
        rates_in_force(nexus_settings.THROTTLE_RATES)
    except BadSetting as exc:
        if exc.id.endswith("E229"):  # that it is no dict at all is E204
            yield _error(exc)


def setting_problems(setting: Setting) -> Iterator[BadSetting]:
    """Yield what is wrong with one setting, every class of the API map included."""
    try:
        value = getattr(nexus_settings, setting.name)
    except BadSetting as exc:
        yield exc
        return
    if setting.kind is Kind.API:
        for key in nexus_settings.raw(setting.name):
            try:
                value[key]
            except BadSetting as exc:
                yield exc


def check_time_zone(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report a project without time zones: every business time of the library is aware UTC."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            "nexus_commerce needs USE_TZ = True.",
            "Set USE_TZ = True in the settings.",
            id="nexus_commerce.E207",
        )
    ]


def _error(problem: BadSetting) -> Error:
    return Error(problem.message, problem.hint, id=problem.id)
