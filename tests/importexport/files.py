"""Write the files that the tests read."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

__all__ = ["HEADER", "row", "write_csv"]

HEADER = [
    *("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published"),
    *("Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value"),
    *("Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty"),
    *("Variant Inventory Policy", "Variant Price", "Variant Compare At Price", "Variant Requires Shipping"),
    *("Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "Gift Card"),
    *("SEO Title", "SEO Description", "Variant Image", "Status"),
]


def row(handle: str = "mug", **cells: str) -> dict[str, str]:
    """Return a row that sells: the cells by header, with ``_`` for what a keyword cannot hold."""
    named = {name.replace(" ", "_").replace("(", "").replace(")", ""): name for name in HEADER}
    return {"Handle": handle, "Title": "Mug", "Variant Price": "9.90"} | {
        named[name]: value for name, value in cells.items()
    }


def write_csv(path: Path, rows: Iterable[Mapping[str, str]], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="", delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path
