"""The orders that a product list can have, and how a page begins after a product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nexus_commerce.catalog.models import Product
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.listing.sql import Table

__all__ = ["DEFAULT_ORDERING", "ORDERINGS", "Ordering"]

DEFAULT_ORDERING: Final = "newest"


@dataclass(frozen=True, slots=True)
class Ordering:
    """One order: ``column`` of the candidates ``c`` and then the key, both the same way."""

    name: str
    column: str
    descending: bool = False
    numeric: bool = True

    @property
    def direction(self) -> str:
        """``ASC`` or ``DESC``."""
        return "DESC" if self.descending else "ASC"

    @property
    def terms(self) -> str:
        """What follows ORDER BY in the candidates."""
        return ", ".join(f"c.{column} {self.direction}" for column in dict.fromkeys([self.column, "id"]))

    @property
    def after(self) -> str:
        """The condition that a candidate comes after the product ``after`` whose sort value was ``key``.

        The first half alone bounds the scan of an index, so that a deep page costs what the first does.
        """
        beyond = "<" if self.descending else ">"
        product = Table(Product, "e")
        anchor = f"(SELECT {product.pk} FROM {product} WHERE {product.public_id} = %(after)s)"
        if self.column == "id":
            return f"c.id {beyond} {anchor}"
        return f"c.{self.column} {beyond}= %(key)s AND (c.{self.column} {beyond} %(key)s OR c.id {beyond} {anchor})"

    @property
    def missing(self) -> int:
        """What stands for a price that a product does not have: it comes last either way."""
        return -1 if self.descending else MAX_MINOR + 1


ORDERINGS: Final = {
    ordering.name: ordering
    for ordering in (
        Ordering("newest", "id", descending=True),
        Ordering("-newest", "id"),
        Ordering("name", "name", numeric=False),
        Ordering("-name", "name", descending=True, numeric=False),
        Ordering("price", "price"),
        Ordering("-price", "price", descending=True),
    )
}
"""Every ordering by the name that callers use."""
