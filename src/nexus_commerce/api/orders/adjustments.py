"""The discounts, taxes, shipping charges and fees of an order, by what they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from nexus_commerce.api.charges import charge_json, discount_json, stored_tax_json
from nexus_commerce.api.fields import money_json
from nexus_commerce.orders.models import Order, OrderDiscount, OrderFee, OrderLine, OrderShipping, OrderTax

__all__ = ["Adjustments"]

Kind = Literal["line", "shipping", "fee"]
Row = OrderLine | OrderShipping | OrderFee


@dataclass(slots=True)
class Adjustments:
    """The rows of an order that say why its amounts are what they are: read once, four statements."""

    order: Order
    discounts: Sequence[OrderDiscount]
    taxes: Sequence[OrderTax]
    shipping: Sequence[OrderShipping]
    fees: Sequence[OrderFee]
    by_row: dict[tuple[str, str, int], list[Any]] = field(init=False)

    @classmethod
    def of(cls, order: Order) -> Adjustments:
        """Read those of an order, as far as they are not known yet."""
        return cls(
            order,
            discounts=list(order.discounts.all()),
            taxes=list(order.taxes.all()),
            shipping=list(order.shipping_charges.all()),
            fees=list(order.fees.all()),
        )

    def __post_init__(self) -> None:
        self.by_row = defaultdict(list)
        for what, rows in (("discount", self.discounts), ("tax", self.taxes)):
            for row in rows:
                for kind in ("line", "shipping", "fee"):
                    if owner := getattr(row, f"{kind}_id", None):
                        self.by_row[what, kind, owner].append(row)

    def amounts(self, row: Row, kind: Kind) -> dict[str, Any]:
        """Return the amounts of a line, shipping charge or fee."""
        currency = self.order.currency
        return charge_json(
            subtotal=row.subtotal if isinstance(row, OrderLine) else row.amount,
            discounts=[discount_json(found, currency) for found in self.by_row["discount", kind, row.pk]],
            discount_total=0 if isinstance(row, OrderFee) else row.discount_total,
            total=row.total,
            tax_total=row.tax_total,
            includes_tax=self.order.prices_include_tax,
            taxes=[stored_tax_json(found, currency) for found in self.by_row["tax", kind, row.pk]],
            currency=currency,
        )

    def summary(self) -> list[dict[str, Any]]:
        """Return the tax of everything, one entry for each rate and for each reason why none is due."""
        found: dict[tuple[Any, ...], OrderTax] = {}
        for tax in self.taxes:
            key = (tax.name, tax.rate, tax.zone, tax.reason)
            before = found.get(key)
            base, amount = (before.base, before.amount) if before else (0, 0)
            found[key] = OrderTax(
                name=tax.name, rate=tax.rate, reason=tax.reason, base=base + tax.base, amount=amount + tax.amount
            )
        return [stored_tax_json(tax, self.order.currency) for tax in found.values()]

    def charges(self) -> list[dict[str, Any]]:
        """Return the shipping charges."""
        return [{"method": row.method, "name": row.name, **self.amounts(row, "shipping")} for row in self.shipping]

    def surcharges(self, lines: Sequence[OrderLine]) -> list[dict[str, Any]]:
        """Return the fees."""
        ids: dict[int | None, UUID] = {line.pk: line.public_id for line in lines}
        return [
            {"code": row.code, "name": row.name, "line": ids.get(row.line_id), **self.amounts(row, "fee")}
            for row in self.fees
        ]

    def promotions(self) -> list[dict[str, Any]]:
        """Return each promotion that took something off, with all that it did."""
        sums: dict[tuple[Any, str, str], int] = defaultdict(int)
        for row in self.discounts:
            sums[row.promotion, row.name, row.coupon_code] += row.amount
        return [
            {
                "promotion": str(promotion) if promotion else None,
                "name": name,
                "coupon_code": coupon_code,
                "amount": money_json(amount, self.order.currency),
            }
            for (promotion, name, coupon_code), amount in sums.items()
        ]
