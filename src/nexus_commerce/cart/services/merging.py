"""Taking a guest's cart over when its shopper signs in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.cart.errors import CartNotFound, CartNotOpen, CustomerHasCart
from nexus_commerce.cart.models import Cart, CartAddress, CartLine
from nexus_commerce.cart.services.carts import touch_cart
from nexus_commerce.cart.services.merged_lines import MergeWarning, take_lines
from nexus_commerce.cart.services.priced import LoadedCart, PricedCart, load_cart, price_cart, price_loaded, see_price
from nexus_commerce.cart.services.uniting import fill_fields
from nexus_commerce.cart.signals import carts_merged
from nexus_commerce.core.errors import Conflict
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.tokens import hash_token
from nexus_commerce.customers.models import Customer

__all__ = ["MergedCart", "claim_cart", "find_guest_cart", "hand_over_cart", "merge_carts"]


@dataclass(frozen=True, slots=True)
class MergedCart:
    """The customer's cart as it is now, and what could not be taken over, or not all of it."""

    priced: PricedCart
    warnings: tuple[MergeWarning, ...] = ()


def find_guest_cart(*, token: str | None) -> Cart:
    """Return the ownerless cart that a token opens, with its channel. Raises ``CartNotFound``."""
    cart = None
    if token:
        mine = Cart.objects.filter(token_hash=hash_token(token), customer__isnull=True)
        cart = mine.select_related("channel").first()
    if cart is None:
        raise CartNotFound
    return cart


@transaction.atomic
def hand_over_cart(*, guest: Cart, customer: Customer, now: datetime | None = None) -> MergedCart:
    """Let a customer have what is in a guest's cart: merge it into the customer's open cart in its channel, or make it
    the customer's own where there is none.

    This is what a login calls, with the cart that ``find_cart`` or ``find_guest_cart`` opened by the guest's token.
    Locks, errors and signal are those of ``merge_carts`` and ``claim_cart``.
    """
    cart = open_cart_of(customer, guest)
    if cart is None:
        try:
            return claim_cart(guest=guest, customer=customer, now=now)
        except CustomerHasCart:  # made a moment ago; what was locked is free again
            cart = open_cart_of(customer, guest)
    if cart is None:
        raise CartNotOpen
    cart.customer = customer
    return merge_carts(cart=cart, guest=guest, now=now)


def open_cart_of(customer: Customer, guest: Cart) -> Cart | None:
    """Return the customer's open cart of the guest's channel and name, if there is one."""
    own = Cart.objects.select_related("channel").filter(customer=customer, channel=guest.channel_id, name=guest.name)
    return own.filter(state="open").first()


@transaction.atomic
def merge_carts(*, cart: Cart, guest: Cart, now: datetime | None = None) -> MergedCart:
    """Put what is in an ownerless ``guest`` cart into a customer's ``cart``, and close the former.

    Lines of one variant and personalization become one, with the quantity that the cart policy says; lines that differ
    in either stay apart. What is beyond stock, the variant's limits or the cart's is left out with a warning, and
    nothing that the customer's cart had is taken out. Codes are added, and addresses, e-mail, note, shipping method,
    free data and a host's own fields are filled in where the customer's cart has none. The guest's cart becomes
    ``merged`` and its token opens nothing any more.

    Both carts are locked in the order of their keys; a constant number of statements, whatever they hold. Raises
    ``CartNotOpen`` where one is being ordered, ordered or merged already, ``Conflict`` for carts of different channels,
    and changes nothing then. Sends ``carts_merged``.
    """
    moment = now or timezone.now()
    if cart.channel_id != guest.channel_id:
        raise Conflict(_("The carts belong to different sales channels."))
    for row in sorted((cart, guest), key=lambda row: row.pk):
        touch_cart(cart=row, state="merged" if row is guest else "open")
    check_ownerless(guest)
    loaded, theirs = load_cart(cart, now=moment), load_cart(guest, now=moment)
    before = {line.public_id: line.quantity for line in loaded.lines}
    warnings = take_lines(loaded, theirs)
    columns = fill_fields(cart, guest)
    take_addresses(loaded, theirs)
    priced = price_loaded(loaded, now=moment)
    save_lines(priced, before, now=moment)
    if columns:
        cart.save(update_fields=columns)
    guest.token_hash = None
    guest.save(update_fields=["token_hash"])
    carts_merged.send_after_commit(Cart, cart=cart, guest=guest, warnings=warnings)
    return MergedCart(priced, warnings)


@transaction.atomic
def claim_cart(*, guest: Cart, customer: Customer, now: datetime | None = None) -> MergedCart:
    """Make an ownerless cart that of a customer who has no open one in its channel; its token opens nothing any more.

    The cart is locked, then the customer, as making a cart does. Raises ``CartNotOpen`` where it is being ordered,
    ordered or merged, and ``CustomerHasCart``. Sends ``carts_merged``.
    """
    touch_cart(cart=guest)
    check_ownerless(guest)
    lock_rows(Customer.objects.filter(pk=customer.pk))
    if open_cart_of(customer, guest) is not None:
        raise CustomerHasCart
    guest.customer, guest.token_hash, guest.email = customer, None, guest.email or customer.email
    guest.save(update_fields=["customer", "token_hash", "email"])
    carts_merged.send_after_commit(Cart, cart=guest, guest=guest, warnings=())
    return MergedCart(price_cart(cart=guest, now=now))


def check_ownerless(guest: Cart) -> None:
    """Raise ``CartNotOpen`` where a locked cart became a customer's meanwhile."""
    if guest.customer_id is not None:
        raise CartNotOpen


def take_addresses(loaded: LoadedCart, theirs: LoadedCart) -> None:
    """Move the addresses that the customer's cart has not."""
    taken = {kind: row for kind, row in theirs.addresses.items() if kind not in loaded.addresses}
    if taken:
        CartAddress.objects.filter(pk__in=[row.pk for row in taken.values()]).update(cart=loaded.cart)
        loaded.addresses |= taken


def save_lines(priced: PricedCart, before: dict[UUID, int], *, now: datetime) -> None:
    """Save the lines that are new to the cart, or have more units than ``before``.

    The shopper sees the present price of the latter in the reply; of the former it is known which price was seen.
    """
    changed = []
    for entry in priced.lines:
        line = entry.line
        if entry.is_gift or before.get(line.public_id) == line.quantity:
            continue
        if line.public_id in before:
            see_price(entry)
        line.updated_at = now
        changed.append(line)
    columns = ["cart", "quantity", "seen_unit_price", "seen_per", "updated_at"]
    if changed:
        CartLine.objects.bulk_update(changed, columns)
