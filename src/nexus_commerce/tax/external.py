"""What an outside tax engine is asked, and what it answers: plain data.

Amounts are integers of the minor unit of ``currency``, after discounts, with tax where ``prices_include_tax``.
"""

import hashlib
import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from nexus_commerce.core.addresses import AnyAddress
from nexus_commerce.pricing.inputs import CartInput, Taxation, TaxRate
from nexus_commerce.pricing.totals import Charged, Totals

__all__ = [
    "ExternalTaxAnswer",
    "ExternalTaxRequest",
    "TaxDestination",
    "TaxedItem",
    "external_taxations",
    "faults_of",
    "keep_answer",
    "request_for",
    "with_taxations",
]


@dataclass(frozen=True, slots=True)
class TaxDestination:
    """Where goods go; nobody's name, for a tax does not depend on it."""

    country: str
    region: str = ""
    postal_code: str = ""
    city: str = ""
    line1: str = ""
    line2: str = ""
    line3: str = ""


@dataclass(frozen=True, slots=True)
class TaxedItem:
    """A line, shipping charge or fee that costs something: ``key`` is ``line:…``, ``shipping:…`` or ``fee:…``.

    An empty ``tax_class`` is the default one of a line; a charge without one goes with the goods.
    """

    key: str
    amount: int
    quantity: int = 1
    tax_class: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True)
class ExternalTaxRequest:
    """What is sold, from the country ``origin`` to where. Without an address the goods stay there."""

    channel: str
    currency: str
    prices_include_tax: bool
    origin: str
    destination: TaxDestination
    items: tuple[TaxedItem, ...]
    vat_number: str = ""
    is_exempt: bool = False

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of everything in it: an answer holds for the very same request only."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ExternalTaxAnswer:
    """How each item of a request is taxed, by its key: rates with an amount for each, or none with a ``reason``.

    ``expires_at`` is needed only where the engine itself limits its answer; it shortens the policy's ``valid_for``.
    """

    taxations: Mapping[str, Taxation]
    expires_at: datetime | None = None


def request_for(
    cart: CartInput,
    totals: Totals,
    *,
    origin: str,
    destination: AnyAddress | None,
    vat_number: str = "",
    is_exempt: bool = False,
) -> ExternalTaxRequest | None:
    """Return what an engine is asked for a cart, of its totals without tax; None where nothing costs anything."""
    items = tuple(items_of(cart, totals))
    if not items:
        return None
    names = TaxDestination.__dataclass_fields__
    return ExternalTaxRequest(
        channel=cart.facts.channel,
        currency=cart.currency,
        prices_include_tax=cart.prices_include_tax,
        origin=origin,
        destination=TaxDestination(**{name: getattr(destination, name) for name in names})
        if destination is not None
        else TaxDestination(origin),
        items=items,
        vat_number=vat_number,
        is_exempt=is_exempt,
    )


def items_of(cart: CartInput, totals: Totals) -> Iterator[TaxedItem]:
    """Yield what costs something."""
    skus = {line.key: line.facts.sku for line in cart.lines}
    kinds: list[tuple[str, tuple[Charged, ...]]] = [
        ("line", totals.lines),
        ("shipping", totals.shipping),
        ("fee", totals.fees),
    ]
    for kind, charges in kinds:
        for charge in charges:
            amount = charge.subtotal - charge.discount_total
            if amount:
                key = key_of(kind, charge.key)
                yield TaxedItem(key, amount, charge.quantity, charge.tax_class, skus.get(charge.key, ""))


def key_of(kind: str, key: Hashable) -> str:
    return f"{kind}:{key}"


def faults_of(request: ExternalTaxRequest, answer: ExternalTaxAnswer) -> list[str]:
    """Return what is wrong with an answer, an English sentence each."""
    found: list[str] = []
    for item in request.items:
        taxation = answer.taxations.get(item.key)
        if taxation is None:
            found.append(f"{item.key} is missing.")
        elif not taxation.rates:
            found += [] if taxation.reason else [f"{item.key} has neither rates nor a reason."]
        elif taxation.amounts is None or len(taxation.amounts) != len(taxation.rates):
            found.append(f"{item.key} needs one amount for each rate.")
        elif any(type(amount) is not int or amount < 0 for amount in taxation.amounts):
            found.append(f"{item.key} has an amount that is no whole number of minor units, from zero.")
        elif request.prices_include_tax and sum(taxation.amounts) > item.amount:
            found.append(f"{item.key} would include more tax than it costs.")
    return found


def keep_answer(answer: ExternalTaxAnswer, *, fingerprint: str, expires_at: datetime) -> dict[str, Any]:
    """Return an answer as ``Cart.tax_answer`` keeps it: for which request, and until when it holds."""
    return {
        "fingerprint": fingerprint,
        "expires_at": expires_at.isoformat(),
        "taxations": {key: asdict(taxation) for key, taxation in answer.taxations.items()},
    }


def external_taxations(kept: Mapping[str, Any], fingerprint: str, *, now: datetime) -> dict[str, Taxation] | None:
    """Return how each item is taxed, by its key, from a ``Cart.tax_answer``.

    None where it is an answer to another request, has expired, or cannot be read.
    """
    try:
        if kept["fingerprint"] != fingerprint or now >= datetime.fromisoformat(kept["expires_at"]):
            return None
        return {key: taxation_from(data) for key, data in kept["taxations"].items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def taxation_from(data: Mapping[str, Any]) -> Taxation:
    """Read a taxation back from JSON."""
    amounts = data["amounts"]
    return Taxation(
        rates=tuple(TaxRate(**rate) for rate in data["rates"]),
        reason=data["reason"],
        amounts=None if amounts is None else tuple(amounts),
    )


def with_taxations(cart: CartInput, taxations: Mapping[str, Taxation]) -> CartInput:
    """Return the input with what an engine said of each line, shipping charge and fee."""
    return replace(
        cart,
        lines=[replace(line, taxation=taxations.get(key_of("line", line.key))) for line in cart.lines],
        shipping=[replace(one, taxation=taxations.get(key_of("shipping", one.method))) for one in cart.shipping],
        fees=[replace(fee, taxation=taxations.get(key_of("fee", fee.code))) for fee in cart.fees],
    )
