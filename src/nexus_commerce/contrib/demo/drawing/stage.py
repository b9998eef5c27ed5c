"""The studio: a lit backdrop, and the brushes that painters use in their own coordinates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from nexus_commerce.contrib.demo.drawing.colors import Color, mix, shade
from nexus_commerce.contrib.demo.drawing.textures import colorize, gradient, grain, noise

__all__ = ["Mask", "Paint", "Point", "Stage", "Surface", "curve", "oval", "rounded"]

Point = tuple[float, float]
Surface = Callable[[tuple[int, int]], Image.Image]
Paint = Color | Surface
"""What an area is filled with: a color, or something that makes an image of the size it is given."""

FINE = 2
"""Edges are drawn this many times larger and then reduced."""


@dataclass(frozen=True)
class Mask:
    """A gray shape and where its upper left corner lies on the stage, in pixels."""

    image: Image.Image
    x: int
    y: int

    def __and__(self, other: Mask) -> Mask:
        left, top = max(self.x, other.x), max(self.y, other.y)
        right = max(left + 1, min(self.x + self.image.width, other.x + other.image.width))
        bottom = max(top + 1, min(self.y + self.image.height, other.y + other.image.height))
        cut = [m.image.crop((left - m.x, top - m.y, right - m.x, bottom - m.y)) for m in (self, other)]
        return Mask(ImageChops.darker(*cut), left, top)

    def __sub__(self, other: Mask) -> Mask:
        sheet = Image.new("L", self.image.size)
        sheet.paste(other.image, (other.x - self.x, other.y - self.y))
        return Mask(ImageChops.subtract(self.image, sheet), self.x, self.y)

    def faded(self, strength: float) -> Mask:
        """Return the same shape, only this much of it covering."""
        return Mask(self.image.point([int(i * strength) for i in range(256)]), self.x, self.y)


def oval(x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360, steps: int = 72) -> list[Point]:
    """Return points of an ellipse, or of an arc of it, clockwise from the right."""
    angles = [radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + rx * cos(a), y + ry * sin(a)) for a in angles]


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> list[Point]:
    """Return points of a rectangle with round corners."""
    corners = [
        (right - radius, top + radius, 270), (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90), (left + radius, top + radius, 180),
    ]  # fmt: skip
    return [p for x, y, start in corners for p in oval(x, y, radius, radius, start, start + 90, 10)]


def curve(points: Sequence[Point], steps: int = 10) -> list[Point]:
    """Return a smooth line through all the points (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    line = [
        (bend(padded, at, 0, i / steps), bend(padded, at, 1, i / steps))
        for at in range(len(points) - 1)
        for i in range(steps)
    ]
    return [*line, points[-1]]


def bend(points: Sequence[Point], at: int, axis: int, t: float) -> float:
    """Return one coordinate of the spline between points ``at + 1`` and ``at + 2``."""
    a, b, c, d = (points[at + i][axis] for i in range(4))
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


class Stage:
    """A picture in the making. Brushes take the coordinates of the innermost :meth:`frame`."""

    def __init__(self, size: tuple[int, int], image: Image.Image, tone: Color) -> None:
        self.size = size
        self.image = image
        self.tone = tone
        self.origin: Point = (0.0, 0.0)
        self.scale = 1.0
        self.angle = 0.0

    @classmethod
    def studio(cls, tone: Color, size: tuple[int, int] = (1200, 1200)) -> Stage:
        """A wall and a floor of one color that run into each other, lit from the upper left."""
        return cls(size, studio_backdrop(tone, size).copy(), tone)

    @classmethod
    def table(cls, tone: Color, size: tuple[int, int] = (1200, 1200)) -> Stage:
        """A table seen from above, lit from the upper left."""
        return cls(size, table_backdrop(tone, size).copy(), tone)

    @contextmanager
    def frame(self, x: float, y: float, scale: float = 1.0, angle: float = 0.0) -> Iterator[Stage]:
        """Move the origin to a point, shrink and turn (degrees, clockwise) until the block ends."""
        before = self.origin, self.scale, self.angle
        self.origin = self.to_pixels((x, y))
        self.scale *= scale
        self.angle += angle
        yield self
        self.origin, self.scale, self.angle = before

    def to_pixels(self, point: Point) -> Point:
        """Return where a point of the frame lies on the stage."""
        x, y = point[0] * self.scale, point[1] * self.scale
        if self.angle:
            turn = radians(self.angle)
            x, y = x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)
        return self.origin[0] + x, self.origin[1] + y

    def mask(self, *contours: Sequence[Point]) -> Mask:
        """Return the union of closed shapes."""
        return self._draw(contours, lambda draw, points: draw.polygon(points, fill=255), 1)

    def line(self, points: Sequence[Point], width: float) -> Mask:
        """Return a line with round ends and joints."""
        thick = max(width * self.scale, 0.8)

        def stroke(draw: ImageDraw.ImageDraw, placed: list[Point]) -> None:
            draw.line(placed, fill=255, width=max(1, round(thick * FINE)), joint="curve")
            radius = thick * FINE / 2
            for x, y in (placed[0], placed[-1]):
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)

        return self._draw([points], stroke, thick + 1)

    def _draw(
        self,
        contours: Sequence[Sequence[Point]],
        brush: Callable[[ImageDraw.ImageDraw, list[Point]], None],
        margin: float,
    ) -> Mask:
        placed = [[self.to_pixels(point) for point in contour] for contour in contours]
        xs = [x for contour in placed for x, _ in contour]
        ys = [y for contour in placed for _, y in contour]
        left = max(0, int(min(xs) - margin))
        top = max(0, int(min(ys) - margin))
        right = max(left + 1, min(self.size[0], int(max(xs) + margin) + 2))
        bottom = max(top + 1, min(self.size[1], int(max(ys) + margin) + 2))
        sheet = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE))
        draw = ImageDraw.Draw(sheet)
        for contour in placed:
            brush(draw, [((x - left) * FINE, (y - top) * FINE) for x, y in contour])
        return Mask(sheet.reduce(FINE), left, top)

    def fill(self, mask: Mask, paint: Paint, strength: float = 1.0) -> None:
        """Lay a paint on a shape."""
        if strength < 1:
            mask = mask.faded(strength)
        if callable(paint):
            self.image.paste(paint(mask.image.size), (mask.x, mask.y), mask.image)
        else:
            width, height = mask.image.size
            self.image.paste(paint, (mask.x, mask.y, mask.x + width, mask.y + height), mask.image)

    def polygon(self, points: Sequence[Point], paint: Paint, strength: float = 1.0) -> Mask:
        """Fill a closed shape and return its mask."""
        mask = self.mask(points)
        self.fill(mask, paint, strength)
        return mask

    def stroke(self, points: Sequence[Point], width: float, paint: Paint, strength: float = 1.0) -> Mask:
        """Draw a line and return its mask."""
        mask = self.line(points, width)
        self.fill(mask, paint, strength)
        return mask

    def tube(self, points: Sequence[Point], width: float, color: Color, gloss: float = 0.25) -> None:
        """Draw a round rod: a dark edge, the color, and a light off its upper left."""
        self.stroke(points, width, shade(color, -0.34))
        lifted = [(x - width * 0.09, y - width * 0.07) for x, y in points]
        self.stroke(lifted, width * 0.72, color)
        highest = [(x - width * 0.2, y - width * 0.16) for x, y in points]
        self.stroke(highest, width * 0.22, shade(color, 0.5), gloss + 0.3)

    def soften(self, contours: Sequence[Sequence[Point]], blur: float, paint: Color, strength: float) -> None:
        """Lay a blurred shape: a shadow, or a glow."""
        part = 8 if blur * self.scale > 20 else 4
        sheet = Image.new("L", (self.size[0] // part, self.size[1] // part))
        draw = ImageDraw.Draw(sheet)
        for contour in contours:
            draw.polygon([(x / part, y / part) for x, y in map(self.to_pixels, contour)], fill=int(255 * strength))
        sheet = sheet.filter(ImageFilter.GaussianBlur(blur * self.scale / part))
        box = sheet.getbbox()
        if box:
            left, top, right, bottom = (edge * part for edge in box)
            mask = sheet.crop(box).resize((right - left, bottom - top), Image.Resampling.BICUBIC)
            self.image.paste(paint, (left, top, right, bottom), mask)

    @property
    def shadow_color(self) -> Color:
        """The backdrop's color where no light falls."""
        return mix(shade(self.tone, -0.72), (52, 40, 44), 0.35)

    def ground(self, rx: float, ry: float, x: float = 0, y: float = 0, length: float = 1.0) -> None:
        """Cast a standing object's shadow: dark where it touches, long and soft to the right."""
        self.soften([oval(x + rx * 0.55 * length, y + ry * 0.30, rx * 1.28, ry * 1.1)], 46, self.shadow_color, 0.42)
        self.soften([oval(x + rx * 0.06, y + ry * 0.16, rx * 1.05, ry * 1.12)], 16, self.shadow_color, 0.62)

    def drop(self, contour: Sequence[Point], height: float = 12) -> None:
        """Cast the shadow of a thing that lies on the table, by its thickness."""
        far = [(x + height * 1.2, y + height * 1.5) for x, y in contour]
        near = [(x + height * 0.3, y + height * 0.4) for x, y in contour]
        self.soften([far], height * 1.6 + 8, self.shadow_color, 0.42)
        self.soften([near], 6, self.shadow_color, 0.46)

    def text(self, x: float, y: float, words: str, size: float, color: Color, strength: float = 1.0) -> None:
        """Set words centered on a point, turned with the frame."""
        font = ImageFont.load_default(max(8, round(size * self.scale * FINE)))
        left, top, right, bottom = font.getbbox(words)
        sheet = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8))
        ImageDraw.Draw(sheet).text((4 - left, 4 - top), words, font=font, fill=int(255 * strength))
        if self.angle:
            sheet = sheet.rotate(-self.angle, Image.Resampling.BICUBIC, expand=True)
        sheet = sheet.reduce(FINE)
        px, py = self.to_pixels((x, y))
        mask = Mask(sheet, round(px - sheet.width / 2), round(py - sheet.height / 2))
        self.fill(mask, color)

    def finished(self) -> Image.Image:
        """Return the picture with its grain."""
        return grain(self.image)


