"""What hears of every event, unless a host says otherwise."""

from typing import Final

__all__ = ["SUBSCRIBERS"]

SUBSCRIBERS: Final = [
    "nexus_commerce.checkout.listening.PaymentNotices",
    "nexus_commerce.notifications.subscribers.Emails",
    "nexus_commerce.notifications.subscribers.Webhooks",
]
"""The library's subscribers. A host adds its own: ``"SUBSCRIBERS": [*SUBSCRIBERS, "shop.erp.TellErp"]``."""
