from pathlib import Path

import pytest

from nexus_commerce.contrib.importexport.problems import Problem, Severity, UnreadableFile
from nexus_commerce.contrib.importexport.shopify.columns import COLUMNS, find_columns
from nexus_commerce.contrib.importexport.shopify.drafts import ProductDraft
from nexus_commerce.contrib.importexport.shopify.reading import MAX_ROWS_PER_PRODUCT, ProductReader
from nexus_commerce.contrib.importexport.shopify.skus import make_sku
from nexus_commerce.contrib.importexport.tables import open_table
from tests.importexport.files import HEADER, row

LAYOUT = find_columns(HEADER)


def read(
    *rows: dict[str, str], currency: str = "EUR", track_quantities: bool = False
) -> tuple[ProductDraft | None, list[Problem]]:
    cells = [(line, LAYOUT.pick([cells.get(name, "") for name in HEADER])) for line, cells in enumerate(rows, start=2)]
    reader = ProductReader(LAYOUT, currency, track_quantities=track_quantities)
    return reader.read(rows[0]["Handle"], cells)


def read_well(*rows: dict[str, str], currency: str = "EUR", track_quantities: bool = False) -> ProductDraft:
    draft, problems = read(*rows, currency=currency, track_quantities=track_quantities)
    assert not problems
    assert draft is not None
    return draft


def test_reads_a_product_with_two_options() -> None:
    draft = read_well(
        row(
            "tee",
            Title="Tee",
            Vendor="Weavers",
            Type="Shirts",
            Tags="summer, cotton, summer",
            Option1_Name="Size",
            Option1_Value="S",
            Option2_Name="Color",
            Option2_Value="Red",
            Variant_Grams="180",
            Variant_Inventory_Tracker="shopify",
            Variant_Inventory_Qty="4",
            Variant_Compare_At_Price="12.50",
            Variant_Barcode="4006381333931",
            SEO_Title="A tee",
        ),
        {"Handle": "tee", "Option1 Value": "M", "Option2 Value": "Red", "Variant Price": "10"},
    )

    assert (draft.vendor, draft.type, draft.tags, draft.seo_title) == (
        "Weavers",
        "Shirts",
        ("summer", "cotton"),
        "A tee",
    )
    assert draft.options == ("Size", "Color")
    small, medium = draft.variants
    assert (small.options, small.amount, small.compare_at, small.weight) == (("S", "Red"), 990, 1250, 180)
    assert (small.barcode, small.track_stock, small.quantity, small.sku) == ("4006381333931", True, 4, "tee.s.red")
    assert (medium.options, medium.amount, medium.line, medium.track_stock) == (("M", "Red"), 1000, 3, False)


def test_a_product_with_the_default_title_only_has_no_options() -> None:
    draft = read_well(row(Option1_Name="Title", Option1_Value="Default Title"))

    assert draft.options == ()
    assert draft.variants[0].sku == "mug"


def test_rows_with_a_picture_only_are_pictures() -> None:
    draft = read_well(
        row(Image_Src="https://pictures.example/2.jpg", Image_Position="2", Variant_Image="https://pictures.example/v"),
        {
            "Handle": "mug",
            "Image Src": "https://pictures.example/1.jpg",
            "Image Position": "1",
            "Image Alt Text": "Blue",
        },
        {"Handle": "mug", "Image Src": "https://pictures.example/2.jpg", "Image Position": "3"},
    )

    assert len(draft.variants) == 1
    assert [(image.url[-5:], image.alt) for image in draft.images] == [("1.jpg", "Blue"), ("2.jpg", ""), ("ple/v", "")]


