"""From a priced cart to what its order keeps."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from django.db import router
from django.db.models import BigIntegerField, F

from nexus_commerce.cart.services import PricedCart, PricedLine
from nexus_commerce.catalog.models import OptionValue
from nexus_commerce.checkout.services.adjustments import (
    discounts_of,
    explanation_of,
    fees_of,
    shipping_of,
    taxes_of,
)
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.extensions import own_fields
from nexus_commerce.core.prepared import AnyOf, Prepared
from nexus_commerce.customers.services import AddressData
from nexus_commerce.orders.services import LineSnapshot, OrderSnapshot, access_columns
from nexus_commerce.pricing.errors import NoPrice
from nexus_commerce.pricing.inputs import Quote
from nexus_commerce.pricing.totals import LineTotals

__all__ = ["snapshot_of"]

ADDRESS_COLUMNS = tuple(AddressData.__dataclass_fields__)
OPTIONS: Final[Prepared[Any]] = Prepared(
    lambda: (
        OptionValue.objects.filter(AnyOf("variants__id", "variants"))
        .order_by("option__position", "option_id")
        .values("option__name", "value", variant=F("variants__id"))
    ),
    variants=BigIntegerField(),
)


def snapshot_of(priced: PricedCart, *, fields: Mapping[str, Any], now: datetime) -> tuple[OrderSnapshot, str | None]:
    """Return what an order made of the priced cart keeps, and the token that will open it for a guest.

    One statement: the options of all lines' variants. Columns that a host adds to both cart and order, or cart line
    and order line, under one name are carried over.
    """
    options = options_of({entry.offer.variant.pk for entry in priced.lines})
    public_id, token = uuid4(), None
    access: dict[str, Any] = {}
    if priced.cart.customer_id is None:
        token, access = access_columns(public_id=public_id, now=now)
    snapshot = OrderSnapshot(
        columns=order_columns(priced) | access | {"public_id": public_id},
        lines=[line_snapshot(entry, options.get(entry.offer.variant.pk, [])) for entry in priced.lines],
        addresses={
            kind: {name: getattr(address, name) for name in ADDRESS_COLUMNS}
            for kind, address in priced.addresses.items()
        },
        fields=dict(fields),
        shipping=shipping_of(priced),
        fees=fees_of(priced),
    )
    return snapshot, token


def order_columns(priced: PricedCart) -> dict[str, Any]:
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
        "display_tax": priced.input.display_tax,
        "subtotal": totals.subtotal,
        "discount_total": totals.discount_total,
        "shipping_total": totals.shipping_total,
        "fee_total": totals.fee_total,
        "rounding_total": totals.rounding_total,
        "tax_total": totals.tax_total,
        "total": totals.total,
        "note": cart.note,
        "shipping_method": cart.shipping_method,
        "coupon_codes": cart.coupon_codes,
        "metadata": cart.metadata,
        "policies": policies_in_force(priced),
        "explanation": explanation_of(priced),
        "defaults_version": nexus_settings.DEFAULTS_VERSION,
        "payment_state": "unpaid" if totals.total else "paid",
    }


def line_snapshot(entry: PricedLine, options: list[dict[str, str]]) -> LineSnapshot:
    """Return what the order keeps of a line. Raises ``NoPrice`` where a host's policy let one without pass."""
    if entry.quote is None or entry.totals is None:
        raise NoPrice(field="lines", sku=entry.line.variant.sku, currency=entry.line.cart.currency)
    columns = line_columns(entry, entry.quote, entry.totals) | {"options": options}
    return LineSnapshot(columns, discounts_of(entry.totals), taxes_of(entry.totals))


def line_columns(entry: PricedLine, quote: Quote, totals: LineTotals) -> dict[str, Any]:
    """Return the columns of an order line."""
    line, offer = entry.line, entry.offer
    variant, product = offer.variant, offer.product
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


def options_of(variant_ids: Collection[int]) -> dict[int, list[dict[str, str]]]:
    """Return the options of variants as the order keeps them, in the product's order; one statement."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in OPTIONS.run(router.db_for_write(OptionValue), variants=sorted(variant_ids)):
        found[row["variant"]].append({"option": row["option__name"], "value": row["value"]})
    return found


def policies_in_force(priced: PricedCart) -> dict[str, Any]:
    """Return the rules that made the order: policies and steps by their dotted paths, rounding and basis as values."""
    classes = {
        "price_policy": nexus_settings.PRICE_POLICY,
        "checkout_policy": nexus_settings.CHECKOUT_POLICY,
        "location_policy": nexus_settings.LOCATION_POLICY,
        "rounding_policy": nexus_settings.ROUNDING_POLICY,
        "fee_policy": nexus_settings.FEE_POLICY,
        "tax_policy": nexus_settings.TAX_POLICY,
    }
    return {
        **{key: f"{found.__module__}.{found.__qualname__}" for key, found in classes.items()},
        "totals_steps": [f"{step.__module__}.{step.__qualname__}" for step in nexus_settings.TOTALS_STEPS],
        "rounding": asdict(priced.input.rounding),
        "keeps": priced.input.keeps,
        "prices_include_tax": priced.input.prices_include_tax,
        "display_tax": priced.input.display_tax,
    }
