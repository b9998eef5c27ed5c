"""The rows of a preview: lines, charges and sums, before and after the promotion."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nexus_commerce.admin.formatting import EMPTY, format_money
from nexus_commerce.admin.promotions.wording import words_of_rule
from nexus_commerce.cart.services import PricedLine
from nexus_commerce.cart.services.previewing import PromotionPreview
from nexus_commerce.pricing.totals import Charged, FeeTotals, ShippingTotals, Totals

__all__ = ["Row", "line_rows", "refusal_rows", "sum_rows"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a preview: what it is about, texts below it, and amounts as they are shown."""

    name: str
    below: str = ""
    quantity: str = ""
    before: str = ""
    own: str = ""
    others: str = ""
    tax: str = ""
    after: str = ""
    is_changed: bool = False


def line_rows(preview: PromotionPreview) -> list[Row]:
    """Return the lines of the cart, then what is charged besides."""
    totals = preview.priced.totals
    before: dict[Hashable, Charged] = {
        charge.key: charge for charge in (*preview.before.lines, *preview.before.shipping, *preview.before.fees)
    }
    lines = [line_row(preview, entry, before) for entry in preview.priced.lines]
    charged: Sequence[ShippingTotals | FeeTotals] = (*totals.shipping, *totals.fees)
    charges = [
        charge_row(preview, charge, before.get(charge.key), charge.name or str(charge.key)) for charge in charged
    ]
    return [*lines, *charges]


def line_row(preview: PromotionPreview, entry: PricedLine, before: Mapping[Hashable, Charged]) -> Row:
    """Return the row of a line of the cart."""
    variant, quantity = entry.offer.variant, str(entry.line.quantity)
    name, below = str(variant.product.name), variant.sku
    if entry.totals is None or entry.quote is None:
        return Row(name, f"{below} · {_('no price')}", quantity)
    unit = format_money(entry.quote.unit_price, preview.priced.cart.currency)
    below = f"{below} · {unit}" if entry.quote.per == 1 else f"{below} · {unit} / {entry.quote.per}"
    below = f"{below} · {_('gift')}" if entry.is_gift else below
    return charge_row(preview, entry.totals, before.get(entry.totals.key), name, below, quantity)


def charge_row(
    preview: PromotionPreview, charge: Charged, before: Charged | None, name: str, below: str = "", quantity: str = ""
) -> Row:
    """Return the row of a line or another charge."""
    currency, promotion = preview.priced.cart.currency, preview.tried.promotion
    own = sum(discount.amount for discount in charge.discounts if discount.promotion == promotion)
    others = charge.discount_total - own
    return Row(
        name,
        below,
        quantity,
        before=format_money(before.total, currency) if before else EMPTY,
        own=minus(own, currency),
        others=minus(others, currency),
        tax=format_money(charge.tax_total, currency),
        after=format_money(charge.total, currency),
        is_changed=bool(own) or before is None or before.total != charge.total,
    )


def sum_rows(preview: PromotionPreview) -> list[Row]:
    """Return the sums; those that are nothing before and after are left out."""
    currency = preview.priced.cart.currency
    labels = {
        "subtotal": _("Goods"),
        "discount_total": _("Discounts"),
        "shipping_total": _("Shipping"),
        "fee_total": _("Fees"),
        "rounding_total": _("Rounding"),
        "tax_total": _("Included tax") if preview.priced.input.prices_include_tax else _("Tax"),
        "total": _("Total"),
    }
    rows = []
    for name, label in labels.items():
        before, after = (sum_of(totals, name) for totals in (preview.before, preview.priced.totals))
        if before or after or name in ("subtotal", "total"):
            rows.append(
                Row(
                    label,
                    before=format_money(before, currency),
                    after=format_money(after, currency),
                    is_changed=before != after,
                )
            )
    return rows


def sum_of(totals: Totals, name: str) -> int:
    """Return a sum; what is taken off is negative."""
    amount: int = getattr(totals, name)
    return -amount if name == "discount_total" else amount


def minus(amount: int, currency: str) -> str:
    """Return what was taken off; a dash for nothing."""
    return format_money(-amount, currency) if amount else EMPTY


def refusal_rows(preview: PromotionPreview) -> list[Row]:
    """Return the conditions that are not met: what each asks for, and below what was found."""
    currency = preview.priced.cart.currency
    promotion = next(one for one in preview.priced.input.promotions if one.id == preview.tried.promotion)
    rules = {rule.code: rule for rule in promotion.conditions}
    rows = []
    for unmet in preview.tried.unmet:
        rule = rules.get(unmet.get("code", ""))
        asked = words_of_rule(rule, currency) if rule else str(unmet.get("label", ""))
        rows.append(Row(asked, below=found_of(unmet, currency)))
    return rows


def found_of(unmet: Any, currency: str) -> str:
    """Return what was found instead, as far as the condition says so."""
    words: Mapping[str, Callable[[Any], str]] = {
        "value": lambda value: format_money(value, currency),
        "quantity": str,
        "products": str,
        "orders": lambda orders: _("unknown") if orders is None else str(orders),
        "lines": lambda lines: _("%(count)s lines") % {"count": lines},
        "found": lambda found: ", ".join(found) or _("nothing"),
        "local_time": lambda moment: date_format(datetime.fromisoformat(moment), "D H:i"),
    }
    told = [say(unmet[key]) for key, say in words.items() if key in unmet]
    return _("Found: %(found)s") % {"found": ", ".join(told)} if told else ""
