"""Mails and webhooks, made from events."""

from __future__ import annotations

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.subscribers import Subscriber
from nexus_commerce.notifications.webhooks import Webhooks
from nexus_commerce.notifications.writing import write_message

__all__ = ["Emails", "Webhooks"]


class Emails(Subscriber):
    """Mail to customers: for one event, one mail at most.

    A mail is not sent twice: where a process died while it sent one, its entry is left as uncertain, for people to
    decide. ``NEXUS_COMMERCE["EMAIL_POLICY"]`` says which mails there are.
    """

    name = "nexus.emails"
    types = ("order.*", "shipment.*", "refund.*")
    sends = True
    may_repeat = False

    def wants(self, event_type: str) -> bool:
        """Tell whether there is a mail for events of this type."""
        return nexus_settings.EMAIL_POLICY().mail_for(event_type) is not None

    def handle(self, event: OutboxEvent) -> None:
        """Write the mail that belongs to the event and hand it to Django's e-mail backend, if somebody is to get it.

        Runs outside any transaction, as mail servers take their time. Whatever the backend raises is a failed try.
        """
        refuse_inside_transaction()
        policy = nexus_settings.EMAIL_POLICY()
        mail = policy.mail_for(event.type)
        message = write_message(mail=mail, event=event, policy=policy) if mail else None
        if message is not None:
            message.send()
