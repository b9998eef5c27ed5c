"""The one way to lock rows: in the order of their keys, so that two transactions never wait for each other."""

from typing import TypeVar

from django.db.models import Model, QuerySet

__all__ = ["lock_rows"]

RowT = TypeVar("RowT", bound=Model)


def lock_rows(queryset: QuerySet[RowT]) -> list[RowT]:
    """Lock the rows of ``queryset`` in the order of their primary keys until the transaction ends, and return them.

    Joined tables are read, not locked. On SQLite, where a write transaction is alone, this only reads. The global order
    between tables is cart, order, payment, coupon, gift card, stock items.
    """
    return list(queryset.order_by("pk").select_for_update(of=("self",)))
