"""The arithmetic of tax on one amount. Exact integers; what is rounded is the tax (or the net amount), by policy."""

from collections.abc import Sequence

from nexus_commerce.core.rounding import allocate, divide
from nexus_commerce.pricing.inputs import (
    NO_TAX,
    RATE_UNIT,
    CartInput,
    FeeInput,
    Rounding,
    ShippingInput,
    Taxation,
    Taxed,
)
from nexus_commerce.pricing.totals import Charged

__all__ = ["in_basis", "portions_of", "rebase", "rebase_charge", "rebase_taxed", "tax_of"]


def tax_of(amount: int, taxation: Taxation, *, includes_tax: bool, rounding: Rounding, quantity: int = 1) -> int:
    """Return the tax in (``includes_tax``) or upon ``amount``, which is that of ``quantity`` units.

    At the unit level the amount is first split evenly over its units, of which at most two differ; the other levels
    round once.
    """
    if not taxation.millionths:
        return 0
    if rounding.level != "unit" or quantity == 1:
        return _tax_once(amount, taxation.millionths, includes_tax, rounding)
    base, larger = divmod(amount, quantity)
    small = _tax_once(base, taxation.millionths, includes_tax, rounding)
    large = _tax_once(base + 1, taxation.millionths, includes_tax, rounding) if larger else 0
    return larger * large + (quantity - larger) * small


def _tax_once(amount: int, millionths: int, includes_tax: bool, rounding: Rounding) -> int:
    if not includes_tax:
        return divide(amount * millionths, RATE_UNIT, rounding.mode)
    if rounding.target == "net":
        return amount - divide(amount * RATE_UNIT, RATE_UNIT + millionths, rounding.mode)
    return divide(amount * millionths, RATE_UNIT + millionths, rounding.mode)


def in_basis(
    amount: int, taxation: Taxation, *, from_gross: bool, to_gross: bool, rounding: Rounding, quantity: int = 1
) -> int:
    """Return an amount that is with tax (``from_gross``) or without it as it is in the other basis, or the same one."""
    if from_gross == to_gross:
        return amount
    tax = tax_of(amount, taxation, includes_tax=from_gross, rounding=rounding, quantity=quantity)
    return amount - tax if from_gross else amount + tax


def rebase(amount: int, cart: CartInput, *, home: Taxation, there: Taxation, quantity: int = 1) -> int:
    """Return a price that includes the tax at home as it is where the goods go.

    It stays what it is where the gross price is kept. Where the net one is, and always for a buyer who owes no tax
    (``reverse_charge``, ``exempt``), the tax at home is taken out and the other one put on.
    """
    if not cart.prices_include_tax or home.millionths == there.millionths:
        return amount
    if cart.keeps == "gross" and there.reason not in ("reverse_charge", "exempt"):
        return amount
    net = in_basis(amount, home, from_gross=True, to_gross=False, rounding=cart.rounding, quantity=quantity)
    return in_basis(net, there, from_gross=False, to_gross=True, rounding=cart.rounding, quantity=quantity)


def rebase_taxed(amount: int, cart: CartInput, taxed: Taxed, *, quantity: int = 1) -> int:
    """Return an amount of a whole line, or of a charge with a tax class of its own, as it is where the goods go."""
    home = cart.included.get(taxed.tax_class, NO_TAX)
    return rebase(amount, cart, home=home, there=cart.taxation_of(taxed), quantity=quantity)


def rebase_charge(amount: int, cart: CartInput, charge: ShippingInput | FeeInput, lines: Sequence[Charged]) -> int:
    """Return a shipping charge or fee, at the prices of home, as it is where the goods go."""
    if not cart.prices_include_tax or cart.taxes == cart.included:
        return amount
    if charge.taxation or charge.tax_class or not lines:
        return rebase_taxed(amount, cart, charge)
    weights: dict[str, int] = {}
    for line in lines:
        weights[line.tax_class] = weights.get(line.tax_class, 0) + line.subtotal
    return sum(
        rebase(part, cart, home=cart.included.get(code, NO_TAX), there=cart.taxes.get(code, NO_TAX))
        for code, part in zip(weights, allocate(amount, list(weights.values())), strict=True)
    )


def portions_of(amount: int, goods: Sequence[tuple[Taxation, Charged]]) -> list[tuple[Taxation, int]]:
    """Split a charge without a tax class over the ways that the goods are taxed, in proportion to what they cost.

    Without goods it is not taxed. Where all goods are free their list prices are the proportion.
    """
    weights: dict[Taxation, int] = {}
    is_free = not any(charged.total for _, charged in goods)
    for taxation, charged in goods:
        weight = charged.subtotal if is_free else charged.total
        plain = Taxation(taxation.rates, taxation.reason)
        weights[plain] = weights.get(plain, 0) + weight
    if not weights:
        return [(NO_TAX, amount)]
    shares = allocate(amount, list(weights.values()))
    return [(taxation, share) for taxation, share in zip(weights, shares, strict=True) if share or len(weights) == 1]
