"""Which units of a guest's cart go into a customer's."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from nexus_commerce.cart.errors import CartLimitReached, InvalidQuantity
from nexus_commerce.cart.models import CartLine
from nexus_commerce.cart.policies import CartPolicy
from nexus_commerce.cart.services.inputs import LoadedCart
from nexus_commerce.cart.services.offers import Offer
from nexus_commerce.conf import nexus_settings

__all__ = ["MergeWarning", "take_lines"]


@dataclass(frozen=True, slots=True)
class MergeWarning:
    """A line of a guest's cart of which not all units, or none, are in the customer's cart.

    ``code`` is that of the error that adding them would have raised: ``insufficient_stock``, ``invalid_quantity``,
    ``cart_limit_reached`` or ``not_for_sale``. ``line`` is the line of the customer's cart, or the guest's where it was
    left out (``quantity`` 0); ``wanted`` is what the cart policy asked for.
    """

    code: str
    line: UUID
    variant: UUID
    sku: str
    wanted: int
    quantity: int


def take_lines(loaded: LoadedCart, theirs: LoadedCart) -> tuple[MergeWarning, ...]:
    """Put the lines of a loaded guest's cart into a loaded customer's cart, and return the warnings; save nothing."""
    policy = nexus_settings.CART_POLICY()
    own = {(line.variant_id, line.personalization_hash): line for line in loaded.lines}
    found = []
    for line, offer in zip(theirs.lines, theirs.offers, strict=True):
        row = own.get((line.variant_id, line.personalization_hash))
        warning = take_line(policy, loaded, row, line, offer)
        if warning is not None:
            found.append(warning)
    return tuple(found)


def take_line(
    policy: CartPolicy, loaded: LoadedCart, row: CartLine | None, line: CartLine, offer: Offer
) -> MergeWarning | None:
    """Put a guest's ``line`` onto ``row``, or move it into the cart; return the warning where not all of it went."""
    own = row.quantity if row is not None else 0
    wanted = max(own, policy.merged_quantity(variant=offer.variant, own=own, guest=line.quantity))
    others = [known for known in loaded.lines if known is not row]
    quantity, code = capped(policy, others, offer, wanted)
    target = line if row is None else row
    target.quantity = max(own, quantity)
    if target.quantity > own and (refused := refusal_of(policy, others, target)):
        target.quantity, code = own, refused
    if row is None and target.quantity:
        line.cart = loaded.cart
        loaded.lines.append(line)
        loaded.offers.append(offer)
    if target.quantity == wanted:
        return None
    return MergeWarning(
        code=code,
        line=target.public_id,
        variant=offer.variant.public_id,
        sku=offer.variant.sku,
        wanted=wanted,
        quantity=target.quantity,
    )


def capped(policy: CartPolicy, others: list[CartLine], offer: Offer, wanted: int) -> tuple[int, str]:
    """Return how many units can stand on a line beside ``others``, and the code of what is in the way of more."""
    if not offer.is_listed:
        return 0, "not_for_sale"
    quantity, code = wanted, "invalid_quantity"
    if offer.available is not None:
        # Lines of one variant share its stock.
        left = offer.available - sum(line.quantity for line in others if line.variant_id == offer.variant.pk)
        if left < quantity:
            quantity, code = max(0, left), "insufficient_stock"
    room = policy.units_left(lines=others)
    if room is not None and room < quantity:
        quantity, code = room, "cart_limit_reached"
    return policy.fitting_quantity(variant=offer.variant, quantity=quantity) if quantity else 0, code


def refusal_of(policy: CartPolicy, others: list[CartLine], line: CartLine) -> str:
    """Return the code by which the policy refuses the line as it is now; empty where it takes it.

    Capping asked for the limits; only the checks say whether more is forbidden.
    """
    try:
        policy.check_quantity(variant=line.variant, quantity=line.quantity)
        policy.check_lines(lines=[*others, line])
    except (InvalidQuantity, CartLimitReached) as exc:
        return exc.code
    return ""
