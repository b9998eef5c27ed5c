"""What an order says in a mail: texts and amounts in the active language, ready to be shown, and free of anything that
could pass for another line or turn the direction of writing."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel import Locale
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from nexus_commerce.core.formatting import active_locale, format_money
from nexus_commerce.orders.models import Order, OrderAddress, OrderDiscount, OrderLine
from nexus_commerce.pricing.wording import words_of_tax_reason

__all__ = ["AddressShown", "Item", "Receipt", "Row", "country_name", "details_of", "one_line", "receipt_of"]

BREAKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
TURNS: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of writing for what follows, outside the text that has them too."""


def one_line(text: object) -> str:
    """Return a text of somebody else on one line, without signs that change how what follows is read."""
    return TURNS.sub("", BREAKS.sub(" ", str(text))).strip()


@dataclass(frozen=True, slots=True)
class Row:
    """A named amount; ``note`` is what else is said of it."""

    name: str
    amount: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A line: what it is, how many of it, what it costs, what it was before discounts (``before``), what came off.

    Where only the goods matter, as in a parcel, it has no amounts.
    """

    name: str
    quantity: int
    details: tuple[str, ...] = ()
    total: str = ""
    before: str = ""
    discounts: tuple[Row, ...] = ()
    is_gift: bool = False


@dataclass(frozen=True, slots=True)
class AddressShown:
    """An address (``shipping`` or ``billing``) as it is written on a parcel."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """An order: its lines, what is between them and the total (``sums``), and the tax that the total includes."""

    number: str
    placed_at: datetime | None
    items: tuple[Item, ...]
    sums: tuple[Row, ...]
    total: str
    included: tuple[Row, ...]
    addresses: tuple[AddressShown, ...]


def receipt_of(order: Order) -> Receipt:
    """Return what an order says, from what it keeps of the day on which it was placed. Six statements."""
    prefetch_related_objects([order], "lines", "discounts", "shipping_charges", "fees", "taxes", "addresses")
    gifts = {note["key"] for note in order.explanation.get("notes", ()) if note.get("code") == "gift"}
    by_line: dict[int | None, list[OrderDiscount]] = defaultdict(list)
    for discount in order.discounts.all():
        by_line[discount.line_id].append(discount)
    taxes = tax_rows(order)
    return Receipt(
        number=one_line(order.number),
        placed_at=order.placed_at,
        items=tuple(
            item_of(line, order.currency, by_line[line.pk], is_gift=line.position in gifts)
            for line in order.lines.all()
        ),
        sums=sums_of(order, () if order.prices_include_tax else taxes),
        total=format_money(order.total, order.currency),
        included=taxes if order.prices_include_tax else (),
        addresses=tuple(address_shown(address) for address in order.addresses.all()),
    )


def item_of(line: OrderLine, currency: str, discounts: Iterable[OrderDiscount], *, is_gift: bool) -> Item:
    """Return a line with its price, and what came off."""
    return Item(
        name=one_line(line.product_name),
        quantity=line.quantity,
        details=details_of(line),
        total=format_money(line.total, currency),
        before=format_money(line.subtotal, currency) if line.total < line.subtotal else "",
        discounts=merged(((name_of(each), -each.amount) for each in discounts), currency),
        is_gift=is_gift,
    )


def details_of(line: OrderLine) -> tuple[str, ...]:
    """Return what tells a line from others of its product, and what is made for the shopper."""
    options = ", ".join(f"{option['option']}: {option['value']}" for option in line.options)
    made = [
        f"{str(name).replace('_', ' ').capitalize()}: {value}"
        for name, value in line.personalization.items()
        if isinstance(value, str | int) and value != ""
    ]
    return tuple(one_line(text) for text in (options or line.variant_name, *made) if text)


def sums_of(order: Order, taxes: Iterable[Row]) -> tuple[Row, ...]:
    """Return what is between the lines and the total; nothing where the lines are all there is."""
    currency = order.currency
    off: dict[int | None, list[str]] = defaultdict(list)
    for discount in order.discounts.all():
        off[discount.shipping_id].append(one_line(discount.name))
    goods = ((name_of(each), -each.amount) for each in order.discounts.all() if each.shipping_id is None)
    rows = list(merged(goods, currency))
    rows += [
        Row(one_line(charge.name), format_money(charge.total, currency), ", ".join(off[charge.pk]))
        for charge in order.shipping_charges.all()
    ]
    rows += merged(((one_line(fee.name), fee.total) for fee in order.fees.all()), currency)
    if order.rounding_total:
        rows.append(Row(_("Rounding"), format_money(order.rounding_total, currency)))
    rows += taxes
    return (Row(_("Subtotal"), format_money(order.subtotal, currency)), *rows) if rows else ()


def tax_rows(order: Order) -> tuple[Row, ...]:
    """Return the tax of each rate, or the reason why none is due, with what it is due on."""
    sums: dict[str, list[int]] = {}
    for tax in order.taxes.all():
        known = sums.setdefault(words_of_tax_reason(tax.reason) if tax.reason else one_line(tax.name), [0, 0])
        known[0] += tax.base
        known[1] += tax.amount
    return tuple(
        Row(name, format_money(amount, order.currency), _("on %(base)s") % {"base": format_money(base, order.currency)})
        for name, (base, amount) in sums.items()
        # A gift is taxed at nothing.
        if base
    )


def name_of(discount: OrderDiscount) -> str:
    """Return the name of a discount, with the code that the shopper gave for it."""
    name = one_line(discount.name)
    return f"{name} ({one_line(discount.coupon_code)})" if discount.coupon_code else name


def merged(amounts: Iterable[tuple[str, int]], currency: str) -> tuple[Row, ...]:
    """Return one row for each name, in the order in which they come."""
    found: dict[str, int] = {}
    for name, amount in amounts:
        found[name] = found.get(name, 0) + amount
    return tuple(Row(name, format_money(amount, currency)) for name, amount in found.items())


def address_shown(address: OrderAddress) -> AddressShown:
    """Return an address as it is written on a parcel, its country in words."""
    name = f"{address.first_name} {address.last_name}"
    place = f"{address.postal_code} {address.city}"
    texts = [
        name,
        address.company,
        address.line1,
        address.line2,
        address.line3,
        f"{place}, {address.region}" if address.region else place,
        country_name(address.country),
    ]
    return AddressShown(address.kind, tuple(line for text in texts if (line := one_line(text))))


def country_name(code: str) -> str:
    """Return the name of a country in the active language; the code where it has none."""
    return str(Locale.parse(active_locale()).territories.get(code, code))
