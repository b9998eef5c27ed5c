"""A rule of every registered class with all of its arguments, none of them the default."""

from decimal import Decimal
from typing import Any

from nexus_commerce.catalog.models import Category, Collection, Physical, Variant
from nexus_commerce.promotions.rules import Argument, Rule, arguments_of

CODES = {
    "customer_group": ["club"],
    "channel": ["late"],
    "shipping_method": ["post", "collect"],
    "country": ["DE", "CH"],
    "currency": ["EUR"],
    "weekday": ["monday", "sunday"],
    "product_type": ["nexus_catalog.physical"],
    "attribute": ["red", "green, or so"],
}
TEXTS = {"from_time": "22:30", "until_time": "02:00"}
TOGETHER = {"units": {"amount"}}
"""Arguments that a class does not take together with others."""


def named(of: str) -> list[str]:
    """Return codes that name something."""
    models: dict[str, Any] = {"product": Physical, "variant": Variant, "category": Category, "collection": Collection}
    if of in models:
        return [str(public_id) for public_id in models[of].objects.values_list("public_id", flat=True)[:2]]
    return CODES[of]


def value_for(name: str, argument: Argument, number: int) -> Any:
    """Return a value of an argument that is not its default."""
    match argument.kind:
        case "amount":
            return 1250 + number
        case "count":
            return int(argument.least or 0) + 3 + number
        case "percent":
            return Decimal("12.5") + number
        case "codes":
            return tuple(named(argument.of))
        case "choice":
            return argument.choices[-1][0]
        case "flag":
            return True
        case "table":
            cells = enumerate(argument.columns.items())
            return tuple(tuple(value_for(key, column, place + row) for place, (key, column) in cells) for row in (0,))
        case _:
            return TEXTS.get(name, "abc")


def filled(cls: type[Rule]) -> Rule:
    """Return a rule of a class with all of its arguments."""
    left_out = TOGETHER.get(cls.code, set())
    asked = arguments_of(cls)
    return cls(
        **{
            name: value_for(name, argument, number)
            for number, (name, argument) in enumerate(asked.items())
            if name not in left_out
        }
    )
