"""A carrier with live rates, asked over https."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode

from nexus_commerce.core.http import FetchRefused, SafeHttpClient
from nexus_commerce.shipping.carriers.base import Carrier
from nexus_commerce.shipping.carriers.requests import CarrierQuote, CarrierRequest
from nexus_commerce.shipping.errors import CarrierError

__all__ = ["ParcelRates"]


class ParcelRates(Carrier):
    """Asks ``url`` of the options for the services to a country; it answers in cents and business days."""

    def client(self) -> SafeHttpClient:
        """Return the way out, which waits no longer than a shopper does."""
        client = SafeHttpClient()
        client.total_timeout = self.timeout
        return client

    def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
        """Return a quote for each service; none where the parcel cannot go."""
        asked = {
            "country": request.destination.country,
            "postcode": request.destination.postal_code,
            "grams": request.weight,
            "currency": request.currency,
        }
        try:
            answer = self.client().get(f"{self.options['url']}?{urlencode(asked)}", max_bytes=65_536)
            return [self.read(service, request.currency) for service in json.loads(answer.body)["services"]]
        except (FetchRefused, ValueError, KeyError, TypeError) as exc:
            raise CarrierError(reason=str(exc)) from exc

    def read(self, service: dict[str, object], currency: str) -> CarrierQuote:
        """Return the quote that the answer makes of a service; a price that is no integer is an error."""
        amount, days = service["cents"], service["days"]
        if not isinstance(amount, int) or not isinstance(days, int):
            raise CarrierError(reason=f"The service {service['code']!r} has no price or no days.")
        return CarrierQuote(str(service["code"]), str(service["name"]), amount, currency, min_days=1, max_days=days)
