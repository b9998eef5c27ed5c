"""The product page."""

from typing import Any

import pytest

from nexus_commerce.catalog.models import (
    Bundle,
    BundleItem,
    Media,
    MediaRendition,
    Option,
    OptionValue,
    ProductRelation,
    Slug,
    Tag,
)
from nexus_commerce.channels.models import Channel
from nexus_commerce.listing.details import ProductDetail, ProductNotFound, find_product
from nexus_commerce.testing import factories
from tests.listing.test_products import viewer_of

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def detail_of(channel: Channel, **said: Any) -> ProductDetail:
    return find_product(channel=channel, viewer=viewer_of(channel), **said)


def test_the_page_shows_everything_of_a_product(channel: Channel) -> None:
    root = factories.make_category(name="House", slug="house")
    leaf = factories.make_category(name="Cups", slug="cups", parent=root)
    product = factories.make_product(channel=channel, category=leaf, amount=1250, stock=1, slug="mug", sku="MUG-S")
    product.tags.add(Tag.objects.create(name="new"))
    size = Option.objects.create(product=product, name="Size")
    small, large = (OptionValue.objects.create(option=size, value=value) for value in ("S", "L"))
    product.variants.get().option_values.add(small)
    other = factories.make_variant(product=product, channel=channel, amount=1500, stock=0, sku="MUG-L", position=1)
    other.option_values.add(large)
    media = Media.objects.create(product=product, variant=other, file="a/b.jpg", alt="Large", width=900, height=600)
    MediaRendition.objects.create(media=media, size="small", file="a/s.jpg", width=90, height=60)
    related = factories.make_product(channel=channel, name="Saucer", amount=500, slug="saucer")
    ProductRelation.objects.create(product=product, related=related, kind="upsell")
    ProductRelation.objects.create(product=product, related=factories.make_product(name="Not sold here"))

    values = detail_of(channel, slug="mug").values

    assert values["tags"] == ["new"]
    assert values["options"] == [{"name": "Size", "values": ["S", "L"]}]
    assert [(crumb["name"], crumb["slug"]) for crumb in values["breadcrumbs"]] == [("House", "house"), ("Cups", "cups")]
    assert [(v["sku"], v["options"], v["price"], v["availability"], v["pictures"]) for v in values["variants"]] == [
        ("MUG-S", {"Size": "S"}, 1250, "in_stock", []),
        ("MUG-L", {"Size": "L"}, 1500, "out_of_stock", [0]),
    ]
    assert values["pictures"] == [
        {
            "url": "/media/a/b.jpg",
            "width": 900,
            "height": 600,
            "alt": "Large",
            "sizes": {"small": {"url": "/media/a/s.jpg", "width": 90, "height": 60}},
        }
    ]
    assert [(entry["kind"], entry["product"]["slug"]) for entry in values["related"]] == [("upsell", "saucer")]
    assert (values["price"], values["has_price_range"]) == (1250, True)


def test_a_bundle_shows_its_items_and_has_as_many_as_the_scarcest_allows(channel: Channel) -> None:
    cup = factories.make_variant(channel=channel, amount=100, stock=5, sku="CUP")
    plate = factories.make_variant(channel=channel, amount=100, stock=1, sku="PLATE")
    product = factories.make_product(product_type=Bundle, channel=channel, amount=300, slug="set")
    variant = product.variants.get()
    BundleItem.objects.create(bundle=variant, variant=cup, quantity=2)
    BundleItem.objects.create(bundle=variant, variant=plate, quantity=1, position=1)

    def shown() -> dict[str, Any]:
        shown: dict[str, Any] = detail_of(channel, slug="set").values["variants"][0]
        return shown

    assert [(item["sku"], item["quantity"]) for item in shown()["bundle_items"]] == [("CUP", 2), ("PLATE", 1)]
    assert shown()["availability"] == "in_stock"
    plate.stock_items.update(on_hand=0)
    assert shown()["availability"] == "out_of_stock"


def test_an_old_slug_leads_to_the_present_one(channel: Channel) -> None:
    product = factories.make_product(channel=channel, slug="new")
    Slug.objects.create(product=product, language="en", slug="old", is_current=False)

    assert detail_of(channel, slug="old").moved_to == "new"
    assert detail_of(channel, slug="new").moved_to == ""


def test_a_product_is_found_by_its_public_id(channel: Channel) -> None:
    product = factories.make_product(channel=channel, slug="mug")

    assert detail_of(channel, public_id=product.public_id).values["slug"] == "mug"


def test_a_product_that_the_channel_does_not_sell_is_not_found(channel: Channel) -> None:
    hidden = factories.make_product(slug="hidden")
    ProductRelation.objects.create(product=hidden, related=factories.make_product(channel=channel))

    for said in ({"slug": "hidden"}, {"slug": "missing"}, {"public_id": hidden.public_id}):
        with pytest.raises(ProductNotFound):
            detail_of(channel, **said)