def lit(surface: Image.Image) -> Image.Image:
    """Let light in from the upper left and leave the far corners darker."""
    width, height = surface.size
    glow = Image.radial_gradient("L").resize((int(width * 2.1), int(height * 2.1)), Image.Resampling.BICUBIC)
    left, top = int(width * 0.72), int(height * 0.82)
    falloff = glow.crop((left, top, left + width, top + height))
    darkening = falloff.point([255 - max(0, i - 40) * 60 // 215 for i in range(256)])
    return ImageChops.multiply(surface, colorize(darkening, (0, 0, 0), (255, 255, 255)))


@lru_cache(maxsize=16)
def studio_backdrop(tone: Color, size: tuple[int, int]) -> Image.Image:
    """Return the empty studio."""
    wall = gradient(size, [shade(tone, 0.20), shade(tone, 0.05), shade(tone, -0.05)], -90)
    floor = gradient(size, [shade(tone, -0.03), shade(tone, 0.16), shade(tone, 0.04)], -90)
    edge = Image.new("L", (1, 200))
    edge.putdata([min(255, max(0, (i - 118) * 14)) for i in range(200)])
    wall.paste(floor, (0, 0), edge.resize(size, Image.Resampling.BICUBIC))
    return lit(wall)


@lru_cache(maxsize=16)
def table_backdrop(tone: Color, size: tuple[int, int]) -> Image.Image:
    """Return the empty table."""
    rough = noise((14, 14), 21).resize(size, Image.Resampling.BICUBIC)
    return lit(colorize(rough, shade(tone, 0.0), shade(tone, 0.10)))
