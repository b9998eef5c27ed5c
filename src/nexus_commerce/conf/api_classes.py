"""The classes of the REST API that a host may replace, one line each."""

__all__ = ["API_CLASSES"]

_API = "nexus_commerce.api"

API_CLASSES: dict[str, str] = {
    "errors.UnknownAddressView": f"{_API}.views.UnknownAddressView",
    "authentication.Authentication": f"{_API}.authentication.Authentication",
    "permissions.DenyAll": f"{_API}.permissions.DenyAll",
    "permissions.Public": f"{_API}.permissions.Public",
    "permissions.SignedIn": f"{_API}.permissions.SignedIn",
    "channels.ChannelView": f"{_API}.channels.views.ChannelView",
    "channels.ChannelSerializer": f"{_API}.channels.serializers.ChannelSerializer",
}
"""What ``NEXUS_COMMERCE["API"]`` may name: the key to the library's own class, which is also the base class that a
replacement must derive from."""
