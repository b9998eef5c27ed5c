"""From a priced cart to what its order keeps."""

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import prefetch_related_objects

from nexus_commerce.cart.services import PricedCart, PricedLine
from nexus_commerce.catalog.models import Variant
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.extensions import own_fields
from nexus_commerce.core.tokens import hash_token
from nexus_commerce.customers.services import AddressData
from nexus_commerce.orders.services import TOKEN_LIFETIME, LineSnapshot, OrderSnapshot
from nexus_commerce.pricing.errors import NoPrice

__all__ = ["snapshot_of"]

ADDRESS_COLUMNS = tuple(AddressData.__dataclass_fields__)


def snapshot_of(priced: PricedCart, *, fields: Mapping[str, Any], token: str | None, now: datetime) -> OrderSnapshot:
    """Return what a placed order made of the priced cart keeps; ``token`` will open it for a guest.

    Two statements: the options of all lines' variants. Columns that a host adds to both cart and order, or cart line
    and order line, under one name are carried over.
    """
    prefetch_related_objects([entry.line.variant for entry in priced.lines], "option_values__option")
    return OrderSnapshot(
        columns=order_columns(priced, now) | access_columns(token, now),
        lines=[LineSnapshot(line_columns(entry)) for entry in priced.lines],
        addresses={
            kind: {name: getattr(address, name) for name in ADDRESS_COLUMNS}
            for kind, address in priced.addresses.items()
        },
        fields=dict(fields),
    )


def order_columns(priced: PricedCart, now: datetime) -> dict[str, Any]:
    """Return the order's own columns."""
    cart, channel, totals = priced.cart, priced.cart.channel, priced.totals
    shared = {name: getattr(cart, name) for name in own_fields("cart.Cart") & own_fields("orders.Order")}
    return shared | {
        "cart": cart,
        "channel": channel,
        "customer_id": cart.customer_id,
        "email": cart.email,
        "currency": cart.currency,
        "language": cart.language or channel.default_language,
        "time_zone": channel.time_zone,
        "prices_include_tax": channel.prices_include_tax,
        "display_tax": channel.prices_include_tax if channel.display_tax is None else channel.display_tax,
        "subtotal": totals.subtotal,
        "discount_total": totals.discount_total,
        "shipping_total": totals.shipping_total,
        "fee_total": totals.fee_total,
        "tax_total": totals.tax_total,
        "total": totals.total,
        "note": cart.note,
        "shipping_method": cart.shipping_method,
        "coupon_codes": cart.coupon_codes,
        "metadata": cart.metadata,
        "policies": policies_in_force(),
        "explanation": explanation_of(priced),
        "defaults_version": nexus_settings.DEFAULTS_VERSION,
        "state": "placed",
        "payment_state": "unpaid" if totals.total else "paid",
        "placed_at": now,
    }


def access_columns(token: str | None, now: datetime) -> dict[str, Any]:
    """Return the columns by which a guest's token opens the order."""
    if token is None:
        return {}
    return {"access_token_hash": hash_token(token), "access_token_expires_at": now + TOKEN_LIFETIME}


def line_columns(entry: PricedLine) -> dict[str, Any]:
    """Return the columns of an order line. Raises ``NoPrice`` where a host's policy let one without pass."""
    line, offer, quote, totals = entry.line, entry.offer, entry.quote, entry.totals
    variant, product = offer.variant, offer.product
    if quote is None or totals is None:
        raise NoPrice(field="lines", sku=variant.sku, currency=line.cart.currency)
    shared = {name: getattr(line, name) for name in own_fields("cart.CartLine") & own_fields("orders.OrderLine")}
    return shared | {
        "public_id": uuid4(),
        "variant": variant,
        "variant_public_id": variant.public_id,
        "product_public_id": product.public_id,
        "product_type": offer.product_type._meta.label_lower,
        "sku": variant.sku,
        "product_name": product.name,
        "variant_name": variant.name,
        "options": options_of(variant),
        "personalization": line.personalization,
        "quantity": line.quantity,
        "unit": variant.unit,
        "unit_price": quote.unit_price,
        "per": quote.per,
        "list_price": quote.list_price,
        "price_list": quote.price_list,
        "tax_class": offer.tax_class,
        "is_discountable": product.is_discountable,
        "requires_shipping": offer.requires_shipping,
        "weight": variant.weight,
        "subtotal": totals.subtotal,
        "discount_total": totals.discount_total,
        "tax_total": totals.tax_total,
        "total": totals.total,
        "metadata": line.metadata,
    }


def options_of(variant: Variant) -> list[dict[str, str]]:
    """Return the options of a variant as the order keeps them, in the product's order."""
    values = sorted(variant.option_values.all(), key=lambda value: (value.option.position, value.option_id))
    return [{"option": value.option.name, "value": value.value} for value in values]


def policies_in_force() -> dict[str, Any]:
    """Return the rules that made the order, by the names in the settings."""
    classes = {
        "price_policy": nexus_settings.PRICE_POLICY,
        "checkout_policy": nexus_settings.CHECKOUT_POLICY,
        "location_policy": nexus_settings.LOCATION_POLICY,
    }
    named = {key: f"{found.__module__}.{found.__qualname__}" for key, found in classes.items()}
    steps = [f"{step.__module__}.{step.__qualname__}" for step in nexus_settings.TOTALS_STEPS]
    return {**named, "totals_steps": steps, "rounding": {"mode": "half_up", "level": "line"}}


def explanation_of(priced: PricedCart) -> dict[str, Any]:
    """Return why each amount is what it is, as JSON; lines by their positions."""
    positions: dict[Hashable, int] = {entry.line.public_id: place for place, entry in enumerate(priced.lines, start=1)}
    return {
        "notes": [
            {"code": note.code, "line": positions.get(note.line) if note.line is not None else None, **note.data}
            for note in priced.totals.explanation
        ]
    }
