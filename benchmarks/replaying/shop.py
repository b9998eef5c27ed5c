"""The shop that the orders are replayed in: its channel, what it sells and who buys."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar
from uuid import UUID

from benchmarks.replaying.invoices import CARRIAGE_AND_CHARGES
from nexus_commerce.catalog.models import Digital, Physical, Variant
from nexus_commerce.catalog.services import ProductRow, VariantRow, create_products
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import Customer

__all__ = ["CHANNEL_COUNTRY", "COUNTRIES", "Shop", "open_shop"]

CHANNEL_COUNTRY: Final = "GB"
COUNTRIES: Final[Mapping[str, str]] = {
    "United Kingdom": "GB", "Germany": "DE", "France": "FR", "EIRE": "IE", "Spain": "ES", "Netherlands": "NL",
    "Belgium": "BE", "Switzerland": "CH", "Portugal": "PT", "Australia": "AU", "Cyprus": "CY", "Italy": "IT",
    "Finland": "FI", "Channel Islands": "JE", "Japan": "JP", "Norway": "NO", "Hong Kong": "HK", "Poland": "PL",
    "Sweden": "SE", "Austria": "AT", "Singapore": "SG", "Greece": "GR", "Iceland": "IS", "Denmark": "DK",
    "Lebanon": "LB", "Israel": "IL", "Lithuania": "LT", "Brazil": "BR", "United Arab Emirates": "AE", "USA": "US",
    "Bahrain": "BH", "Czech Republic": "CZ", "Canada": "CA", "Saudi Arabia": "SA", "Malta": "MT", "RSA": "ZA",
}  # fmt: skip
"""The file's names of countries; it also says "Unspecified" and "European Community"."""

BATCH: Final = 500
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop that is ready to take the orders: variants by stock code, customers by number."""

    channel: Channel
    variants: Mapping[str, UUID]
    customers: Mapping[str, Customer]


def open_shop(names: Mapping[str, str], customers: Iterable[str]) -> Shop:
    """Make the channel, a product for each stock code and a customer for each number. Stock is not tracked."""
    channel = Channel.objects.create(
        code="replay", name="Replay", currency="GBP", country=CHANNEL_COUNTRY, prices_include_tax=True, is_default=True
    )
    for batch in batches(names.items()):
        create_products(rows=[product_row(code, name, channel) for code, name in batch])
    rows = [Customer(email=f"{number}@customers.example") for number in customers]
    made = Customer.objects.bulk_create(rows, batch_size=BATCH)
    return Shop(
        channel=channel,
        variants=dict(Variant.objects.values_list("sku", "public_id")),
        customers={row.email.partition("@")[0]: row for row in made},
    )


def product_row(code: str, name: str, channel: Channel) -> ProductRow:
    """Return the product of a stock code; codes of carriage and charges name a service."""
    return ProductRow(
        name=name or code,
        product_type=Digital if code in CARRIAGE_AND_CHARGES else Physical,
        listings=[channel],
        variants=[VariantRow(sku=code, fields={"track_stock": False})],
    )


def batches(items: Iterable[ItemT]) -> Iterator[list[ItemT]]:
    """Yield the items some hundred at a time."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
