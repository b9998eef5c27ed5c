"""How orders are shown."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from nexus_commerce.api.addresses import AddressSerializer, address_json
from nexus_commerce.api.charges import (
    AppliedPromotionSerializer,
    ChargeSerializer,
    FeeSerializer,
    ShippingChargeSerializer,
    TaxSerializer,
    final_unit_price,
)
from nexus_commerce.api.fields import MoneyField, ObjectField, money_json
from nexus_commerce.api.orders.adjustments import Adjustments
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.serializers import OutputSerializer, QuerySerializer
from nexus_commerce.api.totals import TotalsSerializer, totals_json
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.payments.models import Payment

__all__ = [
    "OrderFilter",
    "OrderLineSerializer",
    "OrderSerializer",
    "OrderSummarySerializer",
    "PaymentSerializer",
]


class OrderFilter(QuerySerializer):
    """Which of the caller's orders are listed."""

    filters = Order
    reader = "owner"

    state = serializers.CharField(max_length=32, required=False, help_text="Orders in this state only.")
    placed_from = serializers.DateTimeField(required=False, help_text="Placed at this time or later.")
    placed_until = serializers.DateTimeField(required=False, help_text="Placed before this time.")

    def filtered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the orders asked for."""
        asked = self.validated_data
        lookups = {"state": "state", "placed_from": "placed_at__gte", "placed_until": "placed_at__lt"}
        chosen = {lookup: asked[name] for name, lookup in lookups.items() if name in asked}
        return super().filtered(rows).filter(**chosen)


class OrderSummarySerializer(OutputSerializer):
    """An order as a list shows it."""

    exposes = Order
    audience = "owner"

    id = serializers.UUIDField()
    number = serializers.CharField(help_text="For people; the id is what addresses the order.")
    state = serializers.CharField(help_text="`pending`, `placed`, `completed`, `canceled`, `expired`, `review`, ...")
    payment_state = serializers.CharField()
    fulfillment_state = serializers.CharField()
    total = MoneyField()
    placed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    def represent(self, instance: Order) -> dict[str, Any]:
        """Return the order in short."""
        return {
            "id": instance.public_id,
            "number": instance.number,
            "state": instance.state,
            "payment_state": instance.payment_state,
            "fulfillment_state": instance.fulfillment_state,
            "total": money_json(instance.total, instance.currency),
            "placed_at": instance.placed_at,
            "created_at": instance.created_at,
        }


class OrderLineSerializer(ChargeSerializer, OutputSerializer):
    """A line as it was bought. Nothing here changes when the catalog does."""

    exposes = OrderLine
    audience = "owner"

    id = serializers.UUIDField()
    variant_id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    product_type = serializers.CharField()
    sku = serializers.CharField()
    product_name = serializers.CharField()
    variant_name = serializers.CharField()
    options = serializers.ListField(child=ObjectField())
    personalization = ObjectField()
    quantity = serializers.IntegerField()
    unit = serializers.CharField()
    unit_price = MoneyField(help_text="For `per` units.")
    list_price = MoneyField()
    per = serializers.IntegerField()
    final_unit_price = MoneyField(
        help_text="What `per` units cost after discounts, rounded half up: for display; the line is what counts."
    )
    canceled_quantity = serializers.IntegerField()
    shipped_quantity = serializers.IntegerField()
    returned_quantity = serializers.IntegerField()
    metadata = ObjectField()

    def currency_of(self, instance: OrderLine) -> str:
        """Return the currency of the order."""
        return str(self.context["currency"])

    def represent(self, instance: OrderLine) -> dict[str, Any]:
        """Return the line."""
        currency, adjustments = str(self.context["currency"]), self.context["adjustments"]
        return {
            "id": instance.public_id,
            "variant_id": instance.variant_public_id,
            "product_id": instance.product_public_id,
            "product_type": instance.product_type,
            "sku": instance.sku,
            "product_name": instance.product_name,
            "variant_name": instance.variant_name,
            "options": instance.options,
            "personalization": instance.personalization,
            "quantity": instance.quantity,
            "unit": instance.unit,
            "unit_price": money_json(instance.unit_price, currency),
            "list_price": money_json(instance.list_price, currency),
            "per": instance.per,
            **adjustments.amounts(instance, "line"),
            "final_unit_price": final_unit_price(
                instance.total, per=instance.per, quantity=instance.quantity, currency=currency
            ),
            "canceled_quantity": instance.canceled_quantity,
            "shipped_quantity": instance.shipped_quantity,
            "returned_quantity": instance.returned_quantity,
            "metadata": instance.metadata,
        }


class PaymentSerializer(OutputSerializer):
    """Money for an order through one provider."""

    exposes = Payment
    audience = "owner"

    id = serializers.UUIDField()
    provider = serializers.CharField(help_text="The alias of the payment provider.")
    state = serializers.CharField()
    amount = MoneyField()
    captured = MoneyField()
    refunded = MoneyField()
    next_action = ObjectField(help_text="What the shopper has to do now; empty where there is nothing.")

    def represent(self, instance: Payment) -> dict[str, Any]:
        """Return the payment without the provider's own names for it."""
        return {
            "id": instance.public_id,
            "provider": instance.provider,
            "state": instance.state,
            "amount": money_json(instance.amount, instance.currency),
            "captured": money_json(instance.captured, instance.currency),
            "refunded": money_json(instance.refunded, instance.currency),
            "next_action": instance.next_action,
        }


