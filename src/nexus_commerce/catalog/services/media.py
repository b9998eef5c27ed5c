"""Pictures of products and variants, with their sizes."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.models import Media, MediaRendition, Product, Variant
from nexus_commerce.catalog.services.changes import lock_product, record_change
from nexus_commerce.catalog.services.columns import set_columns
from nexus_commerce.catalog.services.images import EncodedImage, encode_images, read_limited
from nexus_commerce.catalog.signals import media_added, media_changed, media_removed
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import InvalidInput

__all__ = ["add_image", "add_image_address", "attach_image", "describe_image", "remove_image"]

_OF_FILE: Final = {"checksum", "file", "height", "kind", "source_url", "width"}


def add_image(
    *, product: Product, file: BinaryIO, variant: Variant | None = None, alt: str = "", position: int | None = None
) -> Media:
    """Add a picture to a product, or to one of its variants, with every size that the media policy names.

    The same file again is the picture that is there. The media policy gives the limits; pictures are decoded before
    the transaction begins. Raises ``ImageRejected``, ``ImagesUnavailable`` and ``InvalidInput``. Records
    ``product.changed`` and sends ``media_added``.
    """
    checksum, images = _prepare(file)
    with _stored_files() as files, transaction.atomic():
        lock_product(product)
        media = _new_media(product, variant, alt, position)
        if same := Media.objects.filter(product_id=product.pk, variant=variant, checksum=checksum).first():
            return same
        media.checksum = checksum
        _attach(media, images, files)
        record_change(product, ["media"])
        media_added.send_after_commit(Media, media=media)
    return media


@transaction.atomic
def add_image_address(
    *, product: Product, url: str, variant: Variant | None = None, alt: str = "", position: int | None = None
) -> Media:
    """Add a picture that is known by its address only; nothing is fetched. The same address again is the same row.

    Raises ``InvalidInput`` for what is not an http or https address. Records ``product.changed`` and sends
    ``media_added``.
    """
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as exc:
        raise InvalidInput(_("Give an http or https address."), field="url") from exc
    lock_product(product)
    media = _new_media(product, variant, alt, position)
    if same := Media.objects.filter(product_id=product.pk, variant=variant, source_url=url).first():
        return same
    set_columns(media, {"source_url": url})
    media.save()
    record_change(product, ["media"])
    media_added.send_after_commit(Media, media=media)
    return media


def attach_image(*, media: Media, file: BinaryIO) -> Media:
    """Give a picture that had only an address its file and sizes; a file that it had is replaced.

    Raises and sends as ``add_image`` does.
    """
    checksum, images = _prepare(file)
    with _stored_files() as files, transaction.atomic():
        product = lock_product(media.product)
        media.refresh_from_db(fields=["file", "checksum"])
        if media.checksum != checksum:
            _delete_files_after_commit(media)
            media.renditions.all().delete()
            media.checksum = checksum
            _attach(media, images, files)
            record_change(product, ["media"])
            media_added.send_after_commit(Media, media=media)
    return media


@transaction.atomic
def describe_image(*, media: Media, **fields: Any) -> Media:
    """Change the alternative text (``alt``), ``position``, ``variant`` (None: the whole product) or columns of a host.

    Raises ``InvalidInput`` for a variant of another product, and for what only a file says of a picture. Records
    ``product.changed`` and sends ``media_changed``, unless nothing changed.
    """
    if of_file := sorted(fields.keys() & _OF_FILE):
        message = _("'%(name)s' is what the picture's file says; attach another file.")
        raise InvalidInput(message, field=of_file[0], name=of_file[0])
    product = lock_product(media.product)
    _check_variant(product, fields.get("variant"))
    if changed := set_columns(media, fields):
        media.save(update_fields=[*sorted(changed), "updated_at"])
        record_change(product, ["media"])
        media_changed.send_after_commit(Media, media=media, changed=changed)
    return media


@transaction.atomic
def remove_image(*, media: Media) -> None:
    """Remove a picture, its sizes and, after commit, their files. Sends ``media_removed``."""
    product = lock_product(media.product)
    _delete_files_after_commit(media)
    public_id = media.public_id
    media.delete()
    record_change(product, ["media"])
    media_removed.send_after_commit(Media, product=product, public_id=public_id)


def _prepare(file: BinaryIO) -> tuple[str, list[EncodedImage]]:
    policy = nexus_settings.MEDIA_POLICY()
    content = read_limited(file, policy)
    return hashlib.sha256(content).hexdigest(), encode_images(content, policy)


def _new_media(product: Product, variant: Variant | None, alt: str, position: int | None) -> Media:
    _check_variant(product, variant)
    if position is None:
        last = Media.objects.filter(product_id=product.pk).aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
    media = Media(product=product, variant=variant)
    set_columns(media, {"alt": alt, "position": position})
    return media


def _check_variant(product: Product, variant: Variant | None) -> None:
    if variant is not None and variant.product_id != product.pk:
        raise InvalidInput(_("The variant is of another product."), field="variant")


@contextmanager
def _stored_files() -> Iterator[list[Any]]:
    """Collect the files that are written, and delete them where the transaction inside fails."""
    files: list[Any] = []
    try:
        yield files
    except BaseException:
        for file in files:
            file.storage.delete(file.name)
        raise


def _attach(media: Media, images: list[EncodedImage], files: list[Any]) -> None:
    whole = images[0]
    media.width, media.height = whole.width, whole.height
    _store(media.file, whole, files)
    media.save()
    for image in images[1:]:
        row = MediaRendition(media=media, size=image.size, width=image.width, height=image.height)
        _store(row.file, image, files)
        row.save()


def _store(field: Any, image: EncodedImage, files: list[Any]) -> None:
    # Random names: nobody learns of a picture from its neighbor's, and caches never show an old one.
    field.save(f"{secrets.token_hex(16)}.{image.extension}", ContentFile(image.content), save=False)
    files.append(field)


def _delete_files_after_commit(media: Media) -> None:
    stored = [media.file, *(row.file for row in media.renditions.all())]
    for field in stored:
        if field.name:
            transaction.on_commit(partial(field.storage.delete, field.name), robust=True)
