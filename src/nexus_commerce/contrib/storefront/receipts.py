"""What a cart or an order costs, and why, as its pages show it: the same rows for both."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from nexus_commerce.core.formatting import format_money
from nexus_commerce.pricing.totals import Note
from nexus_commerce.pricing.wording import sentence, words_of_tax_reason

__all__ = ["Item", "Receipt", "Row", "merged", "sums_of", "tax_rows", "words_by_key"]


@dataclass(frozen=True, slots=True)
class Row:
    """A named amount; ``before`` is what it was before discounts, ``note`` what else is said of it."""

    name: str
    amount: int
    note: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A line: what it is, what it costs, what came off, and why. Without a price, its amounts are None."""

    name: str
    detail: str
    quantity: int
    unit_price: int | None
    list_price: int | None
    per: int
    subtotal: int | None
    total: int | None
    discounts: tuple[Row, ...] = ()
    why: tuple[str, ...] = ()
    is_gift: bool = False
    id: UUID | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Lines, sums and the total. ``included`` is the tax that is in the total; other tax is among the ``sums``.

    ``why`` explains what belongs to no line; ``promotions`` are those that came to nothing, with the reason.
    """

    currency: str
    items: tuple[Item, ...]
    sums: tuple[Row, ...]
    total: int
    included: tuple[Row, ...] = ()
    why: tuple[str, ...] = ()
    promotions: tuple[tuple[str, str], ...] = ()
    is_taxed_later: bool = False


def sums_of(
    totals: Any, *, discounts: Iterable[Row], shipping: Iterable[Row], fees: Iterable[Row], taxes: Iterable[Row]
) -> tuple[Row, ...]:
    """Return what is between the lines and the total; nothing where the lines are all there is.

    ``totals`` are those of a cart or an order. Discounts are shown as what they take off.
    """
    rows = [Row(row.name, -row.amount, row.note) for row in merged(discounts)]
    rows += [*shipping, *merged(fees)]
    if totals.rounding_total:
        rows.append(Row(_("Rounding"), totals.rounding_total))
    rows += taxes
    return (Row(_("Subtotal"), totals.subtotal), *rows) if rows else ()


def merged(rows: Iterable[Row]) -> list[Row]:
    """Return one row for each name and note, in the order in which they come."""
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        found[row.name, row.note] = found.get((row.name, row.note), 0) + row.amount
    return [Row(name, amount, note) for (name, note), amount in found.items()]


def tax_rows(taxes: Iterable[tuple[str, str, int, int]], currency: str) -> tuple[Row, ...]:
    """Return the tax of each rate: taken from its name, the reason why none is due, what it is due on, and itself."""
    sums: dict[str, tuple[int, int]] = {}
    for name, reason, base, amount in taxes:
        label = words_of_tax_reason(reason) if reason else name
        known_base, known_amount = sums.get(label, (0, 0))
        sums[label] = (known_base + base, known_amount + amount)
    return tuple(
        Row(label, amount, _("on %(base)s") % {"base": format_money(base, currency)})
        for label, (base, amount) in sums.items()
        # A gift is taxed at nothing.
        if base
    )


def words_by_key(
    notes: Iterable[Note], currency: str, *, names: Mapping[Any, str]
) -> Mapping[tuple[str, Hashable], tuple[str, ...]]:
    """Return the sentences of an explanation by the key of their line; the rest by ``("order", None)``.

    ``names`` are those of shipping charges and fees, by their keys.
    """
    found: dict[tuple[str, Hashable], tuple[str, ...]] = {}
    for note in notes:
        said = sentence(note.code, note.amounts, note.data, currency=currency)
        about = (note.about, note.key)
        if note.about != "line":
            # The sentence about a tax does not say on which charge.
            name = names.get(note.key, "")
            said = f"{name}: {said}" if note.code == "tax" and name else said
            about = ("order", None)
        found[about] = (*found.get(about, ()), said)
    return found
