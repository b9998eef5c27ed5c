"""Views that use an idempotency key as the checkout does: in several transactions, telling their attempt."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.cart.access import open_cart
from nexus_commerce.api.cart.taxes import CartTaxView
from nexus_commerce.cart.services import change_cart
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.payments.errors import PaymentDeclined

__all__ = ["Crash", "PhasedView", "settings_of"]


class Crash(BaseException):
    """Stands for a process that dies: nothing that handles errors gets to run."""


class PhasedView(CartTaxView):
    """Writes a note on the cart in one transaction, asks somebody, and records in another what came of it."""

    outcome: ClassVar[str] = "paid"
    asked: ClassVar[list[UUID | None]] = []
    """What each call found to be made already."""

    def post(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        return self.run_once(self.pay, lambda note: Response({"note": note}, status=201), required=True, atomic=False)

    def pay(self, attempt: Attempt) -> str:
        cart = open_cart(self.request, self.kwargs["cart_id"])
        self.asked.append(attempt.resource)
        if attempt.resource is None:
            with transaction.atomic():
                change_cart(cart=cart, fields={"note": cart.note + "prepared "})
                attempt.made(cart.public_id)
        attempt.renew()
        if self.outcome == "crash":
            raise Crash
        if self.outcome == "fault":
            raise RuntimeError("nobody's input")
        declined = PaymentDeclined() if self.outcome == "declined" else None
        with transaction.atomic():
            change_cart(cart=cart, fields={"note": f"{cart.note}{self.outcome} "})
            attempt.record(declined or cart.note)
        if declined:
            raise declined
        return cart.note


def settings_of(view: type[PhasedView]) -> dict[str, object]:
    """Return the setting that puts the view in the place of one of the library's."""
    return {"API": {"cart.CartTaxView": f"{view.__module__}.{view.__qualname__}"}}
