"""Pictures: judged by content, decoded within limits, written again without what else the file held."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.errors import ImageRejected, ImagesUnavailable
from nexus_commerce.catalog.policies import MediaPolicy

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

__all__ = ["EncodedImage", "encode_images", "read_limited"]

EXTENSIONS: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
"""The formats that are accepted and written, and their file name extensions."""

PROFILE_MODES: Final = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""The color spaces of profiles that are understood (ICC.1, 7.2.6), and the mode of the pixels they are for."""


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """A picture ready to be stored; ``size`` is the name of a size, or empty for the picture itself."""

    size: str
    content: bytes
    extension: str
    width: int
    height: int


def read_limited(file: BinaryIO, policy: MediaPolicy) -> bytes:
    """Read a file, at most one byte more than the policy allows. Raises ``ImageRejected``."""
    content = file.read(policy.max_bytes + 1)
    if len(content) > policy.max_bytes:
        megabytes = policy.max_bytes // (1024 * 1024)
        raise ImageRejected(_("The file has more than %(limit)d MB."), field="file", limit=megabytes)
    return content


def encode_images(content: bytes, policy: MediaPolicy) -> list[EncodedImage]:
    """Return the picture, written again in its own format, and each size of the policy.

    Only pixels survive: no EXIF, GPS position, comments, color profile, or data after the picture. It is turned
    upright and converted to sRGB first; a color profile that cannot be used is ignored.
    Raises ``ImageRejected`` for anything but one still JPEG, PNG or WebP within the policy's limits, and
    ``ImagesUnavailable`` without Pillow.
    """
    with _opened(content, policy) as (picture, name):
        images = [_encode(picture, "", name, policy)]
        for size, edge in policy.sizes.items():
            smaller = picture.copy()
            smaller.thumbnail((edge, edge))
            images.append(_encode(smaller, size, policy.format, policy))
        return images


@contextmanager
def _opened(content: bytes, policy: MediaPolicy) -> Iterator[tuple["Picture", str]]:
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError as exc:
        raise ImagesUnavailable from exc
    try:
        with Image.open(BytesIO(content), formats=list(EXTENSIONS)) as opened:
            _check(opened, policy)
            name = "JPEG" if opened.format == "MPO" else opened.format or ""
            picture = ImageOps.exif_transpose(opened)
            yield _plain(picture), name
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as exc:
        raise ImageRejected(field="file") from exc


def _check(opened: Any, policy: MediaPolicy) -> None:
    width, height = opened.size
    if width * height > policy.max_pixels:
        megapixels = policy.max_pixels // 1_000_000
        raise ImageRejected(_("The picture has more than %(limit)d megapixels."), field="file", limit=megapixels)
    # Cameras write JPEG with a preview or depth picture behind the first, which Pillow calls MPO: that is one picture.
    if opened.format != "MPO" and getattr(opened, "n_frames", 1) > 1:
        raise ImageRejected(_("The picture is animated; give a still one."), field="file")


def _plain(picture: "Picture") -> "Picture":
    """Return the pixels in a mode that every format writes, and nothing else that came with them."""
    transparent = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    plain = picture.convert("RGBA" if transparent else "RGB")
    if (colors := _in_srgb(picture)) is not None:
        plain.paste(colors)
        if transparent:
            plain.putalpha(picture.convert("RGBA").getchannel("A"))
    plain.info = {}
    plain.getexif().clear()
    return plain


def _in_srgb(picture: "Picture") -> "Picture | None":
    """Return the colors that the embedded profile says, as sRGB; None without a profile that fits the pixels."""
    from PIL import ImageCms

    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(picture.info["icc_profile"]))
        mode = PROFILE_MODES[profile.profile.xcolor_space.strip()]
        if (mode == "CMYK") != (picture.mode == "CMYK"):
            return None
        return ImageCms.profileToProfile(
            picture.convert(mode), profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (KeyError, OSError, ImageCms.PyCMSError):
        return None


def _encode(picture: "Picture", size: str, name: str, policy: MediaPolicy) -> EncodedImage:
    buffer = BytesIO()
    if name == "JPEG" and picture.mode == "RGBA":
        from PIL import Image

        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    options = {"quality": policy.quality} if name != "PNG" else {"optimize": True}
    picture.save(buffer, name, **options)
    return EncodedImage(size, buffer.getvalue(), EXTENSIONS[name], *picture.size)
