"""The catalogue of the demo shop holds together, and reads as if somebody ran it."""

import re
from pathlib import Path

import pytest

from nexus_commerce.contrib.demo.barcodes import ean13, is_ean13
from nexus_commerce.contrib.demo.catalogue import CatalogueError
from nexus_commerce.contrib.demo.reading import DATA, read_catalogue

CATALOGUE = read_catalogue()
PRODUCTS = {product.handle: product for product in CATALOGUE.products}
VARIANTS = [variant for product in CATALOGUE.products for variant in product.variants]
PLACEHOLDERS = re.compile(r"lorem|ipsum|todo|tbd|xxx|placeholder|\bfoo\b|\bbar baz|product \d", re.IGNORECASE)


def test_shop_is_large_enough_to_look_at() -> None:
    assert len(PRODUCTS) >= 70
    assert len(VARIANTS) >= 200
    assert {product.type for product in CATALOGUE.products} == {"physical", "digital", "bundle"}
    assert sum(len(product.options) == 2 for product in CATALOGUE.products) >= 10


def test_tree_has_three_levels_and_every_leaf_sells_something() -> None:
    depths = {depth for depth, _ in CATALOGUE.walk_categories()}
    leaves = {category.slug for _, category in CATALOGUE.walk_categories() if not category.children}
    assert depths == {1, 2, 3}
    assert leaves == {slug for product in CATALOGUE.products for slug in product.categories}


@pytest.mark.parametrize("names", ["handle", "sku", "barcode", "slug", "name"])
def test_names_are_unique(names: str) -> None:
    found = {
        "handle": [product.handle for product in CATALOGUE.products],
        "sku": [variant.sku for variant in VARIANTS],
        "barcode": [variant.barcode for variant in VARIANTS],
        "slug": [category.slug for _, category in CATALOGUE.walk_categories()],
        "name": [product.name for product in CATALOGUE.products],
    }[names]
    assert len(found) == len(set(found))


def test_related_products_exist_and_each_has_some() -> None:
    for product in CATALOGUE.products:
        assert product.related, product.handle
        assert set(product.related) <= PRODUCTS.keys() - {product.handle}


def test_barcodes_are_of_restricted_circulation_and_check() -> None:
    assert all(is_ean13(variant.barcode) and variant.barcode.startswith("29") for variant in VARIANTS)


@pytest.mark.parametrize(
    ("barcode", "valid"),
    [
        ("4006381333931", True),
        ("5901234123457", True),
        ("4006381333932", False),
        ("400638133393", False),
        ("４００６３８１３３３９３１", False),
    ],
)
def test_known_barcodes(barcode: str, valid: bool) -> None:
    assert is_ean13(barcode) is valid


def test_made_barcode_has_article_and_variant_in_it() -> None:
    assert ean13(1001, 3).startswith("290010010003")


