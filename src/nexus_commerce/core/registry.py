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


MODELS: Final[dict[str, ModelEntry]] = {
    "channels.Channel": ModelEntry(
        "nexus_channels",
        "nexus_commerce.channels.abstract_models.AbstractChannel",
        {
            "code": "CharField",
            "currency": "CurrencyField",
            "prices_include_tax": "BooleanField",
            "is_default": "BooleanField",
            "is_active": "BooleanField",
        },
    ),
    "catalog.Category": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractCategory",
        {"parent": "ForeignKey", "name": "CharField", "is_visible": "BooleanField"},
    ),
    "catalog.Collection": ModelEntry("nexus_catalog", "nexus_commerce.catalog.abstract_models.AbstractCollection"),
    "catalog.Tag": ModelEntry("nexus_catalog", "nexus_commerce.catalog.abstract_models.AbstractTag"),
    "catalog.Product": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractProduct",
        {
            "name": "CharField",
            "description": "TextField",
            "tax_class": "CharField",
            "attributes": "JSONField",
            "archived_at": "DateTimeField",
            "version": "PositiveBigIntegerField",
        },
    ),
    "catalog.Physical": ModelEntry("nexus_catalog", "nexus_commerce.catalog.abstract_models.AbstractPhysical"),
    "catalog.Digital": ModelEntry("nexus_catalog", "nexus_commerce.catalog.abstract_models.AbstractDigital"),
    "catalog.Bundle": ModelEntry("nexus_catalog", "nexus_commerce.catalog.abstract_models.AbstractBundle"),
    "catalog.Option": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractOption",
        {"product": "ForeignKey", "name": "CharField", "position": "PositiveIntegerField"},
    ),
    "catalog.OptionValue": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractOptionValue",
        {"option": "ForeignKey", "value": "CharField", "position": "PositiveIntegerField"},
    ),
    "catalog.Variant": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractVariant",
        {
            "product": "ForeignKey",
            "sku": "CharField",
            "signature": "CharField",
            "track_stock": "BooleanField",
            "tax_class": "CharField",
        },
    ),
    "catalog.BundleItem": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractBundleItem",
        {"bundle": "ForeignKey", "variant": "ForeignKey", "quantity": "PositiveIntegerField"},
    ),
    "catalog.ProductCategory": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractProductCategory",
        {"product": "ForeignKey", "category": "ForeignKey", "is_primary": "BooleanField"},
    ),
    "catalog.ProductAncestor": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractProductAncestor",
        {"product": "ForeignKey", "category": "ForeignKey"},
    ),
    "catalog.CollectionProduct": ModelEntry(
        "nexus_catalog", "nexus_commerce.catalog.abstract_models.AbstractCollectionProduct"
    ),
    "catalog.ProductListing": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractProductListing",
        {
            "channel": "ForeignKey",
            "product": "ForeignKey",
            "is_visible": "BooleanField",
            "visible_from": "DateTimeField",
            "visible_until": "DateTimeField",
        },
    ),
    "catalog.ProductRelation": ModelEntry(
        "nexus_catalog", "nexus_commerce.catalog.abstract_models.AbstractProductRelation"
    ),
    "catalog.Slug": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractSlug",
        {
            "slug": "SlugField",
            "language": "CharField",
            "is_current": "BooleanField",
            "product": "ForeignKey",
            "category": "ForeignKey",
        },
    ),
    "catalog.Attribute": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractAttribute",
        {"code": "SlugField", "kind": "CharField", "choices": "JSONField", "is_filterable": "BooleanField"},
    ),
    "catalog.Media": ModelEntry(
        "nexus_catalog",
        "nexus_commerce.catalog.abstract_models.AbstractMedia",
        {"product": "ForeignKey", "file": "FileField"},
    ),
    "catalog.MediaRendition": ModelEntry(
        "nexus_catalog", "nexus_commerce.catalog.abstract_models.AbstractMediaRendition"
    ),
    "customers.Customer": ModelEntry(
        "nexus_customers",
        "nexus_commerce.customers.abstract_models.AbstractCustomer",
        {"user": "OneToOneField", "email": "EmailField"},
    ),
    "customers.CustomerGroup": ModelEntry(
        "nexus_customers", "nexus_commerce.customers.abstract_models.AbstractCustomerGroup"
    ),
    "customers.Address": ModelEntry("nexus_customers", "nexus_commerce.customers.abstract_models.AbstractAddress"),
    "pricing.PriceList": ModelEntry(
        "nexus_pricing",
        "nexus_commerce.pricing.abstract_models.AbstractPriceList",
        {"currency": "CurrencyField", "priority": "IntegerField", "channels": "ManyToManyField"},
    ),
    "pricing.Price": ModelEntry(
        "nexus_pricing",
        "nexus_commerce.pricing.abstract_models.AbstractPrice",
        {
            "price_list": "ForeignKey",
            "variant": "ForeignKey",
            "amount": "MinorUnitsField",
            "per": "PositiveIntegerField",
            "min_quantity": "PositiveIntegerField",
        },
    ),
    "pricing.PriceChange": ModelEntry("nexus_pricing", "nexus_commerce.pricing.abstract_models.AbstractPriceChange"),
    "pricing.PriceListChange": ModelEntry(
        "nexus_pricing", "nexus_commerce.pricing.abstract_models.AbstractPriceListChange"
    ),
    "tax.TaxClass": ModelEntry("nexus_tax", "nexus_commerce.tax.abstract_models.AbstractTaxClass"),
    "tax.TaxZone": ModelEntry("nexus_tax", "nexus_commerce.tax.abstract_models.AbstractTaxZone"),
    "tax.TaxZoneArea": ModelEntry("nexus_tax", "nexus_commerce.tax.abstract_models.AbstractTaxZoneArea"),
    "tax.TaxRate": ModelEntry("nexus_tax", "nexus_commerce.tax.abstract_models.AbstractTaxRate"),
    "promotions.Promotion": ModelEntry("nexus_promotions", "nexus_commerce.promotions.abstract_models.AbstractPromotion"),
    "promotions.Coupon": ModelEntry("nexus_promotions", "nexus_commerce.promotions.abstract_models.AbstractCoupon"),
    "promotions.CustomerUsage": ModelEntry("nexus_promotions", "nexus_commerce.promotions.abstract_models.AbstractCustomerUsage"),
    "promotions.Redemption": ModelEntry("nexus_promotions", "nexus_commerce.promotions.abstract_models.AbstractRedemption"),
    "shipping.ShippingZone": ModelEntry("nexus_shipping", "nexus_commerce.shipping.abstract_models.AbstractShippingZone"),
    "shipping.ShippingZoneArea": ModelEntry("nexus_shipping", "nexus_commerce.shipping.abstract_models.AbstractShippingZoneArea"),
    "shipping.ShippingMethod": ModelEntry("nexus_shipping", "nexus_commerce.shipping.abstract_models.AbstractShippingMethod"),
    "shipping.ShippingRate": ModelEntry("nexus_shipping", "nexus_commerce.shipping.abstract_models.AbstractShippingRate"),
    "shipping.ShippingTier": ModelEntry("nexus_shipping", "nexus_commerce.shipping.abstract_models.AbstractShippingTier"),
    "inventory.StockLocation": ModelEntry(
        "nexus_inventory", "nexus_commerce.inventory.abstract_models.AbstractStockLocation"
    ),
    "inventory.StockItem": ModelEntry(
        "nexus_inventory",
        "nexus_commerce.inventory.abstract_models.AbstractStockItem",
        {
            "variant": "ForeignKey",
            "location": "ForeignKey",
            "on_hand": "BigIntegerField",
            "allocated": "BigIntegerField",
            "reserved": "BigIntegerField",
            "backorder_limit": "BigIntegerField",
        },
    ),
    "inventory.StockMovement": ModelEntry(
        "nexus_inventory", "nexus_commerce.inventory.abstract_models.AbstractStockMovement"
    ),
    "inventory.Reservation": ModelEntry(
        "nexus_inventory",
        "nexus_commerce.inventory.abstract_models.AbstractReservation",
        {
            "stock_item": "ForeignKey",
            "holder": "UUIDField",
            "line": "UUIDField",
            "quantity": "PositiveIntegerField",
            "expires_at": "DateTimeField",
        },
    ),
    "inventory.Allocation": ModelEntry(
        "nexus_inventory",
        "nexus_commerce.inventory.abstract_models.AbstractAllocation",
        {
            "stock_item": "ForeignKey",
            "order": "UUIDField",
            "line": "UUIDField",
            "quantity": "PositiveIntegerField",
        },
    ),
    "cart.Cart": ModelEntry(
        "nexus_cart",
        "nexus_commerce.cart.abstract_models.AbstractCart",
        {
            "channel": "ForeignKey",
            "customer": "ForeignKey",
            "state": "CharField",
            "currency": "CurrencyField",
            "version": "PositiveBigIntegerField",
        },
    ),
    "cart.CartLine": ModelEntry(
        "nexus_cart",
        "nexus_commerce.cart.abstract_models.AbstractCartLine",
        {
            "cart": "ForeignKey",
            "variant": "ForeignKey",
            "quantity": "PositiveIntegerField",
            "personalization": "JSONField",
        },
    ),
    "cart.CartAddress": ModelEntry("nexus_cart", "nexus_commerce.cart.abstract_models.AbstractCartAddress"),
    "orders.Order": ModelEntry(
        "nexus_orders",
        "nexus_commerce.orders.abstract_models.AbstractOrder",
        {
            "number": "CharField",
            "channel": "ForeignKey",
            "state": "CharField",
            "currency": "CurrencyField",
            "total": "MinorUnitsField",
            "version": "PositiveBigIntegerField",
        },
    ),
    "orders.OrderLine": ModelEntry(
        "nexus_orders",
        "nexus_commerce.orders.abstract_models.AbstractOrderLine",
        {
            "order": "ForeignKey",
            "variant": "ForeignKey",
            "quantity": "PositiveIntegerField",
            "unit_price": "MinorUnitsField",
            "per": "PositiveIntegerField",
            "total": "MinorUnitsField",
        },
    ),
    "orders.OrderShipping": ModelEntry("nexus_orders", "nexus_commerce.orders.abstract_models.AbstractOrderShipping"),
    "orders.OrderFee": ModelEntry("nexus_orders", "nexus_commerce.orders.abstract_models.AbstractOrderFee"),
    "orders.OrderDiscount": ModelEntry("nexus_orders", "nexus_commerce.orders.abstract_models.AbstractOrderDiscount"),
    "orders.OrderTax": ModelEntry("nexus_orders", "nexus_commerce.orders.abstract_models.AbstractOrderTax"),
    "orders.OrderAddress": ModelEntry("nexus_orders", "nexus_commerce.orders.abstract_models.AbstractOrderAddress"),
    "orders.OrderEvent": ModelEntry("nexus_orders", "nexus_commerce.orders.abstract_models.AbstractOrderEvent"),
    "payments.Payment": ModelEntry(
        "nexus_payments",
        "nexus_commerce.payments.abstract_models.AbstractPayment",
        {
            "order": "ForeignKey",
            "provider": "CharField",
            "state": "CharField",
            "amount": "MinorUnitsField",
            "captured": "MinorUnitsField",
        },
    ),
    "payments.PaymentEvent": ModelEntry(
        "nexus_payments", "nexus_commerce.payments.abstract_models.AbstractPaymentEvent"
    ),
    "payments.Refund": ModelEntry("nexus_payments", "nexus_commerce.payments.abstract_models.AbstractRefund"),
    "events.OutboxEvent": ModelEntry(
        "nexus_events",
        "nexus_commerce.events.abstract_models.AbstractOutboxEvent",
        {
            "type": "CharField",
            "aggregate_id": "UUIDField",
            "version": "PositiveBigIntegerField",
            "state": "CharField",
        },
    ),
}

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
    "nexus_events": "nexus_commerce.events",
}
