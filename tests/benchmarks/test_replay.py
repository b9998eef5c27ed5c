import json
import lzma
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.replaying.policies import quote_for
from benchmarks.replaying.reading import BadFile, NonsenseRow, read_rows
from benchmarks.replaying.report import as_dict, as_text
from benchmarks.replaying.run import Replay, replay
from nexus_commerce.core.money import line_amount
from nexus_commerce.orders.models import Order

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ROWS = """\
1001,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
1001,85123a,HEART,2,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
1001,POST,POSTAGE,1,2010-12-01 08:26:00,18.0,17850.0,United Kingdom
1001,22000,FREE GIFT,1,2010-12-01 08:27:00,0.0,17850.0,United Kingdom
C1002,85123A,HEART,-6,2010-12-02 08:26:00,2.55,17850.0,United Kingdom
1003,85123A,damaged,-3,2010-12-02 09:00:00,0.0,,United Kingdom
1004,85123A,amazon,20,2010-12-02 09:30:00,0.0,,United Kingdom
1005,PADS,PADS,5,2011-01-03 10:00:00,0.001,13952.0,Unspecified
1005,PADS,PADS,15,2011-01-03 10:00:00,0.025,13952.0,Unspecified
1006,22000,CUP,1,2011-01-04 10:00:00,1.25,,EIRE
1005,22000,CUP,1,2011-01-03 10:00:00,1.25,13952.0,Unspecified
1007,22000,CUP,0,2011-01-04 10:00:00,1.25,,EIRE
1007,22000,CUP,many,2011-01-04 10:00:00,1.25,,EIRE
1007,22000,CUP,1,2011-01-04 10:00:00,-1.25,,EIRE
1007,22000,CUP,1,2011-01-04 10:00:00,NaN,,EIRE
1007,22000,CUP,2000000,2011-01-04 10:00:00,1.25,,EIRE
,22000,CUP,1,2011-01-04 10:00:00,1.25,,EIRE
1007,22000,CUP
"""


@pytest.fixture
def shop_settings(settings: Any) -> None:
    from benchmarks.replaying import settings as shop

    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), **shop.NEXUS_COMMERCE}


@pytest.fixture
def small_file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER}\n{ROWS}")
    return path


@pytest.mark.django_db
@pytest.mark.usefixtures("shop_settings")
def test_each_row_becomes_a_line_or_is_counted_by_reason(small_file: Path) -> None:
    result = replay(small_file)

    assert result.agrees
    assert result.tally.rows == {
        "order line": 8,
        "cancellation, not an order": 1,
        "negative quantity, not an order line": 1,
        "no price in the whole invoice, not an order": 1,
    }
    assert result.nonsense == {
        "quantity zero or out of bounds": 2,
        "quantity, date or price unreadable": 1,
        "price negative or out of bounds": 2,
        "no invoice number or stock code": 1,
        "not eight cells": 1,
    }
    assert {name for name, count in result.tally.remarks.items() if count} == {
        "lines: free text code POST, sold as a service",
        "lines: no price, sold for nothing",
        "lines: price finer than a penny",
        "orders: a code on several lines",
        "orders: country 'Unspecified', sent as to the shop's own",
        "orders: no customer, placed as a guest",
        "orders: rows apart in the file",
        "orders: two timestamps, the first one taken",
    }
    first, second, third = Order.objects.order_by("placed_at")
    assert (first.total, second.total, third.total) == (6 * 255 + 2 * 255 + 1800, 1 + 38 + 125, 125)
    assert first.placed_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert [line.quantity for line in first.lines.filter(sku="85123A")] == [6, 2]
    assert (first.customer is None, third.customer is None) == (False, True)
    assert result.exact == Decimal("41.28")


@pytest.mark.django_db
@pytest.mark.usefixtures("shop_settings")
def test_an_order_that_differs_by_a_penny_is_told(small_file: Path, settings: Any) -> None:
    settings.NEXUS_COMMERCE = {
        **settings.NEXUS_COMMERCE,
        "PRICE_POLICY": "tests.benchmarks.policies.PennyMorePolicy",
    }

    result = replay(small_file)

    assert not result.agrees
    assert result.differing[0] == "invoice 1001: file 3840, order 3850"
    assert not as_dict(result)["agrees"]
    assert "TOTALS DIFFER." in list(as_text(result))


def test_replays_five_hundred_invoices_to_the_penny_in_flat_memory(shared_data: Path) -> None:
    report = run_command(shared_data / "online-retail" / "online-retail.csv.xz", "--limit", "500")

    assert report["agrees"]
    assert report["invoices"] == 500
    assert report["total"]["shop"] == {"orders": 412, "total": "179660.79"}
    assert report["recomputed"] == {"orders": 412, "changed": []}
    assert report["memory_kib"]["end"] - report["memory_kib"]["middle"] < 16 * 1024


@pytest.mark.parametrize(
    ("price", "quantity", "minor"),
    [("2.55", 6, 1530), ("0.001", 1, 0), ("0.001", 5, 1), ("0.025", 15, 38), ("18.0", 1, 1800), ("0.0", 3, 0)],
)
def test_prices_finer_than_a_penny_are_so_many_for_several_units(price: str, quantity: int, minor: int) -> None:
    quote = quote_for(price)

    assert line_amount(quote.unit_price, quote.per, quantity) == minor


def test_reads_packed_files_like_plain_ones(small_file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "orders.csv.xz"
    packed.write_bytes(lzma.compress(small_file.read_bytes()))

    assert list(read_rows(packed)) == list(read_rows(small_file))


@pytest.mark.parametrize("data", [b"", b"a,b\n", lzma.compress(b"x" * 9999)[:40]])
def test_refuses_a_file_that_is_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / ("orders.xz" if data.startswith(b"\xfd7z") else "orders.csv")
    path.write_bytes(data)

    with pytest.raises(BadFile):
        list(read_rows(path))


def test_a_file_that_is_not_there_is_a_plain_answer(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="There is no file"):
        list(read_rows(tmp_path / "none.xz"))


def test_the_command_works_in_a_database_of_its_own(small_file: Path, tmp_path: Path) -> None:
    report = run_command(small_file, "--database", f"sqlite:///{tmp_path}/shop.sqlite3")

    assert report["total"]["file"] == report["total"]["shop"] == {"orders": 3, "total": "41.29"}
    assert list(tmp_path.glob("shop*")) == []


def run_command(*arguments: str | Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.replay", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_a_total_without_orders_agrees() -> None:
    assert Replay().agrees


def test_rows_that_make_no_sense_say_why(small_file: Path) -> None:
    assert sum(isinstance(row, NonsenseRow) for row in read_rows(small_file)) == 7
