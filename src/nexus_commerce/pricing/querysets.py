"""Querysets and managers of prices. Whatever writes through them keeps the history in the same transaction.

What no code in Python sees is not kept: raw SQL, ``loaddata``, and rows written to the table between lists and
channels.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, Self

from django.apps import apps
from django.db import models, router, transaction
from django.db.models import OuterRef, Subquery

from nexus_commerce.core.abstract_models import AppendOnlyQuerySet
from nexus_commerce.pricing.errors import CurrencyIsFixed

__all__ = [
    "LIST_COLUMNS",
    "PRICE_COLUMNS",
    "PriceChangeManager",
    "PriceListChangeManager",
    "PriceListManager",
    "PriceListQuerySet",
    "PriceManager",
    "PriceQuerySet",
    "PublicTerms",
    "list_history",
    "price_history",
]

BATCH: Final = 2000
"""How many rows one statement names."""

LIST_COLUMNS: Final = frozenset(
    {"country", "customer_group", "customer_group_id", "is_active", "priority", "valid_from", "valid_until"}
)
"""The columns that decide where, when and for whom a price list applies."""


class PublicTerms(NamedTuple):
    """What the history keeps of a price; the first four say which price it is."""

    price_list_id: int
    variant_id: int
    min_quantity: int
    valid_from: datetime | None
    amount: int
    per: int
    valid_until: datetime | None

    @property
    def key(self) -> tuple[Any, ...]:
        """Return what tells the price from others."""
        return self[:4]


PRICE_COLUMNS: Final = frozenset({*PublicTerms._fields, "price_list", "variant"})


class PriceQuerySet(models.QuerySet[Any]):
    """Prices."""

    def update(self, **values: Any) -> int:
        """Change columns of many prices; of what is public, the history is written."""
        if PRICE_COLUMNS.isdisjoint(values):
            return super().update(**values)
        self._for_write = True
        changed = 0
        with transaction.atomic(using=self.db, savepoint=False):
            for rows in self._batches():
                before = rows.lock_terms()
                changed += super(PriceQuerySet, rows).update(**values)
                price_history(self.db).record(before, plain(self).filter(pk__in=before).terms())
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete prices; the history keeps that they went."""
        self._for_write = True
        deleted: Counter[str] = Counter()
        with transaction.atomic(using=self.db, savepoint=False):
            for rows in self._batches():
                before = rows.lock_terms()
                deleted.update(super(PriceQuerySet, rows).delete()[1])
                price_history(self.db).record(before, {})
        return deleted.total(), dict(deleted)

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(
        self,
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Any = None,
        unique_fields: Any = None,
    ) -> list[Any]:
        """Write new prices and their history. Raises TypeError where conflicts are to be passed over: nobody knows
        then which rows were written."""
        if ignore_conflicts or update_conflicts:
            raise TypeError("Conflicts of prices cannot be kept in their history; use pricing.services.set_prices.")
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            made = super().bulk_create(list(objs), batch_size)
            for keys in in_batches([price.pk for price in made]):
                price_history(self.db).record({}, plain(self).filter(pk__in=keys).terms())
        return made

    def without_history(self) -> models.QuerySet[Any]:
        """Return all prices as plain rows: who writes through it writes the history too."""
        return models.QuerySet(self.model, using=self._db)  # type: ignore[attr-defined]

    def terms(self) -> dict[int, PublicTerms]:
        """Return what is public of each price by its key."""
        rows = self.order_by().values_list("pk", *PublicTerms._fields)
        return {row[0]: PublicTerms(*row[1:]) for row in rows}

    def lock_terms(self) -> dict[int, PublicTerms]:
        """Lock the prices, in the order of their keys, and return what is public of each."""
        rows = self.order_by("pk").select_for_update(of=("self",)).values_list("pk", *PublicTerms._fields)
        return {row[0]: PublicTerms(*row[1:]) for row in rows}

    def _batches(self) -> Iterator[Self]:
        """Yield the prices, so many at a time as one statement can name: what is locked is what is changed."""
        for keys in in_batches(list(self.order_by().values_list("pk", flat=True))):
            yield self.filter(pk__in=keys)


class PriceManager(models.Manager.from_queryset(PriceQuerySet)):  # type: ignore[misc]
    """The manager of prices."""


