"""How goods are taxed where they go, and whether a business pays the tax itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final, Literal

from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.area_matching import Place
from nexus_commerce.customers.abstract_models import AddressFields
from nexus_commerce.pricing.inputs import Taxation
from nexus_commerce.tax import vat_numbers
from nexus_commerce.tax.external import ExternalTaxAnswer, ExternalTaxRequest
from nexus_commerce.tax.zones import Zone, find_rates, find_zones

__all__ = ["ExternalTaxPolicy", "TaxAnswer", "TaxPolicy", "TaxQuery", "Taxations", "VatNumberPolicy"]

NO_RATE: Final = Taxation(reason="no_rate")
EXEMPT: Final = Taxation(reason="exempt")
REVERSE_CHARGE: Final = Taxation(reason="reverse_charge")


@dataclass(frozen=True, slots=True)
class TaxQuery:
    """For whom and where taxes are asked for. Without a destination the goods stay in the channel's country."""

    channel: Channel
    now: datetime
    destination: AddressFields | None = None
    vat_number: str = ""
    is_exempt: bool = False


@dataclass(frozen=True, slots=True)
class TaxAnswer:
    """How each tax class is taxed, by its code; "" is the default class, that of lines without one.

    ``taxes`` is the tax where the goods go, ``included`` the one at home, which prices with tax hold. ``outside`` is
    what was asked where an outside engine answers: then what it said of the whole cart is used in place of both.
    """

    taxes: Mapping[str, Taxation] = field(default_factory=dict)
    included: Mapping[str, Taxation] = field(default_factory=dict)
    keeps: Literal["gross", "net"] = "gross"
    outside: TaxQuery | None = None


class Taxations(Mapping[str, Taxation]):
    """How each tax class is taxed, where one answer stands for all that are not named: no key is missing."""

    def __init__(self, named: Mapping[str, Taxation], *, rest: Taxation) -> None:
        self.named = {"": rest, **named}
        self.rest = rest

    def __getitem__(self, tax_class: str) -> Taxation:
        return self.named.get(tax_class, self.rest)

    def __iter__(self) -> Iterator[str]:
        return iter(self.named)

    def __len__(self) -> int:
        return len(self.named)


class TaxPolicy:
    """Say how each tax class is taxed, by the zones and rates in the database.

    Asked once for each pricing, inside transactions: ask no network here. For an outside engine, subclass
    ``ExternalTaxPolicy``. ``keeps`` says what stays fixed where the tax at the destination is not the one
    that the prices include: the gross price (also "net": then shoppers abroad pay another price).
    """

    keeps: ClassVar[Literal["gross", "net"]] = "gross"

    def taxes(self, query: TaxQuery) -> TaxAnswer:
        """Return how each tax class is taxed at ``query.now``. At most two statements.

        Of the active zones that fit an address, the one with the most precise area is taken, then the one with the
        higher priority, then the older one. Its rates of a class apply together, older ones first. A class without a
        rate there has the reason ``no_rate``; a shop without any zone has empty answers.
        """
        home = Place(query.channel.country)
        there = place_of(query.destination) or home
        found_zones = find_zones(there, home)
        if found_zones is None:
            return TaxAnswer(keeps=self.keeps)
        zone, home_zone = found_zones
        rates = find_rates({found.id for found in (zone, home_zone) if found}, query.now)
        taxes = Taxations(rates.get(zone.id, {}) if zone else {}, rest=NO_RATE)
        included = Taxations(rates.get(home_zone.id, {}) if home_zone else {}, rest=NO_RATE)
        if query.is_exempt:
            taxes = Taxations({}, rest=EXEMPT)
        elif self.is_reverse_charged(query, zone, home_zone):
            taxes = Taxations({}, rest=REVERSE_CHARGE)
        return TaxAnswer(taxes, included if query.channel.prices_include_tax else {}, self.keeps)

    def is_reverse_charged(self, query: TaxQuery, zone: Zone | None, home_zone: Zone | None) -> bool:
        """Tell whether the buyer owes the tax: a business in another member country, by its VAT number there.

        Directive 2006/112/EC, articles 138 (goods sent to another member country) and 196 (services).
        """
        if query.destination is None or query.destination.country == query.channel.country:
            return False
        if not query.vat_number or not all(found and found.allows_reverse_charge for found in (zone, home_zone)):
            return False
        return nexus_settings.VAT_NUMBER_POLICY().is_valid(number=query.vat_number, country=query.destination.country)


class ExternalTaxPolicy(TaxPolicy):
    """Let an outside tax engine say how a cart is taxed. Subclass it and write ``fetch``.

    ``cart.services.refresh_tax`` asks it, before any transaction, and keeps the answer on the cart with the fingerprint
    of what it depended on: amounts after discounts, classes, address, VAT number and currency. Pricing, inside
    transactions, uses the kept answer and nothing else. Where there is none that fits, the cart has no tax and the
    change ``tax_outdated``, which is in the way of a checkout.

    ``timeout`` is how many seconds a shopper waits, ``valid_for`` how long an answer is kept, and ``max_running`` how
    many calls may run at once in a process. Prices keep their gross amount wherever the goods go. Discounts that a
    promotion fixes in the basis that the prices are not in are asked for as if there was no tax.
    """

    timeout: ClassVar[float] = 5.0
    valid_for: ClassVar[timedelta] = timedelta(hours=1)
    max_running: ClassVar[int] = 8

    def taxes(self, query: TaxQuery) -> TaxAnswer:
        """Return that an outside engine answers."""
        return TaxAnswer(outside=query)

    def fetch(self, request: ExternalTaxRequest) -> ExternalTaxAnswer:
        """Ask the engine how each item of the request is taxed. Called in a thread of its own, in no transaction.

        Every item needs an answer: rates and an amount for each, in minor units, or no rates and a reason. Raise
        ``tax.errors.TaxEngineError`` where there is none. Give every call to the network a time limit of at most
        ``self.timeout``, take nothing from the request into an address unquoted, and touch no database. Test yours
        with ``nexus_commerce.testing.tax_engines.TaxEngineCompliance``.
        """
        raise NotImplementedError


def place_of(address: AddressFields | None) -> Place | None:
    """Return what zones ask of an address."""
    return Place(address.country, address.region, address.postal_code) if address is not None else None


class VatNumberPolicy:
    """Say whether a VAT number is one of a business that may owe the tax itself.

    The default knows the numbers of the EU and of Northern Ireland by their form and check digits; it needs the extra
    ``vat`` and, without it, finds no number valid, so that tax is charged. It asks no network, for pricing asks it
    inside transactions. A host that asks the EU's VIES does so when an address is saved or in a task, keeps the answer
    and its date in a table of its own, and reads that table here.
    """

    def is_valid(self, *, number: str, country: str) -> bool:
        """Tell whether ``number`` is the VAT number of a business in ``country`` (ISO 3166-1 alpha-2). Never raises.

        Its prefix may be missing, but for Northern Ireland, whose country is GB: there only numbers with XI count.
        """
        return vat_numbers.is_valid(number, country)