class OrderAddressesSerializer(serializers.Serializer[Any]):
    """The addresses of an order."""

    shipping = AddressSerializer(allow_null=True)
    billing = AddressSerializer(allow_null=True)


class OrderSerializer(OutputSerializer):
    """An order: an immutable snapshot of a cart, with the states that follow."""

    exposes = Order
    audience = "owner"
    lists = {"lines": "orders.OrderLineSerializer", "payments": "orders.PaymentSerializer"}

    id = serializers.UUIDField()
    number = serializers.CharField(help_text="For people; the id is what addresses the order.")
    state = serializers.CharField(help_text="`pending`, `placed`, `completed`, `canceled`, `expired`, `review`, ...")
    payment_state = serializers.CharField()
    fulfillment_state = serializers.CharField()
    channel = serializers.CharField(help_text="The code of the sales channel.")
    currency = serializers.CharField()
    language = serializers.CharField()
    prices_include_tax = serializers.BooleanField()
    display_tax = serializers.BooleanField()
    email = serializers.CharField()
    note = serializers.CharField()
    addresses = OrderAddressesSerializer()
    shipping_method = serializers.CharField(help_text="The code of the shipping method; may be empty.")
    coupon_codes = serializers.ListField(child=serializers.CharField())
    totals = TotalsSerializer()
    taxes = TaxSerializer(many=True, help_text="The tax of all lines, shipping and fees, by rate.")
    shipping = ShippingChargeSerializer(many=True)
    fees = FeeSerializer(many=True)
    promotions = AppliedPromotionSerializer(many=True)
    captured = MoneyField()
    refunded = MoneyField()
    placed_at = serializers.DateTimeField(allow_null=True)
    paid_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    canceled_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    metadata = ObjectField()
    version = serializers.IntegerField(help_text="Grows with every change; also the ETag.")

    def represent(self, instance: Order) -> dict[str, Any]:
        """Return the order with its lines, addresses, payments and adjustments: one statement each."""
        adjustments = Adjustments.of(instance)
        context = {**self.context, "currency": instance.currency, "adjustments": adjustments}
        line_writer = api_class("orders.OrderLineSerializer")(context=context)
        payment_writer = api_class("orders.PaymentSerializer")(context=context)
        addresses = {address.kind: address_json(address) for address in instance.addresses.all()}
        lines = list(instance.lines.all())
        return {
            "id": instance.public_id,
            "number": instance.number,
            "state": instance.state,
            "payment_state": instance.payment_state,
            "fulfillment_state": instance.fulfillment_state,
            "channel": instance.channel.code,
            "currency": instance.currency,
            "language": instance.language,
            "prices_include_tax": instance.prices_include_tax,
            "display_tax": instance.display_tax,
            "email": instance.email,
            "note": instance.note,
            "addresses": {"shipping": addresses.get("shipping"), "billing": addresses.get("billing")},
            "lines": [line_writer.to_representation(line) for line in lines],
            "shipping_method": instance.shipping_method,
            "coupon_codes": instance.coupon_codes,
            "totals": totals_json(instance, instance.currency),
            "taxes": adjustments.summary(),
            "shipping": adjustments.charges(),
            "fees": adjustments.surcharges(lines),
            "promotions": adjustments.promotions(),
            "payments": [payment_writer.to_representation(payment) for payment in instance.payments.all()],
            "captured": money_json(instance.captured, instance.currency),
            "refunded": money_json(instance.refunded, instance.currency),
            "placed_at": instance.placed_at,
            "paid_at": instance.paid_at,
            "completed_at": instance.completed_at,
            "canceled_at": instance.canceled_at,
            "created_at": instance.created_at,
            "metadata": instance.metadata,
            "version": instance.version,
        }
