"""Which promotions may apply to a cart, and what came of each so far."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from nexus_commerce.pricing.charging import charge_method
from nexus_commerce.pricing.inputs import CartInput
from nexus_commerce.pricing.totals import Totals, Tried
from nexus_commerce.promotions.applying import apply_promotion, tried
from nexus_commerce.promotions.ledger import Ledger
from nexus_commerce.promotions.rules import PromotionInput

__all__ = ["Plan", "make_plan", "run_stage"]

STAGES = ("lines", "order", "shipping")


@dataclass(frozen=True, slots=True)
class Plan:
    """All promotions in the order in which they are tried, the ``chosen`` ones among them, and what came of each."""

    promotions: tuple[PromotionInput, ...] = ()
    chosen: tuple[PromotionInput, ...] = ()
    outcomes: Mapping[str, Tried] = field(default_factory=dict)

    @property
    def tried(self) -> tuple[Tried, ...]:
        """What came of each promotion, in order."""
        return tuple(self.outcomes[promotion.id] for promotion in self.promotions)


def make_plan(cart: CartInput, totals: Totals) -> Plan:
    """Choose on the cart before any discount. Higher priority first, ties by the lower rank.

    If the first promotion that takes something is exclusive, it stays alone; a later exclusive one gives way to those
    before it. After one that stops others nothing else applies, and of a group only the member that takes most. What
    is exclusive, stops others or belongs to a group must take something on the cart as it is before any discount.
    """
    promotions = tuple(sorted(cart.promotions, key=lambda promotion: (-promotion.priority, promotion.rank)))
    outcomes = {
        promotion.id: tried(promotion, reason=promotion.refusal or "nothing_to_discount") for promotion in promotions
    }
    chosen = [promotion for promotion in promotions if not promotion.refusal]
    if any(promotion.is_exclusive or promotion.stops_others or promotion.group for promotion in chosen):
        chosen = Contest(cart, totals, chosen).settle(outcomes)
    return Plan(promotions, tuple(within_budget(cart, totals, chosen, outcomes)), outcomes)


def run_stage(
    cart: CartInput, totals: Totals, chosen: Sequence[PromotionInput], outcomes: Mapping[str, Tried], stage: str
) -> tuple[Totals, Mapping[str, Tried]]:
    """Apply what promotions do in a stage, each on what those before it left; return the totals and what came of it."""
    chosen = [promotion for promotion in chosen if any(effect.stage == stage for effect in promotion.effects)]
    if not chosen:
        return totals, outcomes
    outcomes = dict(outcomes)
    ledger = Ledger(cart, totals)
    for promotion in chosen:
        before = outcomes[promotion.id]
        has_taken = not before.reason
        undo = ledger.written() if promotion.budget_left is not None else totals
        outcome = apply_promotion(ledger, promotion, stage, has_taken=has_taken)
        if promotion.budget_left is not None and before.amount + outcome.amount > promotion.budget_left:
            ledger = Ledger(cart, undo)
            outcome = tried(promotion, reason="budget_exhausted")
        if not outcome.reason:
            outcomes[promotion.id] = replace(outcome, amount=before.amount + outcome.amount)
        elif not has_taken:
            outcomes[promotion.id] = outcome
    return ledger.written(), outcomes


def rehearse(cart: CartInput, totals: Totals, promotions: Sequence[PromotionInput]) -> Mapping[str, Tried]:
    """Return what would come of promotions if they were applied together, shipping included."""
    outcomes: Mapping[str, Tried] = {
        promotion.id: tried(promotion, reason="nothing_to_discount") for promotion in promotions
    }
    for stage in STAGES:
        if stage == "shipping":
            totals = with_shipping(cart, totals)
        totals, outcomes = run_stage(cart, totals, promotions, outcomes, stage)
    return outcomes


def with_shipping(cart: CartInput, totals: Totals) -> Totals:
    """Return the totals with what shipping is likely to cost, where it is not charged yet."""
    if totals.shipping or not cart.sent_quantity:
        return totals
    charged = []
    for method in cart.shipping:
        with suppress(ValueError):  # The method is not offered for these goods.
            charged.append(charge_method(cart, totals, method))
    return replace(totals, shipping=tuple(charged))


class Contest:
    """Promotions that do not all go together."""

    def __init__(self, cart: CartInput, totals: Totals, promotions: Sequence[PromotionInput]) -> None:
        self.cart = cart
        self.totals = totals
        self.promotions = promotions
        self.trials: dict[str, Tried] = {}

    def trial(self, promotion: PromotionInput) -> Tried:
        """Return what would come of a promotion alone."""
        if promotion.id not in self.trials:
            self.trials[promotion.id] = rehearse(self.cart, self.totals, [promotion])[promotion.id]
        return self.trials[promotion.id]

    def settle(self, outcomes: dict[str, Tried]) -> list[PromotionInput]:
        """Return those that stay; the outcomes say why the others do not."""
        kept = []
        for promotion in self.promotions:
            is_plain = not (promotion.is_exclusive or promotion.stops_others or promotion.group)
            if is_plain or not self.trial(promotion).reason:
                kept.append(promotion)
            else:
                outcomes[promotion.id] = self.trial(promotion)
        for winner_of in (self.exclusive_winner, self.stopping_winner, self.group_winner):
            winners = {promotion.id: winner_of(promotion, kept) for promotion in kept}
            for promotion in kept:
                if (winner := winners[promotion.id]) is not None:
                    outcomes[promotion.id] = tried(promotion, reason="excluded", data={"by": winner.name})
            kept = [promotion for promotion in kept if winners[promotion.id] is None]
        return kept

    def exclusive_winner(self, promotion: PromotionInput, kept: list[PromotionInput]) -> PromotionInput | None:
        """Return what excludes a promotion because one of the two is exclusive."""
        if not any(other.is_exclusive for other in kept):
            return None
        first = next(other for other in kept if not self.trial(other).reason)
        return first if first is not promotion and (first.is_exclusive or promotion.is_exclusive) else None

    def stopping_winner(self, promotion: PromotionInput, kept: list[PromotionInput]) -> PromotionInput | None:
        """Return what goes before a promotion and stops it."""
        stopping = next((other for other in kept if other.stops_others or other is promotion), promotion)
        return None if stopping is promotion else stopping

    def group_winner(self, promotion: PromotionInput, kept: list[PromotionInput]) -> PromotionInput | None:
        """Return the better one of a promotion's group."""
        if not promotion.group:
            return None
        members = [other for other in kept if other.group == promotion.group]
        best = max(members, key=lambda member: self.trial(member).amount)
        return None if best is promotion else best


def within_budget(
    cart: CartInput, totals: Totals, chosen: Sequence[PromotionInput], outcomes: dict[str, Tried]
) -> list[PromotionInput]:
    """Leave out promotions of several stages whose budget would not do for all of them.

    A promotion of one stage is held to its budget when it applies.
    """
    kept = list(chosen)
    while watched := [promotion for promotion in kept if has_budget_over_stages(promotion)]:
        free = [replace(promotion, budget_left=None) if promotion in watched else promotion for promotion in kept]
        amounts = {key: outcome.amount for key, outcome in rehearse(cart, totals, free).items()}
        over = next((one for one in watched if amounts[one.id] > (one.budget_left or 0)), None)
        if over is None:
            break
        outcomes[over.id] = tried(over, reason="budget_exhausted")
        kept.remove(over)
    return kept


def has_budget_over_stages(promotion: PromotionInput) -> bool:
    """Tell whether a budget is shared by effects of several stages."""
    return promotion.budget_left is not None and len({effect.stage for effect in promotion.effects}) > 1
