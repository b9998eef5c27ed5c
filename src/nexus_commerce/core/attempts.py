"""One attempt at something that must happen once, however often it is asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

__all__ = ["Attempt"]


class Attempt:
    """What a service tells its caller on the way, so that a call that breaks off is taken up and not repeated.

    This one keeps nothing: a script that calls a service needs no more. A door derives one that keeps what is told in
    the transaction of the service, under the key that its client sent.
    """

    resource: UUID | None = None
    """What an earlier attempt made before it broke off; None for a first attempt."""

    def made(self, resource: UUID) -> None:
        """Called in the transaction that makes the row by which the work can be taken up again."""
        self.resource = resource

    def renew(self) -> None:
        """Called before each phase, outside a transaction: the work goes on."""

    def record(self, result: Any) -> None:
        """Called last in the last transaction, with what the service returns, or with the error that it will raise
        although something was done (a payment that was declined)."""
