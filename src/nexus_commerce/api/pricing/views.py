"""The operations of prices."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.cart.lines import new_line
from nexus_commerce.api.openapi import PUBLIC, operation
from nexus_commerce.api.parameters import CHANNEL
from nexus_commerce.api.pricing.examples import QUOTE
from nexus_commerce.api.principal import customer_of
from nexus_commerce.api.views import CommerceView
from nexus_commerce.cart.services import quote_lines
from nexus_commerce.customers.services import AddressData

__all__ = ["QuoteView"]


class QuoteView(CommerceView):
    """What lines would cost."""

    permissions = ("permissions.Public",)

    @operation(
        id="quote_prices",
        summary="Price lines without a cart",
        tag="Prices",
        request="pricing.QuoteInputSerializer",
        responses={200: "pricing.QuoteSerializer"},
        errors={
            400: ["invalid_input", "invalid_quantity"],
            404: ["no_channel"],
            409: ["not_for_sale", "cart_limit_reached"],
        },
        parameters=[CHANNEL],
        examples=QUOTE,
        auth=(*PUBLIC, "session"),
    )
    def post(self, request: Request) -> Response:
        """What a cart with these lines would cost, promotions and tax included; nothing is kept or held in stock.

        A signed-in customer's own prices count. What could not be bought as it stands is listed in `changes`.
        """
        values = self.read_body("pricing.QuoteInputSerializer")
        priced = quote_lines(
            channel=self.channel,
            lines=[new_line(line) for line in values["lines"]],
            customer=customer_of(request),
            address=address_in(values),
            codes=values.get("coupons", ()),
        )
        return Response(self.write("pricing.QuoteSerializer", priced))


def address_in(values: dict[str, Any]) -> AddressData | None:
    """Return where the goods would go, from the checked values of a body; None where it does not say."""
    if "country" in values:
        return AddressData(line1="", city="", country=values["country"])
    return AddressData(**{"line1": "", "city": "", **values["address"]}) if "address" in values else None
