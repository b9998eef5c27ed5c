"""The types of events that the library writes; the reference page is made from this."""

from dataclasses import dataclass
from typing import Final

__all__ = ["EVENT_TYPES", "FIELDS", "EventType"]


@dataclass(frozen=True, slots=True)
class EventType:
    """What an event tells: the kind of thing that changed, what happened to it, and the fields of the payload."""

    aggregate: str
    doc: str
    payload: tuple[str, ...] = ()


FIELDS: Final[dict[str, str]] = {
    "allocated": "units promised to orders",
    "amount": "the amount of the payment, refund, entry or price, in minor units",
    "authorized": "what is held, in minor units",
    "available": "units that can be sold",
    "backorder_limit": "units that may be sold beyond the stock",
    "balance": "the balance afterwards, in minor units",
    "batch": "the name of the batch of codes",
    "captured": "what was captured so far, in minor units",
    "changed": "the names of what changed",
    "code": "the code of the zone, class, method or price list",
    "count": "how many codes",
    "currency": "an ISO 4217 code",
    "from": "the state before",
    "is_active": "whether it is in force",
    "kind": "`gift_card` or `store_credit`",
    "low_stock_level": "the level below which it runs low",
    "name": "the name of the product or promotion",
    "number": "the number of the order, for people",
    "on_hand": "units that are there",
    "order": "the id of the order",
    "payment": "the id of the payment, or null",
    "per": "the number of units that the amount is for",
    "price_list": "the code of the price list",
    "priority": "which price list goes first",
    "product_type": "the type of the product, such as `nexus_catalog.physical`",
    "provider": "the alias of the payment provider",
    "reason": "why",
    "refunded": "what was refunded so far, in minor units",
    "reserved": "units held for shoppers who are paying",
    "target": "where a refund goes",
    "total": "the total of the order, in minor units",
    "type": "the provider's own name of its message",
}
"""What each field of a payload says. Ids are public ids: those of the API. No payload names a person."""

MONEY: Final = ("number", "captured", "refunded")
STATE: Final = ("number", "from")
PAYMENT: Final = ("order", "amount", "authorized", "captured", "currency")
REFUND: Final = ("order", "payment", "amount", "currency", "target")
SHIPMENT: Final = ("order", "number")
PRODUCT: Final = ("name", "product_type", "changed")
PROMOTION: Final = ("name", "is_active")

EVENT_TYPES: Final[dict[str, EventType]] = {
    "order.created": EventType(
        "order", "An order was made and waits for its payment.", ("number", "total", "currency")
    ),
    "order.placed": EventType("order", "An order was placed.", ("number", "total", "currency", "from")),
    "order.expired": EventType("order", "An order was not paid in time, or its payment failed.", STATE),
    "order.review": EventType("order", "People have to look at an order: there is money that fits no order.", STATE),
    "order.completed": EventType("order", "Everything of an order is sent and paid.", STATE),
    "order.canceled": EventType("order", "An order was canceled.", STATE),
    "order.unpaid": EventType("order", "Nothing of an order is held or captured any more.", MONEY),
    "order.authorized": EventType("order", "The total of an order is held.", MONEY),
    "order.partially_paid": EventType("order", "A part of an order is paid.", MONEY),
    "order.paid": EventType("order", "All of an order is paid.", MONEY),
    "order.partially_refunded": EventType("order", "A part of what was paid was given back.", MONEY),
    "order.refunded": EventType("order", "All that was paid was given back.", MONEY),
    "order.access_requested": EventType("order_access", "A guest asked for the link to their order.", ("order",)),
    "payment.requires_action": EventType("payment", "The shopper has to confirm a payment.", PAYMENT),
    "payment.authorized": EventType("payment", "A payment is held.", PAYMENT),
    "payment.partially_captured": EventType("payment", "A part of a payment was captured.", PAYMENT),
    "payment.captured": EventType("payment", "A payment was captured.", PAYMENT),
    "payment.voided": EventType("payment", "What was held was let go.", PAYMENT),
    "payment.failed": EventType("payment", "A payment was declined or failed.", PAYMENT),
    "payment.notified": EventType(
        "provider_notice", "A payment provider sent a message.", ("provider", "payment", "type")
    ),
    "refund.pending": EventType("refund", "A refund was asked for.", REFUND),
    "refund.succeeded": EventType("refund", "The money of a refund went back.", REFUND),
    "refund.failed": EventType("refund", "A refund failed.", REFUND),
    "credit.changed": EventType(
        "credit_account",
        "Money was added to or taken from a gift card or store credit.",
        ("kind", "amount", "balance", "currency", "reason", "payment"),
    ),
    "shipment.created": EventType("shipment", "Goods of an order were put into a parcel.", SHIPMENT),
    "shipment.shipped": EventType("shipment", "A parcel left.", SHIPMENT),
    "shipment.delivered": EventType("shipment", "A parcel arrived.", SHIPMENT),
    "shipment.canceled": EventType("shipment", "A parcel will not leave.", SHIPMENT),
    "stock.changed": EventType(
        "stock_item",
        "The stock of a variant at a location changed.",
        ("on_hand", "allocated", "reserved", "backorder_limit"),
    ),
    "stock.low": EventType("stock_item", "A variant runs low at a location.", ("available", "low_stock_level")),
    "stock.back": EventType("stock_item", "A variant can be sold again.", ("available", "low_stock_level")),
    "product.created": EventType("product", "A product was made.", PRODUCT[:2]),
    "product.changed": EventType("product", "A product changed.", PRODUCT),
    "product.archived": EventType("product", "A product was taken out of the shop.", PRODUCT),
    "product.restored": EventType("product", "A product came back into the shop.", PRODUCT),
    "price.changed": EventType("variant", "A price of a variant changed.", ("price_list", "amount", "per")),
    "price_list.changed": EventType("price_list", "A price list changed.", ("code", "is_active", "priority")),
    "promotion.created": EventType("promotion", "A promotion was made.", PROMOTION),
    "promotion.changed": EventType("promotion", "A promotion changed.", PROMOTION),
    "promotion.archived": EventType("promotion", "A promotion ended for good.", PROMOTION),
    "promotion.coupons_created": EventType("promotion", "Codes were made for a promotion.", ("batch", "count")),
    "shipping.changed": EventType("shipping_zone", "A shipping zone or `shipping_method` changed.", ("code",)),
    "tax.changed": EventType("tax_zone", "A tax zone or `tax_class` changed.", ("code",)),
    "webhook.created": EventType("webhook_endpoint", "A webhook endpoint was registered."),
    "webhook.changed": EventType("webhook_endpoint", "A webhook endpoint was changed."),
    "webhook.secret_rotated": EventType("webhook_endpoint", "The secret of a webhook endpoint was replaced."),
    "webhook.enabled": EventType("webhook_endpoint", "A webhook endpoint was switched on."),
    "webhook.disabled": EventType("webhook_endpoint", "A webhook endpoint was switched off.", ("reason",)),
    "webhook.test": EventType("webhook_endpoint", "Somebody sent a test to a webhook endpoint."),
}
"""Every type by its name. A state that a host adds to a flow has an event of its own: ``order.<state>``."""
