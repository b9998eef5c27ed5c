"""The operations of the checkout."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.cart.access import drop_cart_cookie, reach_cart
from nexus_commerce.api.checkout.examples import CHECK_OUT
from nexus_commerce.api.openapi import CART, GUEST_ORDER, Results, operation
from nexus_commerce.api.orders.access import open_order
from nexus_commerce.api.parameters import (
    CART_TOKEN,
    CHANNEL,
    IDEMPOTENCY_KEY,
    IDEMPOTENCY_KEY_REQUIRED,
    IF_MATCH,
    ORDER_TOKEN,
)
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.versions import check_version, etag
from nexus_commerce.api.views import CommerceView
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import change_cart, price_cart, refresh_tax
from nexus_commerce.checkout.services import (
    PlacedOrder,
    abandon_checkout,
    complete_payment,
    existing_order,
    place_order,
)
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.expose import fillable_at_checkout
from nexus_commerce.core.money import Money
from nexus_commerce.payments.services import get_provider, provider_aliases
from nexus_commerce.tax.policies import ExternalTaxPolicy

__all__ = ["CheckoutView", "CompletePaymentView", "ProviderListView"]

KEEP_FOR: Final = timedelta(hours=72)
"""How long replies about payments are kept."""
REFUSED: Final = [
    "checkout_incomplete",
    "total_changed",
    "insufficient_stock",
    "coupon_used_up",
    "coupon_used_by_customer",
    "promotion_used_up",
    "promotion_used_by_customer",
    "gift_card_not_usable",
    "credit_refused",
    "tax_unavailable",
    "cart_not_open",
    "payment_declined",
    "idempotency_key_in_use",
]


class PlacingView(CommerceView):
    """What answers with an order that is placed, or on its way to be."""

    def reply(self, placed: PlacedOrder) -> Response:
        """Answer with the order as it stands."""
        status = 202 if placed.order.state in ("pending", "review") else 201 if placed.is_new else 200
        body = self.write("checkout.PlacedOrderSerializer", placed)
        return Response(body, status=status, headers=etag(placed.order.version))


class CheckoutView(PlacingView):
    """The act of ordering a cart."""

    permissions = ("permissions.Public",)
    throttle_scope = "checkout"

    @operation(
        id="check_out",
        summary="Place the order",
        tag="Checkout",
        request="checkout.CheckoutSerializer",
        responses={
            201: "checkout.PlacedOrderSerializer",
            200: "checkout.PlacedOrderSerializer",
            202: "checkout.PlacedOrderSerializer",
        },
        errors={
            400: [
                "invalid_input",
                "unknown_provider",
                "provider_not_usable",
                "promotion_customer_needed",
                "idempotency_key_missing",
                "idempotency_key_invalid",
            ],
            404: ["cart_not_found", "not_found"],
            409: REFUSED,
            412: ["precondition_failed"],
            422: ["idempotency_key_reused"],
        },
        parameters=[CART_TOKEN, IF_MATCH, IDEMPOTENCY_KEY_REQUIRED],
        examples=CHECK_OUT,
        auth=CART,
    )
    def post(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        """Make the order of a cart, once.

        201 is a placed order. 202 is one whose payment is not made yet: `next_action` says what the shopper has to do,
        and `complete_payment` is asked when they come back; with an empty one the provider has not answered, and the
        order's `state` will tell. 200 is the order that the cart had become before. After `payment_declined` nothing is
        held or charged, and the cart can be ordered again, with a new key. What the cart lacks is listed in
        `params.requirements` of `checkout_incomplete`.
        """
        values = self.read_body("checkout.CheckoutSerializer")
        check_return_url(request, values.get("return_url", ""))

        def act(attempt: Attempt) -> PlacedOrder:
            cart = reach_cart(request, cart_id)
            if cart.state == "open":
                check_version(request, cart.version)
            return check_out(cart, dict(values), attempt)

        return self.run_once(act, self.reply, required=True, atomic=False, keep_for=KEEP_FOR, finish=finish)

    @operation(
        id="abandon_checkout",
        summary="Give up a payment under way",
        tag="Checkout",
        responses={200: "cart.CartSerializer"},
        errors={
            404: ["cart_not_found", "not_found"],
            409: ["checkout_not_pending", "cart_not_open", "payment_busy", "idempotency_key_in_use"],
            422: ["idempotency_key_reused"],
        },
        parameters=[CART_TOKEN, IDEMPOTENCY_KEY],
        auth=CART,
    )
    def delete(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        """Give up the payment that a cart waits for: it is voided at the provider, and the cart can be changed again.

        Where the payment went through in the meantime the order is placed: 409 `checkout_not_pending`.
        """

        def act(attempt: Attempt) -> Cart:
            cart = reach_cart(request, cart_id)
            if cart.state != "open":
                abandon_checkout(order=existing_order(cart=cart).order)
            return reach_cart(request, cart_id)

        return self.run_once(act, self.show_cart, atomic=False)

    def show_cart(self, cart: Cart) -> Response:
        """Answer with the cart, which is open again."""
        return Response(self.write("cart.CartSerializer", price_cart(cart=cart)), headers=etag(cart.version))


def check_out(cart: Cart, values: dict[str, Any], attempt: Attempt) -> PlacedOrder:
    """Fill what the body says of the cart, ask an outside tax engine where there is one, and place the order."""
    expected: Money | None = values.pop("expected_total", None)
    check_currency(cart, expected)
    asked = {name: values.pop(name) for name in ASKED if name in values}
    of_cart = {name: values.pop(name) for name in fillable_at_checkout(Cart) if name in values}
    if cart.state == "open" and of_cart:
        change_cart(cart=cart, fields=of_cart)
    if cart.state == "open" and issubclass(nexus_settings.TAX_POLICY, ExternalTaxPolicy):
        refresh_tax(cart=cart)
    return place_order(
        cart=cart, expected_total=expected.minor if expected else None, fields=values, attempt=attempt, **asked
    )


ASKED: Final = ("provider", "payment_data", "return_url", "gift_cards", "use_store_credit")
"""What the service takes as it is."""


def check_currency(cart: Cart, expected: Money | None) -> None:
    """Raise ValidationError where the expected total is not in the cart's currency."""
    if expected is not None and expected.currency != cart.currency:
        message = f"The cart is in {cart.currency}."
        raise serializers.ValidationError({"expected_total": [message]}, code="currency")


