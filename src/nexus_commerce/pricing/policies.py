"""What a variant costs."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import router
from django.db.models import BigIntegerField, CharField, DateTimeField, Q, QuerySet

from nexus_commerce.catalog.querysets import within_window
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.prepared import AnyOf, Prepared, Slot
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.pricing.inputs import CartFacts, FeeInput, LineInput, Quote, Rounding
from nexus_commerce.pricing.models import Price

__all__ = ["FeeContext", "FeePolicy", "PriceContext", "PricePolicy", "PriceQuery", "RoundingPolicy"]

COLUMNS = (
    "variant_id",
    "amount",
    "per",
    "compare_at",
    "floor",
    "min_quantity",
    "price_list__code",
    "price_list_id",
)


@dataclass(frozen=True, slots=True)
class PriceQuery:
    """A variant whose price is asked for, under the asker's own ``key``."""

    key: Hashable
    variant_id: int
    quantity: int = 1
    personalization: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PriceContext:
    """For whom, where and when a price is asked for."""

    channel_id: int
    currency: str
    now: datetime
    country: str = ""
    customer_id: int | None = None


class PricePolicy:
    """Quote prices. Called with all lines of a cart, or all variants of a page, at once.

    Replace it for prices from elsewhere (an ERP's snapshot, a customer's contract); answer any number of queries in a
    constant number of statements, and never ask a network: it is called inside transactions.
    """

    def quote(self, queries: Sequence[PriceQuery], context: PriceContext) -> dict[Hashable, Quote]:
        """Return the quote of each query by its key; a variant without a price is absent.

        Lists of the context's currency and channel are asked, whose country and customer group are empty or match, in
        this order: higher priority, then with a customer group, then with a country, then older (lower id). The first
        list with a price in force for the quantity wins; in it, the largest ``min_quantity`` not above the quantity,
        then the latest ``valid_from``.
        """
        by_variant = defaultdict(list)
        for row in self.rows({query.variant_id for query in queries}, context):
            by_variant[row["variant_id"]].append(row)
        quotes: dict[Hashable, Quote] = {}
        for query in queries:
            for row in by_variant[query.variant_id]:
                if row["min_quantity"] <= query.quantity:
                    quotes[query.key] = quote_of(row)
                    break
        return quotes

    def rows(self, variant_ids: set[int], context: PriceContext) -> list[dict[str, Any]]:
        """Return the prices in force for the variants, best first."""
        values: dict[str, Any] = {
            "variants": sorted(variant_ids),
            "channel": context.channel_id,
            "currency": context.currency,
            "country": context.country,
            "now": context.now,
        }
        using = router.db_for_read(Price)
        if context.customer_id is None:
            prices = PRICES.run(using, **values)
        else:
            prices = PRICES_OF_CUSTOMER.run(using, **values, customer=context.customer_id)
        return sorted(prices, key=rank)


def prices_in_force(groups: Q) -> QuerySet[Price, dict[str, Any]]:
    """Return the prices in force of lists whose customer group is empty or fits ``groups``, with slots for the rest."""
    now: Any
    country, now = Slot("country", CharField()), Slot("now", DateTimeField())
    prices: QuerySet[Price, dict[str, Any]] = (
        Price.objects.filter(
            Q(price_list__customer_group__isnull=True) | groups,
            Q(price_list__country="") | Q(price_list__country=country),
            AnyOf("variant_id", "variants"),
            within_window("price_list__valid_from", "price_list__valid_until", now),
            within_window("valid_from", "valid_until", now),
            price_list__is_active=True,
            price_list__currency=Slot("currency", CharField()),
            price_list__channels=Slot("channel", BigIntegerField()),
        )
        .order_by()
        .values(
            *COLUMNS,
            "id",
            "valid_from",
            "price_list__priority",
            "price_list__customer_group",
            "price_list__country",
        )
    )
    return prices


def prices_of_customer() -> QuerySet[Price, dict[str, Any]]:
    """Return the prices in force, those of the customer's groups among them."""
    own = CustomerGroup.objects.filter(customers=Slot("customer", BigIntegerField()))
    return prices_in_force(Q(price_list__customer_group__in=own))


FIELDS: Final[dict[str, Any]] = {
    "variants": BigIntegerField(),
    "channel": BigIntegerField(),
    "currency": CharField(),
    "country": CharField(),
    "now": DateTimeField(),
}
PRICES: Final = Prepared(lambda: prices_in_force(Q()), **FIELDS)
PRICES_OF_CUSTOMER: Final = Prepared(prices_of_customer, **FIELDS, customer=BigIntegerField())


def rank(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the sort key of a price in force; the documented order of ``PricePolicy.quote``."""
    return (
        -row["price_list__priority"],
        row["price_list__customer_group"] is None,
        not row["price_list__country"],
        row["price_list_id"],
        -row["min_quantity"],
        -row["valid_from"].timestamp() if row["valid_from"] else 0,
        row["id"],
    )


def quote_of(row: Mapping[str, Any]) -> Quote:
    """Return the quote that a price row makes. A compare-at price below the price itself is not shown."""
    return Quote(
        unit_price=row["amount"],
        per=row["per"],
        list_price=max(row["compare_at"] or 0, row["amount"]),
        price_list=row["price_list__code"],
        floor=row["floor"],
        min_quantity=row["min_quantity"],
    )


class RoundingPolicy:
    """Say how amounts are rounded. Asked once for each pricing, and stamped on each order.

    Replace ``rounding``, or the whole answer for a channel whose law or bookkeeping asks for another.
    """

    default: ClassVar[Rounding] = Rounding()

    def rounding(self, *, channel: Channel) -> Rounding:
        """Return how amounts of carts in ``channel`` are rounded."""
        return self.default


@dataclass(frozen=True, slots=True)
class FeeContext:
    """What a fee may depend on; ``lines`` are the priced ones."""

    channel: Channel
    currency: str
    now: datetime
    lines: Sequence[LineInput]
    facts: CartFacts


class FeePolicy:
    """Say which fees a cart pays. Called inside transactions for every pricing; ask no network.

    Replace it for gift wrap, a small-order surcharge, a deposit that depends on rows. What can be computed from the
    cart alone is as well a step of the pipeline.
    """

    def fees(self, context: FeeContext) -> Sequence[FeeInput]:
        """Return the fees, each with a code of its own; none by default."""
        return ()
