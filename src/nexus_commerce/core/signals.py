"""Signals of the services: named, documented, sent after commit, unharmed by a failing receiver."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.dispatch import Signal

__all__ = ["CommerceSignal"]


class CommerceSignal(Signal):
    """A signal of a service.

    ``payload`` names each keyword argument that receivers get and says what it is; sending anything else is an
    error, so the documentation cannot drift. Receivers run after the transaction committed, in the same process; one
    that raises is logged by ``django.dispatch`` and harms neither the others nor the caller.
    """

    def __init__(self, doc: str, **payload: str) -> None:
        super().__init__()
        self.__doc__ = doc
        self.payload = payload

    def send_after_commit(self, sender: Any, *, using: str = DEFAULT_DB_ALIAS, **values: Any) -> None:
        """Send to every receiver once the current transaction has committed, or at once outside of one."""
        if values.keys() != self.payload.keys():
            raise TypeError(f"The payload must be {sorted(self.payload)}, not {sorted(values)}.")
        transaction.on_commit(lambda: self.send_robust(sender, **values), using=using, robust=True)