class PriceListQuerySet(models.QuerySet[Any]):
    """Price lists."""

    def update(self, **values: Any) -> int:
        """Change columns of many lists; of what decides whether they apply, the history is written.

        Raises ``CurrencyIsFixed`` for another currency of a list that ever had a price.
        """
        if LIST_COLUMNS.isdisjoint(values) and "currency" not in values:
            return super().update(**values)
        self._for_write = True
        changed = 0
        with transaction.atomic(using=self.db, savepoint=False):
            for keys in in_batches(list(self.order_by().values_list("pk", flat=True))):
                if "currency" in values:
                    self.keep_currency(keys, values["currency"])
                changed += super(PriceListQuerySet, self.filter(pk__in=keys)).update(**values)
                list_history(self.db).record(keys)
        return changed

    def bulk_create(
        self,
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Any = None,
        unique_fields: Any = None,
    ) -> list[Any]:
        """Write new lists and the first row of their history. Raises TypeError where conflicts are passed over."""
        if ignore_conflicts or update_conflicts:
            raise TypeError("Conflicts of lists cannot be kept in their history; use pricing.services.")
        self._for_write = True
        with transaction.atomic(using=self.db, savepoint=False):
            made = super().bulk_create(list(objs), batch_size)
            list_history(self.db).record([price_list.pk for price_list in made])
        return made

    def keep_currency(self, keys: Iterable[int], currency: Any) -> None:
        """Raise ``CurrencyIsFixed`` where one of the lists has another currency and ever had a price."""
        lists: models.QuerySet[Any] = models.QuerySet(self.model, using=self.db).filter(
            pk__in=keys, changes__isnull=False
        )
        if lists.exclude(currency=currency).exists():
            raise CurrencyIsFixed(field="currency")


class PriceListManager(models.Manager.from_queryset(PriceListQuerySet)):  # type: ignore[misc]
    """The manager of price lists."""


class PriceChangeManager(models.Manager.from_queryset(AppendOnlyQuerySet)):  # type: ignore[misc]
    """The history of prices."""

    def record(self, before: Mapping[int, PublicTerms], after: Mapping[int, PublicTerms]) -> list[Any]:
        """Write what became of prices, each by its key, and return the rows. What stayed the same is left out."""
        old = {terms.key: terms for terms in before.values()}
        new = {terms.key: terms for terms in after.values()}
        gone = [self.model(**terms._replace(amount=None)._asdict()) for key, terms in old.items() if key not in new]  # type: ignore[arg-type]
        made = [self.model(**terms._asdict()) for key, terms in new.items() if old.get(key) != terms]
        rows: list[Any] = self.bulk_create([*gone, *made], batch_size=1000)
        return rows


class PriceListChangeManager(models.Manager.from_queryset(AppendOnlyQuerySet)):  # type: ignore[misc]
    """The history of price lists."""

    def record(self, keys: Iterable[int]) -> list[Any]:
        """Write what the lists are now, where that differs from their latest row, and return the rows.

        Locks the lists until the transaction ends. Four statements.
        """
        keys, using = list(keys), self._db or router.db_for_write(self.model)
        states = self._present(keys, using)
        latest = {row.price_list_id: row for row in self._latest(keys, using)}
        rows = [
            self.model(price_list_id=key, **state)
            for key, state in states.items()
            if key not in latest or any(getattr(latest[key], name) != value for name, value in state.items())
        ]
        made: list[Any] = self.using(using).bulk_create(rows)
        return made

    def _present(self, keys: Sequence[int], using: str) -> dict[int, dict[str, Any]]:
        lists = apps.get_model("nexus_pricing", "PriceList")
        rows: Any = lists._base_manager.using(using).filter(pk__in=keys).order_by("pk")
        columns = ("country", "priority", "is_active", "valid_from", "valid_until")
        states = {
            pk: {**dict(zip(columns, values, strict=True)), "is_public": group is None, "channels": []}
            for pk, group, *values in rows.select_for_update().values_list("pk", "customer_group_id", *columns)
        }
        placed: Any = lists.channels.through._base_manager.using(using)
        for key, channel in placed.filter(pricelist__in=keys).order_by("channel").values_list("pricelist", "channel"):
            states[key]["channels"].append(channel)
        return states

    def _latest(self, keys: Sequence[int], using: str) -> Any:
        own = self.using(using).filter(price_list=OuterRef("price_list")).order_by("-pk")
        return self.using(using).filter(price_list__in=keys, pk=Subquery(own.values("pk")[:1]))


def price_history(using: str) -> Any:
    """Return the manager of the history of prices on a database."""
    return apps.get_model("nexus_pricing", "PriceChange")._default_manager.db_manager(using)


def list_history(using: str) -> Any:
    """Return the manager of the history of price lists on a database."""
    return apps.get_model("nexus_pricing", "PriceListChange")._default_manager.db_manager(using)


def plain(queryset: PriceQuerySet) -> PriceQuerySet:
    """Return all prices of the database that a queryset writes to."""
    return PriceQuerySet(queryset.model, using=queryset.db)


def in_batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the keys, so many at a time as one statement can name."""
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
