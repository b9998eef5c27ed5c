"""The receipt of an order: from what it keeps of the day on which it was placed, and from nothing else."""

from collections import defaultdict

from nexus_commerce.contrib.storefront.receipts import Item, Receipt, Row, sums_of, tax_rows, words_by_key
from nexus_commerce.orders.models import Order, OrderDiscount, OrderLine
from nexus_commerce.pricing.totals import Note

__all__ = ["order_receipt"]


def order_receipt(order: Order) -> Receipt:
    """Return what an order costs. Five statements: lines, discounts, shipping, fees, taxes."""
    currency = order.currency
    notes = [Note(**kept) for kept in order.explanation.get("notes", ())]
    shipping, fees = list(order.shipping_charges.all()), list(order.fees.all())
    names = {charge.method: charge.name for charge in shipping} | {fee.code: fee.name for fee in fees}
    words = words_by_key(notes, currency, names=names)
    gifts = {note.key for note in notes if note.code == "gift"}
    by_line: dict[int | None, list[OrderDiscount]] = defaultdict(list)
    by_charge: dict[int, list[str]] = defaultdict(list)
    for discount in order.discounts.all():
        if discount.shipping_id is None:
            by_line[discount.line_id].append(discount)
        else:
            by_charge[discount.shipping_id].append(discount.name)
    taxes = tax_rows(((tax.name, tax.reason, tax.base, tax.amount) for tax in order.taxes.all()), currency)
    return Receipt(
        currency=currency,
        items=tuple(
            item_of(line, by_line[line.pk], words.get(("line", line.position), ()), is_gift=line.position in gifts)
            for line in order.lines.all()
        ),
        sums=sums_of(
            order,
            discounts=[row_of(discount) for rows in by_line.values() for discount in rows],
            shipping=[
                Row(
                    charge.name,
                    charge.total,
                    ", ".join(by_charge[charge.pk]),
                    charge.amount if charge.discount_total else None,
                )
                for charge in shipping
            ],
            fees=[Row(fee.name, fee.total) for fee in fees],
            taxes=() if order.prices_include_tax else taxes,
        ),
        total=order.total,
        included=taxes if order.prices_include_tax else (),
        why=words.get(("order", None), ()),
    )


def item_of(line: OrderLine, discounts: list[OrderDiscount], why: tuple[str, ...], *, is_gift: bool) -> Item:
    """Return a line of the order."""
    options = ", ".join(f"{option['option']}: {option['value']}" for option in line.options)
    return Item(
        name=line.product_name,
        detail=options or line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price,
        list_price=line.list_price,
        per=line.per,
        subtotal=line.subtotal,
        total=line.total,
        discounts=tuple(row_of(discount) for discount in discounts),
        why=why,
        is_gift=is_gift,
    )


def row_of(discount: OrderDiscount) -> Row:
    """Return a discount with its code."""
    return Row(discount.name, discount.amount, discount.coupon_code)
