"""Adding many lines at once, at the cost of one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from nexus_commerce.cart.errors import NotForSale, bad_quantity
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services.carts import touch_cart
from nexus_commerce.cart.services.lines import check_buyable, personalization_hash
from nexus_commerce.cart.services.offers import Offer, fill_bundles, offer_of, with_offers
from nexus_commerce.cart.services.priced import LoadedCart, PricedCart, load_cart, price_loaded
from nexus_commerce.cart.signals import line_added
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.validation import clean_model

__all__ = ["NewLine", "add_lines"]


@dataclass(frozen=True, slots=True)
class NewLine:
    """Units of a variant, named by its public id, to be put into a cart; ``fields`` are further columns."""

    variant: UUID
    quantity: int = 1
    personalization: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def add_lines(*, cart: Cart, lines: Sequence[NewLine], now: datetime | None = None) -> PricedCart:
    """Put all ``lines`` into the cart, or none of them; otherwise as ``add_line`` for each.

    A constant number of statements, whatever there is to add. Raises what ``add_line`` raises, the error's field with
    the place of the line before it (``lines.1.quantity``). Sends ``line_added`` for each.
    """
    moment = now or timezone.now()
    touch_cart(cart=cart)
    loaded = load_cart(cart, now=moment)
    offers = find_offers(cart.channel, {new.variant for new in lines}, now=moment)
    rows = []
    for place, new in enumerate(lines):
        with naming(place):
            rows.append(put(loaded, new, offers))
    nexus_settings.CART_POLICY().check_lines(lines=loaded.lines)
    priced = price_loaded(loaded, now=moment)
    see(priced, rows)
    save(rows, {name for new in lines for name in new.fields}, now=moment)
    for new, row in zip(lines, rows, strict=True):
        line_added.send_after_commit(CartLine, cart=cart, line=row, quantity=new.quantity)
    return priced


def find_offers(channel: Channel, public_ids: set[UUID], *, now: datetime) -> dict[UUID, Offer]:
    """Return what ``channel`` offers of the variants now; what it does not offer is absent."""
    variants = Variant.objects.select_related("product").filter(public_id__in=public_ids)
    offers = [offer_of(variant, variant) for variant in with_offers(variants, channel=channel, now=now)]
    fill_bundles(offers, channel=channel)
    return {offer.variant.public_id: offer for offer in offers if offer.is_listed}


def put(loaded: LoadedCart, new: NewLine, offers: Mapping[UUID, Offer]) -> CartLine:
    """Put units onto the line of a loaded cart that they belong to, else onto a new one; save nothing."""
    offer = offers.get(new.variant)
    if offer is None:
        raise NotForSale(field="variant")
    if new.quantity < 1:
        raise bad_quantity(offer.variant)
    policy = nexus_settings.CART_POLICY()
    policy.check_personalization(variant=offer.variant, personalization=new.personalization)
    digest = personalization_hash(new.personalization)
    same = (li for li in loaded.lines if li.variant_id == offer.variant.pk and li.personalization_hash == digest)
    if (row := next(same, None)) is None:
        wish = dict(new.personalization)
        row = CartLine(
            cart=loaded.cart, variant=offer.variant, quantity=0, personalization=wish, personalization_hash=digest
        )
        loaded.lines.append(row)
        loaded.offers.append(offer)
    row.quantity += new.quantity
    for name, value in new.fields.items():
        setattr(row, name, value)
    clean_model(row, new.fields)
    policy.check_quantity(variant=row.variant, quantity=row.quantity)
    # Whoever adds units sees their present price in the reply: what was seen before no longer counts.
    row.seen_unit_price = None
    return row


def see(priced: PricedCart, rows: Sequence[CartLine]) -> None:
    """Refuse what cannot be bought, and note the present prices as seen."""
    entries = {entry.line.public_id: entry for entry in priced.lines}
    for place, row in enumerate(rows):
        entry = entries[row.public_id]
        with naming(place):
            check_buyable(priced, entry)
        if entry.quote is not None:
            row.seen_unit_price, row.seen_per = entry.quote.unit_price, entry.quote.per


def save(rows: Sequence[CartLine], columns: set[str], *, now: datetime) -> None:
    """Insert the new rows and update the others, each once, in one statement each."""
    once = {row.public_id: row for row in rows}.values()
    known = [row for row in once if not row._state.adding]
    CartLine.objects.bulk_create([row for row in once if row._state.adding])
    for row in known:
        row.updated_at = now
    if known:
        CartLine.objects.bulk_update(known, ["quantity", "seen_unit_price", "seen_per", "updated_at", *columns])


@contextmanager
def naming(place: int) -> Iterator[None]:
    """Put the place of the line before the field that an error names."""
    try:
        yield
    except CommerceError as exc:
        exc.field = f"lines.{place}.{exc.field}" if exc.field else f"lines.{place}"
        raise
