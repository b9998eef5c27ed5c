"""How one promotion is applied in one stage: its conditions are asked, then its effects take what they may."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from nexus_commerce.core.rounding import allocate_capped
from nexus_commerce.pricing.totals import Tried
from nexus_commerce.promotions.goods import Goods
from nexus_commerce.promotions.ledger import Ledger
from nexus_commerce.promotions.rules import Condition, Effect, PromotionInput

__all__ = ["Verdict", "apply_promotion", "judge", "tried"]

SCOPES: Final = ("lines", "groups", "cart")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the conditions say together: the goods that match, and which conditions are not met."""

    goods: Goods
    unmet: tuple[Mapping[str, Any], ...] = ()
    missing: Mapping[str, Any] | None = None


def judge(promotion: PromotionInput, goods: Goods) -> Verdict:
    """Ask the conditions, those that narrow first; where all of them narrow to different lines, none of them is met."""
    failed: list[tuple[Mapping[str, Any], Mapping[str, int] | None]] = []
    narrowing = []
    for scope in SCOPES:
        kept = None
        for condition in promotion.conditions:
            if condition.scope != scope:
                continue
            check = condition.check(goods)
            if not check.is_met:
                failed.append((unmet(condition, check.data), check.missing))
            if check.lines is not None:
                kept = check.lines if kept is None else kept & check.lines
                narrowing.append(unmet(condition, check.data))
        if kept is not None:
            goods = goods.narrowed(kept)
    if narrowing and not failed and not goods.matching:
        return Verdict(goods, tuple(narrowing))
    return Verdict(goods, tuple(data for data, _ in failed), failed[0][1] if len(failed) == 1 else None)


def unmet(condition: Condition, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how the explanation names a condition."""
    return {"code": condition.code, "label": condition.label, **data}


def apply_promotion(ledger: Ledger, promotion: PromotionInput, stage: str, *, has_taken: bool) -> Tried:
    """Let a promotion take from the ledger what it takes in a stage; return what came of it there.

    What the promotion itself took in an earlier stage (``has_taken``) does not count against its conditions.
    """
    verdict = judge(promotion, ledger.goods(promotion, with_own=has_taken))
    if verdict.unmet:
        return tried(promotion, reason="conditions_not_met", unmet=verdict.unmet, missing=verdict.missing)
    matching = {line.key for line in verdict.goods.matching} if promotion.conditions else None
    total, is_applied = 0, False
    for effect in promotion.effects:
        if effect.stage != stage:
            continue
        goods = ledger.goods(promotion)
        if matching is not None:
            goods = goods.narrowed(matching)
        if shares := held(effect, goods):
            is_applied = True
            total += ledger.take(promotion, effect, shares)
        for sku, quantity in effect.gifts.items():
            worth = ledger.give(promotion, effect, sku, quantity)
            is_applied = is_applied or worth is not None
            total += worth or 0
    return tried(promotion, amount=total, reason="" if is_applied else "nothing_to_discount")


def held(effect: Effect, goods: Goods) -> Mapping[Hashable, int]:
    """Return what an effect takes, held to what is there, to the price floors and to its cap."""
    asked = effect.take(goods)
    if not asked:
        return asked
    if effect.stage == "shipping":
        rooms = {charge.key: charge.left for charge in goods.shipping}
    else:
        rooms = {line.key: line.left - line.floor for line in goods.lines}
    shares, is_refused = {}, False
    for key, share in asked.items():
        room = rooms.get(key, 0)
        if share > room:
            share, is_refused = room, True
        if share > 0:
            shares[key] = share
    if is_refused and effect.stage == "order":
        shares = spread_refused(asked, rooms)
    if effect.cap is not None and sum(shares.values()) > effect.cap:
        parts = list(shares.values())
        shares = dict(zip(shares, allocate_capped(effect.cap, parts, parts), strict=True))
        shares = {key: share for key, share in shares.items() if share}
    return shares


def spread_refused(asked: Mapping[Hashable, int], rooms: Mapping[Hashable, int]) -> dict[Hashable, int]:
    """Share what is asked of some lines out again, so that what one of them refuses comes off the others."""
    wanted = {key: share for key, share in asked.items() if share > 0 and key in rooms}
    caps = [max(rooms[key], 0) for key in wanted]
    shares = allocate_capped(sum(wanted.values()), list(wanted.values()), caps)
    return {key: share for key, share in zip(wanted, shares, strict=True) if share}


def tried(promotion: PromotionInput, **outcome: Any) -> Tried:
    """Return what came of a promotion."""
    return Tried(promotion.id, promotion.name, promotion.coupon_code, **outcome)
