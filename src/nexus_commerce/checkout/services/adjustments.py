"""From the engine's charges to the rows that an order keeps of them, and why each amount is what it is."""

from collections.abc import Hashable, Mapping
from typing import Any

from nexus_commerce.cart.services import PricedCart
from nexus_commerce.orders.services import ChargeSnapshot, input_json
from nexus_commerce.pricing.totals import Charged, FeeTotals, Note, ShippingTotals, Tried

__all__ = ["discounts_of", "explanation_of", "fees_of", "shipping_of", "taxes_of"]


def discounts_of(charge: Charged) -> list[dict[str, Any]]:
    """Return the columns of the discounts on a charge."""
    return [
        {
            "promotion": discount.promotion or None,
            "coupon_code": discount.coupon_code,
            "name": discount.name,
            "amount": discount.amount,
        }
        for discount in charge.discounts
    ]


def taxes_of(charge: Charged) -> list[dict[str, Any]]:
    """Return the columns of the taxes on a charge; of one that is not due, the reason."""
    return [
        {
            "name": tax.rate.name or tax.reason,
            "tax_class": charge.tax_class,
            "zone": tax.rate.zone,
            "rate": tax.rate.percent,
            "base": tax.base,
            "amount": tax.amount,
            "reason": tax.reason,
        }
        for tax in charge.taxes
    ]


def charge_columns(charge: ShippingTotals | FeeTotals) -> dict[str, Any]:
    """Return the columns that shipping charges and fees share."""
    return {
        "name": charge.name,
        "tax_class": charge.tax_class,
        "amount": charge.subtotal,
        "tax_total": charge.tax_total,
        "total": charge.total,
    }


def shipping_of(priced: PricedCart) -> list[ChargeSnapshot]:
    """Return the shipping charges of a priced cart."""
    return [
        ChargeSnapshot(
            charge_columns(charge) | {"method": charge.key, "discount_total": charge.discount_total},
            discounts_of(charge),
            taxes_of(charge),
        )
        for charge in priced.totals.shipping
    ]


def fees_of(priced: PricedCart) -> list[ChargeSnapshot]:
    """Return the fees of a priced cart."""
    positions = positions_of(priced)
    return [
        ChargeSnapshot(
            charge_columns(fee) | {"code": fee.key},
            taxes=taxes_of(fee),
            position=positions.get(fee.line) if fee.line is not None else None,
        )
        for fee in priced.totals.fees
    ]


def positions_of(priced: PricedCart) -> dict[Hashable, int]:
    """Return the position in the order of each line, by its key in the totals."""
    return {entry.totals.key: place for place, entry in enumerate(priced.lines, start=1) if entry.totals}


def explanation_of(priced: PricedCart) -> dict[str, Any]:
    """Return why each amount is what it is, and what all of it was computed from, as JSON; lines by their positions."""
    positions = positions_of(priced)
    return {
        "notes": [note_json(note, positions) for note in priced.totals.explanation],
        "tried": [tried_json(tried) for tried in priced.totals.tried],
        "input": input_json(priced.input, priced.totals),
    }


def note_json(note: Note, positions: Mapping[Hashable, int]) -> dict[str, Any]:
    """Return a note of the explanation as JSON."""
    key = positions.get(note.key) if note.about == "line" else note.key
    found = {"code": note.code, "about": note.about, "key": key}
    return found | {"amounts": dict(note.amounts), "data": dict(note.data)}


def tried_json(tried: Tried) -> dict[str, Any]:
    """Return as JSON what came of a promotion."""
    return {
        "promotion": tried.promotion,
        "name": tried.name,
        "coupon_code": tried.coupon_code,
        "amount": tried.amount,
        "reason": tried.reason,
        "unmet": [dict(each) for each in tried.unmet],
        "missing": dict(tried.missing) if tried.missing else None,
        "data": dict(tried.data),
    }
