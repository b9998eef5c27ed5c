"""What a channel offers of a variant."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, UUIDField
from django.utils import timezone

from nexus_commerce.cart.errors import NotForSale
from nexus_commerce.cart.services.offered import Offered
from nexus_commerce.catalog.models import Bundle, BundleItem, Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.prepared import AnyOf
from nexus_commerce.inventory.services import available_quantities

__all__ = ["Offer", "find_gifts", "find_offer", "find_offers"]

VARIANTS: Final = Offered(
    lambda: Variant.objects.filter(AnyOf("public_id", "public_ids")).select_related("product"), public_ids=UUIDField()
)

GIFTS: Final = Offered(lambda: Variant.objects.filter(AnyOf("sku", "skus")).select_related("product"), skus=CharField())


@dataclass(slots=True)
class Offer:
    """A variant as a channel offers it now.

    ``available`` is None where stock is not tracked. ``requires_shipping`` is what the product type says; of a bundle
    also whether an item is sent.
    """

    variant: Variant
    is_listed: bool
    available: int | None
    requires_shipping: bool = True

    @property
    def product(self) -> Product:
        """The product; its base columns only."""
        return self.variant.product

    @property
    def product_type(self) -> type[Product]:
        """The class of the product's type, found without a statement; ``Product`` where that type is gone."""
        return type_of(self.product)

    @property
    def is_bundle(self) -> bool:
        return issubclass(self.product_type, Bundle)

    @property
    def tax_class(self) -> str:
        return self.variant.tax_class or self.product.tax_class


def offer_of(variant: Variant, row: Any) -> Offer:
    """Return the offer of a variant out of a row that ``Offered`` annotated; bundles get theirs later."""
    return Offer(
        variant=variant,
        is_listed=row.nexus_listed and variant.archived_at is None,
        available=max(0, row.nexus_sellable) if variant.track_stock else None,
        requires_shipping=type_of(variant.product).requires_shipping,
    )


def type_of(product: Product) -> type[Product]:
    """Return the class of a product's type, without a statement; ``Product`` where that type is gone."""
    return product.get_real_instance_class() or Product


def fill_bundles(offers: list[Offer], *, channel: Channel, holder: UUID | None = None) -> None:
    """Set what is available of the bundles among ``offers``, and whether they are sent.

    To ``holder`` what it holds itself is available. No statement without a bundle, three for any number.
    """
    bundles = {offer.variant.pk: offer for offer in offers if offer.is_bundle}
    if bundles:
        found = available_quantities(variant_ids=bundles.keys(), channel=channel, holder=holder)
        is_sent = sent_bundles(bundles.keys())
        for pk, offer in bundles.items():
            offer.available = found[pk]
            offer.requires_shipping = offer.requires_shipping and is_sent.get(pk, True)


def sent_bundles(variant_ids: Collection[int]) -> dict[int, bool]:
    """Return whether an item of each bundle is sent; a bundle without items is absent. One statement."""
    items = BundleItem.objects.filter(bundle__in=variant_ids).order_by().select_related("variant__product")
    is_sent: dict[int, bool] = {}
    for item in items.only("bundle", "variant__product__polymorphic_ctype"):
        sent = type_of(item.variant.product).requires_shipping
        is_sent[item.bundle_id] = is_sent.get(item.bundle_id, False) or sent
    return is_sent


def find_offers(*, channel: Channel, public_ids: Collection[UUID], now: datetime) -> dict[UUID, Offer]:
    """Return what ``channel`` offers of the variants, by their public ids; what it does not offer is absent."""
    variants = VARIANTS.run(channel=channel, now=now, public_ids=list(public_ids))
    offers = [offer_of(variant, variant) for variant in variants]
    fill_bundles(offers, channel=channel)
    return {offer.variant.public_id: offer for offer in offers if offer.is_listed}


def find_gifts(
    *, channel: Channel, skus: Collection[str], now: datetime, holder: UUID | None = None
) -> dict[str, Offer]:
    """Return what ``channel`` offers of the variants, by their SKUs; what it does not offer is absent.

    To ``holder``, the public id of a cart, what it holds itself is available.
    """
    if not skus:
        return {}
    variants = GIFTS.run(channel=channel, now=now, holder=holder, skus=list(skus))
    offers = [offer_of(variant, variant) for variant in variants]
    fill_bundles(offers, channel=channel, holder=holder)
    return {offer.variant.sku: offer for offer in offers if offer.is_listed}


def find_offer(*, channel: Channel, public_id: UUID, now: datetime | None = None) -> Offer:
    """Return what ``channel`` offers of the variant, by its public id. Raises ``NotForSale`` where there is none."""
    offers = find_offers(channel=channel, public_ids=[public_id], now=now or timezone.now())
    if public_id not in offers:
        raise NotForSale(field="variant")
    return offers[public_id]
