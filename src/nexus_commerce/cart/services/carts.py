"""Making, finding and changing carts."""

from collections.abc import Mapping
from typing import Any, Final, Literal
from uuid import UUID

from django.db import router, transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, F, IntegerField, UUIDField
from django.utils import timezone

from nexus_commerce.cart.errors import CartNotFound, CartNotOpen
from nexus_commerce.cart.models import Cart, CartAddress
from nexus_commerce.cart.signals import cart_changed, cart_created
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.prepared import Prepared, PreparedUpdate, Slot
from nexus_commerce.core.tokens import hash_token, new_token
from nexus_commerce.core.validation import clean_model
from nexus_commerce.customers.models import Customer
from nexus_commerce.customers.services import AddressData

__all__ = ["change_cart", "create_cart", "find_cart", "set_address", "touch_cart"]

CARTS: Final = Prepared(
    lambda: Cart.objects.select_related("channel").filter(public_id=Slot("public_id", UUIDField())).order_by(),
    public_id=UUIDField(),
)
OPEN_CART: Final[dict[str, Any]] = {"pk": Slot("cart", BigIntegerField()), "state": "open"}
TOUCHED: Final[dict[str, Any]] = {
    "version": F("version") + 1,
    "state": Slot("state", CharField()),
    "updated_at": Slot("now", DateTimeField()),
}
SLOTS: Final[dict[str, Any]] = {"cart": BigIntegerField(), "state": CharField(), "now": DateTimeField()}
TOUCH: Final = PreparedUpdate(
    lambda: Cart.objects.filter(**OPEN_CART, version=Slot("version", IntegerField())),
    columns=TOUCHED,
    **SLOTS,
    version=IntegerField(),
)
TOUCH_ANY_VERSION: Final = PreparedUpdate(lambda: Cart.objects.filter(**OPEN_CART), columns=TOUCHED, **SLOTS)


@transaction.atomic
def create_cart(
    *, channel: Channel, customer: Customer | None = None, name: str = "", fields: Mapping[str, Any] | None = None
) -> tuple[Cart, str | None]:
    """Make an open cart, and return it with the token that opens it; a customer's cart has none.

    A customer, who is locked, with an open cart of that name in the channel gets that one. ``fields`` are those of
    ``change_cart``. The token is shown this once: only its hash is kept. Sends ``cart_created``.
    """
    if customer is not None:
        lock_rows(Customer.objects.filter(pk=customer.pk))
        found = Cart.objects.select_related("channel").filter(
            customer=customer, channel=channel, name=name, state="open"
        )
        if cart := found.first():
            return (change_cart(cart=cart, fields=fields) if fields else cart), None
    token = None if customer is not None else new_token()
    cart = Cart(
        channel=channel,
        customer=customer,
        name=name,
        token_hash=hash_token(token) if token else None,
        currency=channel.currency,
        email=customer.email if customer else "",
        language=channel.default_language,
    )
    for field, value in (fields or {}).items():
        setattr(cart, field, value)
    clean_model(cart, ["name", *(fields or ())])
    cart.save(force_insert=True)
    cart_created.send_after_commit(Cart, cart=cart)
    return cart, token


def find_cart(*, public_id: UUID, token: str | None = None, customer: Customer | None = None) -> Cart:
    """Return the cart that the caller may open: a customer's own, or an ownerless one by its token.

    One statement, with the cart's channel. Raises ``CartNotFound`` in every other case alike, so that nobody learns
    which carts exist.
    """
    cart = next(iter(CARTS.run(router.db_for_write(Cart), public_id=public_id)), None)
    if cart is not None and cart.customer_id is not None and customer is not None and cart.customer_id == customer.pk:
        cart.customer = customer
        return cart
    if cart is not None and cart.customer_id is None and token and cart.token_hash == hash_token(token):
        return cart
    raise CartNotFound


def touch_cart(*, cart: Cart, state: str = "open") -> None:
    """Lock an open cart until the transaction ends, by the UPDATE that counts its version; set ``state``.

    The first statement of every change of a cart, so that changes of one cart wait for each other, on SQLite too.
    Brings ``cart`` up to date when another change came in between. Raises ``CartNotOpen``.
    """
    now, using = timezone.now(), router.db_for_write(Cart)
    values = {"cart": cart.pk, "state": state, "now": now}
    if TOUCH.run(using, **values, version=cart.version):
        cart.version += 1
        cart.state, cart.updated_at = state, now
        return
    if not TOUCH_ANY_VERSION.run(using, **values):
        raise CartNotOpen
    (fresh,) = lock_rows(Cart.objects.filter(pk=cart.pk).select_related("channel", "customer"))
    cart.__dict__.update(fresh.__dict__)


@transaction.atomic
def change_cart(*, cart: Cart, fields: Mapping[str, Any]) -> Cart:
    """Set fields of a cart: ``email``, ``note``, ``language``, ``metadata``, or a host's own.

    A shipping method is chosen by ``choose_shipping``, which knows what is offered and at which price. The door decides
    which names it lets through. Raises ``InvalidInput`` naming a field that is not valid and ``CartNotOpen``. Sends
    ``cart_changed``.
    """
    touch_cart(cart=cart)
    for name, value in fields.items():
        setattr(cart, name, value)
    clean_model(cart, fields)
    cart.save(update_fields=[*fields])
    cart_changed.send_after_commit(Cart, cart=cart, fields=sorted(fields))
    return cart


@transaction.atomic
def set_address(*, cart: Cart, kind: Literal["shipping", "billing"], address: AddressData) -> CartAddress:
    """Set the shipping or billing address of a cart; without a billing address, bills go to the shipping address.

    Raises ``InvalidInput`` naming a field that is not valid and ``CartNotOpen``. Sends ``cart_changed``.
    """
    touch_cart(cart=cart)
    row = CartAddress(cart=cart, kind=kind, **address.columns())
    clean_model(row, address.columns())
    row, _ = CartAddress.objects.update_or_create(cart=cart, kind=kind, defaults=address.columns())
    cart_changed.send_after_commit(Cart, cart=cart, fields=[f"{kind}_address"])
    return row