@pytest.mark.parametrize(
    ("currency", "cell", "minor"), [("JPY", "1200", 1200), ("KWD", "1.234", 1234), ("EUR", "0", 0)]
)
def test_amounts_have_the_digits_of_the_currency(currency: str, cell: str, minor: int) -> None:
    assert read_well(row(Variant_Price=cell), currency=currency).variants[0].amount == minor


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"Variant_Price": "9,90"}, "Variant Price", "invalid_amount"),
        ({"Variant_Price": "$9.90"}, "Variant Price", "invalid_amount"),
        ({"Variant_Price": "=1+1"}, "Variant Price", "invalid_amount"),
        ({"Variant_Price": "9.905"}, "Variant Price", "invalid_amount"),
        ({"Variant_Price": "NaN"}, "Variant Price", "invalid_amount"),
        ({"Variant_Price": "1e9"}, "Variant Price", "invalid_amount"),
        ({"Variant_Price": "9" * 5000}, "Variant Price", "invalid_amount"),
        ({"Variant_Price": "-1"}, "Variant Price", "negative_amount"),
        ({"Variant_Price": ""}, "Variant Price", "missing"),
        ({"Variant_Compare_At_Price": "x"}, "Variant Compare At Price", "invalid_amount"),
        ({"Variant_Inventory_Qty": "1.5"}, "Variant Inventory Qty", "not_a_number"),
        ({"Variant_Inventory_Qty": "9" * 30}, "Variant Inventory Qty", "not_a_number"),
        ({"Variant_Grams": "-1"}, "Variant Grams", "not_a_number"),
        ({"Variant_Inventory_Policy": "maybe"}, "Variant Inventory Policy", "unknown_policy"),
        ({"Published": "perhaps"}, "Published", "not_true_or_false"),
        ({"Title": ""}, "Title", "missing"),
        ({"Title": "x" * 256}, "Title", "too_long"),
        ({"Title": "a\0b"}, "Title", "nul_character"),
        ({"Tags": "x" * 256}, "Tags", "too_long"),
        ({"Option1_Value": "S"}, "Option1 Name", "missing"),
        ({"Option1_Name": "Size"}, "Option1 Value", "missing"),
        ({"Variant_SKU": "x" * 65}, "Variant SKU", "too_long"),
        ({"Image_Alt_Text": "x" * 513, "Image_Src": "https://a.example/b"}, "Image Alt Text", "too_long"),
    ],
)
def test_names_the_line_the_column_and_the_cure_of_what_is_wrong(cells: dict[str, str], column: str, code: str) -> None:
    draft, problems = read(row(**cells))

    assert draft is None
    assert [(p.line, p.column, p.code, p.severity) for p in problems] == [(2, column, code, Severity.ERROR)]
    assert problems[0].reason
    assert problems[0].cure


@pytest.mark.parametrize("handle", ["a b", "../etc", "a/b", "x" * 256, "a\0b", "mug?x=1"])
def test_refuses_a_handle_that_cannot_stand_in_an_address(handle: str) -> None:
    assert read(row(handle))[1][0].code == "invalid_handle"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Variant_Barcode": "4006381333932"}, "invalid_barcode"),
        ({"Variant_Barcode": "=4006381333931"}, "invalid_barcode"),
        ({"Variant_Inventory_Qty": "-3"}, "oversold"),
        ({"Image_Src": "javascript:alert(1)"}, "invalid_address"),
        ({"Image_Src": "https://[broken"}, "invalid_address"),
        ({"Variant_Image": "file:///etc/passwd"}, "invalid_address"),
    ],
)
def test_a_value_that_is_not_vital_is_left_out_with_a_warning(cells: dict[str, str], code: str) -> None:
    draft, problems = read(row(**cells))

    assert [(problem.code, problem.severity) for problem in problems] == [(code, Severity.WARNING)]
    assert draft is not None
    assert (draft.variants[0].barcode, draft.variants[0].quantity or 0, draft.images) == ("", 0, [])


def test_gift_cards_are_skipped_with_the_reason() -> None:
    draft, problems = read(row(Gift_Card="true"))

    assert draft is None
    assert [(problem.code, problem.severity) for problem in problems] == [("gift_card", Severity.SKIPPED)]


def test_the_same_option_values_twice_name_both_lines() -> None:
    again = {"Handle": "mug", "Option1 Value": "S", "Variant Price": "1"}
    _, problems = read(row(Option1_Name="Size", Option1_Value="S"), again)

    assert [(problem.line, problem.code) for problem in problems] == [(3, "twice")]
    assert "line 2" in problems[0].reason


