"""What must hold between the products of a catalogue before it is loaded."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from nexus_commerce.contrib.demo.barcodes import is_ean13
from nexus_commerce.contrib.demo.catalogue import AttributeSpec, AttributeValue, Catalogue, ProductSpec, VariantSpec

__all__ = ["find_problems"]

TYPES = {"physical", "digital", "bundle"}


def find_problems(catalogue: Catalogue) -> list[str]:
    """Return a sentence for everything that is wrong; an empty list means the catalogue can be loaded."""
    return [
        *find_repeated(catalogue),
        *find_dangling(catalogue),
        *(problem for product in catalogue.products for problem in find_in_product(catalogue, product)),
    ]


def find_repeated(catalogue: Catalogue) -> Iterator[str]:
    """Yield the names that must be unique and are not."""
    variants = [variant for product in catalogue.products for variant in product.variants]
    slugs = [category.slug for _, category in catalogue.walk_categories()]
    names: dict[str, Iterable[str]] = {
        "article": [str(product.article) for product in catalogue.products],
        "handle": [product.handle for product in catalogue.products],
        "category slug": slugs,
        "SKU": [variant.sku for variant in variants],
        "barcode": [variant.barcode for variant in variants],
    }
    for what, found in names.items():
        yield from (f"The {what} {name!r} is used twice." for name, count in Counter(found).items() if count > 1)


def find_dangling(catalogue: Catalogue) -> Iterator[str]:
    """Yield references to products, categories and variants that are not there."""
    handles = {product.handle for product in catalogue.products}
    leaves = {category.slug for _, category in catalogue.walk_categories() if not category.children}
    skus = {variant.sku for product in catalogue.products for variant in product.variants}
    for product in catalogue.products:
        wanted = {
            "related product": (product.related, handles - {product.handle}),
            "category without children": (product.categories, leaves),
            "SKU in contents": ([content.sku for content in product.contents], skus),
        }
        for what, (names, known) in wanted.items():
            yield from (f"{product.handle}: there is no {what} {name!r}." for name in names if name not in known)


def find_in_product(catalogue: Catalogue, product: ProductSpec) -> Iterator[str]:
    """Yield what is wrong inside one product."""
    attributes = {attribute.code: attribute for attribute in catalogue.attributes}
    if product.type not in TYPES and "." not in product.type:
        yield f"{product.handle}: the type {product.type!r} is none of {sorted(TYPES)} and no app.Model."
    if (product.type == "bundle") != bool(product.contents):
        yield f"{product.handle}: a bundle, and only a bundle, has contents."
    yield from (f"{product.handle}: {p}" for p in find_bad_attributes(attributes, "product", product.attributes))
    for variant in product.variants:
        yield from (f"{variant.sku}: {p}" for p in find_bad_attributes(attributes, "variant", variant.attributes))
        yield from (f"{variant.sku}: {problem}" for problem in find_in_variant(catalogue, product, variant))


def find_in_variant(catalogue: Catalogue, product: ProductSpec, variant: VariantSpec) -> Iterator[str]:
    """Yield what is wrong with one variant."""
    if not is_ean13(variant.barcode):
        yield f"{variant.barcode!r} is not an EAN-13."
    for channel in catalogue.channels:
        price = variant.prices.get(channel.currency, 0)
        if price <= 0:
            yield f"there is no price in {channel.currency}."
        if not price < variant.compare_at.get(channel.currency, price + 1):
            yield f"the price in {channel.currency} is not below the price it was."
        if any(
            quantity < 2 or not 0 < amount < price
            for quantity, amount in variant.tiers.get(channel.currency, {}).items()
        ):
            yield f"a price in {channel.currency} for a larger quantity is not below that for one."
    if product.type == "physical":
        if not variant.weight or not variant.size:
            yield "physical goods have a weight in grams and a size in millimeters."
        if variant.stock.keys() != {location.code for location in catalogue.locations}:
            yield "physical goods have a count at every location."
    if any(count < 0 for count in variant.stock.values()):
        yield "stock cannot be negative."


def find_bad_attributes(
    attributes: Mapping[str, AttributeSpec], on: str, values: Mapping[str, AttributeValue]
) -> Iterator[str]:
    """Yield the values that their attribute's definition does not allow."""
    kinds = {"text": str, "choice": str, "integer": int, "boolean": bool}
    for code, value in values.items():
        spec = attributes.get(code)
        if spec is None or spec.on != on:
            yield f"there is no attribute {code!r} of a {on}."
        elif type(value) is not kinds[spec.kind]:
            yield f"{code} must be of the kind {spec.kind}, not {value!r}."
        elif spec.kind == "choice" and value not in spec.choices:
            yield f"{code} has no choice {value!r}."
