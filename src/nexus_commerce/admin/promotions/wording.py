"""What a promotion does, in words: its rules with their arguments, in the active language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from nexus_commerce.admin.formatting import EMPTY, format_money
from nexus_commerce.admin.promotions.argument_fields import shown_value, translated
from nexus_commerce.admin.promotions.code_sources import CODE_SOURCES, RowSource
from nexus_commerce.admin.promotions.rule_forms import KINDS, default_of
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.promotions.registry import build_rule
from nexus_commerce.promotions.rules import Argument, Rule, arguments_of

__all__ = ["words_of_promotion", "words_of_rule", "words_of_rules"]

SHOWN = 3
"""How many codes are named before the rest is counted."""


def words_of_promotion(promotion: Any) -> SafeString | str:
    """Return what a promotion does, and below it when; no statement."""
    effects = words_of_rules("effects", promotion.effects, promotion.currency) or EMPTY
    conditions = words_of_rules("conditions", promotion.conditions, promotion.currency)
    if not conditions:
        return effects
    return format_html('{}<div class="nexus-quiet">{} {}</div>', effects, _("if"), conditions)


def words_of_rules(kind: str, stored: Iterable[Any], currency: str) -> str:
    """Return the conditions or effects of a promotion in words; one that cannot be read is named as such."""
    return "; ".join(words_of_stored(KINDS[kind](), rule, currency) for rule in stored)


def words_of_stored(classes: Mapping[str, type[Rule]], stored: Any, currency: str) -> str:
    try:
        return words_of_rule(build_rule(classes, stored), currency)
    except InvalidInput:
        code = stored.get("code", "") if isinstance(stored, Mapping) else ""
        return _("%(code)s (cannot be read)") % {"code": code}


def words_of_rule(rule: Rule, currency: str) -> str:
    """Return a rule in words: its label, and what is required of it or differs from its defaults."""
    required, others = [], []
    for name, argument in arguments_of(rule).items():
        value = getattr(rule, name)
        default = shown_value(argument, default_of(type(rule), name))
        if value is None or value in ("", ()) or (value == default and argument.kind != "percent"):
            continue
        words = words_of_value(argument, value, currency)
        if argument.is_required:
            required.append(words)
        else:
            speaks = argument.kind in ("flag", "choice")
            others.append(words if speaks else f"{translated(argument.label)} {words}")
    told = ", ".join([*required, *others])
    label = translated(rule.label)
    return f"{label}: {told}" if told else label


def words_of_value(argument: Argument, value: Any, currency: str) -> str:
    """Return the value of an argument as people read it."""
    match argument.kind:
        case "amount":
            return format_money(value, currency) if currency else str(value)
        case "percent":
            return f"{localize(value.normalize() if value else value, use_l10n=True)}\u00a0%"
        case "codes":
            return words_of_codes(argument, value)
        case "choice":
            return translated(dict(argument.choices).get(value, value))
        case "flag":
            return translated(argument.label)
        case "table":
            return words_of_table(argument, value, currency)
        case _:
            return str(value)


def words_of_table(argument: Argument, rows: tuple[tuple[Any, ...], ...], currency: str) -> str:
    """Return the first rows of a table: what each begins with, and what else in it is not zero."""
    columns = list(argument.columns.values())
    told = []
    for row in rows[:SHOWN]:
        first, *rest = (words_of_value(column, cell, currency) for column, cell in zip(columns, row, strict=True))
        said = [words for words, cell in zip(rest, row[1:], strict=True) if cell]
        told.append(f"{first} → {', '.join(said) or 0}")
    return "; ".join(told) + (f"; +{len(rows) - SHOWN}" if len(rows) > SHOWN else "")


def words_of_codes(argument: Argument, codes: tuple[str, ...]) -> str:
    """Return the first codes; ids of rows are counted, for their names would take a statement each."""
    source = CODE_SOURCES.get(argument.of)
    if isinstance(source, RowSource) and source.has_uuid:
        return str(len(codes))
    labels = source.labels(codes) if source is not None and source.is_short else {}
    named = ", ".join(labels.get(code, code) for code in codes[:SHOWN])
    return f"{named} +{len(codes) - SHOWN}" if len(codes) > SHOWN else named
