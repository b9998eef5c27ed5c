"""The shop's own mails, and what it says about the library's."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from nexus_commerce.channels.models import Channel
from nexus_commerce.notifications.mails import Mail, OrderPlacedMail
from nexus_commerce.notifications.policies import EmailPolicy
from nexus_commerce.orders.models import Order

__all__ = ["OrderCompletedMail", "ShopMails"]

TERMS = "You may return anything within 30 days, unused and in its box.\n"


class OrderCompletedMail(Mail):
    """Ask how it was, when everything has been sent and paid."""

    code = "order_completed"
    types = ("order.completed",)
    title = "Order completed"


class ShopMails(EmailPolicy):
    """Answers come to a person, the terms come with the order, and a mail is added."""

    reply_to = ("help@shop.example",)

    def base_url_of(self, channel: Channel) -> str:
        """Return where the shop is, by the settings."""
        return str(settings.BASE_URL)

    def mails(self) -> Sequence[type[Mail]]:
        """Add the shop's own mail."""
        return [*super().mails(), OrderCompletedMail]

    def finish(self, message: EmailMultiAlternatives, *, mail: Mail, order: Order) -> None:
        """Attach the terms to the mail that confirms an order."""
        if isinstance(mail, OrderPlacedMail):
            message.attach("terms.txt", TERMS, "text/plain")
