"""The factories that hosts get write things that work together."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from nexus_commerce.catalog.models import Digital, Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import Customer
from nexus_commerce.promotions.conditions.amounts import OrderValueCondition
from nexus_commerce.promotions.effects.order import OrderPercentEffect
from nexus_commerce.promotions.services import load_promotions
from nexus_commerce.testing import factories

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def test_a_product_is_priced_and_stocked_where_its_channel_looks(channel: Channel) -> None:
    product = factories.make_product(channel=channel, amount=1250, stock=3, sku="MUG", name="Mug")

    variant = product.variants.get()
    assert (variant.sku, product.name, product.listings.get().channel) == ("MUG", "Mug", channel)
    price = variant.prices.get()
    assert (price.amount, price.price_list.currency, list(price.price_list.channels.all())) == (1250, "EUR", [channel])
    item = variant.stock_items.get()
    assert (item.available, list(item.location.channels.all())) == (3, [channel])


def test_products_of_one_channel_share_its_price_list_and_location(channel: Channel) -> None:
    first, second = (factories.make_product(channel=channel, amount=100, stock=1).variants.get() for _ in range(2))

    assert first.prices.get().price_list == second.prices.get().price_list
    assert first.stock_items.get().location == second.stock_items.get().location


def test_a_product_is_made_of_the_type_asked_for_and_placed_with_its_ancestors() -> None:
    child = factories.make_category(parent=(root := factories.make_category()))

    product = factories.make_product(product_type=Digital, category=child, download_limit=2)

    assert type(Product.objects.get(pk=product.pk)) is Digital
    assert {row.category_id for row in product.ancestors.all()} == {root.pk, child.pk}


def test_a_promotion_is_in_force_where_it_was_made_for_and_a_coupon_opens_it(channel: Channel) -> None:
    given: dict[str, Any] = {"currency": "EUR", "customer_key": "", "now": timezone.now()}
    effect, condition = OrderPercentEffect(percent=Decimal(10)), OrderValueCondition(at_least=500)
    promotion = factories.make_promotion(effect, channel=channel, conditions=[condition], priority=3)
    (found,) = load_promotions(channel=channel, codes=[], **given)
    assert (found.effects, found.conditions, found.priority) == ((effect,), (condition,), 3)
    assert load_promotions(channel=factories.make_channel(), codes=[], **given) == []

    coupon = factories.make_coupon(promotion=promotion, code="save")
    assert load_promotions(channel=channel, codes=[], **given) == []
    (found,) = load_promotions(channel=channel, codes=[coupon.code], **given)
    assert found.coupon_code == coupon.code == "SAVE"


def test_variants_of_one_product_do_not_collide(product: Product) -> None:
    factories.make_variant(product=product)
    assert product.variants.count() == 2


def test_the_fixtures_belong_together(channel: Channel, variant: Variant, customer: Customer) -> None:
    assert channel.is_default
    assert variant.product.listings.get().channel == channel
    assert customer.email.endswith("@example.com")
