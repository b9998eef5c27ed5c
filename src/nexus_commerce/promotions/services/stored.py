"""Reading the rules of stored promotions, once for each version."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.promotions.registry import build_rules, condition_classes, effect_classes
from nexus_commerce.promotions.rules import Condition, Effect

__all__ = ["Rules", "read_rules"]

KEPT: Final = 2048
"""How many promotions are kept read in a process."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """The conditions and effects of a promotion, ready to be asked."""

    conditions: tuple[Condition, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """The rules of a promotion as they are stored, told apart by the version of the row and the classes in force.

    The public id stands for the row, because a database may give a primary key again; the time of the last save
    counts beside the version, because a host may save a row without counting.
    """

    public_id: UUID
    version: int
    updated_at: datetime
    classes: tuple[type[Any], ...]
    conditions: Any = field(compare=False)
    effects: Any = field(compare=False)


def read_rules(row: dict[str, Any]) -> Rules | None:
    """Return the rules of a promotion's row; None, with a warning in the log, where they cannot be read any more."""
    return read_stored(
        Stored(
            row["public_id"],
            row["version"],
            row["updated_at"],
            (*nexus_settings.PROMOTION_CONDITIONS, *nexus_settings.PROMOTION_EFFECTS),
            row["conditions"],
            row["effects"],
        )
    )


@lru_cache(maxsize=KEPT)
def read_stored(stored: Stored) -> Rules | None:
    """Read the rules; what a broken promotion says is logged once for each version and process."""
    try:
        conditions = build_rules(condition_classes(), stored.conditions, where="conditions")
        effects = build_rules(effect_classes(), stored.effects, where="effects")
    except InvalidInput as exc:
        logger.warning("Promotion %s is left out, its %s cannot be read: %s", stored.public_id, exc.field, exc)
        return None
    return Rules(conditions, effects)
