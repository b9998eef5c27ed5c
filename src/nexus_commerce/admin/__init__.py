"""The library in Django's admin.

``django.contrib.admin`` finds this module by itself; a site without it never imports it. To change a page, subclass
its class and register your own::

    admin.site.unregister(Order)

    @admin.register(Order)
    class ShopOrderAdmin(nexus_commerce.admin.OrderAdmin):
        ...

A product type of your own needs one line: ``admin.site.register(Course, nexus_commerce.admin.ProductTypeAdmin)``.
"""

from nexus_commerce.admin.actions import ObjectActionsMixin, object_action
from nexus_commerce.admin.base import (
    CommerceAdmin,
    CommerceForm,
    ExposedFieldsMixin,
    ExposedInline,
    ReadOnlyAdmin,
    ReadOnlyInline,
    RefusalsMixin,
    RemovedFieldsMixin,
)
from nexus_commerce.admin.cart import CartAdmin
from nexus_commerce.admin.catalog import (
    AttributeAdmin,
    BundleAdmin,
    CategoryAdmin,
    CollectionAdmin,
    MediaAdmin,
    OptionAdmin,
    ProductAdmin,
    ProductTypeAdmin,
    TagAdmin,
    VariantAdmin,
)
from nexus_commerce.admin.channels import ChannelAdmin
from nexus_commerce.admin.credit import CreditAccountAdmin, CreditEntryAdmin
from nexus_commerce.admin.customers import AddressAdmin, CustomerAdmin, CustomerGroupAdmin
from nexus_commerce.admin.events import InboxEntryAdmin, JobAdmin, OutboxEventAdmin
from nexus_commerce.admin.fulfillment import ShipmentAdmin
from nexus_commerce.admin.idempotency import IdempotencyKeyAdmin
from nexus_commerce.admin.inventory import (
    AllocationAdmin,
    ReservationAdmin,
    StockItemAdmin,
    StockLocationAdmin,
    StockMovementAdmin,
)
from nexus_commerce.admin.money import MoneyField, MoneyForm
from nexus_commerce.admin.orders import OrderAdmin
from nexus_commerce.admin.payments import PaymentAdmin, PaymentEventAdmin, ProviderNoticeAdmin
from nexus_commerce.admin.price_history import PriceChangeAdmin, PriceListChangeAdmin
from nexus_commerce.admin.pricing import PriceAdmin, PriceListAdmin
from nexus_commerce.admin.promotions import CouponAdmin, CustomerUsageAdmin, PromotionAdmin, RedemptionAdmin
from nexus_commerce.admin.refunds import RefundAdmin
from nexus_commerce.admin.shipping import ShippingMethodAdmin, ShippingZoneAdmin
from nexus_commerce.admin.tax import TaxClassAdmin, TaxZoneAdmin
from nexus_commerce.admin.webhook_deliveries import WebhookDeliveryAdmin
from nexus_commerce.admin.webhooks import WebhookEndpointAdmin

__all__ = [
    "AddressAdmin",
    "AllocationAdmin",
    "AttributeAdmin",
    "BundleAdmin",
    "CartAdmin",
    "CategoryAdmin",
    "ChannelAdmin",
    "CollectionAdmin",
    "CommerceAdmin",
    "CommerceForm",
    "CouponAdmin",
    "CreditAccountAdmin",
    "CreditEntryAdmin",
    "CustomerAdmin",
    "CustomerGroupAdmin",
    "CustomerUsageAdmin",
    "ExposedFieldsMixin",
    "ExposedInline",
    "IdempotencyKeyAdmin",
    "InboxEntryAdmin",
    "JobAdmin",
    "MediaAdmin",
    "MoneyField",
    "MoneyForm",
    "ObjectActionsMixin",
    "OptionAdmin",
    "OrderAdmin",
    "OutboxEventAdmin",
    "PaymentAdmin",
    "PaymentEventAdmin",
    "PriceAdmin",
    "PriceChangeAdmin",
    "PriceListAdmin",
    "PriceListChangeAdmin",
    "ProductAdmin",
    "ProductTypeAdmin",
    "PromotionAdmin",
    "ProviderNoticeAdmin",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "RedemptionAdmin",
    "RefundAdmin",
    "RefusalsMixin",
    "RemovedFieldsMixin",
    "ReservationAdmin",
    "ShipmentAdmin",
    "ShippingMethodAdmin",
    "ShippingZoneAdmin",
    "StockItemAdmin",
    "StockLocationAdmin",
    "StockMovementAdmin",
    "TagAdmin",
    "TaxClassAdmin",
    "TaxZoneAdmin",
    "VariantAdmin",
    "WebhookDeliveryAdmin",
    "WebhookEndpointAdmin",
    "object_action",
]
