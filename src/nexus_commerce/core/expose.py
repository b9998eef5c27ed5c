"""One declaration beside a field says who may read it, who may write it and whether it filters.

A host (or a domain of the library) writes it on the abstract class that declares the field::

    class ShopProduct(AbstractProduct):
        isbn = models.CharField(max_length=13, null=True, blank=True)
        margin = models.IntegerField(default=0)

        nexus_api = {
            "isbn": Expose(read="public", write="staff", filter=True),
            "margin": Expose(read="staff", write="staff"),
        }

    class ShopOrder(AbstractOrder):
        gift_note = models.CharField(max_length=200, default="", blank=True)

        nexus_api = {"gift_note": Expose(read="owner", checkout=True)}

A field without a declaration reaches no door. A host hides a field that a plugin declared with
``nexus_api = {"isbn": None}``.

For authors of REST, GraphQL and admin classes: never read ``nexus_api`` itself. Ask :func:`exposures` for
everything a model declares, or :func:`readable`, :func:`writable`, :func:`filterable` and
:func:`fillable_at_checkout` for the names that a caller of your kind may use. Ask for the *concrete* model that you
serve: a product type answers with the fields of Product and its own. The answers depend on classes only, so they
may be computed once at import. Every name is a field of the model; the check nexus_commerce.E206 sees to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.db import models

__all__ = [
    "Expose",
    "Reader",
    "Writer",
    "exposures",
    "fillable_at_checkout",
    "filterable",
    "readable",
    "writable",
]

Reader = Literal["public", "owner", "staff"]
Writer = Literal["shopper", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expose:
    """How one field reaches the doors.

    - ``read``: ``"public"`` for everybody, ``"owner"`` for the customer whose row it is (and staff), ``"staff"``
      for staff only, None for nobody.
    - ``write``: ``"shopper"`` for the owner of the row and staff, ``"staff"`` for staff only, None for nobody. It
      speaks of the ordinary write operations; the admin shows a field to staff for editing when this is not None
      and read-only otherwise.
    - ``filter``: the list operations take the field as an exact filter, for those who may read it.
    - ``checkout``: for fields of Cart and Order only: the checkout request takes the field. It may be filled
      then whatever ``write`` says about later.

    Raises ValueError for words it does not know and for a filter on a field that nobody reads.
    """

    read: Reader | None = "public"
    write: Writer | None = None
    filter: bool = False
    checkout: bool = False

    def __post_init__(self) -> None:
        if self.read is not None and self.read not in get_args(Reader):
            raise ValueError(f"Expose(read={self.read!r}): use 'public', 'owner', 'staff' or None.")
        if self.write is not None and self.write not in get_args(Writer):
            raise ValueError(f"Expose(write={self.write!r}): use 'shopper', 'staff' or None.")
        if self.filter and self.read is None:
            raise ValueError("Expose(filter=True) needs read: a filter tells what the field holds.")

    def readable_by(self, reader: Reader) -> bool:
        """Return whether a caller of this kind sees the field; staff see what owners see."""
        order = get_args(Reader)
        return self.read is not None and order.index(self.read) <= order.index(reader)

    def writable_by(self, writer: Writer) -> bool:
        """Return whether a caller of this kind may change the field; staff may what shoppers may."""
        return self.write is not None and (writer == "staff" or self.write == "shopper")


def declared(model: type[models.Model]) -> dict[str, Any]:
    """Return every declaration of a model's classes as written, the host's first class winning."""
    merged: dict[str, Any] = {}
    for cls in reversed(model.__mro__):
        merged |= vars(cls).get("nexus_api", {})
    return merged


def exposures(model: type[models.Model]) -> dict[str, Expose]:
    """Return what a concrete model exposes: field name to its :class:`Expose`, the library's fields first."""
    return {name: expose for name, expose in declared(model).items() if expose is not None}


def readable(model: type[models.Model], reader: Reader) -> list[str]:
    """Return the names of the declared fields that a caller of this kind sees."""
    return [name for name, expose in exposures(model).items() if expose.readable_by(reader)]


def writable(model: type[models.Model], writer: Writer) -> list[str]:
    """Return the names of the declared fields that a caller of this kind may change."""
    return [name for name, expose in exposures(model).items() if expose.writable_by(writer)]


def filterable(model: type[models.Model], reader: Reader) -> list[str]:
    """Return the names of the declared fields that a caller of this kind may filter a list by."""
    return [name for name, expose in exposures(model).items() if expose.filter and expose.readable_by(reader)]


def fillable_at_checkout(model: type[models.Model]) -> list[str]:
    """Return the names of the declared fields that the checkout request takes."""
    return [name for name, expose in exposures(model).items() if expose.checkout]
