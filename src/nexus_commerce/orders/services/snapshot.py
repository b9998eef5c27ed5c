"""Writing an order: rows that say everything again, so that nothing later can change what was bought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import IntegrityError, transaction

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.validation import clean_model
from nexus_commerce.orders.models import Order, OrderAddress, OrderLine

__all__ = ["LineSnapshot", "OrderSnapshot", "write_order"]

NUMBER_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """The columns of an order line."""

    columns: Mapping[str, Any]


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


@transaction.atomic
def write_order(*, snapshot: OrderSnapshot) -> Order:
    """Insert an order with its lines and addresses, in three statements, and number it by the number policy.

    Lines keep their order. Raises ``InvalidInput`` naming a field of ``snapshot.fields`` that is not valid, and
    IntegrityError where the cart has a live order already.
    """
    order = Order(**{**snapshot.columns, **snapshot.fields})
    clean_model(order, snapshot.fields)
    insert_numbered(order)
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=position, **line.columns)
        for position, line in enumerate(snapshot.lines, start=1)
    )
    OrderAddress.objects.bulk_create(
        OrderAddress(order=order, kind=kind, **columns) for kind, columns in snapshot.addresses.items()
    )
    return order


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