def test_every_price_stands_in_both_currencies_and_they_are_no_conversion() -> None:
    ratios = set()
    for variant in VARIANTS:
        assert variant.prices.keys() == {"EUR", "USD"}, variant.sku
        assert variant.compare_at.keys() in ({"EUR", "USD"}, set()), variant.sku
        ratios.add(variant.prices["USD"] * 1000 // variant.prices["EUR"])
    assert len(ratios) > 20


def test_some_are_on_sale_below_what_they_were() -> None:
    reduced = [variant for variant in VARIANTS if variant.compare_at]
    assert len(reduced) >= 10
    assert all(variant.prices[c] < was for variant in reduced for c, was in variant.compare_at.items())


def test_bundles_cost_less_than_their_parts() -> None:
    prices = {variant.sku: variant.prices for variant in VARIANTS}
    for product in CATALOGUE.products:
        for currency in ("EUR", "USD"):
            apart = sum(prices[part.sku][currency] * part.quantity for part in product.contents)
            if product.contents:
                assert product.variants[0].prices[currency] < apart
                assert product.variants[0].compare_at[currency] == apart


def test_stock_stands_at_two_locations_some_low_some_gone() -> None:
    counts = [count for variant in VARIANTS for count in variant.stock.values()]
    assert {code for variant in VARIANTS for code in variant.stock} == {"flensburg", "hudson"}
    assert counts.count(0) >= 20
    assert sum(0 < count <= 4 for count in counts) >= 20
    gone = [variant for variant in VARIANTS if variant.stock and not any(variant.stock.values())]
    assert gone
    digital = [variant for product in CATALOGUE.products if product.type == "digital" for variant in product.variants]
    assert not any(variant.stock for variant in digital)


@pytest.mark.parametrize("handle", PRODUCTS)
def test_product_text_is_written_by_somebody(handle: str) -> None:
    product = PRODUCTS[handle]
    sentences = re.findall(r"[.!?](?:\s|$)", product.description)
    assert 2 <= len(sentences) <= 4, product.description
    assert 20 <= len(product.summary) <= 120
    assert not PLACEHOLDERS.search(product.description + product.summary + product.name)
    assert product.tags


def test_data_files_are_of_a_size_to_edit() -> None:
    assert all(len(path.read_text(encoding="utf-8").splitlines()) <= 400 for path in DATA.rglob("*.toml"))


GOOD = """
[[products]]
article = 9900
handle = "test-mug"
name = "Test Mug"
summary = "For tests."
description = "It holds what it is given. It asks for nothing."
categories = ["mugs-and-cups"]
tags = ["handmade"]
related = ["tidewater-mug"]
sku = "TST-MUG"
price = { EUR = "10.00", USD = "12.00" }
weight = 100
size = [10, 10, 10]
stock = { flensburg = [1], hudson = [1] }
attributes = { material = "Stoneware", capacity = 100 }
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('handle = "test-mug"', 'handle = "tidewater-mug"', "handle 'tidewater-mug' is used twice"),
        ("article = 9900", "article = 1001", "barcode '2900100100014' is used twice"),
        ('sku = "TST-MUG"', 'sku = "KNF-QUAY"\nskuu = "x"', "'skuu' is not known. Did you mean 'sku'?"),
        ('summary = "For tests."\n', "", "test-mug: 'summary' is missing"),
        ('USD = "12.00"', 'USD = "dear"', "amounts as text, such as '12.50'"),
        (', USD = "12.00"', "", "there is no price in USD"),
        ("hudson = [1]", "hudson = [1, 2]", "stock.hudson has 2 counts for 1 variants"),
        ("hudson = [1]", "hudson = [-1]", "stock cannot be negative"),
        ("flensburg = [1], ", "", "a count at every location"),
        ("weight = 100\n", "", "a weight in grams"),
        ('"Stoneware"', '"Stonewear"', "material has no choice 'Stonewear'"),
        ("capacity = 100", 'capacity = "100"', "capacity must be of the kind integer"),
        ("capacity = 100", "capazity = 100", "no attribute 'capazity' of a product"),
        ('["mugs-and-cups"]', '["kitchen"]', "no category without children 'kitchen'"),
        ('["tidewater-mug"]', '["tidewater-mugg"]', "no related product 'tidewater-mugg'"),
        ('name = "Test', 'type = "bundle"\nname = "Test', "a bundle, and only a bundle, has contents"),
        ('name = "Test', 'type = "gas"\nname = "Test', "the type 'gas' is none of"),
        ("weight = 100", 'weight = 100\nwas = { EUR = "9.00" }', "the price in EUR is not below the price it was"),
        ("weight = 100", "weight = 100\ntiers = { 6 = { EUR = '11.00' } }", "is not below that for one"),
        ("weight = 100", "weight = 100\ntiers = { 1 = { EUR = '9.00' } }", "is not below that for one"),
        ("[[products]]", "[[products]", "test.toml"),
    ],
)
def test_faulty_file_is_refused_naming_the_fault(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    path = tmp_path / "test.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_catalogue([path])
    assert message in str(caught.value)


def test_host_file_is_read_beside_the_library_s(tmp_path: Path) -> None:
    (tmp_path / "test.toml").write_text(GOOD, encoding="utf-8")
    assert len(read_catalogue([tmp_path]).products) == len(PRODUCTS) + 1
