"""What the demo shop charges besides its prices, as its TOML files say it: taxes, shipping, promotions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from nexus_commerce.contrib.demo.catalogue import CatalogueError
from nexus_commerce.contrib.demo.reading import DATA, read_toml

__all__ = [
    "AreaSpec",
    "MethodSpec",
    "PromotionSpec",
    "RateSpec",
    "Terms",
    "ZoneSpec",
    "read_terms",
]

SpecT = TypeVar("SpecT")


@dataclass(frozen=True, kw_only=True)
class AreaSpec:
    """Where on earth: some countries, and of these a region or postcodes; an empty country is everywhere."""

    countries: list[str] = field(default_factory=list)
    region: str = ""
    postcodes: str = ""


@dataclass(frozen=True, kw_only=True)
class RateSpec:
    tax_class: str
    name: str
    rate: str

    @property
    def percent(self) -> Decimal:
        return Decimal(self.rate)


@dataclass(frozen=True, kw_only=True)
class ZoneSpec(AreaSpec):
    """A zone of taxes or of shipping; the latter has no rates."""

    code: str
    name: str
    allows_reverse_charge: bool = False
    rates: list[RateSpec] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MethodSpec:
    """A shipping method: its columns, and what it costs, as the services of shipping take them."""

    fields: Mapping[str, Any]
    rates: list[Mapping[str, Any]]
    channels: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    pickup_location: str = ""


@dataclass(frozen=True, kw_only=True)
class PromotionSpec:
    """A promotion: its columns, in whose rules a category is named by its slug. ``key`` tells it from the others."""

    key: str
    fields: Mapping[str, Any]
    channels: list[str] = field(default_factory=list)
    coupons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Terms:
    tax_classes: list[Mapping[str, Any]]
    tax_zones: list[ZoneSpec]
    shipping_zones: list[ZoneSpec]
    shipping_methods: list[MethodSpec]
    customer_groups: list[Mapping[str, Any]]
    promotions: list[PromotionSpec]


def read_terms(more: Iterable[Path] = ()) -> Terms:
    """Read the terms that ship with the library, with those of the files ``more`` added.

    Raises :class:`CatalogueError` naming the file and the field that is wrong.
    """
    found: dict[str, list[Any]] = {name: [] for name in Terms.__dataclass_fields__}
    for path in (DATA / "terms.toml", *more):
        for name, rows in read_toml(path).items():
            if name not in found:
                raise CatalogueError(f"{path.name}: {name!r} is not known.")
            found[name] += [read_row(path, name, row) for row in rows]
    return Terms(**found)


def read_row(path: Path, name: str, row: Mapping[str, Any]) -> Any:
    """Return a row as the class of its table; classes and groups stay as they are."""
    if name in ("tax_classes", "customer_groups"):
        return row
    kinds = {"shipping_methods": MethodSpec, "promotions": PromotionSpec}
    rates = [made(path, RateSpec, rate) for rate in row.get("rates", ())] if name == "tax_zones" else None
    return made(path, kinds.get(name, ZoneSpec), row if rates is None else {**row, "rates": rates})


def made(path: Path, kind: type[SpecT], row: Mapping[str, Any]) -> SpecT:
    """Return the object that a table describes, or say what it lacks or has too much."""
    try:
        return kind(**row)
    except TypeError as error:
        raise CatalogueError(f"{path.name}: {row.get('code') or row.get('key') or kind.__name__}: {error}") from error