def test_all_problems_of_a_product_are_named_at_once() -> None:
    _, problems = read(row(Title="", Variant_Price="x", Variant_Grams="y"))

    assert {problem.column for problem in problems} == {"Title", "Variant Price", "Variant Grams"}


def test_a_product_without_end_is_refused_without_reading_it_all() -> None:
    _, problems = read(*[row() for _ in range(MAX_ROWS_PER_PRODUCT + 1)])

    assert [problem.code for problem in problems] == ["too_many_rows"]


def test_a_row_with_more_cells_than_the_header_is_an_error() -> None:
    cells = LAYOUT.pick([*[row().get(name, "") for name in HEADER], "", "surplus"])
    draft, problems = ProductReader(LAYOUT, "EUR").read("mug", [(2, cells)])

    assert draft is None
    assert [problem.code for problem in problems] == ["surplus_cells"]


def test_quantities_are_tracked_where_the_file_or_the_merchant_says_so() -> None:
    tracked = read_well(row(Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="2")).variants[0]
    kept = read_well(row(Variant_Inventory_Qty="2")).variants[0]
    asked = read_well(row(Variant_Inventory_Qty="2"), track_quantities=True).variants[0]

    assert [(v.track_stock, v.quantity) for v in (tracked, kept, asked)] == [(True, 2), (False, 2), (True, 2)]


@pytest.mark.parametrize(
    ("cells", "is_visible"),
    [
        ({}, True),
        ({"Published": "TRUE", "Status": "active"}, True),
        ({"Published": "false"}, False),
        ({"Status": "draft"}, False),
        ({"Status": "archived"}, False),
    ],
)
def test_only_what_was_published_is_visible(cells: dict[str, str], is_visible: bool) -> None:
    assert read_well(row(**cells)).is_visible is is_visible


@pytest.mark.parametrize(
    ("handle", "options", "sku"),
    [
        ("mug", (), "mug"),
        ("tee", ("Small",), "tee.small"),
        ("tee", ("Extra Large", "Größe"), "tee.extra-large.größe"),
        ("tee", ("S/M",), "tee.sm.642c4284"),
    ],
)
def test_a_made_sku_is_stable(handle: str, options: tuple[str, ...], sku: str) -> None:
    assert make_sku(handle, options) == sku


def test_made_skus_differ_where_their_sources_do() -> None:
    sources = [("tee", ("S/M",)), ("tee", ("S-M",)), ("tee", ("SM",)), ("tee-sm", ()), ("x" * 90, ()), ("x" * 91, ())]
    skus = {make_sku(handle, options) for handle, options in sources}

    assert len(skus) == len(sources)
    assert max(map(len, skus)) <= 64


def test_knows_the_headers_of_both_generations_of_the_export() -> None:
    for generation in (0, -1):
        layout = find_columns([names[generation].upper() for names in COLUMNS.values()])
        assert set(layout.headers) == set(COLUMNS)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (["Handle", "Title"], "no column 'Variant Price'"),
        (["Handle", "Title", "Variant Price", "title"], "twice: 'Title' and 'title'"),
        (["Handle", "Title", "Variant Price", "Price"], "twice: 'Variant Price' and 'Price'"),
    ],
)
def test_refuses_a_header_that_is_not_of_products(header: list[str], reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        find_columns(header)


def test_reads_the_files_that_merchants_start_from(shared_data: Path) -> None:
    for name, products, variants in [("apparel.csv", 20, 22), ("home-and-garden.csv", 20, 21)]:
        with open_table(shared_data / "shopify-csv" / name) as table:
            layout = find_columns(table.header)
            groups: dict[str, list[tuple[int, list[str]]]] = {}
            for found in table.rows:
                cells = layout.pick(found.cells)
                groups.setdefault(cells[0], []).append((found.line, cells))
        drafts = [ProductReader(layout, "USD").read(handle, rows) for handle, rows in groups.items()]

        assert not [problem for _, problems in drafts for problem in problems]
        assert len(drafts) == products
        assert sum(len(draft.variants) for draft, _ in drafts if draft) == variants
