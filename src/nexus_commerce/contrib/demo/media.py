"""Draw the shop's pictures and hang them on products and categories."""

from collections.abc import Iterator
from functools import partial
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import transaction

from nexus_commerce.catalog.models import Category, Media, MediaRendition, Product, Variant
from nexus_commerce.conf import nexus_settings
from nexus_commerce.contrib.demo.catalogue import Catalogue, CategorySpec, PictureSpec, ProductSpec
from nexus_commerce.contrib.demo.loading import Shop, products_by_handle
from nexus_commerce.contrib.demo.parallel import drawing_processes, drawn
from nexus_commerce.contrib.demo.pictures import DrawnPicture, draw_banner, draw_with_sizes

__all__ = ["count_pictures", "load_pictures"]


def count_pictures(catalogue: Catalogue) -> int:
    """Return how many pictures and banners the shop has."""
    banners = sum(1 for _, category in catalogue.walk_categories() if category.banner)
    return banners + sum(len(product.pictures) for product in catalogue.products)


def load_pictures(catalogue: Catalogue, shop: Shop) -> Iterator[int]:
    """Draw and store what is not there, each by itself; yield how many are done."""
    products = products_by_handle()
    present = set(Media.objects.values_list("product_id", "alt"))
    wanted: list[tuple[PictureSpec, ProductSpec, int]] = []
    for product in catalogue.products:
        if product.handle in products:
            pairs = enumerate(product.pictures)
            wanted += [(picture, product, place) for place, picture in pairs]
    todo = [row for row in wanted if (products[row[1].handle].pk, alt_text(row[1], row[0])) not in present]
    banners = [spec for _, spec in catalogue.walk_categories() if spec.banner and not shop.categories[spec.slug].image]
    yield count_pictures(catalogue) - len(todo) - len(banners)
    policy = nexus_settings.MEDIA_POLICY()
    draw = partial(draw_with_sizes, edges=dict(policy.sizes), form=policy.format, quality=policy.quality)
    with drawing_processes() as executor:
        for spec, data in drawn(executor, draw_banner, banners):
            store_banner(shop.categories[spec.slug], spec, data)
            yield 1
        pictures = drawn(executor, draw, [picture for picture, _, _ in todo])
        for (picture, product, place), (_, result) in zip(todo, pictures, strict=True):
            store_picture(products[product.handle], product, picture, place, result)
            yield 1


def store_banner(category: Category, spec: CategorySpec, data: bytes) -> None:
    """Keep the banner as the category's image."""
    category.refresh_from_db()
    category.image.save(f"{spec.slug}.jpg", ContentFile(data))


@transaction.atomic
def store_picture(product: Product, spec: ProductSpec, picture: PictureSpec, place: int, result: DrawnPicture) -> None:
    """Hang a picture on the product, and on the first variant that it shows when others look different.

    It is not decoded and encoded again, as an upload is: its sizes were made where it was drawn.
    """
    shown = next(variant for variant in spec.variants if variant.picture and variant.picture.name == picture.name)
    variant = Variant.objects.filter(sku=shown.sku).first() if len(spec.pictures) > 1 else None
    media = Media(
        product=product,
        variant=variant,
        alt=alt_text(spec, picture),
        width=result.width,
        height=result.height,
        checksum=sha256(result.content).hexdigest(),
        position=place,
    )
    media.file.save(f"{picture.name}.jpg", ContentFile(result.content))
    for size in result.sizes:
        row = MediaRendition(media=media, size=size.name, width=size.width, height=size.height)
        row.file.save(f"{picture.name}-{size.name}.{suffix_of(size.content)}", ContentFile(size.content))


def suffix_of(content: bytes) -> str:
    """Return the file name suffix of a picture."""
    return "webp" if content[8:12] == b"WEBP" else "png" if content[:4] == b"\x89PNG" else "jpg"


def alt_text(spec: ProductSpec, picture: PictureSpec) -> str:
    """Say what the picture shows: the product, and what tells this variant from the others."""
    suffix = picture.name.removeprefix(spec.handle).strip("-").replace("-", " ")
    return f"{spec.name}, {suffix}" if suffix else spec.name
