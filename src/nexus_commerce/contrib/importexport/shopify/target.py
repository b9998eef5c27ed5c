"""Where a file goes: a channel with its price list, a stock location, the attributes of types and vendors."""

from dataclasses import dataclass, field
from typing import Final

from nexus_commerce.catalog.models import Attribute
from nexus_commerce.catalog.services import create_attribute
from nexus_commerce.catalog.services.slugs import default_language
from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.pricing.models import PriceList

__all__ = ["Target", "prepare_target"]

ATTRIBUTES: Final = {"type": "Type", "vendor": "Vendor"}
LOCATION: Final = "default"


@dataclass(frozen=True, slots=True)
class Target:
    """What an import writes to. ``attributes`` are the codes that can be written; ``remarks`` say why others cannot."""

    channel: Channel
    price_list: PriceList
    location: StockLocation
    language: str
    attributes: frozenset[str]
    remarks: list[str] = field(default_factory=list)


def prepare_target(channel: Channel, location: StockLocation | None) -> Target:
    """Find the price list and the attributes of an import into ``channel``, making what does not exist.

    Without a location, that of the channel with the highest priority is taken, or one with the code "default" made.
    """
    remarks: list[str] = []
    usable = frozenset(code for code, name in ATTRIBUTES.items() if is_usable(code, name, remarks))
    return Target(
        channel=channel,
        price_list=base_price_list(channel),
        location=location or own_location(channel),
        language=default_language(),
        attributes=usable,
        remarks=remarks,
    )


def is_usable(code: str, name: str, remarks: list[str]) -> bool:
    """Tell whether a text attribute of products with this code is there, making it where none is."""
    attribute = Attribute.objects.filter(code=code).first()
    if attribute is None:
        create_attribute(code=code, name=name, is_filterable=True)
        return True
    restricted = attribute.product_types or attribute.categories.exists()
    plain = attribute.kind == "text" and not (attribute.on_variant or attribute.is_localized or attribute.archived_at)
    if plain and not restricted:
        return True
    remarks.append(f"The attribute {code!r} is not a plain text attribute of all products: it was not filled.")
    return False


def base_price_list(channel: Channel) -> PriceList:
    """Return the channel's list for everybody at all times, the one of lowest priority; make it where there is none."""
    lists = channel.price_lists.filter(
        currency=channel.currency,
        is_active=True,
        country="",
        customer_group__isnull=True,
        valid_from__isnull=True,
        valid_until__isnull=True,
    )
    if found := lists.order_by("priority", "id").first():
        return found
    made: PriceList = PriceList.objects.create(code=free_code(channel), name=channel.name, currency=channel.currency)
    made.channels.add(channel)
    return made


def free_code(channel: Channel) -> str:
    """Return a code for the channel's first list."""
    taken = PriceList.objects.filter(code=channel.code).exists()
    return f"{channel.code[:60]}-{channel.currency.lower()}" if taken else channel.code


def own_location(channel: Channel) -> StockLocation:
    """Return the location that serves the channel first; make one where there is none."""
    found = channel.stock_locations.filter(is_active=True).order_by("-priority", "id").first()
    if found is None:
        found, _ = StockLocation.objects.get_or_create(code=LOCATION, defaults={"name": "Default"})
        found.channels.add(channel)
    return found
