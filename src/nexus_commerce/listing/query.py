"""What a caller asks a product list for, and the conditions that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Subquery

from nexus_commerce.catalog.models import CollectionProduct, Product, ProductAncestor, Slug
from nexus_commerce.core.prepared import AnyOf, Slot
from nexus_commerce.listing.attributes import AttributeFilter
from nexus_commerce.listing.cursors import Cursor
from nexus_commerce.listing.hostfields import HostFilter
from nexus_commerce.listing.offers import product_availability
from nexus_commerce.listing.orderings import DEFAULT_ORDERING
from nexus_commerce.listing.search import ProductSearch
from nexus_commerce.listing.sql import dialect_of

__all__ = ["DEFAULT_PAGE_SIZE", "MAX_PAGE_SIZE", "Condition", "OfProduct", "ProductQuery", "conditions"]

DEFAULT_PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductQuery:
    """The filters, order and page of a product list; what is empty does not filter.

    ``category`` is a slug and takes its descendants along; ``tags`` and ``types`` match any of theirs; prices are in
    minor units of the channel's currency; ``search`` is free text, of which every word must occur.
    """

    category: str = ""
    collection: str = ""
    tags: tuple[str, ...] = ()
    types: tuple[type[Product], ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    availability: str = ""
    attributes: tuple[AttributeFilter, ...] = ()
    host: tuple[HostFilter, ...] = ()
    search: str = ""
    ordering: str = DEFAULT_ORDERING
    cursor: Cursor | None = None
    size: int = DEFAULT_PAGE_SIZE
    with_count: bool = False

    @property
    def asks_price(self) -> bool:
        """Whether candidates need their lowest price."""
        return self.price_min is not None or self.price_max is not None or self.ordering.endswith("price")


class Condition(NamedTuple):
    """A condition on products: ``key`` tells its SQL from others, ``values`` are its parameters in this request."""

    key: Hashable
    make: Callable[[], Any]
    values: Mapping[str, Any]


class OfProduct(Func):
    """An expression of hand-written SQL over the key of the product."""

    def __init__(self, make: Callable[[str], str], output_field: Any = None) -> None:
        super().__init__(F("pk"), output_field=output_field or BooleanField())
        self.make = make

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        """Return the SQL over the column of the key."""
        product, params = compiler.compile(self.get_source_expressions()[0])
        return self.make(product), params


def conditions(query: ProductQuery, using: str) -> list[Condition]:
    """Return the conditions of a query, in a fixed order."""
    found = [make(query, using) for make in _MAKERS]
    found += [each.condition(number, using) for number, each in enumerate(query.attributes)]
    found += [each.condition(number, using) for number, each in enumerate(query.host)]
    return [Condition(*each) for each in found if each is not None]


Found = tuple[Hashable, Callable[[], Any], Mapping[str, Any]] | None


def _category(query: ProductQuery, using: str) -> Found:
    if not query.category:
        return None
    return "category", _in_category, {"category": query.category}


def _in_category() -> Any:
    named = Slug.objects.filter(slug=Slot("category"), category__isnull=False, category__is_visible=True)
    best = named.annotate(other=~Q(language=Slot("language"))).order_by("other", "language")
    inside = ProductAncestor.objects.filter(product=OuterRef("pk"), category=Subquery(best.values("category")[:1]))
    return Exists(inside.order_by())


def _collection(query: ProductQuery, using: str) -> Found:
    if not query.collection:
        return None
    return "collection", _in_collection, {"collection": query.collection}


def _in_collection() -> Any:
    entries = CollectionProduct.objects.filter(
        product=OuterRef("pk"), collection__code=Slot("collection"), collection__is_visible=True
    )
    return Exists(entries.order_by())


def _tags(query: ProductQuery, using: str) -> Found:
    if not query.tags:
        return None
    dialect, tagged = dialect_of(using), Product.tags.through.objects.filter(product=OuterRef("pk"))
    return (
        "tags",
        lambda: Exists(tagged.filter(AnyOf("tag__name", "tags"))),
        {"tags": dialect.many(query.tags)},
    )


def _types(query: ProductQuery, using: str) -> Found:
    if not query.types:
        return None
    dialect = dialect_of(using)
    kinds = ContentType.objects.get_for_models(*query.types, for_concrete_models=False).values()
    return (
        "types",
        lambda: AnyOf("polymorphic_ctype", "types"),
        {"types": dialect.many(sorted(kind.pk for kind in kinds))},
    )


def _availability(query: ProductQuery, using: str) -> Found:
    wanted = query.availability
    if not wanted:
        return None
    return ("availability", wanted), lambda: OfProduct(lambda product: product_availability(product, wanted)), {}


def _search(query: ProductQuery, using: str) -> Found:
    search = ProductSearch()
    words = search.words(query.search)
    if not words:
        return None
    values = {f"word{number}": word for number, word in enumerate(words)}
    return ("search", len(words)), lambda: search.condition(len(words)), values


_MAKERS: Final = (_category, _collection, _tags, _types, _availability, _search)
