"""Pictures are judged by content, bounded, written again without metadata, and stored with their sizes."""

import struct
import sys
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.test import override_settings
from PIL import Image

from nexus_commerce.catalog.errors import ImageRejected, ImagesUnavailable
from nexus_commerce.catalog.models import Media, MediaRendition, Product
from nexus_commerce.catalog.policies import MediaPolicy
from nexus_commerce.catalog.services import add_image, add_image_address, attach_image, describe_image, remove_image
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.testing.factories import make_product, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


class SmallPolicy(MediaPolicy):
    max_bytes = 200_000
    max_pixels = 1_000_000
    sizes = {"tiny": 16, "wide": 2000}


def picture(form: str = "PNG", size: tuple[int, int] = (64, 32), mode: str = "RGB", **options: Any) -> BytesIO:
    file = BytesIO()
    Image.new(mode, size, "red" if mode in {"RGB", "RGBA"} else 0).save(file, form, **options)
    file.seek(0)
    return file


def huge_png(width: int, height: int) -> BytesIO:
    """Make a file of a few bytes whose header promises a picture of any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def stored(media: Media) -> Image.Image:
    with default_storage.open(str(media.file.name)) as file:
        return Image.open(BytesIO(file.read()))


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "L"), ("WEBP", "RGB")]
)
def test_a_picture_keeps_its_format_and_gets_every_size_but_is_never_enlarged(
    product: Product, form: str, mode: str
) -> None:
    media = add_image(product=product, file=picture(form, (400, 200), mode), alt="red")

    assert (stored(media).format, media.width, media.height, media.alt) == (form, 400, 200, "red")
    sizes = {row.size: (row.width, row.height) for row in media.renditions.all()}
    assert sizes == {"thumbnail": (160, 80), "small": (400, 200), "medium": (400, 200), "large": (400, 200)}
    assert all(default_storage.exists(str(row.file.name)) for row in media.renditions.all())


def test_nothing_but_pixels_survives(product: Product) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    file = picture("JPEG", (40, 20), exif=exif, comment=b"secret")
    file = BytesIO(file.getvalue() + b"PK\x03\x04 a zip archive")

    media = add_image(product=product, file=file)

    with default_storage.open(str(media.file.name)) as written:
        content = written.read()
    assert b"taken at home" not in content
    assert b"secret" not in content
    assert b"zip archive" not in content


def test_a_picture_is_turned_upright(product: Product) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    media = add_image(product=product, file=picture("JPEG", (40, 20), exif=exif))
    assert (media.width, media.height) == (20, 40)


SRGB_RED, SRGB_GREEN, SRGB_BLUE = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
P3_RED, P3_GREEN, P3_BLUE = (0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841)


def color_profile(space: bytes, *primaries: tuple[float, float, float], gamma: float = 2.2) -> bytes:
    """Make an ICC profile (ICC.1:2001-12) of these primaries, or of gray."""

    def xyz(*values: float) -> bytes:
        return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv" + bytes(4) + struct.pack(">IHH", 1, round(gamma * 256), 0)
    tags = {b"wtpt": xyz(0.9642, 1.0, 0.8249)}
    if primaries:
        for letter, primary in zip((b"r", b"g", b"b"), primaries, strict=True):
            tags |= {letter + b"XYZ": xyz(*primary), letter + b"TRC": curve}
    else:
        tags[b"kTRC"] = curve
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data
    header = struct.pack(">I4sI4s4s4s", start + len(body), bytes(4), 0x02100000, b"mntr", space, b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + xyz(0.9642, 1.0, 0.8249)[8:] + bytes(48)
    return header + struct.pack(">I", len(tags)) + table + body


SWAPPED = color_profile(b"RGB ", SRGB_GREEN, SRGB_RED, SRGB_BLUE)
DISPLAY_P3 = color_profile(b"RGB ", P3_RED, P3_GREEN, P3_BLUE)
LIGHT_GRAY = color_profile(b"GRAY", gamma=1.0)
COLORS = [
    # What the file says of each pixel, its profile, and what is seen; sRGB by IEC 61966-2-1.
    ("PNG", "RGB", (255, 0, 0), SWAPPED, (0, 255, 0)),
    ("PNG", "RGBA", (255, 0, 0, 128), SWAPPED, (0, 255, 0, 128)),
    ("WEBP", "RGB", (255, 0, 0), SWAPPED, (0, 255, 0)),
    ("JPEG", "RGB", (200, 50, 50), DISPLAY_P3, (219, 14, 35)),
    ("PNG", "L", 128, LIGHT_GRAY, (188, 188, 188)),
    ("PNG", "LA", (128, 128), LIGHT_GRAY, (188, 188, 188, 128)),
    ("JPEG", "RGB", (200, 50, 50), b"no profile", (200, 50, 50)),
    ("JPEG", "RGB", (200, 50, 50), DISPLAY_P3[:200], (200, 50, 50)),
    ("JPEG", "CMYK", (0, 255, 255, 0), DISPLAY_P3, (255, 0, 0)),
]


@pytest.mark.parametrize(("form", "mode", "color", "profile", "seen"), COLORS)
def test_colors_are_kept_when_the_profile_is_dropped(
    form: str, mode: str, color: Any, profile: bytes, seen: tuple[int, ...], product: Product
) -> None:
    file = BytesIO()
    Image.new(mode, (16, 16), color).save(file, form, icc_profile=profile, quality=100)
    file.seek(0)

    media = add_image(product=product, file=file)

    written = stored(media)
    assert "icc_profile" not in written.info
    pixel: Any = written.convert("RGBA" if len(seen) == 4 else "RGB").getpixel((8, 8))
    assert pixel == pytest.approx(seen, abs=4)


def animated() -> BytesIO:
    file = BytesIO()
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    file.seek(0)
    return file


REFUSED = {
    "a GIF": (picture("GIF", mode="P"), "JPEG, PNG or WebP"),
    "an SVG": (BytesIO(b"<svg onload='alert(1)'/>"), "JPEG, PNG or WebP"),
    "nothing": (BytesIO(b""), "JPEG, PNG or WebP"),
    "a truncated PNG": (BytesIO(picture(size=(300, 300)).getvalue()[:60]), "JPEG, PNG or WebP"),
    "too many bytes": (BytesIO(b"x" * 10 * 1024 * 1024 + b"x"), "10 MB"),
    "a bomb": (huge_png(60_000, 60_000), "JPEG, PNG or WebP"),
    "too many pixels": (huge_png(8_000, 5_001), "40 megapixels"),
    "an animation": (animated(), "animated"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_picture_of_ours_is_refused(case: str, product: Product) -> None:
    file, reason = REFUSED[case]
    with pytest.raises(ImageRejected) as refused:
        add_image(product=product, file=file)
    assert reason in str(refused.value)
    assert refused.value.field == "file"
    assert Media.objects.count() == 0


def test_a_host_changes_limits_and_sizes(product: Product) -> None:
    with override_settings(NEXUS_COMMERCE={"MEDIA_POLICY": f"{__name__}.SmallPolicy"}):
        media = add_image(product=product, file=picture(size=(64, 32)))
        with pytest.raises(ImageRejected, match="1 megapixels"):
            add_image(product=product, file=huge_png(1001, 1000))
    assert sorted(media.renditions.values_list("size", "width")) == [("tiny", 16), ("wide", 64)]


def test_the_same_file_again_is_the_same_picture(product: Product) -> None:
    first = add_image(product=product, file=picture())
    version = product.version
    again = add_image(product=product, file=picture())
    assert again == first
    assert product.version == version
    assert add_image(product=make_product(), file=picture()) != first


def test_names_are_random(product: Product) -> None:
    names = {str(add_image(product=product, file=picture(size=(size, 8))).file.name) for size in (8, 9)}
    assert len({name.rsplit("/", 1)[1] for name in names}) == 2
    assert all(len(name.rsplit("/", 1)[1]) == len("0" * 32 + ".png") for name in names)


def test_an_address_is_kept_and_given_its_file_later(product: Product) -> None:
    media = add_image_address(product=product, url="https://example.com/a.jpg")
    assert add_image_address(product=product, url="https://example.com/a.jpg") == media
    assert not media.file

    attach_image(media=media, file=picture())
    assert (media.width, media.renditions.count(), media.source_url) == (64, 4, "https://example.com/a.jpg")
    with pytest.raises(InvalidInput) as refused:
        add_image_address(product=product, url="javascript:alert(1)")
    assert refused.value.field == "url"


def test_a_picture_is_described_and_a_change_is_counted_once(product: Product) -> None:
    media = add_image(product=product, file=picture())
    variant = make_variant(product=product)
    version = product.version
    describe_image(media=media, alt="Front", position=4, variant=variant)
    describe_image(media=media, alt="Front")
    described = Media.objects.get()
    assert (described.alt, described.position, described.variant) == ("Front", 4, variant)
    product.refresh_from_db()
    assert product.version == version + 1
    event = OutboxEvent.objects.filter(aggregate_id=product.public_id).order_by("pk").last()
    assert event is not None
    assert (event.type, event.version, event.payload["changed"]) == ("product.changed", version + 1, ["media"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("position", -1), ("alt", "x" * 513), ("alt", "\x00"), ("checksum", "0"), ("file", "a.png"), ("product", None)],
)
def test_what_cannot_be_said_of_a_picture_is_refused(field: str, value: Any, product: Product) -> None:
    media = add_image(product=product, file=picture())
    with pytest.raises(InvalidInput) as refused:
        describe_image(media=media, **{field: value})
    assert refused.value.field == field
    with pytest.raises(InvalidInput, match="another product"):
        describe_image(media=media, variant=make_variant())


def test_a_removed_picture_takes_its_files_along(product: Product, django_capture_on_commit_callbacks: Any) -> None:
    media = add_image(product=product, file=picture())
    names = [str(media.file.name), *(str(row.file.name) for row in media.renditions.all())]
    with django_capture_on_commit_callbacks(execute=True):
        remove_image(media=media)
    assert not any(default_storage.exists(name) for name in names)
    assert MediaRendition.objects.count() == 0


def test_a_failed_write_leaves_no_file_behind(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    save = default_storage.save

    def noting_save(*args: Any, **kwargs: Any) -> str:
        written.append(save(*args, **kwargs))
        return written[-1]

    monkeypatch.setattr(default_storage, "save", noting_save)

    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("nexus_commerce.catalog.services.media.record_change", fail)
    with pytest.raises(DatabaseError):
        add_image(product=product, file=picture())
    assert len(written) == 5
    assert not any(default_storage.exists(name) for name in written)


def test_the_variant_must_be_of_the_product(product: Product) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_image(product=product, file=picture(), variant=make_variant())
    assert refused.value.field == "variant"


def test_without_pillow_the_cure_is_named(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImagesUnavailable, match=r"nexus-commerce\[images\]"):
        add_image(product=product, file=BytesIO(b"x"))
