"""Writing a mail: from an event to a message that is ready to be sent."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.notifications.mails import Mail
from nexus_commerce.notifications.policies import EmailPolicy
from nexus_commerce.notifications.receipts import one_line, receipt_of
from nexus_commerce.notifications.samples import sample_receipt
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import access_token_of

__all__ = ["WrittenMail", "message_id", "preview_mail", "render_mail", "write_message"]

FOLDER: Final = "nexus_commerce/mail"
MADE_UP: Final = "preview"
SOMEWHERE: Final = "https://shop.example"
BLANK_LINES: Final = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """A mail as text and as HTML; the subject is one line."""

    subject: str
    text: str
    html: str


def write_message(*, mail: Mail, event: OutboxEvent, policy: EmailPolicy) -> EmailMultiAlternatives | None:
    """Return the message that tells the order's customer of an event, ready to be sent.

    None where nobody is to be told: the order is gone or has no address, the event is too old, the policy does not
    want it, or it is not true any more. Raises ``ImproperlyConfigured`` for a mail that is nothing without a link where
    the policy knows no address of the shop, and ``TemplateDoesNotExist`` where a template is missing.
    """
    order = mail.order_of(event)
    if order is None or not order.email or event.occurred_at < timezone.now() - mail.max_age:
        return None
    if not policy.wants(mail, order) or not mail.is_due(order=order, event=event):
        return None
    with speaking(order.language, order.time_zone):
        token = access_token_of(order=order) if order.customer_id is None else ""
        link = policy.order_url(order, token=token)
        if mail.needs_link and not link:
            raise ImproperlyConfigured(f"{mail.code} needs a link: set base_url of NEXUS_COMMERCE['EMAIL_POLICY'].")
        context = frame_of(order, policy, link=link) | dict(mail.context(order=order, event=event))
        written = render_mail(mail=mail, context=context)
    return envelope(written, mail=mail, event=event, order=order, policy=policy)


def preview_mail(*, mail: Mail, order: Order | None, policy: EmailPolicy, language: str) -> WrittenMail:
    """Return a mail as the order's customer would get it in ``language``; without an order, of a made-up one.

    Sends and writes nothing. The link opens nothing.
    """
    with speaking(language, order.time_zone if order else timezone.get_default_timezone_name()):
        if order is None:
            home = policy.base_url or SOMEWHERE
            context = {
                "shop": _("Shop"),
                "home": home,
                "link": home,
                "order": None,
                "receipt": sample_receipt(),
            } | sides()
        else:
            link = policy.order_url(order, token="" if order.customer_id else MADE_UP)
            context = frame_of(order, policy, link=link or SOMEWHERE)
        return render_mail(mail=mail, context=context | dict(mail.sample(order)))


@contextmanager
def speaking(language: str, time_zone: str) -> Iterator[None]:
    """Write in a language, with times of a time zone."""
    with translation.override(language), timezone.override(time_zone):
        yield


def frame_of(order: Order, policy: EmailPolicy, *, link: str) -> dict[str, Any]:
    """Return what every mail about an order shows."""
    return {
        "shop": one_line(policy.shop_name(order.channel)),
        "home": policy.base_url_of(order.channel),
        "link": link,
        "order": order,
        "receipt": receipt_of(order),
    } | sides()


def sides() -> dict[str, str]:
    """Return where lines of the active language begin and end: programs for mails know no logical sides."""
    is_rtl = translation.get_language_bidi()
    return {"start": "right" if is_rtl else "left", "end": "left" if is_rtl else "right"}


def render_mail(*, mail: Mail, context: Mapping[str, Any]) -> WrittenMail:
    """Render the three templates of a mail in the active language."""
    subject = one_line(render_to_string(f"{FOLDER}/{mail.code}.subject.txt", dict(context)))
    known = {**context, "subject": subject}
    # What a template leaves out leaves blank lines behind.
    text = BLANK_LINES.sub("\n\n", render_to_string(f"{FOLDER}/{mail.code}.txt", known))
    return WrittenMail(subject, text.strip() + "\n", render_to_string(f"{FOLDER}/{mail.code}.html", known))


def envelope(
    written: WrittenMail, *, mail: Mail, event: OutboxEvent, order: Order, policy: EmailPolicy
) -> EmailMultiAlternatives:
    """Put a written mail into its envelope. Django refuses a header that has a line break in it."""
    sender = policy.sender_of(order)
    message = EmailMultiAlternatives(
        written.subject,
        written.text,
        sender,
        [order.email],
        reply_to=list(policy.reply_to_of(order)),
        headers={"Message-ID": message_id(event, mail, sender), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(written.html, "text/html")
    policy.finish(message, mail=mail, order=order)
    return message


def message_id(event: OutboxEvent, mail: Mail, sender: str) -> str:
    """Return the same id for the same mail about the same event, so that a receiving system can drop a second one."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return f"<{event.event_id}.{mail.code}@{domain or 'localhost'}>"
