"""Pages to look at: home, categories, search, products."""

from collections.abc import Mapping
from typing import Any, Final

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.storefront.facts import facts_of
from nexus_commerce.contrib.storefront.shopper import Shopper, shopper_of
from nexus_commerce.contrib.storefront.views.pages import page
from nexus_commerce.listing.categories import CategoryNotFound, find_category
from nexus_commerce.listing.cursors import Cursor, InvalidCursor
from nexus_commerce.listing.details import ProductNotFound, find_product
from nexus_commerce.listing.orderings import ORDERINGS
from nexus_commerce.listing.products import ProductPage, list_products
from nexus_commerce.listing.query import ProductQuery
from nexus_commerce.shipping.services import has_methods

__all__ = ["category", "home", "product", "search"]

PAGE_SIZE: Final = 24
SORTS: Final = {
    "newest": _("Newest"),
    "price": _("Price, low first"),
    "-price": _("Price, high first"),
    "name": _("Name"),
}
MAX_WORDS: Final = 200


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is new."""
    shopper = shopper_of(request)
    newest = list_products(channel=shopper.channel, viewer=shopper.viewer, query=ProductQuery(size=8))
    return page(request, shopper, "home.html", {"products": values(newest)})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a category and what is in it and below."""
    shopper = shopper_of(request)
    try:
        found = find_category(viewer=shopper.viewer, slug=slug)
    except CategoryNotFound as exc:
        raise Http404(str(exc)) from exc
    if found.moved_to:
        return redirect("nexus_storefront:category", slug=found.moved_to, permanent=True)
    listed = browse(shopper, request.GET, category=slug)
    return page(request, shopper, "category.html", {"category": found.values} | listed)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what has all the words that were asked for."""
    shopper = shopper_of(request)
    words = request.GET.get("q", "").replace("\x00", "")[:MAX_WORDS]
    listed = browse(shopper, request.GET, search=words)
    return page(request, shopper, "search.html", {"words": words} | listed)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a product and its variants."""
    shopper = shopper_of(request)
    try:
        found = find_product(channel=shopper.channel, viewer=shopper.viewer, slug=slug)
    except ProductNotFound as exc:
        raise Http404(str(exc)) from exc
    if found.moved_to:
        return redirect("nexus_storefront:product", slug=found.moved_to, permanent=True)
    variants = found.values["variants"]
    wanted = request.GET.get("variant", "")
    chosen = next((v for v in variants if v["id"] == wanted), None)
    chosen = chosen or next(
        (v for v in variants if v["availability"] != "out_of_stock"), variants[0] if variants else None
    )
    related = [entry["product"] for entry in found.values["related"]][:4]
    own = chosen["attributes"] if chosen else {}
    context = {
        "product": found.values,
        "chosen": chosen,
        "related": related,
        "facts": facts_of(found.values["attributes"] | own),
        "is_shipped": is_shipped(found.values["type"], shopper.channel),
    }
    return page(request, shopper, "product.html", context)


def is_shipped(product_type: str, channel: Channel) -> bool:
    """Tell whether postage is added to the price: of what is sent, in a channel that charges shipping."""
    is_sent = bool(apps.get_model(product_type).requires_shipping)
    return is_sent and has_methods(channel=channel, currency=channel.currency)


def browse(shopper: Shopper, asked: Mapping[str, Any], **where: str) -> dict[str, Any]:
    """Return a page of products as the address asks for it; what it asks for wrongly is left out."""
    sort = asked.get("sort", "newest")
    sort = sort if sort in SORTS else "newest"
    availability = "in_stock" if asked.get("available") else ""
    query = ProductQuery(
        **where,  # type: ignore[arg-type]
        ordering=sort,
        availability=availability,
        cursor=cursor_in(asked.get("after", ""), sort),
        size=PAGE_SIZE,
        with_count=True,
    )
    listed = list_products(channel=shopper.channel, viewer=shopper.viewer, query=query)
    return {
        "products": values(listed),
        "count": listed.count,
        "next": listed.next.encode() if listed.next else "",
        "sort": sort,
        "sorts": SORTS,
        "available": bool(availability),
    }


def cursor_in(text: str, sort: str) -> Cursor | None:
    """Return the cursor of an address, or None, which is the first page."""
    try:
        return Cursor.decode(text, ordering=sort, numeric=ORDERINGS[sort].numeric) if text else None
    except InvalidCursor:
        return None


def values(listed: ProductPage) -> list[dict[str, Any]]:
    """Return the cards of a page."""
    return [card.values for card in listed.cards]
