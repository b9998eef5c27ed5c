"""Which mails are sent, from whom, and where their links lead."""

from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from nexus_commerce.channels.models import Channel
from nexus_commerce.notifications.mails import MAILS, Mail
from nexus_commerce.orders.models import Order

__all__ = ["EmailPolicy"]


class EmailPolicy:
    """Decide which mails customers get. Called in a worker, outside any transaction, and by the admin's previews.

    Derive a class, name it in ``NEXUS_COMMERCE["EMAIL_POLICY"]``, and say at least where the shop is::

        class ShopMails(EmailPolicy):
            base_url = "https://shop.example"
    """

    base_url: ClassVar[str] = ""
    """Where links lead to, without a slash at the end. Never taken from a request: whoever sends one could choose it.
    Empty: ``https://`` and the host name of the order's channel; without that, mails have no links."""

    order_path: ClassVar[str] = "/orders/{order}/"
    """Where a customer sees an order, who signs in for it."""

    guest_path: ClassVar[str] = "/orders/{order}/open/#{token}"
    """Where a guest's order is opened. The token stands behind ``#``: a browser sends that part to no server, so that
    it is in no log; the page reads it and posts it."""

    sender: ClassVar[str] = ""
    """The address in ``From``. Empty: Django's ``DEFAULT_FROM_EMAIL``."""

    reply_to: ClassVar[Sequence[str]] = ()

    def mails(self) -> Sequence[type[Mail]]:
        """Return the mails there are. The first one for the type of an event is sent: one event, one mail."""
        return MAILS

    def mail_for(self, event_type: str) -> Mail | None:
        """Return the mail that belongs to the type of an event, if one does."""
        return next((mail() for mail in self.mails() if event_type in mail.types), None)

    def wants(self, mail: Mail, order: Order) -> bool:
        """Tell whether this order's customer gets this mail. An order without an address gets none anyway."""
        return True

    def shop_name(self, channel: Channel) -> str:
        """Return what the shop calls itself at the head of a mail and in its subject."""
        return channel.name

    def base_url_of(self, channel: Channel) -> str:
        """Return where links of the channel lead to, or an empty string for mails without links."""
        return self.base_url or (f"https://{channel.hostname}" if channel.hostname else "")

    def order_url(self, order: Order, *, token: str = "") -> str:
        """Return where an order can be seen: a guest's with its ``token``, a customer's without. Empty: no link."""
        base = self.base_url_of(order.channel)
        path = self.guest_path if token else self.order_path
        return base + path.format(order=order.public_id, token=token) if base else ""

    def sender_of(self, order: Order) -> str:
        """Return the address in ``From``."""
        return self.sender or settings.DEFAULT_FROM_EMAIL

    def reply_to_of(self, order: Order) -> Sequence[str]:
        """Return the addresses in ``Reply-To``."""
        return self.reply_to

    def finish(self, message: EmailMultiAlternatives, *, mail: Mail, order: Order) -> None:
        """Attach something to a mail that is about to be sent, such as the terms or an invoice, or add a header."""
