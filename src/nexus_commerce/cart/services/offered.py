"""Rows with what a channel offers of their variants, by statements that are compiled once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import router
from django.db.models import BigIntegerField, DateTimeField, Exists, Field, Model, OuterRef, QuerySet, UUIDField

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.policies import own_publication, visible_to_slots
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.prepared import Prepared, Slot
from nexus_commerce.inventory.services import available_subquery

__all__ = ["Offered"]

RowT = TypeVar("RowT", bound=Model)


class Offered(Generic[RowT]):
    """Rows of variants, or rows that have one under ``prefix``, annotated with ``nexus_listed`` and ``nexus_sellable``.

    ``rows`` makes the queryset, with a slot for each of ``fields``. The statement is kept, for each stock backend,
    while the publication policy is the library's; a host's own may do anything with channel and time, so it is asked,
    and compiled, each time.
    """

    def __init__(self, rows: Callable[[], QuerySet[RowT]], *, prefix: str = "", **fields: Field[Any, Any]) -> None:
        self.rows = rows
        self.prefix = prefix
        own = {"channel": BigIntegerField(), "now": DateTimeField(), "holder": UUIDField()}
        self.fields: dict[str, Any] = {**own, **fields}
        self.kept: dict[type[Any], Prepared[RowT]] = {}

    def run(self, *, channel: Channel, now: datetime, holder: UUID | None = None, **values: Any) -> list[RowT]:
        """Return the rows, with what ``channel`` offers at ``now``; one statement, on the database that is written.

        ``holder`` is the public id of a cart whose units are reserved: to itself they are available.
        """
        if own_publication():
            prepared = self.kept.setdefault(nexus_settings.STOCK_BACKEND, self.prepared(visible_to_slots))
        else:
            visible = nexus_settings.PUBLICATION_POLICY().visible_products(channel=channel, now=now)
            prepared = self.prepared(lambda: visible)
        return prepared.run(router.db_for_write(Cart), channel=channel.pk, now=now, holder=holder, **values)

    def prepared(self, visible: Callable[[], QuerySet[Any]]) -> Prepared[RowT]:
        """Return the statement, to be compiled when it first runs."""
        return Prepared(lambda: self.annotated(visible()), **self.fields)

    def annotated(self, visible: QuerySet[Any]) -> Any:
        """Return the rows with the annotations."""
        return self.rows().annotate(
            nexus_listed=Exists(visible.filter(pk=OuterRef(f"{self.prefix}product")).order_by()),
            nexus_sellable=available_subquery(
                Slot("channel", BigIntegerField()), f"{self.prefix}pk", Slot("holder", UUIDField())
            ),
        )
