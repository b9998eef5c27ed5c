"""Why each amount of a cart or an order is what it is: in words for people, and in figures for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, ObjectField, money_json
from nexus_commerce.pricing.totals import Note, Tried
from nexus_commerce.pricing.wording import sentence
from nexus_commerce.promotions.wording import words_of_condition, words_of_refusal

__all__ = ["Explained", "ExplanationSerializer", "explanation_json", "missing_json", "unmet_json"]


class NoteSerializer(serializers.Serializer[Any]):
    """One reason for an amount."""

    code = serializers.CharField(
        help_text="`price`, `rebased`, `discount`, `gift`, `gift_unavailable`, `shipping`, `shipping_not_offered`, "
        "`fee`, `tax`, or one of the shop's own."
    )
    text = serializers.CharField(help_text="The reason, for people.")
    amounts = serializers.DictField(child=MoneyField(), help_text="The figures, by name.")
    data = ObjectField(help_text="What else a program may want to know.")  # type: ignore[assignment]


class ExplainedSerializer(serializers.Serializer[Any]):
    """A line, shipping charge or fee, and why it costs what it does."""

    id = serializers.CharField(help_text="The id of the line; else the code of the shipping method or the fee.")
    name = serializers.CharField()
    total = MoneyField()
    notes = NoteSerializer(many=True, help_text="In the order in which the amount came about.")


class TriedSerializer(serializers.Serializer[Any]):
    """A promotion that was tried, and what came of it."""

    promotion = serializers.CharField(help_text="The id of the promotion.")
    name = serializers.CharField()
    coupon_code = serializers.CharField(help_text="The code that opened it; may be empty.")
    is_applied = serializers.BooleanField()
    amount = MoneyField(help_text="What it took off, on goods and shipping.")
    reason = serializers.CharField(
        help_text="Empty, or why it took nothing off: `conditions_not_met`, `nothing_to_discount`, `excluded`, "
        "`used_up`, `customer_limit`, `budget_exhausted`."
    )
    text = serializers.CharField(help_text="The reason, for people; empty where it applied.")
    unmet = serializers.ListField(child=ObjectField(), help_text="The conditions that are not met, and what was found.")
    missing = ObjectField(allow_null=True, help_text="What is lacking: `amount` (money) or `quantity` (units).")


class ExplanationSerializer(serializers.Serializer[Any]):
    """Why everything costs what it does."""

    currency = serializers.CharField()
    total = MoneyField(help_text="What is to be paid.")
    lines = ExplainedSerializer(many=True)
    shipping = ExplainedSerializer(many=True)
    fees = ExplainedSerializer(many=True)
    order = NoteSerializer(many=True, help_text="What is about no single line or charge.")
    promotions = TriedSerializer(many=True, help_text="Every promotion that was tried, in this order.")


@dataclass(frozen=True, slots=True)
class Explained:
    """Something that has an amount to be explained: ``key`` is what notes call it, ``id`` what the API does."""

    about: str
    key: Any
    id: str
    name: str
    total: int


def explanation_json(
    *, explained: Iterable[Explained], notes: Iterable[Note], tried: Iterable[Tried], total: int, currency: str
) -> dict[str, Any]:
    """Return the explanation; fees of one code are explained together."""
    by_thing: dict[tuple[str, Any], dict[str, Any]] = {}
    sums: dict[tuple[str, Any], int] = {}
    for thing in explained:
        key = (thing.about, thing.key)
        sums[key] = sums.get(key, 0) + thing.total
        by_thing[key] = {"id": thing.id, "name": thing.name, "total": money_json(sums[key], currency), "notes": []}
    rest: list[dict[str, Any]] = []
    for note in notes:
        found = by_thing.get((note.about, note.key))
        (found["notes"] if found else rest).append(note_json(note, currency))
    grouped = {
        name: [entry for (about, _key), entry in by_thing.items() if about == kind]
        for name, kind in (("lines", "line"), ("shipping", "shipping"), ("fees", "fee"))
    }
    return {
        "currency": currency,
        "total": money_json(total, currency),
        **grouped,
        "order": rest,
        "promotions": [tried_json(each, currency) for each in tried],
    }


def note_json(note: Note, currency: str) -> dict[str, Any]:
    """Return a note in words and figures."""
    return {
        "code": note.code,
        "text": sentence(note.code, note.amounts, note.data, currency=currency),
        "amounts": {name: money_json(amount, currency) for name, amount in note.amounts.items()},
        "data": dict(note.data),
    }


def tried_json(tried: Tried, currency: str) -> dict[str, Any]:
    """Return what came of a promotion."""
    return {
        "promotion": tried.promotion,
        "name": tried.name,
        "coupon_code": tried.coupon_code,
        "is_applied": not tried.reason,
        "amount": money_json(tried.amount, currency),
        "reason": tried.reason,
        "text": words_of_refusal(tried, currency=currency),
        "unmet": [unmet_json(unmet, currency) for unmet in tried.unmet],
        "missing": missing_json(tried.missing, currency) if tried.missing else None,
    }


def unmet_json(unmet: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return a condition that is not met; bounds of a value are money, as the value is."""
    found = {**unmet, "label": words_of_condition(unmet)}
    if isinstance(unmet.get("value"), int):
        amounts = {name: unmet[name] for name in ("value", "at_least", "at_most") if name in unmet}
        found |= {name: money_json(amount, currency) for name, amount in amounts.items()}
    return found


def missing_json(missing: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return what is lacking, an amount as money."""
    is_minor = isinstance(missing.get("amount"), int)
    return {**missing, "amount": money_json(missing["amount"], currency)} if is_minor else dict(missing)
