"""The API, to be included by a host: ``path("shop/", include("nexus_commerce.urls"))``."""

from django.urls import URLPattern, re_path

from nexus_commerce.api.registry import LazyView, route

__all__ = ["app_name", "urlpatterns"]

app_name = "nexus"

urlpatterns: list[URLPattern] = [
    route("v1/", "docs.IndexView", "index"),
    route("v1/openapi.json", "docs.OpenAPIView", "openapi"),
    route("v1/docs", "docs.DocsView", "docs"),
    route("v1/docs.js", "docs.DocsScriptView", "docs-script"),
    route("v1/docs.css", "docs.DocsStyleView", "docs-style"),
    route("v1/channel", "channels.ChannelView", "channel"),
    route("v1/products", "catalog.ProductListView", "products"),
    route("v1/products/<str:slug>", "catalog.ProductView", "product"),
    route("v1/categories", "catalog.CategoryListView", "categories"),
    route("v1/categories/<str:slug>", "catalog.CategoryView", "category"),
    route("v1/collections/<str:code>", "catalog.CollectionView", "collection"),
    route("v1/attributes", "catalog.AttributeListView", "attributes"),
    route("v1/carts", "cart.CartListView", "carts"),
    route("v1/carts/merge", "cart.CartMergeView", "cart-merge"),
    route("v1/carts/<uuid:cart_id>", "cart.CartView", "cart"),
    route("v1/carts/<uuid:cart_id>/lines", "cart.CartLineListView", "cart-lines"),
    route("v1/carts/<uuid:cart_id>/lines/<uuid:line_id>", "cart.CartLineView", "cart-line"),
    route("v1/carts/<uuid:cart_id>/addresses/<str:kind>", "cart.CartAddressView", "cart-address"),
    route("v1/carts/<uuid:cart_id>/changes", "cart.CartChangesView", "cart-changes"),
    route("v1/carts/<uuid:cart_id>/coupons", "cart.CartCouponListView", "cart-coupons"),
    route("v1/carts/<uuid:cart_id>/coupons/<path:code>", "cart.CartCouponView", "cart-coupon"),
    route("v1/carts/<uuid:cart_id>/shipping-options", "cart.ShippingOptionListView", "cart-shipping-options"),
    route("v1/carts/<uuid:cart_id>/shipping-method", "cart.CartShippingMethodView", "cart-shipping-method"),
    route("v1/carts/<uuid:cart_id>/tax", "cart.CartTaxView", "cart-tax"),
    route("v1/carts/<uuid:cart_id>/explain", "cart.CartExplanationView", "cart-explanation"),
    route("v1/carts/<uuid:cart_id>/checkout", "checkout.CheckoutView", "checkout"),
    route("v1/prices/quote", "pricing.QuoteView", "quote"),
    route("v1/promotion-rules", "promotions.PromotionRuleListView", "promotion-rules"),
    route("v1/payment-providers", "checkout.ProviderListView", "payment-providers"),
    route("v1/orders", "orders.OrderListView", "orders"),
    route("v1/orders/access-requests", "orders.AccessRequestListView", "order-access-requests"),
    route("v1/orders/<uuid:order_id>", "orders.OrderView", "order"),
    route("v1/orders/<uuid:order_id>/complete-payment", "checkout.CompletePaymentView", "complete-payment"),
    route("v1/orders/<uuid:order_id>/cancel", "orders.OrderCancelView", "order-cancel"),
    route("v1/orders/<uuid:order_id>/accept", "orders.OrderAcceptView", "order-accept"),
    route("v1/orders/<uuid:order_id>/refunds", "payments.RefundListView", "order-refunds"),
    route("v1/refunds/<uuid:refund_id>/confirm", "payments.RefundConfirmView", "refund-confirm"),
    route("v1/payments/<uuid:payment_id>", "payments.PaymentView", "payment"),
    route("v1/payments/<uuid:payment_id>/capture", "payments.CaptureView", "payment-capture"),
    route("v1/payments/<uuid:payment_id>/void", "payments.VoidView", "payment-void"),
    route("v1/payment-webhooks/<str:alias>", "payments.PaymentWebhookView", "payment-webhook"),
    route("v1/orders/<uuid:order_id>/explain", "orders.OrderExplanationView", "order-explanation"),
    route("v1/gift-cards/balance", "credit.GiftCardBalanceView", "gift-card-balance"),
    route("v1/orders/<uuid:order_id>/shipments", "fulfillment.ShipmentListView", "order-shipments"),
    route("v1/shipments/<uuid:shipment_id>/ship", "fulfillment.ShipmentSendView", "shipment-ship"),
    route("v1/shipments/<uuid:shipment_id>/deliver", "fulfillment.ShipmentDeliverView", "shipment-deliver"),
    route("v1/shipments/<uuid:shipment_id>/cancel", "fulfillment.ShipmentCancelView", "shipment-cancel"),
    route("v1/jobs", "jobs.JobListView", "jobs"),
    route("v1/jobs/<uuid:job_id>", "jobs.JobView", "job"),
    route("v1/jobs/<uuid:job_id>/cancel", "jobs.JobCancelView", "job-cancel"),
    route("v1/me", "customers.MeView", "me"),
    route("v1/me/addresses", "customers.AddressListView", "addresses"),
    route("v1/me/addresses/<uuid:address_id>", "customers.AddressView", "address"),
    route("v1/me/credit", "credit.MyCreditView", "credit"),
    re_path(r"^v1/", LazyView("errors.UnknownAddressView"), name="unknown"),
]
"""Addresses have no slash at the end. The last one answers whatever is not there as the API answers errors."""
