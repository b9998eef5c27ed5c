import csv
import json
import socket
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from nexus_commerce.catalog.models import Attribute, Media, Product, ProductListing, Variant
from nexus_commerce.catalog.services import update_product
from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.importexport.images import ImageFetcher
from nexus_commerce.contrib.importexport.shopify.drafts import ImageDraft, ProductDraft, VariantDraft
from nexus_commerce.contrib.importexport.shopify.writing import Writer
from nexus_commerce.inventory.models import StockItem, StockLocation, StockMovement
from nexus_commerce.pricing.models import Price, PriceChange, PriceList
from tests.importexport.files import row, write_csv
from tests.importexport.pictures import LoopbackClient, serve_pictures

pytestmark = pytest.mark.django_db

TABLES = (Product, Variant, Price, PriceList, PriceChange, StockItem, StockLocation, StockMovement, Attribute, Media)


@pytest.fixture
def channel() -> Channel:
    return Channel.objects.create(code="web", name="Web", currency="EUR", country="DE", is_default=True)


@pytest.fixture
def run(channel: Channel, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Import rows and return the report; ``code`` is the exit code."""

    def run_import(*rows: dict[str, str], **options: Any) -> dict[str, Any]:
        return run_file(write_csv(tmp_path / "products.csv", rows), **options)

    return run_import


def run_file(path: Path, **options: Any) -> dict[str, Any]:
    out, code = StringIO(), 0
    try:
        call_command("nexus_import", "shopify", path, json=True, stdout=out, stderr=StringIO(), **options)
    except SystemExit as exc:
        code = int(str(exc.code))
    return {**json.loads(out.getvalue()), "code": code}


def tee(**cells: str) -> list[dict[str, str]]:
    first = row("tee", Title="Tee", Option1_Name="Size", Option1_Value="S", Variant_Price="20.00", **cells)
    return [first, {"Handle": "tee", "Option1 Value": "M", "Variant Price": "21.00"}]


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in TABLES}


def test_imports_what_a_file_says_of_a_product(run: Callable[..., dict[str, Any]], channel: Channel) -> None:
    report = run(
        *tee(
            Body_HTML='<p onclick="x()">Soft<script>alert(1)</script></p>',
            Vendor="Weavers",
            Type="Shirts",
            Tags="summer, cotton",
            Variant_Compare_At_Price="25",
            Variant_Grams="180",
            Variant_Barcode="4006381333931",
            Variant_Inventory_Tracker="shopify",
            Variant_Inventory_Qty="4",
            SEO_Title="A tee",
            SEO_Description="Soft and light",
            Image_Src="https://pictures.example/tee.jpg",
            Image_Alt_Text="The tee",
        )
    )

    assert (report["code"], report["products"], report["problems"]) == (0, {"created": 1}, [])
    product = Product.objects.get()
    assert (product.name, product.description) == ("Tee", "<p>Soft</p>")
    assert (product.seo_title, product.seo_description) == ("A tee", "Soft and light")
    assert product.attributes == {"type": "Shirts", "vendor": "Weavers"}
    assert sorted(product.tags.values_list("name", flat=True)) == ["cotton", "summer"]
    assert product.slugs.get().slug == "tee"
    assert ProductListing.objects.get(product=product.pk).is_visible
    small, medium = product.variants.order_by("position")
    assert (small.sku, small.barcode, small.weight, small.track_stock) == ("tee.s", "4006381333931", 180, True)
    assert (medium.sku, medium.track_stock) == ("tee.m", False)
    assert [value.value for value in small.option_values.all()] == ["S"]
    prices = {price.variant.sku: price for price in Price.objects.select_related("variant", "price_list")}
    assert {sku: (price.amount, price.compare_at) for sku, price in prices.items()} == {
        "tee.s": (2000, 2500),
        "tee.m": (2100, None),
    }
    assert prices["tee.s"].price_list.currency == "EUR"
    assert list(prices["tee.s"].price_list.channels.all()) == [channel]
    item = StockItem.objects.get()
    assert (item.variant, item.on_hand, item.location.code) == (small, 4, "default")
    assert list(item.location.channels.all()) == [channel]
    media = product.media.get()
    assert (media.source_url, media.alt, media.file.name) == ("https://pictures.example/tee.jpg", "The tee", "")


def test_a_second_run_changes_nothing(run: Callable[..., dict[str, Any]]) -> None:
    rows = [*tee(Tags="a", Vendor="V", Variant_Inventory_Qty="4"), row("mug", Image_Src="https://a.example/b.jpg")]
    run(*rows)
    before = counts()

    assert run(*rows)["products"] == {"unchanged": 2}
    assert counts() == before


def test_what_the_merchant_changed_stays_until_the_file_says_otherwise(run: Callable[..., dict[str, Any]]) -> None:
    rows = tee(Tags="a", Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="4")
    run(*rows)
    Product.objects.update(name="My tee", seo_title="Mine")
    StockItem.objects.update(on_hand=1)
    Price.objects.update(amount=1)

    report = run({**rows[0], "SEO Title": "Theirs", "Variant Price": "19.00"}, rows[1])

    assert report["products"] == {"updated": 1}
    product = Product.objects.get()
    assert (product.name, product.seo_title) == ("My tee", "Theirs")
    assert StockItem.objects.get().on_hand == 1
    assert dict(Price.objects.values_list("variant__sku", "amount")) == {"tee.s": 1900, "tee.m": 1}


def test_everything_that_the_file_changed_is_updated(run: Callable[..., dict[str, Any]]) -> None:
    rows = tee(
        Tags="a", Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="4", Image_Src="https://a.example/1"
    )
    run(*rows)

    run(
        rows[0]
        | {
            "Title": "Tee 2",
            "Body (HTML)": "<b>New</b>",
            "Vendor": "W",
            "Type": "T",
            "Tags": "b",
            "Published": "false",
            "Variant Inventory Qty": "9",
            "Variant Barcode": "4006381333931",
            "Variant Grams": "7",
            "Image Src": "https://a.example/2",
        },
        rows[1] | {"Variant Inventory Tracker": "shopify"},
        {"Handle": "tee", "Option1 Value": "L", "Variant Price": "22.00"},
    )

    product = Product.objects.get()
    assert (product.name, product.description, product.attributes) == (
        "Tee 2",
        "<b>New</b>",
        {"type": "T", "vendor": "W"},
    )
    assert list(product.tags.values_list("name", flat=True)) == ["b"]
    assert not product.listings.get().is_visible
    variants = {variant.sku: variant for variant in product.variants.all()}
    assert (variants["tee.s"].barcode, variants["tee.s"].weight, variants["tee.m"].track_stock) == (
        "4006381333931",
        7,
        True,
    )
    assert dict(Price.objects.values_list("variant__sku", "amount")) == {"tee.s": 2000, "tee.m": 2100, "tee.l": 2200}
    assert dict(StockItem.objects.values_list("variant__sku", "on_hand")) == {"tee.s": 9}
    assert sorted(product.media.values_list("source_url", flat=True)) == ["https://a.example/1", "https://a.example/2"]
    assert run(*rows)["products"] == {"updated": 1}


def test_a_variant_that_the_merchant_deleted_does_not_come_back(run: Callable[..., dict[str, Any]]) -> None:
    run(*tee())
    Variant.objects.get(sku="tee.m").delete()

    run(*tee(Vendor="New"))

    assert list(Variant.objects.values_list("sku", flat=True)) == ["tee.s"]


def test_a_sku_that_the_file_names_later_replaces_the_made_one(run: Callable[..., dict[str, Any]]) -> None:
    rows = tee()
    run(*rows)
    ids = dict(Variant.objects.values_list("pk", "sku"))

    report = run(rows[0] | {"Variant SKU": "TEE-1"}, rows[1])

    assert report["problems"] == []
    assert {pk: sku.replace("TEE-1", "tee.s") for pk, sku in Variant.objects.values_list("pk", "sku")} == ids


def test_a_product_that_was_renamed_in_the_shop_is_found_by_its_old_handle(run: Callable[..., dict[str, Any]]) -> None:
    run(row())
    update_product(product=Product.objects.get(), slug="cup")

    assert run(row(Vendor="V"))["products"] == {"updated": 1}
    assert Product.objects.count() == 1


def test_a_product_is_imported_wholly_or_not_at_all(run: Callable[..., dict[str, Any]]) -> None:
    rows = tee()
    report = run(row("first"), rows[0], rows[1] | {"Variant Price": "x"}, row("last"))

    assert report["code"] == 1
    assert report["products"] == {"created": 2, "failed": 1}
    assert [(problem["line"], problem["column"], problem["code"]) for problem in report["problems"]] == [
        (4, "Variant Price", "invalid_amount")
    ]
    assert sorted(Product.objects.values_list("slugs__slug", flat=True)) == ["first", "last"]


def test_what_the_shop_refuses_fails_alone(run: Callable[..., dict[str, Any]]) -> None:
    Attribute.objects.create(code="vendor", name="Vendor", is_required=True)
    report = run(row("first", Vendor="V"), row("second"), row("third", Vendor="V"))

    assert report["products"] == {"created": 2, "failed": 1}
    assert [(p["line"], p["code"], p["column"]) for p in report["problems"]] == [(3, "invalid_attribute", "Vendor")]


def test_a_sku_of_another_product_of_the_shop_fails_alone(run: Callable[..., dict[str, Any]]) -> None:
    run(row("other", Variant_SKU="TAKEN"))
    report = run(row("first"), row("second", Variant_SKU="TAKEN"), row("third"))

    assert report["products"] == {"created": 2, "failed": 1}
    assert [(problem["line"], problem["code"]) for problem in report["problems"]] == [(3, "sku_taken")]


def test_a_sku_twice_in_the_file_names_both_lines(run: Callable[..., dict[str, Any]]) -> None:
    report = run(row("first", Variant_SKU="A"), row("second", Variant_SKU="A"))

    assert report["products"] == {"created": 1, "failed": 1}
    assert report["problems"][0]["line"] == 3
    assert "line 2" in report["problems"][0]["reason"]


def test_rows_of_a_handle_may_stand_apart(run: Callable[..., dict[str, Any]]) -> None:
    small, medium = tee()
    report = run(small, row("mug"), medium)

    assert report["products"] == {"created": 2}
    assert Product.objects.get(slugs__slug="tee").variants.count() == 2


def test_a_dry_run_reports_the_same_and_writes_nothing(run: Callable[..., dict[str, Any]]) -> None:
    rows = [*tee(Tags="a"), row("mug", Variant_Price="x"), row("card", Gift_Card="true")]
    before = counts()

    dry = run(*rows, dry_run=True)

    assert counts() == before
    assert dry["dry_run"]
    wet = run(*rows)
    ignored = {"dry_run", "seconds", "job"}
    assert {k: v for k, v in dry.items() if k not in ignored} == {k: v for k, v in wet.items() if k not in ignored}


def test_problems_are_kept_in_a_file_that_no_spreadsheet_runs(
    run: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    run(row("=cmd()", Variant_Price="x"), errors=tmp_path / "errors.csv")

    with (tmp_path / "errors.csv").open(encoding="utf-8-sig", newline="") as file:
        problems = list(csv.DictReader(file))
    assert {problem["handle"] for problem in problems} == {"'=cmd()"}
    assert {problem["code"] for problem in problems} == {"invalid_handle", "invalid_amount"}
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_stock_goes_to_the_location_that_is_named(run: Callable[..., dict[str, Any]], channel: Channel) -> None:
    place = StockLocation.objects.create(code="cellar", name="Cellar")
    run(row(Variant_Inventory_Qty="4"), location="cellar")

    assert StockItem.objects.get().location == place


def test_what_may_be_sold_beyond_the_stock_says_so(run: Callable[..., dict[str, Any]]) -> None:
    tracked = {"Variant_Inventory_Tracker": "shopify", "Variant_Inventory_Qty": "2"}
    run(row(**tracked, Variant_Inventory_Policy="continue"))
    assert StockItem.objects.get().available > 1000

    run(row(**tracked, Variant_Inventory_Policy="deny"))
    assert StockItem.objects.get().available == 2


def test_the_channel_gives_the_currency_and_must_be_named_among_several(
    run: Callable[..., dict[str, Any]], channel: Channel
) -> None:
    Channel.objects.create(code="jp", name="Japan", currency="JPY", country="JP")
    with pytest.raises(CommandError, match=r"--channel: say where the products go\. There are: jp, web"):
        run(row())
    with pytest.raises(CommandError, match="no channel 'x'"):
        run(row(), channel="x")

    assert run(row(Variant_Price="9.90"), channel="jp")["problems"][0]["code"] == "invalid_amount"
    run(row(Variant_Price="990"), channel="jp")
    assert run(row(Variant_Price="9.90"), channel="web")["products"] == {"updated": 1}
    assert dict(Price.objects.values_list("price_list__currency", "amount")) == {"JPY": 990, "EUR": 990}
    assert run(row(Variant_Price="990"), channel="jp")["products"] == {"unchanged": 1}


def test_an_unreadable_file_is_one_line_and_writes_nothing(run: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    before = counts()
    path = tmp_path / "bad.csv"
    path.write_bytes(b"Handle,Title,Variant Price\nmug,Mug,1\n" + "é".encode() + b"\xff,x,1\n")

    with pytest.raises(CommandError, match=r"bad\.csv: The file is not valid UTF-8: byte 0xFF at offset 39 \(line 3\)"):
        run_file(path)
    assert counts() == before


def test_an_attribute_of_another_kind_is_left_alone(run: Callable[..., dict[str, Any]]) -> None:
    Attribute.objects.create(code="type", name="Type", kind="integer")
    report = run(row(Type="Cups", Vendor="V"))

    assert Product.objects.get().attributes == {"vendor": "V"}
    assert "'type'" in report["remarks"][0]


def test_rows_without_a_handle_are_errors(run: Callable[..., dict[str, Any]]) -> None:
    report = run(row(""), row("mug"))

    assert (report["code"], report["products"]) == (1, {"created": 1})
    assert report["problems"][0]["line"] == 2


@pytest.mark.parametrize(
    ("name", "products", "variants", "stock"), [("apparel.csv", 20, 22, 22), ("home-and-garden.csv", 20, 21, 65)]
)
def test_imports_the_files_that_merchants_start_from(
    shared_data: Path, channel: Channel, name: str, products: int, variants: int, stock: int
) -> None:
    path = shared_data / "shopify-csv" / name
    assert run_file(path)["products"] == {"created": products}

    assert Variant.objects.count() == variants
    assert sum(StockItem.objects.values_list("on_hand", flat=True)) == stock
    assert Price.objects.count() == variants
    assert Media.objects.exclude(source_url="").count() >= products
    assert run_file(path)["products"] == {"unchanged": products}
    assert Variant.objects.count() == variants


def test_a_picture_that_one_variant_names_is_that_variants(run: Callable[..., dict[str, Any]]) -> None:
    rows = tee(Variant_Image="https://a.example/s")
    run(*rows, {"Handle": "tee", "Option1 Value": "L", "Variant Price": "1", "Variant Image": "https://a.example/l"})
    run(
        row("cup", Option1_Name="Color", Option1_Value="Red", Variant_Image="https://a.example/all"),
        {"Handle": "cup", "Option1 Value": "Blue", "Variant Price": "1", "Variant Image": "https://a.example/all"},
    )

    assert dict(Media.objects.values_list("source_url", "variant__sku")) == {
        "https://a.example/s": "tee.s",
        "https://a.example/l": "tee.l",
        "https://a.example/all": None,
    }


def test_pictures_are_fetched_only_when_asked_for_and_only_from_public_addresses(
    run: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(Image_Src="https://127.0.0.1/a.png"), row("cup", Image_Src="http://pictures.example/a.png")]
    connected: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: connected.append(args))

    assert run(*rows)["pictures"] is None
    report = run(*rows, fetch_images=True)

    assert (report["code"], report["products"], report["pictures"]) == (
        0,
        {"unchanged": 2},
        {"fetched": 0, "failed": 2},
    )
    assert [(problem["line"], problem["code"]) for problem in report["problems"]] == [
        (2, "fetch_refused"),
        (3, "fetch_refused"),
    ]
    assert connected == []


def test_a_dry_run_fetches_no_pictures(run: Callable[..., dict[str, Any]]) -> None:
    assert run(row(Image_Src="https://127.0.0.1/a.png"), fetch_images=True, dry_run=True)["pictures"] is None


def test_fetched_pictures_get_their_sizes_and_are_not_fetched_again(channel: Channel) -> None:
    with serve_pictures() as port:
        urls = [f"https://pictures.test:{port}/{name}" for name in ("picture.png", "text.png", "redirect")]
        images = [ImageDraft(line, url) for line, url in enumerate(urls, start=2)]
        draft = ProductDraft(2, "mug", "Mug", variants=[VariantDraft(2, "mug", (), 990)], images=images)
        Writer(channel=channel, location=None).write([draft])
        fetcher = ImageFetcher(LoopbackClient(port))

        problems = fetcher.fetch([draft])
        again = ImageFetcher(LoopbackClient(port))
        again.fetch([draft])

    assert (fetcher.fetched, fetcher.failed, again.fetched, again.failed) == (1, 2, 0, 2)
    assert [(problem.line, problem.code, problem.severity) for problem in problems] == [
        (3, "image_rejected", "warning"),
        (4, "fetch_refused", "warning"),
    ]
    media = Media.objects.get(source_url=urls[0])
    assert (media.width, media.height) == (40, 30)
    assert media.renditions.exists()
