"""The classes of the REST API that a host may replace, one line each."""

__all__ = ["API_CLASSES"]

_API = "nexus_commerce.api"

API_CLASSES: dict[str, str] = {
    "errors.UnknownAddressView": f"{_API}.views.UnknownAddressView",
    "authentication.Authentication": f"{_API}.authentication.Authentication",
    "permissions.DenyAll": f"{_API}.permissions.DenyAll",
    "permissions.Public": f"{_API}.permissions.Public",
    "permissions.SignedIn": f"{_API}.permissions.SignedIn",
    "addresses.AddressInputSerializer": f"{_API}.addresses.AddressInputSerializer",
    "channels.ChannelView": f"{_API}.channels.views.ChannelView",
    "channels.ChannelSerializer": f"{_API}.channels.serializers.ChannelSerializer",
    "cart.CartListView": f"{_API}.cart.views.CartListView",
    "cart.CartView": f"{_API}.cart.views.CartView",
    "cart.CartLineListView": f"{_API}.cart.views.CartLineListView",
    "cart.CartLineView": f"{_API}.cart.views.CartLineView",
    "cart.CartAddressView": f"{_API}.cart.views.CartAddressView",
    "cart.CartChangesView": f"{_API}.cart.views.CartChangesView",
    "cart.CartCreateSerializer": f"{_API}.cart.inputs.CartCreateSerializer",
    "cart.CartChangeSerializer": f"{_API}.cart.inputs.CartChangeSerializer",
    "cart.LineAddSerializer": f"{_API}.cart.inputs.LineAddSerializer",
    "cart.LineChangeSerializer": f"{_API}.cart.inputs.LineChangeSerializer",
    "cart.CartSerializer": f"{_API}.cart.serializers.CartSerializer",
    "cart.CartCreatedSerializer": f"{_API}.cart.serializers.CartCreatedSerializer",
    "cart.CartLineSerializer": f"{_API}.cart.serializers.CartLineSerializer",
    "checkout.CheckoutView": f"{_API}.checkout.views.CheckoutView",
    "checkout.ProviderListView": f"{_API}.checkout.views.ProviderListView",
    "checkout.CheckoutSerializer": f"{_API}.checkout.serializers.CheckoutSerializer",
    "checkout.PlacedOrderSerializer": f"{_API}.checkout.serializers.PlacedOrderSerializer",
    "checkout.ProviderSerializer": f"{_API}.checkout.serializers.ProviderSerializer",
    "orders.OrderListView": f"{_API}.orders.views.OrderListView",
    "orders.OrderView": f"{_API}.orders.views.OrderView",
    "orders.OrderFilter": f"{_API}.orders.serializers.OrderFilter",
    "orders.OrderSerializer": f"{_API}.orders.serializers.OrderSerializer",
    "orders.OrderSummarySerializer": f"{_API}.orders.serializers.OrderSummarySerializer",
    "orders.OrderLineSerializer": f"{_API}.orders.serializers.OrderLineSerializer",
    "orders.PaymentSerializer": f"{_API}.orders.serializers.PaymentSerializer",
    "customers.MeView": f"{_API}.customers.views.MeView",
    "customers.AddressListView": f"{_API}.customers.views.AddressListView",
    "customers.AddressView": f"{_API}.customers.views.AddressView",
    "customers.CustomerSerializer": f"{_API}.customers.serializers.CustomerSerializer",
    "customers.CustomerChangeSerializer": f"{_API}.customers.serializers.CustomerChangeSerializer",
    "customers.BookFilter": f"{_API}.customers.serializers.BookFilter",
    "customers.BookAddressSerializer": f"{_API}.customers.serializers.BookAddressSerializer",
    "customers.BookAddressInputSerializer": f"{_API}.customers.serializers.BookAddressInputSerializer",
}
"""What ``NEXUS_COMMERCE["API"]`` may name: the key to the library's own class, which is also the base class that a
replacement must derive from."""
