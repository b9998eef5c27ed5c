from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


def receive(body: bytes, headers: dict[str, str], *, secret: str, inbox: dict[str, Any]) -> int:
    """Take a request; return the status to answer with. `inbox` stands for a table of your database."""
    try:
        message = Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return 400
    message_id = {name.lower(): value for name, value in headers.items()}["webhook-id"]
    inbox.setdefault(message_id, message)  # A message that is known already changes nothing.
    return 204
