"""Measure ``nexus_import shopify`` on a file made for it: ``python -m benchmarks.import_shopify --rows 100000``."""

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.replaying.memory import resident_kib
from benchmarks.throwaway import throwaway_database

VARIANTS: Final = (1, 1, 2, 3, 4, 6)
"""How many variants one product after the other has."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Import twice into a database of its own and print rows per second and memory."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.import_shopify", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, metavar="N")
    parser.add_argument("--database", metavar="URL", help="as for benchmarks.replay")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, throwaway_database("tests.hosts.default.settings", options.database):
        path = Path(folder) / "products.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = list(make_row(1, 0, 1))
            writer = csv.DictWriter(file, rows, restval="")
            writer.writeheader()
            writer.writerows(make_rows(options.rows))
        measure(path)
    return 0


def measure(path: Path) -> None:
    """Import the file as new products, then once more."""
    # Django must be set up before models are imported.
    from nexus_commerce.channels.models import Channel
    from nexus_commerce.contrib.importexport.shopify.run import Observer, import_products

    class Memory(Observer):
        def __init__(self) -> None:
            self.seen = [resident_kib()]

        def advanced(self, products: int, written: Sequence[object] = ()) -> None:
            self.seen.append(resident_kib())

    channel = Channel.objects.create(code="web", name="Web", currency="EUR", country="DE", is_default=True)
    for run in ("first run", "second run"):
        memory, started, processor = Memory(), time.perf_counter(), time.process_time()
        report = import_products(path, channel=channel, observer=memory)
        seconds, processor = time.perf_counter() - started, time.process_time() - processor
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in report.products.items())
        print(f"{run}: {report.rows:,} rows in {seconds:.1f} s, {report.rows / seconds:,.0f} rows/s; products {counts}")
        print(f"  processor time of this process: {processor:.1f} s")
        marks = [memory.seen[len(memory.seen) * part // 4 - (part == 4)] / 1024 for part in range(5)]
        print(f"  memory at 0, 25, 50, 75, 100 %: {', '.join(f'{mark:.1f}' for mark in marks)} MiB")


def make_rows(count: int) -> Iterator[dict[str, str]]:
    """Yield rows of products with one to six variants."""
    made = number = 0
    while made < count:
        number += 1
        variants = min(VARIANTS[number % len(VARIANTS)], count - made)
        made += variants
        for place in range(variants):
            yield make_row(number, place, variants)


def make_row(number: int, place: int, variants: int) -> dict[str, str]:
    """Return a row: of the product when it is the first, of a further variant else."""
    first = {
        "Title": f"Product number {number}",
        "Body (HTML)": f"<p>A fine product, number {number}, made of <b>oak</b>.</p>",
        "Vendor": f"Vendor {number % 50}",
        "Type": f"Type {number % 20}",
        "Tags": f"tag {number % 30}, tag {30 + number % 7}",
        "Published": "true",
        "Option1 Name": "Size" if variants > 1 else "Title",
        "Image Src": f"https://pictures.example/{number}.jpg",
        "SEO Title": f"Buy number {number}",
    }
    return {
        "Handle": f"product-{number}",
        **(first if place == 0 else dict.fromkeys(first, "")),
        "Option1 Value": f"Size {place}" if variants > 1 else "Default Title",
        "Variant Price": f"{1 + number % 200}.99",
        "Variant Grams": "150",
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Qty": str(number % 50),
        "Variant Inventory Policy": "deny",
    }


if __name__ == "__main__":
    sys.exit(main())
