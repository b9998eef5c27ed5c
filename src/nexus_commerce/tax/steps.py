"""The steps of the pipeline that belong to tax. Pure: what is taxed how came with the cart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from nexus_commerce.core.rounding import allocate
from nexus_commerce.pricing.inputs import CartInput, Rounding, Taxation, TaxRate
from nexus_commerce.pricing.taxing import in_basis, portions_of, rebase_taxed, tax_of
from nexus_commerce.pricing.totals import Charged, Note, TaxAmount, Totals

__all__ = ["add_tax", "rebase_prices"]

UNTAXED = TaxRate("", 0)


def rebase_prices(cart: CartInput, totals: Totals) -> Totals:
    """Take prices that include the tax at home to where the goods go, as the tax policy keeps net or gross.

    Computed from the price itself each time, so an address that comes back brings the same amount back.
    """
    if not cart.prices_include_tax or cart.taxes == cart.included:
        return totals
    lines, notes = [], []
    for line in totals.lines:
        subtotal = rebase_taxed(line.subtotal, cart, line, quantity=line.quantity)
        if subtotal != line.subtotal:
            amounts = {"before": line.subtotal, "subtotal": subtotal}
            notes.append(Note("rebased", "line", line.key, amounts, {"keeps": "net"}))
            line = line.with_values(subtotal=subtotal)
        lines.append(line)
    return replace(totals, lines=tuple(lines), explanation=(*totals.explanation, *notes))


def add_tax(cart: CartInput, totals: Totals) -> Totals:
    """Tax every line, shipping charge and fee, each by its class or in proportion to the goods.

    Rounded on each unit, each line, or once for each set of rates on the whole cart and then allocated, as
    ``cart.rounding`` says.
    """
    accounts = list(open_accounts(cart, totals))
    portions = [portion for account in accounts for portion in account.portions]
    if cart.rounding.level == "total":
        tax_together(portions, cart.rounding)
    else:
        for portion in portions:
            portion.tax_alone(cart.rounding)
    taxed = {id(account.charge): account.close(cart) for account in accounts}
    notes = [note for account in accounts for note in account.notes(cart)]
    return replace(
        totals,
        lines=tuple(taxed[id(line)] for line in totals.lines),  # type: ignore[misc]
        shipping=tuple(taxed[id(charge)] for charge in totals.shipping),  # type: ignore[misc]
        fees=tuple(taxed[id(fee)] for fee in totals.fees),  # type: ignore[misc]
        explanation=(*totals.explanation, *notes),
    )


@dataclass(slots=True)
class Portion:
    """A part of a charge that is taxed one way: ``amount`` in the price basis, of ``quantity`` units.

    ``is_fixed`` where the tax is known already; ``rounding`` is what a summed tax moved the amount by.
    """

    taxation: Taxation
    amount: int
    includes_tax: bool
    quantity: int = 1
    is_fixed: bool = False
    tax: int = 0
    rounding: int = 0

    @property
    def net(self) -> int:
        return self.amount + self.rounding - self.tax if self.includes_tax else self.amount

    def tax_alone(self, rounding: Rounding) -> None:
        """Tax the portion by itself."""
        if not self.is_fixed:
            self.tax = tax_of(
                self.amount,
                self.taxation,
                includes_tax=self.includes_tax,
                rounding=rounding,
                quantity=self.quantity,
            )

    def amounts(self) -> Iterator[TaxAmount]:
        """Yield the tax of each rate, in sum the portion's."""
        rates = self.taxation.rates
        if not rates:
            if self.taxation.reason:
                yield TaxAmount(UNTAXED, self.net, 0, self.taxation.reason)
            return
        shares: Sequence[int] = (self.tax,)
        if self.taxation.amounts is not None:
            shares = self.taxation.amounts
        elif len(rates) > 1:
            shares = allocate(self.tax, [rate.millionths for rate in rates])
        for rate, share in zip(rates, shares, strict=True):
            yield TaxAmount(rate, self.net, share)


