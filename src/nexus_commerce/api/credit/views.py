"""The operations of gift cards and store credit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, ClassVar, Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.openapi import SESSION, Page, operation
from nexus_commerce.api.paging import read_page
from nexus_commerce.api.principal import make_customer_of
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.views import CommerceView
from nexus_commerce.payments.models import CreditAccount, CreditEntry
from nexus_commerce.payments.services import find_gift_card

__all__ = ["GiftCardBalanceView", "MyCreditView"]

ENTRIES: Final = 50
"""How many entries of each account are shown."""


class GiftCardBalanceView(CommerceView):
    """What a gift card is worth."""

    permissions = ("permissions.Public",)
    throttle_scope: ClassVar[str] = "gift_card"

    @operation(
        id="get_gift_card_balance",
        summary="Show the balance of a gift card",
        tag="Checkout",
        request="credit.GiftCardCodeSerializer",
        responses={200: "credit.GiftCardBalanceSerializer"},
        errors={400: ["invalid_input"], 409: ["gift_card_not_usable"]},
    )
    def post(self, request: Request) -> Response:
        """What can be spent of the card with this code, which is sent in the body so that no address holds it.

        The answer is the same for a code that there is not, and for a card that is blocked, expired or empty.
        """
        code = self.read_body("credit.GiftCardCodeSerializer")["code"]
        return Response(self.write("credit.GiftCardBalanceSerializer", find_gift_card(code=code)))


class MyCreditView(CommerceView):
    """The store credit of the signed-in customer."""

    permissions = ("permissions.SignedIn",)

    @operation(
        id="list_credit",
        summary="List the own store credit",
        tag="Customers",
        query="credit.CreditFilter",
        responses={200: Page("credit.StoreCreditSerializer")},
        errors={400: ["invalid_input"], 401: ["not_authenticated"]},
        auth=SESSION,
    )
    def get(self, request: Request) -> Response:
        """The store credit by currency, each with its latest 50 entries."""
        query = self.read_query("credit.CreditFilter")
        rows = CreditAccount.objects.filter(kind="store_credit", customer=make_customer_of(request))
        page, following = read_page(request, rows, query)
        context = {"view": self, "entries": latest_entries([account.pk for account in page])}
        writer: Any = api_class("credit.StoreCreditSerializer")(context=context)
        return Response({"results": [writer.to_representation(row) for row in page], "next": following})


def latest_entries(accounts: Collection[int]) -> dict[int, list[CreditEntry]]:
    """Return the latest entries of each account, the newest first, with the orders that they are about; one
    statement."""
    place = Window(RowNumber(), partition_by=F("account"), order_by=F("id").desc())
    rows = CreditEntry.objects.filter(account__in=accounts).annotate(nexus_place=place).filter(nexus_place__lte=ENTRIES)
    found: dict[int, list[CreditEntry]] = defaultdict(list)
    for entry in rows.select_related("payment__order").order_by("-id"):
        found[entry.account_id].append(entry)
    return found
