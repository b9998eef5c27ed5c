"""What the list of products tells of each, read for a whole page at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Max, Min, Q, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nexus_commerce.admin.formatting import EMPTY, format_money
from nexus_commerce.catalog.models import Media, Product, ProductListing, Variant
from nexus_commerce.catalog.querysets import within_window
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.pricing.models import Price

__all__ = ["ProductChangeList", "ProductSummary", "media_address", "summarize", "thumbnail"]


@dataclass(slots=True)
class ProductSummary:
    """The facts of one product: prices as (currency, least, greatest), units that can be sold, channels, picture.

    ``stock`` is None where nothing of the product is tracked.
    """

    type_name: str = ""
    prices: list[tuple[str, int, int]] = field(default_factory=list)
    stock: int | None = None
    variants: int = 0
    channels: list[str] = field(default_factory=list)
    picture: str = ""

    def price_range(self) -> SafeString | str:
        """Return the prices as people write them, a range and a line for each currency."""
        ranges = [
            format_money(low, currency) + (f" – {format_money(high, currency)}" if high != low else "")
            for currency, low, high in self.prices
        ]
        return format_html_join("", '<div class="nexus-line">{}</div>', [(text,) for text in ranges]) or EMPTY


class ProductChangeList(ChangeList):
    """A list of products with the facts of its page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        facts = summarize(self.result_list)
        for product in self.result_list:
            product.summary = facts[product.pk]


def summarize(products: Sequence[Product]) -> dict[int, ProductSummary]:
    """Return the facts of the products by their keys; six queries for any number of them."""
    facts = {product.pk: ProductSummary() for product in products}
    for product in products:
        model = ContentType.objects.get_for_id(product.polymorphic_ctype_id or 0).model_class()
        facts[product.pk].type_name = str(model._meta.verbose_name) if model else EMPTY
    _add_prices(facts)
    _add_stock(facts)
    _add_channels(facts)
    _add_pictures(facts)
    return facts


def _add_prices(facts: dict[int, ProductSummary]) -> None:
    prices = Price.objects.filter(
        within_window("valid_from", "valid_until", timezone.now()),
        variant__product__in=facts,
        variant__archived_at__isnull=True,
        price_list__is_active=True,
    )
    rows = prices.order_by().values("variant__product", "price_list__currency")
    for row in rows.annotate(low=Min("amount"), high=Max("amount")).order_by("price_list__currency"):
        facts[row["variant__product"]].prices.append((row["price_list__currency"], row["low"], row["high"]))


def _add_stock(facts: dict[int, ProductSummary]) -> None:
    variants = Variant.objects.filter(product__in=facts, archived_at__isnull=True).order_by().values("product")
    for row in variants.annotate(count=Count("pk"), tracked=Count("pk", filter=Q(track_stock=True))):
        facts[row["product"]].variants = row["count"]
        facts[row["product"]].stock = 0 if row["tracked"] else None
    units = F("on_hand") + F("backorder_limit") - F("allocated") - F("reserved")
    items = StockItem.objects.filter(
        variant__product__in=facts,
        variant__track_stock=True,
        variant__archived_at__isnull=True,
        location__is_active=True,
    )
    for held in items.order_by().values("variant__product").annotate(units=Sum(units)):
        facts[held["variant__product"]].stock = held["units"]


def _add_channels(facts: dict[int, ProductSummary]) -> None:
    listings = ProductListing.objects.filter(
        within_window("visible_from", "visible_until", timezone.now()), product__in=facts, is_visible=True
    )
    for product, channel in listings.order_by("channel__name").values_list("product", "channel__name"):
        facts[product].channels.append(channel)


def _add_pictures(facts: dict[int, ProductSummary]) -> None:
    pictures = Media.objects.filter(product__in=facts, kind="image").exclude(file="").order_by("position", "id")
    first: dict[int, Any] = {}
    for media in pictures.prefetch_related("renditions"):
        first.setdefault(media.product_id, media)
    for product, media in first.items():
        facts[product].picture = media_address(media)


def media_address(media: Any) -> str:
    """Return the address of the smallest size of a picture, of the file itself where there is none; else empty."""
    sizes = sorted(media.renditions.all(), key=lambda size: size.width)
    file = sizes[0].file if sizes else media.file
    return file.url if file else ""


def thumbnail(address: str, css: str = "nexus-thumb") -> SafeString | str:
    """Return a small picture; a dash for none."""
    return format_html('<img class="{}" src="{}" alt="" loading="lazy">', css, address) if address else EMPTY
