"""What hosts say about mails."""

from typing import Any, ClassVar

from django.core.mail import EmailMultiAlternatives

from nexus_commerce.notifications.mails import MAILS, Mail, OrderPaidMail
from nexus_commerce.notifications.policies import EmailPolicy
from nexus_commerce.orders.models import Order

__all__ = ["BreaksLines", "ShopMails", "WithoutTemplates"]


class CompletedMail(Mail):
    """A mail that a host adds; it borrows the templates of another."""

    code = OrderPaidMail.code
    types = ("order.completed",)

    def context(self, **given: Any) -> dict[str, Any]:
        return {"paid": "everything"}


class ShopMails(EmailPolicy):
    """Everything that a host may say."""

    base_url = "https://shop.example"
    guest_path = "/my/{order}#{token}"
    sender = "Shop <shop@shop.example>"
    reply_to = ("help@shop.example",)

    def mails(self) -> list[type[Mail]]:
        return [*MAILS, CompletedMail]

    def wants(self, mail: Mail, order: Order) -> bool:
        return order.email != "quiet@example.com"

    def finish(self, message: EmailMultiAlternatives, *, mail: Mail, order: Order) -> None:
        message.attach("terms.txt", f"Terms for {mail.code} of {order.number}", "text/plain")


class NamelessMail(Mail):
    """A mail that nobody wrote templates for."""

    code = "nameless"
    types = ("order.placed",)


class WithoutTemplates(EmailPolicy):
    mails_there_are: ClassVar[list[type[Mail]]] = [NamelessMail]

    def mails(self) -> list[type[Mail]]:
        return self.mails_there_are


class BreaksLines(EmailPolicy):
    sender = "shop@shop.example\nBcc: everybody@example.com"
