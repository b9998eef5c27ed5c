"""Writing an order: rows that say everything again, so that nothing later can change what was bought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import IntegrityError, transaction

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.inserting import insert_rows
from nexus_commerce.core.loading import remember_related
from nexus_commerce.core.validation import clean_model
from nexus_commerce.orders.models import (
    Order,
    OrderAddress,
    OrderDiscount,
    OrderFee,
    OrderLine,
    OrderShipping,
    OrderTax,
)

__all__ = ["ChargeSnapshot", "LineSnapshot", "OrderSnapshot", "write_order"]

NUMBER_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class ChargeSnapshot:
    """The columns of a shipping charge or fee, with its discounts and taxes; ``position`` is that of a fee's line."""

    columns: Mapping[str, Any]
    discounts: Sequence[Mapping[str, Any]] = ()
    taxes: Sequence[Mapping[str, Any]] = ()
    position: int | None = None


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """The columns of an order line, with its discounts and taxes."""

    columns: Mapping[str, Any]
    discounts: Sequence[Mapping[str, Any]] = ()
    taxes: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """Everything that an order keeps.

    ``columns`` are the order's own, without number; ``addresses`` map a kind to address columns; ``fields`` came
    from the shopper and are checked.
    """

    columns: Mapping[str, Any]
    lines: Sequence[LineSnapshot]
    addresses: Mapping[str, Mapping[str, str]]
    fields: Mapping[str, Any] = field(default_factory=dict)
    shipping: Sequence[ChargeSnapshot] = ()
    fees: Sequence[ChargeSnapshot] = ()


@transaction.atomic
def write_order(*, snapshot: OrderSnapshot) -> Order:
    """Insert an order with its lines, charges and addresses, one statement a table, and number it by the policy.

    Lines keep their order. The order knows its rows, so that whoever shows it reads nothing again. Raises
    ``InvalidInput`` naming a field of ``snapshot.fields`` that is not valid, and IntegrityError where the cart has a
    live order already.
    """
    order = Order(**{**snapshot.columns, **snapshot.fields})
    clean_model(order, snapshot.fields)
    insert_numbered(order)
    lines = insert_rows(
        OrderLine,
        (
            OrderLine(order=order, position=position, **line.columns)
            for position, line in enumerate(snapshot.lines, start=1)
        ),
    )
    addresses = insert_rows(
        OrderAddress,
        (OrderAddress(order=order, kind=kind, **columns) for kind, columns in snapshot.addresses.items()),
    )
    remember_related(order, lines=lines, addresses=addresses)
    write_adjustments(order, lines, snapshot)
    return order


def write_adjustments(order: Order, lines: Sequence[OrderLine], snapshot: OrderSnapshot) -> None:
    """Insert shipping charges and fees, and the discounts and taxes of everything; no statement where there are
    none."""
    shipping = insert_rows(
        OrderShipping,
        (OrderShipping(order=order, **charge.columns) for charge in snapshot.shipping),
    )
    fees = insert_rows(
        OrderFee,
        (
            OrderFee(order=order, line=lines[fee.position - 1] if fee.position else None, **fee.columns)
            for fee in snapshot.fees
        ),
    )
    owners: list[tuple[str, Any, LineSnapshot | ChargeSnapshot]] = [
        *(("line", row, kept) for row, kept in zip(lines, snapshot.lines, strict=True)),
        *(("shipping", row, kept) for row, kept in zip(shipping, snapshot.shipping, strict=True)),
        *(("fee", row, kept) for row, kept in zip(fees, snapshot.fees, strict=True)),
    ]
    discounts = insert_rows(
        OrderDiscount,
        (
            OrderDiscount(order=order, **{name: row}, **columns)
            for name, row, kept in owners
            for columns in kept.discounts
        ),
    )
    taxes = insert_rows(
        OrderTax,
        (OrderTax(order=order, **{name: row}, **columns) for name, row, kept in owners for columns in kept.taxes),
    )
    remember_related(order, shipping_charges=shipping, fees=fees, discounts=discounts, taxes=taxes)


def insert_numbered(order: Order) -> None:
    """Insert the order under a number that is free."""
    policy = nexus_settings.ORDER_NUMBER_POLICY()
    for remaining in reversed(range(NUMBER_TRIES)):
        order.number = policy.make()
        try:
            with transaction.atomic():
                order.save(force_insert=True)
            return
        except IntegrityError:
            if not remaining or not Order.objects.filter(number=order.number).exists():
                raise
