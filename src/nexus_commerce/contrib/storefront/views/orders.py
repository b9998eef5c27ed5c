"""The page of an order."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from nexus_commerce.contrib.storefront.countries import country_name
from nexus_commerce.contrib.storefront.order_receipts import order_receipt
from nexus_commerce.contrib.storefront.payment_words import (
    instructions_of,
    left_to_pay,
    payment_rows,
    payments_of,
    words_of_order,
)
from nexus_commerce.contrib.storefront.shopper import Shopper
from nexus_commerce.contrib.storefront.views.pages import for_shopper, page
from nexus_commerce.fulfillment.services import shipments_of
from nexus_commerce.orders.errors import OrderNotFound
from nexus_commerce.orders.services import find_order

__all__ = ["order"]


@never_cache
@require_safe
@for_shopper
def order(request: HttpRequest, shopper: Shopper, public_id: UUID) -> HttpResponse:
    """Show an order to the browser that placed it, or to its customer; one that is being paid, its payment."""
    try:
        found = find_order(public_id=public_id, token=shopper.order_token, customer=shopper.customer)
    except OrderNotFound as exc:
        raise Http404(str(exc)) from exc
    if found.state == "pending" and found.cart is not None:
        return redirect("nexus_storefront:payment", cart=found.cart.public_id)
    payments = payments_of(found)
    context = {
        "order": found,
        "said": words_of_order(found),
        "is_over": found.state in ("canceled", "expired"),
        "receipt": order_receipt(found),
        "instructions": instructions_of(found, payments),
        "payments": payment_rows(payments),
        "left": left_to_pay(found),
        "parcels": [parcel for parcel in shipments_of(order=found) if not parcel.canceled_at],
        "addresses": [(address, country_name(address.country)) for address in found.addresses.all()],
    }
    return page(request, shopper, "order.html", context)
