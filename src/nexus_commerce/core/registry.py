"""Every model of the library that a host can extend. Static, so that settings can be checked before a model is
imported."""

from dataclasses import dataclass, field
from typing import Final

__all__ = ["MODELS", "PACKAGES", "ModelEntry"]


@dataclass(frozen=True)
class ModelEntry:
    """A model: its app label, the dotted path of its abstract class, and the fields that services rely on by kind."""

    label: str
    abstract: str
    contract: dict[str, str] = field(default_factory=dict)


def entry_of(key: str, contract: dict[str, str]) -> ModelEntry:
    """Return the entry of ``"<app>.<Model>"``: label and path follow from the name."""
    app, name = key.split(".")
    return ModelEntry(f"nexus_{app}", f"nexus_commerce.{app}.abstract_models.Abstract{name}", contract)


CONTRACTS: Final[dict[str, dict[str, str]]] = {
    "channels.Channel": {
        "code": "CharField",
        "currency": "CurrencyField",
        "prices_include_tax": "BooleanField",
        "is_default": "BooleanField",
        "is_active": "BooleanField",
    },
    "catalog.Category": {"parent": "ForeignKey", "name": "CharField", "is_visible": "BooleanField"},
    "catalog.Collection": {},
    "catalog.Tag": {},
    "catalog.Product": {
        "name": "CharField",
        "description": "TextField",
        "tax_class": "CharField",
        "attributes": "JSONField",
        "archived_at": "DateTimeField",
        "version": "PositiveBigIntegerField",
    },
    "catalog.Physical": {},
    "catalog.Digital": {},
    "catalog.Bundle": {},
    "catalog.Option": {"product": "ForeignKey", "name": "CharField", "position": "PositiveIntegerField"},
    "catalog.OptionValue": {"option": "ForeignKey", "value": "CharField", "position": "PositiveIntegerField"},
    "catalog.Variant": {
        "product": "ForeignKey",
        "sku": "CharField",
        "signature": "CharField",
        "track_stock": "BooleanField",
        "tax_class": "CharField",
    },
    "catalog.BundleItem": {"bundle": "ForeignKey", "variant": "ForeignKey", "quantity": "PositiveIntegerField"},
    "catalog.ProductCategory": {"product": "ForeignKey", "category": "ForeignKey", "is_primary": "BooleanField"},
    "catalog.ProductAncestor": {"product": "ForeignKey", "category": "ForeignKey"},
    "catalog.CollectionProduct": {},
    "catalog.ProductListing": {
        "channel": "ForeignKey",
        "product": "ForeignKey",
        "is_visible": "BooleanField",
        "visible_from": "DateTimeField",
        "visible_until": "DateTimeField",
    },
    "catalog.ProductRelation": {},
    "catalog.Slug": {
        "slug": "SlugField",
        "language": "CharField",
        "is_current": "BooleanField",
        "product": "ForeignKey",
        "category": "ForeignKey",
    },
    "catalog.Attribute": {
        "code": "SlugField",
        "kind": "CharField",
        "choices": "JSONField",
        "is_filterable": "BooleanField",
    },
    "catalog.Media": {"product": "ForeignKey", "file": "FileField"},
    "catalog.MediaRendition": {},
    "customers.Customer": {"user": "OneToOneField", "email": "EmailField", "is_tax_exempt": "BooleanField"},
    "customers.CustomerGroup": {},
    "customers.Address": {},
    "pricing.PriceList": {"currency": "CurrencyField", "priority": "IntegerField", "channels": "ManyToManyField"},
    "pricing.Price": {
        "price_list": "ForeignKey",
        "variant": "ForeignKey",
        "amount": "MinorUnitsField",
        "per": "PositiveIntegerField",
        "min_quantity": "PositiveIntegerField",
    },
    "pricing.PriceChange": {},
    "pricing.PriceListChange": {},
    "tax.TaxClass": {"code": "CharField", "is_default": "BooleanField"},
    "tax.TaxZone": {
        "code": "CharField",
        "priority": "IntegerField",
        "allows_reverse_charge": "BooleanField",
        "is_active": "BooleanField",
    },
    "tax.TaxZoneArea": {"zone": "ForeignKey", "country": "CharField", "region": "CharField", "postcodes": "TextField"},
    "tax.TaxRate": {
        "zone": "ForeignKey",
        "tax_class": "ForeignKey",
        "name": "CharField",
        "rate": "DecimalField",
        "valid_from": "DateTimeField",
        "valid_until": "DateTimeField",
    },
    "promotions.Promotion": {
        "channels": "ManyToManyField",
        "currency": "CurrencyField",
        "conditions": "JSONField",
        "effects": "JSONField",
        "basis": "CharField",
        "priority": "IntegerField",
        "is_exclusive": "BooleanField",
        "needs_coupon": "BooleanField",
        "is_active": "BooleanField",
        "archived_at": "DateTimeField",
        "usage_limit": "PositiveBigIntegerField",
        "usage_limit_per_customer": "PositiveIntegerField",
        "budget": "MinorUnitsField",
        "uses": "PositiveBigIntegerField",
        "spent": "MinorUnitsField",
        "version": "PositiveBigIntegerField",
    },
    "promotions.Coupon": {
        "promotion": "ForeignKey",
        "code": "CharField",
        "is_active": "BooleanField",
        "usage_limit": "PositiveBigIntegerField",
        "uses": "PositiveBigIntegerField",
    },
    "promotions.CustomerUsage": {
        "promotion": "ForeignKey",
        "customer_key": "CharField",
        "usage_limit": "PositiveIntegerField",
        "uses": "PositiveIntegerField",
    },
    "promotions.Redemption": {
        "promotion": "ForeignKey",
        "coupon": "ForeignKey",
        "order": "UUIDField",
        "customer_key": "CharField",
        "amount": "MinorUnitsField",
        "currency": "CurrencyField",
        "state": "CharField",
    },
    "shipping.ShippingZone": {},
    "shipping.ShippingZoneArea": {
        "zone": "ForeignKey",
        "country": "CharField",
        "region": "CharField",
        "postcodes": "TextField",
    },
    "shipping.ShippingMethod": {
        "code": "CharField",
        "name": "CharField",
        "channels": "ManyToManyField",
        "zones": "ManyToManyField",
        "kind": "CharField",
        "carrier": "CharField",
        "tax_class": "CharField",
        "tier_basis": "CharField",
        "step": "PositiveIntegerField",
        "is_active": "BooleanField",
    },
    "shipping.ShippingRate": {
        "method": "ForeignKey",
        "currency": "CurrencyField",
        "amount": "MinorUnitsField",
        "step_amount": "MinorUnitsField",
        "percent": "DecimalField",
        "free_from": "MinorUnitsField",
    },
    "shipping.ShippingTier": {
        "rate": "ForeignKey",
        "starts_at": "PositiveBigIntegerField",
        "amount": "MinorUnitsField",
    },
    "inventory.StockLocation": {},
    "inventory.StockItem": {
        "variant": "ForeignKey",
        "location": "ForeignKey",
        "on_hand": "BigIntegerField",
        "allocated": "BigIntegerField",
        "reserved": "BigIntegerField",
        "backorder_limit": "BigIntegerField",
    },
    "inventory.StockMovement": {},
    "inventory.Reservation": {
        "stock_item": "ForeignKey",
        "holder": "UUIDField",
        "line": "UUIDField",
        "quantity": "PositiveBigIntegerField",
        "expires_at": "DateTimeField",
    },
    "inventory.Allocation": {
        "stock_item": "ForeignKey",
        "order": "UUIDField",
        "line": "UUIDField",
        "quantity": "PositiveBigIntegerField",
    },
    "cart.Cart": {
        "channel": "ForeignKey",
        "customer": "ForeignKey",
        "state": "CharField",
        "currency": "CurrencyField",
        "shipping_choice": "JSONField",
        "tax_answer": "JSONField",
        "version": "PositiveBigIntegerField",
    },
    "cart.CartLine": {
        "cart": "ForeignKey",
        "variant": "ForeignKey",
        "quantity": "PositiveIntegerField",
        "personalization": "JSONField",
    },
    "cart.CartAddress": {},
    "orders.Order": {
        "number": "CharField",
        "channel": "ForeignKey",
        "state": "CharField",
        "currency": "CurrencyField",
        "total": "MinorUnitsField",
        "rounding_total": "MinorUnitsField",
        "version": "PositiveBigIntegerField",
    },
    "orders.OrderLine": {
        "order": "ForeignKey",
        "variant": "ForeignKey",
        "quantity": "PositiveIntegerField",
        "unit_price": "MinorUnitsField",
        "per": "PositiveIntegerField",
        "total": "MinorUnitsField",
    },
    "orders.OrderShipping": {},
    "orders.OrderFee": {},
    "orders.OrderDiscount": {},
    "orders.OrderTax": {},
    "orders.OrderAddress": {},
    "orders.OrderEvent": {},
    "payments.Payment": {
        "order": "ForeignKey",
        "provider": "CharField",
        "state": "CharField",
        "amount": "MinorUnitsField",
        "captured": "MinorUnitsField",
    },
    "payments.PaymentEvent": {},
    "payments.ProviderNotice": {},
    "payments.Refund": {"payment": "ForeignKey", "state": "CharField", "amount": "MinorUnitsField"},
    "payments.RefundLine": {},
    "payments.CreditAccount": {
        "kind": "CharField",
        "currency": "CurrencyField",
        "balance": "MinorUnitsField",
        "is_active": "BooleanField",
    },
    "payments.CreditEntry": {"account": "ForeignKey", "amount": "MinorUnitsField", "key": "CharField"},
    "fulfillment.Shipment": {
        "order": "ForeignKey",
        "state": "CharField",
        "version": "PositiveBigIntegerField",
    },
    "fulfillment.ShipmentLine": {
        "shipment": "ForeignKey",
        "order_line": "ForeignKey",
        "quantity": "PositiveIntegerField",
    },
    "access.RateCount": {},
    "events.OutboxEvent": {
        "type": "CharField",
        "aggregate_id": "UUIDField",
        "version": "PositiveBigIntegerField",
        "state": "CharField",
    },
    "events.InboxEntry": {"consumer": "CharField", "event": "ForeignKey", "state": "CharField"},
    "events.WebhookEndpoint": {},
    "events.WebhookDelivery": {},
    "events.Job": {"kind": "CharField", "state": "CharField"},
    "events.IdempotencyKey": {},
}
"""The models that a host can extend, each with the fields that services rely on, by kind."""

MODELS: Final[dict[str, ModelEntry]] = {key: entry_of(key, contract) for key, contract in CONTRACTS.items()}
"""The same, each with its app label and the dotted path of its abstract class."""

PACKAGES: Final[dict[str, str]] = {
    "nexus_channels": "nexus_commerce.channels",
    "nexus_catalog": "nexus_commerce.catalog",
    "nexus_customers": "nexus_commerce.customers",
    "nexus_pricing": "nexus_commerce.pricing",
    "nexus_inventory": "nexus_commerce.inventory",
    "nexus_tax": "nexus_commerce.tax",
    "nexus_promotions": "nexus_commerce.promotions",
    "nexus_shipping": "nexus_commerce.shipping",
    "nexus_cart": "nexus_commerce.cart",
    "nexus_orders": "nexus_commerce.orders",
    "nexus_payments": "nexus_commerce.payments",
    "nexus_fulfillment": "nexus_commerce.fulfillment",
    "nexus_access": "nexus_commerce.access",
    "nexus_events": "nexus_commerce.events",
}
