"""Who a customer is to a limit of uses for each customer."""

import hashlib

from nexus_commerce.customers.models import Customer

__all__ = ["customer_key_of"]


def customer_key_of(*, customer: Customer | None = None, email: str = "") -> str:
    """Return the SHA-256 by which uses are counted: of the customer's public id, else of the e-mail in lower case.

    Empty for a guest whose e-mail is not known yet.
    """
    address = email.strip().lower()
    text = f"customer:{customer.public_id}" if customer is not None else f"email:{address}" if address else ""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""
