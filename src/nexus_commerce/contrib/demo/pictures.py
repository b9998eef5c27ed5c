"""Draw the pictures of the demo shop, the same bytes every time, with Pillow (the extra ``images``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from zlib import crc32

from PIL import Image

from nexus_commerce.contrib.demo.catalogue import CategorySpec, PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, contrast, parse, shade
from nexus_commerce.contrib.demo.drawing.scenes import SCENES
from nexus_commerce.contrib.demo.drawing.stage import Stage

__all__ = ["DrawnPicture", "DrawnSize", "draw_banner", "draw_picture", "draw_with_sizes"]

BACKDROPS: tuple[Color, ...] = (
    (231, 221, 207),
    (205, 214, 203),
    (226, 207, 190),
    (203, 213, 219),
    (219, 214, 205),
    (233, 214, 206),
    (222, 208, 176),
    (190, 200, 196),
)
DEEP_BACKDROPS: tuple[Color, ...] = (
    (150, 166, 163),
    (196, 160, 138),
    (148, 162, 176),
    (164, 160, 138),
)
"""For pale objects, which the others would swallow."""

ENOUGH_CONTRAST = 0.34
QUALITY = 86


@dataclass(frozen=True)
class DrawnSize:
    """A picture made smaller; ``name`` is the size's."""

    name: str
    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class DrawnPicture:
    """A picture as a JPEG, with its smaller sizes."""

    content: bytes
    width: int
    height: int
    sizes: tuple[DrawnSize, ...] = ()


def draw_picture(spec: PictureSpec) -> bytes:
    """Return the picture as a JPEG of 1200 by 1200."""
    return encoded(paint(spec), "JPEG", QUALITY)


def draw_with_sizes(spec: PictureSpec, edges: Mapping[str, int], form: str, quality: int) -> DrawnPicture:
    """Return the picture with sizes that are at most so wide and high, in the format WEBP, JPEG or PNG."""
    image = paint(spec)
    sizes = []
    for name, edge in edges.items():
        smaller = image.copy()
        smaller.thumbnail((edge, edge))
        sizes.append(DrawnSize(name, encoded(smaller, form, quality), *smaller.size))
    return DrawnPicture(encoded(image, "JPEG", QUALITY), *image.size, tuple(sizes))


def paint(spec: PictureSpec) -> Image.Image:
    """Let the kind's painter draw in the studio."""
    scene = SCENES[spec.kind]
    stage = scene.set_up(backdrop(spec))
    with stage.frame(*scene.origin, scene.scale):
        scene.painter(stage, spec)
    return stage.finished()


def draw_banner(category: CategorySpec) -> bytes:
    """Return the banner of a category that has one, a JPEG of 1600 by 600: objects in a row, room to the left."""
    color = parse(category.color)
    standing = all(SCENES[kind].standing for kind in category.banner)
    stage = (Stage.studio if standing else Stage.table)(shade(color, 0.66), (1600, 600))
    objects = {
        "color": category.color,
        "accent": "#efe5cf",
        "details": {"plant": "herb", "motif": "moon", "title": category.name},
    }
    for index, kind in enumerate(category.banner):
        scene = SCENES[kind]
        spec = PictureSpec(name=kind, kind=kind, **objects)  # type: ignore[arg-type]
        with stage.frame(660 + index * 360, 480 if standing else 300, scene.scale * (0.41 if standing else 0.38)):
            scene.painter(stage, spec)
    return encoded(stage.finished(), "JPEG", QUALITY)


def backdrop(spec: PictureSpec) -> Color:
    """Choose the studio's color: by the name, so that neighbors differ, but never one the object drowns in."""
    start = crc32(spec.name.encode())
    color = parse(spec.color)
    tones = [*turned(BACKDROPS, start), *turned(DEEP_BACKDROPS, start)]
    return next((tone for tone in tones if contrast(tone, color) > ENOUGH_CONTRAST), tones[0])


def turned(tones: Sequence[Color], start: int) -> list[Color]:
    """Return the colors in their order, beginning with another one."""
    return [tones[(start + step) % len(tones)] for step in range(len(tones))]


def encoded(image: Image.Image, form: str, quality: int) -> bytes:
    """Return the image in a format. WebP takes its second fastest way: a third of the time for a tenth more bytes."""
    options = {"JPEG": {"quality": quality, "subsampling": 0}, "WEBP": {"quality": quality, "method": 1}}
    out = BytesIO()
    image.save(out, form, **options.get(form, {}))
    return out.getvalue()
