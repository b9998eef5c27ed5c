"""Surfaces as gray or colored tiles, made from seeded noise so that a picture is the same every time."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random

from PIL import Image, ImageChops

from nexus_commerce.contrib.demo.drawing.colors import Color, shade, spread

__all__ = ["colorize", "gradient", "grain", "knit", "linen", "noise", "speckle", "tiled", "twill", "wood"]

Size = tuple[int, int]


@lru_cache(maxsize=64)
def noise(size: Size, seed: int) -> Image.Image:
    """Return gray noise of exactly this size."""
    return Image.frombytes("L", size, Random(seed).randbytes(size[0] * size[1]))  # noqa: S311


def colorize(gray: Image.Image, dark: Color, light: Color) -> Image.Image:
    """Map black to one color and white to the other."""
    bands = [gray.point([a + (b - a) * i // 255 for i in range(256)]) for a, b in zip(dark, light, strict=True)]
    return Image.merge("RGB", bands)


def gradient(size: Size, stops: Sequence[Color], angle: float = 0) -> Image.Image:
    """Return a linear gradient, left to right at 0 degrees, top to bottom at -90."""
    strip = Image.new("RGB", (64, 1))
    strip.putdata(spread(stops, 64))
    width, height = size
    if angle == 0:
        return strip.resize(size, Image.Resampling.BILINEAR)
    if angle == -90:
        return strip.transpose(Image.Transpose.ROTATE_270).resize(size, Image.Resampling.BILINEAR)
    side = int((width**2 + height**2) ** 0.5) + 2
    turned = strip.resize((side, side), Image.Resampling.BILINEAR).rotate(angle, Image.Resampling.NEAREST)
    left, top = (side - width) // 2, (side - height) // 2
    return turned.crop((left, top, left + width, top + height))


def wood(size: Size, color: Color, seed: int = 1, upright: bool = False) -> Image.Image:
    """Return boards with their grain along the width (or upright)."""
    width, height = (size[1], size[0]) if upright else size
    broad = noise((4, 18), seed).resize((width, height), Image.Resampling.BICUBIC)
    fine = noise((7, 220), seed + 1).resize((width, height), Image.Resampling.BICUBIC)
    grayed = Image.blend(broad, fine, 0.42)
    image = colorize(grayed, shade(color, -0.34), shade(color, 0.26))
    return image.transpose(Image.Transpose.ROTATE_90) if upright else image


def tiled(rows: Sequence[Sequence[int]], size: Size) -> Image.Image:
    """Repeat a small gray pattern over an area."""
    width, height = size
    lines = [(bytes(row) * (width // len(row) + 1))[:width] for row in rows]
    return Image.frombytes("L", size, b"".join((lines * (height // len(lines) + 1))[:height]))


def linen(size: Size, color: Color, seed: int = 3) -> Image.Image:
    """Return a plain weave with thick and thin threads."""
    width, height = size
    across = noise((2, max(height // 3, 2)), seed).resize(size, Image.Resampling.BILINEAR)
    along = noise((max(width // 3, 2), 2), seed + 1).resize(size, Image.Resampling.BILINEAR)
    weave = tiled([[118, 140, 118, 128], [140, 118, 128, 118]], size)
    gray = Image.blend(Image.blend(across, along, 0.5), weave, 0.62)
    return colorize(gray, shade(color, -0.36), shade(color, 0.36))


def twill(size: Size, color: Color, other: Color) -> Image.Image:
    """Return a herringbone of two colors."""
    step, rows = 30, []
    for y in range(step):
        up = [255 if (x + y) % 10 < 5 else 0 for x in range(step)]
        down = [255 if (x - y) % 10 < 5 else 0 for x in range(step)]
        rows.append(up + down)
    return colorize(tiled(rows, size), color, other)


def knit(size: Size, color: Color) -> Image.Image:
    """Return stockinette: columns of small V."""
    rows = []
    for y in range(14):
        row = []
        for x in range(18):
            side = abs(x - 8.5)
            depth = (y + side * 0.75) % 14
            row.append(int(235 - depth * 9 - (70 if side > 8 else 0) - (40 if side < 1 else 0)))
        rows.append(row)
    return colorize(tiled(rows, size), shade(color, -0.5), shade(color, 0.22))


def speckle(image: Image.Image, seed: int = 5) -> Image.Image:
    """Strew small iron freckles over a glaze."""
    width, height = image.size
    spots = noise((width // 3 + 1, height // 3 + 1), seed).point([255 if i < 2 else 0 for i in range(256)])
    mask = spots.resize(image.size, Image.Resampling.BICUBIC).point([i * 6 // 10 for i in range(256)])
    freckled = image.copy()
    freckled.paste((74, 52, 38), (0, 0), mask)
    return freckled


def grain(image: Image.Image, strength: int = 5, seed: int = 11) -> Image.Image:
    """Add the fine grain of film, by which flat areas stop looking computed."""
    return ImageChops.add(image, grain_sheet(image.size, strength, seed), 1, -128)


@lru_cache(maxsize=4)
def grain_sheet(size: Size, strength: int, seed: int) -> Image.Image:
    """Return noise around middle gray, repeated over an area."""
    tile = noise((300, 300), seed).point([128 + (i - 128) * strength // 128 for i in range(256)])
    sheet = Image.new("L", size)
    for left in range(0, size[0], 300):
        for top in range(0, size[1], 300):
            sheet.paste(tile, (left, top))
    return Image.merge("RGB", (sheet, sheet, sheet))
