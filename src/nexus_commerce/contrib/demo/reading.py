"""Read the shop's TOML files into a checked :class:`Catalogue`."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nexus_commerce.contrib.demo.catalogue import (
    AttributeSpec,
    Catalogue,
    CatalogueError,
    CategorySpec,
    ChannelSpec,
    LocationSpec,
    ProductSpec,
    ShopSpec,
)
from nexus_commerce.contrib.demo.product_reading import ProductReader
from nexus_commerce.contrib.demo.rules import find_problems

__all__ = ["DATA", "read_catalogue"]

DATA = Path(__file__).parent / "data"


def read_catalogue(more: Iterable[Path] = ()) -> Catalogue:
    """Read the shop that ships with the library, with the product files of ``more`` (files or folders) added.

    Raises :class:`CatalogueError` naming the file, the product and the field of everything that is wrong.
    """
    shop = read_toml(DATA / "shop.toml")
    colors: dict[str, str] = read_toml(DATA / "colors.toml")["colors"]
    tree = read_toml(DATA / "categories.toml")["categories"]
    catalogue = Catalogue(
        shop=ShopSpec(**{key: value.strip() for key, value in shop["shop"].items()}),
        channels=tuple(ChannelSpec(**row) for row in shop["channels"]),
        locations=tuple(LocationSpec(**frozen(row)) for row in shop["locations"]),
        attributes=tuple(AttributeSpec(**frozen(row)) for row in shop["attributes"]),
        categories=tuple(read_category(row, colors) for row in tree),
        products=(),
    )
    reader = ProductReader(catalogue, colors)
    files = [path for place in (DATA / "products", *more) for path in product_files(place)]
    products = tuple(product for path in files for product in read_products(reader, path))
    catalogue = Catalogue(**{**vars(catalogue), "products": products})
    if problems := find_problems(catalogue):
        raise CatalogueError("\n".join(problems))
    return catalogue


def product_files(place: Path) -> list[Path]:
    """Return the file itself, or the TOML files of a folder in the order of their names."""
    if place.is_dir():
        return sorted(place.glob("*.toml"))
    return [place]


def read_products(reader: ProductReader, path: Path) -> Iterable[ProductSpec]:
    """Yield the products of one file."""
    for row in read_toml(path).get("products", ()):
        try:
            yield reader.read(row)
        except CatalogueError as error:
            raise CatalogueError(f"{path.name}: {error}") from error


def read_category(row: Mapping[str, Any], colors: Mapping[str, str]) -> CategorySpec:
    """Make a category with its children; a color is given by its name."""
    children = tuple(read_category(child, colors) for child in row.get("children", ()))
    known = {key: value for key, value in frozen(row).items() if key not in {"children", "color"}}
    return CategorySpec(**known, color=colors.get(row.get("color", ""), ""), children=children)


def read_toml(path: Path) -> dict[str, Any]:
    """Parse one file; a file that is missing or not TOML is an error that names it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: {error}") from error


def frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with tuples for its lists, as frozen dataclasses want them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