def check_return_url(request: Request, url: str) -> None:
    """Raise ValidationError where a shopper would be sent to a site that the shop does not know."""
    policy = nexus_settings.CHECKOUT_POLICY()
    if url and not policy.accepts_return_url(url, host=request.get_host()):
        raise serializers.ValidationError({"return_url": ["Give an address of this site."]}, code="foreign")


def finish(response: HttpResponseBase, body: Any) -> None:
    """Take the cart's token away from a browser once its cart has become a placed order."""
    if body["order"]["state"] != "pending":
        drop_cart_cookie(response)


class CompletePaymentView(PlacingView):
    """The return of a shopper from a payment provider."""

    permissions = ("permissions.Public",)

    @operation(
        id="complete_payment",
        summary="Find out how a payment went",
        tag="Checkout",
        responses={200: "checkout.PlacedOrderSerializer", 202: "checkout.PlacedOrderSerializer"},
        errors={
            404: ["order_not_found", "not_found"],
            409: ["payment_declined", "idempotency_key_in_use"],
            422: ["idempotency_key_reused"],
        },
        parameters=[ORDER_TOKEN, IDEMPOTENCY_KEY],
        auth=GUEST_ORDER,
    )
    def post(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Ask the provider how the payment of an order went, when the shopper comes back from it.

        200: the order is placed (or was before). 202: it still waits, for the shopper (`next_action`) or the provider.
        """

        def act(attempt: Attempt) -> PlacedOrder:
            return complete_payment(order=open_order(request, order_id), attempt=attempt)

        return self.run_once(act, self.reply, atomic=False, keep_for=KEEP_FOR)


class ProviderListView(CommerceView):
    """The ways to pay."""

    permissions = ("permissions.Public",)
    private = False

    @operation(
        id="list_payment_providers",
        summary="List the ways to pay",
        tag="Checkout",
        responses={200: Results("checkout.ProviderSerializer")},
        errors={404: ["no_channel"]},
        parameters=[CHANNEL],
    )
    def get(self, request: Request) -> Response:
        """The payment providers of the shop, in the order to show them."""
        writer: Any = api_class("checkout.ProviderSerializer")(context={"language": self.channel.default_language})
        providers = [get_provider(alias=alias) for alias in provider_aliases()]
        return Response({"results": [writer.to_representation(provider) for provider in providers]})