@lru_cache(maxsize=256)
def described(taxation: Taxation, level: str, is_included: bool) -> dict[str, object]:
    """Return how something is taxed as the explanation shows it; one dict for all notes that say the same."""
    rates = [
        {"name": rate.name, "percent": f"{rate.percent.normalize():f}", "zone": rate.zone} for rate in taxation.rates
    ]
    return {"rates": rates, "reason": taxation.reason, "level": level, "is_included": is_included}


@dataclass(slots=True)
class Account:
    """A line, shipping charge or fee with the portions that it is taxed in."""

    charge: Charged
    about: str
    portions: list[Portion] = field(default_factory=list)

    def close(self, cart: CartInput) -> Charged:
        """Return the charge with its taxes."""
        taxes = tuple(amount for portion in self.portions for amount in portion.amounts())
        return self.charge.with_values(
            taxes=taxes,
            tax_total=sum(portion.tax for portion in self.portions),
            rounding=sum(portion.rounding for portion in self.portions),
        )

    def notes(self, cart: CartInput) -> Iterator[Note]:
        """Yield how each portion was taxed."""
        for portion in self.portions:
            if portion.taxation.rates or portion.taxation.reason:
                data = described(portion.taxation, cart.rounding.level, portion.includes_tax)
                amounts = {"net": portion.net, "tax": portion.tax, "rounding": portion.rounding}
                yield Note("tax", self.about, self.charge.key, amounts, data)  # type: ignore[arg-type]


def open_accounts(cart: CartInput, totals: Totals) -> Iterator[Account]:
    """Yield an account for each charge, with its portions."""
    goods = [(cart.taxation_of(line), line) for line in totals.lines]
    for taxation, line in goods:
        yield Account(line, "line", [whole_portion(cart, line, taxation)])
    for shipping in totals.shipping:
        yield Account(shipping, "shipping", portions_in(cart, shipping, goods))
    for fee in totals.fees:
        own = [entry for entry in goods if fee.line is not None and entry[1].key == fee.line]
        yield Account(fee, "fee", portions_in(cart, fee, own or goods))


def whole_portion(cart: CartInput, charge: Charged, taxation: Taxation) -> Portion:
    """Return the one portion of a charge that is taxed one way."""
    portion = Portion(taxation, charge.total, charge.includes_tax, charge.quantity)
    if charge.other is not None:
        portion.is_fixed, portion.tax = True, abs(charge.other - charge.total)
    elif taxation.amounts is not None:
        portion.is_fixed, portion.tax = True, sum(taxation.amounts)
    return portion


def portions_in(cart: CartInput, charge: Charged, goods: Sequence[tuple[Taxation, Charged]]) -> list[Portion]:
    """Return the portions of a shipping charge or fee: one by its class, else in proportion to the goods."""
    if charge.taxation or charge.tax_class:
        return [whole_portion(cart, charge, cart.taxation_of(charge))]
    return [Portion(taxation, amount, charge.includes_tax) for taxation, amount in portions_of(charge.total, goods)]


def tax_together(portions: Sequence[Portion], rounding: Rounding) -> None:
    """Tax all portions of the same rates once, and share the tax out among them."""
    groups: dict[tuple[TaxRate, ...], list[Portion]] = {}
    for portion in portions:
        if not portion.is_fixed and portion.taxation.rates:
            groups.setdefault(portion.taxation.rates, []).append(portion)
    for group in groups.values():
        includes_tax, taxation = group[0].includes_tax, group[0].taxation
        amounts = [portion.amount for portion in group]
        if includes_tax and rounding.total_by == "by_net":
            amounts = [net_of(portion, rounding) for portion in group]
            includes_tax = False
        tax = tax_of(sum(amounts), taxation, includes_tax=includes_tax, rounding=rounding)
        for portion, net, share in zip(group, amounts, allocate(tax, amounts), strict=True):
            portion.tax = share
            if portion.includes_tax and not includes_tax:
                portion.rounding = net + share - portion.amount


def net_of(portion: Portion, rounding: Rounding) -> int:
    """Return the net amount of a portion that includes tax, rounded by itself."""
    return in_basis(portion.amount, portion.taxation, from_gross=True, to_gross=False, rounding=rounding)
