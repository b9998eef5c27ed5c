"""``nexus_demo`` loads the shop once, goes on where it stopped, and says in one line what is in its way."""

import shutil
import socket
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client

from nexus_commerce.catalog.models import Attribute, BundleItem, Category, Digital, Media, Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.demo import loading
from nexus_commerce.contrib.demo.media import load_pictures
from nexus_commerce.contrib.demo.reading import read_catalogue
from nexus_commerce.contrib.demo.selling import GIFT_CARDS, usable_gift_cards
from nexus_commerce.inventory.models import StockItem, StockLocation
from nexus_commerce.inventory.services.availability import available_quantities
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import CreditAccount, Payment
from nexus_commerce.pricing.models import Price, PriceChange
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.shipping.models import ShippingMethod
from nexus_commerce.tax.models import TaxRate
from nexus_commerce.testing.invariants import assert_invariants
from tests.checkout.paying import online_shop

CATALOGUE = read_catalogue()


@pytest.fixture
def debug(settings: Any) -> None:
    settings.DEBUG = True


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def load() -> str:
    out = StringIO()
    call_command("nexus_demo", "--no-serve", "--no-pictures", stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    models = (
        Product,
        Variant,
        Category,
        Attribute,
        Price,
        PriceChange,
        StockItem,
        StockLocation,
        Channel,
        BundleItem,
        Promotion,
        ShippingMethod,
        TaxRate,
    )
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_shop_is_loaded_as_the_catalogue_says() -> None:
    load()
    found = counts()
    variants = [variant for product in CATALOGUE.products for variant in product.variants]
    assert (found["Product"], found["Variant"]) == (len(CATALOGUE.products), len(variants))
    assert found["Price"] == sum(2 + sum(map(len, variant.tiers.values())) for variant in variants)
    assert found["Price"] > 2 * len(variants)
    assert found["StockItem"] == sum(len(variant.stock) for variant in variants)
    mug = Variant.objects.get(sku="MUG-TIDE-KELP")
    assert mug.barcode == "2900100100021"
    assert (mug.weight, mug.length, mug.width, mug.height) == (360, 122, 88, 92)
    assert mug.attributes == {"capacity": 320}
    assert mug.product.attributes["material"] == "Stoneware"
    assert list(mug.prices.order_by("price_list__currency").values_list("price_list__currency", "amount")) == [
        ("EUR", 2600),
        ("USD", 2900),
    ]
    assert mug.product.slugs.get().slug == "tidewater-mug"
    assert mug.product.relations.all()[0].related.name == "Harbor Espresso Cups, Pair"
    reduced = Price.objects.get(variant__sku="GLS-PILO-CLEAR", price_list__currency="EUR")
    assert (reduced.amount, reduced.compare_at) == (4800, 5800)


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_bundles_sell_what_their_items_allow_and_downloads_without_end() -> None:
    load()
    channel = Channel.objects.get(code="eu")
    ids = dict(Variant.objects.values_list("sku", "pk"))
    wanted = ["SET-BRKF", "MUG-TIDE-FOG", "PTN-HARB", "CUP-HARB-BLUSH"]
    available = available_quantities(variant_ids=[ids[sku] for sku in wanted], channel=channel)
    assert [available[ids[sku]] for sku in wanted] == [14, 42, None, 0]


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_second_run_keeps_what_was_changed_and_adds_nothing() -> None:
    load()
    before = counts()
    Product.objects.filter(slugs__slug="tidewater-mug").update(name="My Mug")
    in_sets = BundleItem.objects.values("variant")
    Digital.objects.exclude(variants__in=in_sets)[0].delete()
    assert load() == ""
    assert Product.objects.get(slugs__slug="tidewater-mug").name == "My Mug"
    assert counts()["Product"] == before["Product"] - 1
    for name in ("Promotion", "ShippingMethod", "TaxRate"):
        assert counts()[name] == before[name] > 0
    assert get_user_model().objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_shop_of_an_earlier_version_gets_its_terms_once() -> None:
    shop = loading.load_shop(CATALOGUE)
    list(loading.load_products(CATALOGUE, shop))
    loading.mark_loaded(CATALOGUE)
    assert load() == ""
    methods = ShippingMethod.objects.count()
    assert methods > 0
    ShippingMethod.objects.filter(code="express").delete()
    assert load() == ""
    assert ShippingMethod.objects.count() == methods - 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("debug")
def test_interrupted_load_goes_on_where_it_stopped() -> None:
    shop = loading.load_shop(CATALOGUE)
    steps = loading.load_products(CATALOGUE, shop)
    assert (next(steps), next(steps)) == (0, loading.CHUNK)
    steps.close()
    half = counts()["Product"]
    assert half == loading.CHUNK
    first = set(Product.plain.values_list("pk", flat=True))
    load()
    assert counts()["Product"] == len(CATALOGUE.products)
    assert first <= set(Product.plain.values_list("pk", flat=True))
    assert set(Product.objects.filter(relations=None).values_list("name", flat=True)) == set()


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_pictures_are_hung_once_with_their_sizes() -> None:
    few = [
        product for product in CATALOGUE.products if product.handle in {"tidewater-mug", "salt-pig", "tide-calendar"}
    ]
    catalogue = type(CATALOGUE)(**{**vars(CATALOGUE), "products": tuple(few)})
    shop = loading.load_shop(catalogue)
    list(loading.load_products(catalogue, shop))
    assert sum(load_pictures(catalogue, shop)) == 4 + 2 + 1 + len(CATALOGUE.categories)
    assert sum(load_pictures(catalogue, shop)) == 4 + 2 + 1 + len(CATALOGUE.categories)
    assert Media.objects.count() == 7
    kelp = Media.objects.get(alt="Tidewater Mug, kelp")
    assert kelp.variant is not None
    assert kelp.variant.sku == "MUG-TIDE-KELP"
    assert (kelp.width, kelp.height, len(kelp.checksum)) == (1200, 1200, 64)
    assert set(kelp.renditions.values_list("size", "width")) == {
        ("thumbnail", 160),
        ("small", 480),
        ("medium", 960),
        ("large", 1200),
    }
    assert Media.objects.get(alt="Tide Calendar").variant is None
    assert Category.objects.exclude(image="").count() == len(CATALOGUE.categories)


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_superuser_can_sign_in_with_the_demo_login(client: Client) -> None:
    load()
    assert client.login(username="admin", password="wick-and-warp")


@pytest.mark.django_db
def test_without_debug_nothing_happens() -> None:
    with pytest.raises(CommandError, match="DEBUG"):
        load()
    assert not Product.objects.exists()
    assert not get_user_model().objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_taken_port_is_named_with_its_cure_before_any_work(taken_port: int) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("nexus_demo", "--port", str(taken_port), stdout=StringIO())
    message = str(caught.value)
    assert f"Port {taken_port} is taken" in message
    assert f"make demo PORT={taken_port + 1}" in message
    assert "\n" not in message
    assert not Product.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
@pytest.mark.parametrize("port", ["-1", "70000"])
def test_impossible_port_is_refused_in_one_line(port: str) -> None:
    with pytest.raises(CommandError, match="Choose another") as caught:
        call_command("nexus_demo", f"--port={port}", stdout=StringIO())
    assert "\n" not in str(caught.value)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_full_disk_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 5_000_000, 5_000_000))
    with pytest.raises(CommandError, match="5 MB free and the demo needs 100 MB") as caught:
        load()
    assert "\n" not in str(caught.value)
    assert not Product.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_the_shop_has_sold_something_once(tmp_path: Path) -> None:
    with online_shop(tmp_path, script="needs_action"):
        load()
        found = Counter(Order.objects.values_list("state", "payment_state", "fulfillment_state"))
        assert found == {
            ("placed", "unpaid", "unfulfilled"): 1,
            ("placed", "paid", "unfulfilled"): 2,
            ("placed", "paid", "partially_fulfilled"): 1,
            ("completed", "paid", "fulfilled"): 1,
            ("completed", "partially_refunded", "fulfilled"): 1,
            ("canceled", "refunded", "unfulfilled"): 1,
            ("review", "paid", "unfulfilled"): 1,
            ("expired", "unpaid", "unfulfilled"): 1,
        }
        assert_invariants()
        before = Order.objects.count(), CreditAccount.objects.count()
        assert load() == ""
        channel = Channel.objects.get(code="eu")
        loading.Channel.objects.filter(pk=channel.pk).update(private_metadata={"nexus_demo": "loaded"})
        load()
        assert (Order.objects.count(), CreditAccount.objects.count()) == before, "It goes on where it was interrupted."


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
def test_a_shop_without_a_test_provider_has_sold_too() -> None:
    load()
    assert Order.objects.filter(state="completed").count() == 2
    assert not Order.objects.filter(state__in=["review", "expired"]).exists()
    assert set(Payment.objects.values_list("provider", flat=True)) == {"manual"}
    assert [(spec.code, spec.amount, spec.currency) for spec in GIFT_CARDS] == list(usable_gift_cards())
