"""What an order was computed from, as JSON, so that it can be computed again from itself alone.

Lines are known by their positions, from 1. Of the promotions only those that applied are kept: the others change
nothing.
"""

import dataclasses
from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from nexus_commerce.pricing.inputs import (
    CartFacts,
    CartInput,
    FeeInput,
    LineFacts,
    LineInput,
    Quote,
    Rounding,
    ShippingInput,
    Taxed,
)
from nexus_commerce.pricing.totals import Totals
from nexus_commerce.promotions.registry import build_rule, condition_classes, effect_classes, rule_json
from nexus_commerce.promotions.rules import PromotionInput
from nexus_commerce.shipping.rates import RateRule, rule_from_json
from nexus_commerce.shipping.rates import rule_json as shipping_rule_json
from nexus_commerce.tax.external import taxation_from as kept_taxation

__all__ = ["input_from_json", "input_json"]


def input_json(cart: CartInput, totals: Totals) -> dict[str, Any]:
    """Return the input of the engine as JSON, without what made no difference to the totals."""
    applied = {tried.promotion for tried in totals.tried if not tried.reason}
    positions: dict[Hashable, int] = {line.key: place for place, line in enumerate(cart.lines, start=1)}
    given = {line.key[2] for line in totals.lines if isinstance(line.key, tuple)}
    charges: list[Taxed] = [*cart.lines, *cart.shipping, *cart.fees, *cart.gifts.values()]
    classes = {charge.tax_class for charge in charges} | {""}
    data = compact(replace(cart, lines=(), promotions=(), shipping=(), fees=(), gifts={}, taxes={}, included={}))
    return data | {
        "lines": [compact(replace(line, key=positions[line.key])) for line in cart.lines],
        "taxes": {code: compact(cart.taxes[code]) for code in sorted(classes) if code in cart.taxes},
        "included": {code: compact(cart.included[code]) for code in sorted(classes) if code in cart.included},
        "promotions": [promotion_json(each) for each in cart.promotions if each.id in applied],
        "shipping": [shipping_json(each) for each in cart.shipping],
        "fees": [compact(replace(fee, line=positions.get(fee.line))) for fee in cart.fees],
        "gifts": {sku: compact(replace(gift, key=sku)) for sku, gift in cart.gifts.items() if sku in given},
    }


def promotion_json(promotion: PromotionInput) -> dict[str, Any]:
    """Return a promotion with its rules as they are stored."""
    return compact(replace(promotion, conditions=(), effects=(), budget_left=None)) | {
        "conditions": [rule_json(rule) for rule in promotion.conditions],
        "effects": [rule_json(rule) for rule in promotion.effects],
    }


def shipping_json(shipping: ShippingInput) -> dict[str, Any]:
    """Return a chosen method with its rule."""
    return {
        "method": shipping.method,
        "name": shipping.name,
        "tax_class": shipping.tax_class,
        "rule": shipping_rule_json(cast("RateRule", shipping.rule)),
        "taxation": plain(shipping.taxation),
    }


def compact(row: Any) -> dict[str, Any]:
    """Return a dataclass as JSON, without the fields that have their default value."""
    found = {}
    for each in dataclasses.fields(row):
        value = getattr(row, each.name)
        default = each.default_factory() if callable(each.default_factory) else each.default
        if value != default:
            found[each.name] = plain(value)
    return found


def plain(value: Any) -> Any:
    """Return a value as JSON."""
    if dataclasses.is_dataclass(value):
        return compact(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def input_from_json(data: Mapping[str, Any]) -> CartInput:
    """Return the input of the engine that ``input_json`` wrote.

    Raises ``InvalidInput`` where the host has taken away a condition or effect that the order was made with.
    """
    known = dict(data)
    known |= {
        "now": datetime.fromisoformat(data["now"]),
        "rounding": Rounding(**data.get("rounding", {})),
        "facts": cart_facts_from(data.get("facts", {})),
        "lines": [line_from(line) for line in data["lines"]],
        "taxes": {code: taxation_from(found) for code, found in data["taxes"].items()},
        "included": {code: taxation_from(found) for code, found in data["included"].items()},
        "promotions": [promotion_from(each) for each in data["promotions"]],
        "shipping": [shipping_from(each) for each in data["shipping"]],
        "fees": [FeeInput(**{**fee, "taxation": taxation_from(fee.get("taxation"))}) for fee in data["fees"]],
        "gifts": {sku: line_from(gift) for sku, gift in data["gifts"].items()},
    }
    return CartInput(**known)


def cart_facts_from(data: Mapping[str, Any]) -> CartFacts:
    return CartFacts(**{**data, "customer_groups": frozenset(data.get("customer_groups", ()))})


def line_from(data: Mapping[str, Any]) -> LineInput:
    facts: dict[str, Any] = {
        name: frozenset(value) if name in ("categories", "collections") else value
        for name, value in data.get("facts", {}).items()
    }
    own = {
        "quote": Quote(**data["quote"]),
        "facts": LineFacts(**facts),
        "taxation": taxation_from(data.get("taxation")),
    }
    return LineInput(**{**data, **own})


def taxation_from(data: Mapping[str, Any] | None) -> Any:
    return None if data is None else kept_taxation({"rates": (), "reason": "", "amounts": None, **data})


def promotion_from(data: Mapping[str, Any]) -> PromotionInput:
    conditions, effects = condition_classes(), effect_classes()
    rules = {
        "conditions": tuple(build_rule(conditions, rule) for rule in data["conditions"]),
        "effects": tuple(build_rule(effects, rule) for rule in data["effects"]),
    }
    return PromotionInput(**{**data, **rules})


def shipping_from(data: Mapping[str, Any]) -> ShippingInput:
    return ShippingInput(
        method=data["method"],
        name=data["name"],
        rule=rule_from_json(data["rule"]),
        tax_class=data["tax_class"],
        taxation=taxation_from(data["taxation"]),
    )
