"""Round and boxy bodies with light on them."""

from collections.abc import Sequence
from itertools import pairwise
from math import exp, sqrt

from PIL import Image, ImageChops

from nexus_commerce.contrib.demo.drawing.colors import Color, shade
from nexus_commerce.contrib.demo.drawing.stage import Mask, Paint, Point, Stage, Surface, oval
from nexus_commerce.contrib.demo.drawing.textures import gradient, wood

__all__ = ["Turned", "box", "flat", "lengthwise", "roundness", "wooden"]

TILT = 0.2
"""Height of a level circle's ellipse by its width: how far the eye is above the table."""

EDGE = 1.6
"""How many radii from its axis a body's strip of light is known, so that slanting sides find their color."""


def light_at(u: float, gloss: float) -> float:
    """Return the light on a cylinder at ``u`` radii from its axis, lit from the upper left."""
    across = max(-1.0, min(1.0, u))
    facing = -0.58 * across + 0.81 * sqrt(1 - across * across)
    light = (facing - 0.66) * (0.62 if facing > 0.66 else 0.50)
    light += 0.16 * max(0.0, across - 0.78) / 0.22
    light += gloss * (exp(-(((u + 0.5) / 0.10) ** 2)) + 0.35 * exp(-(((u - 0.68) / 0.05) ** 2)))
    return max(-0.8, min(0.9, light))


def strip_of_light(color: Color, gloss: float) -> Image.Image:
    """Return a cylinder's colors from ``-EDGE`` to ``EDGE`` radii."""
    count = 256
    strip = Image.new("RGB", (count, 1))
    strip.putdata([shade(color, light_at((2 * i / (count - 1) - 1) * EDGE, gloss)) for i in range(count)])
    return strip.resize((count, 8))


class Turned:
    """A body of revolution, standing: a profile of (y, radius) from top to bottom in the stage's frame."""

    def __init__(self, stage: Stage, profile: Sequence[Point], tilt: float = TILT, x: float = 0) -> None:
        self.stage = stage
        self.profile = downward(profile)
        self.tilt = tilt
        self.x = x
        self.top, self.top_radius = self.profile[0]
        self.bottom, self.bottom_radius = self.profile[-1]
        right = [(x + r, y) for y, r in self.profile]
        left = [(x - r, y) for y, r in reversed(self.profile)]
        foot = oval(x, self.bottom, self.bottom_radius, self.bottom_radius * tilt)
        head = oval(x, self.top, self.top_radius, self.top_radius * tilt)
        self.mask = stage.mask([*right, *left], foot, head)

    def skin(self, color: Color, gloss: float = 0.18, ceiling: float = 0.04, floor: float = -0.16) -> Surface:
        """Return the paint of the whole body in one color, lighter at the top than at the bottom."""
        strip = strip_of_light(color, gloss)

        def paint(size: tuple[int, int]) -> Image.Image:
            image = strip.transform(size, Image.Transform.MESH, self._mesh(size, strip), Image.Resampling.BILINEAR)
            white = (255, 255, 255)
            fall = gradient(size, [white, shade(white, floor * 0.4), shade(white, floor)], -90)
            return ImageChops.multiply(image, fall)

        return paint

    def _mesh(self, size: tuple[int, int], strip: Image.Image) -> list[tuple[tuple[int, ...], tuple[float, ...]]]:
        """Return for each slice of the body which part of the strip is stretched over it."""
        width, height = size
        axis = self.stage.to_pixels((self.x, 0))[0] - self.mask.x
        rows = [(self.stage.to_pixels((0, y))[1] - self.mask.y, r * self.stage.scale) for y, r in self.profile]
        rows = [(0.0, rows[0][1]), *rows, (float(height), rows[-1][1])]
        half = strip.width / 2

        def across(pixel: float, radius: float) -> float:
            return half + (pixel - axis) / max(radius, 0.5) / EDGE * half

        mesh: list[tuple[tuple[int, ...], tuple[float, ...]]] = []
        for (y0, r0), (y1, r1) in pairwise(rows):
            upper, lower = max(0, round(y0)), min(height, round(y1))
            if lower > upper:
                quad = (across(0, r0), 2, across(0, r1), 6, across(width, r1), 6, across(width, r0), 2)
                mesh.append(((0, upper, width, lower), quad))
        return mesh

    def radius_at(self, y: float) -> float:
        """Return the radius at a height, between the profile's points."""
        for (y0, r0), (y1, r1) in pairwise(self.profile):
            if y0 <= y <= y1:
                return r0 + (r1 - r0) * (y - y0) / max(y1 - y0, 1e-6)
        return self.bottom_radius

    def band(self, upper: float, lower: float, sag: float = 0) -> Mask:
        """Return the part of the body between two heights, bounded by the near halves of their circles.

        It has the size of the whole body, which :meth:`skin` is made for.
        """

        def edge(y: float) -> list[Point]:
            radius = self.radius_at(y)
            return oval(self.x, y, radius * 1.02, radius * self.tilt + sag, 180, 0, 40)

        above = edge(upper) if upper > self.top else [(self.x - 2000, self.top - 400), (self.x + 2000, self.top - 400)]
        shape = [*above, *reversed(edge(lower))]
        part = self.mask & self.stage.mask(shape)
        sheet = Image.new("L", self.mask.image.size)
        sheet.paste(part.image, (part.x - self.mask.x, part.y - self.mask.y))
        return Mask(sheet, self.mask.x, self.mask.y)

    def paint(self, color: Color, gloss: float = 0.18) -> "Turned":
        """Cover the whole body."""
        self.stage.fill(self.mask, self.skin(color, gloss))
        return self

    def paint_band(self, upper: float, lower: float, color: Color, gloss: float = 0.18, sag: float = 0) -> None:
        """Cover the part between two heights."""
        mask = self.band(upper, lower, sag)
        self.stage.fill(mask, self.skin(color, gloss))

    def mouth(
        self, outside: Color, inside: Color, wall: float = 10, filled: Color | None = None, level: float = 0.3
    ) -> None:
        """Open the top: its rim, the wall one looks into, and what the vessel holds."""
        stage, x, y, r = self.stage, self.x, self.top, self.top_radius
        rim = oval(x, y, r, r * self.tilt)
        stage.polygon(rim, lambda s: gradient(s, [shade(outside, 0.42), shade(outside, 0.16), shade(outside, -0.1)]))
        hole_rx, hole_ry = r - wall, (r - wall) * self.tilt
        hole = stage.mask(oval(x, y + wall * 0.1, hole_rx, hole_ry))
        stage.fill(hole, lambda s: gradient(s, [shade(inside, -0.5), shade(inside, -0.2), shade(inside, 0.12)]))
        if filled is not None:
            drop = hole_ry * level * 2
            surface = hole & stage.mask(oval(x, y + drop, hole_rx * 0.985, hole_ry))
            stage.fill(surface, lambda s: gradient(s, [shade(filled, -0.25), filled, shade(filled, 0.14)], -30))
            gleam = surface & stage.mask(oval(x - hole_rx * 0.35, y + drop * 0.7, hole_rx * 0.34, hole_ry * 0.22))
            stage.fill(gleam, shade(filled, 0.45), 0.35)


def downward(profile: Sequence[Point]) -> list[Point]:
    """Return a profile without the points where a smoothed line shot past its end and came back."""
    end = profile[-1]
    kept = [profile[0]]
    for y, radius in profile[1:-1]:
        if kept[-1][0] < y < end[0]:
            kept.append((y, radius))
    return [*kept, end]


def roundness(color: Color, gloss: float = 0.15) -> Paint:
    """Return the paint of an upright cylinder over whatever area it is laid on."""
    lights = [shade(color, light_at(2 * i / 24 - 1, gloss)) for i in range(25)]
    return lambda size: gradient(size, lights)


def lengthwise(color: Color, gloss: float = 0.15) -> Paint:
    """Return the paint of a lying cylinder, lit from above."""
    lights = [shade(color, light_at(2 * i / 24 - 1, gloss)) for i in range(25)]
    return lambda size: gradient(size, lights, -90)


def flat(color: Color, lift: float = 0.10, fall: float = -0.10, angle: float = -40) -> Paint:
    """Return the paint of a plane that catches the light at one corner."""
    return lambda size: gradient(size, [shade(color, lift), color, shade(color, fall)], angle)


def wooden(color: Color, seed: int = 1, upright: bool = False, light: float = 0.0) -> Paint:
    """Return the paint of a board, lit more at its upper left."""

    def paint(size: tuple[int, int]) -> Image.Image:
        white = (255, 255, 255)
        board = wood(size, shade(color, light), seed, upright)
        return ImageChops.multiply(board, gradient(size, [white, shade(white, -0.05), shade(white, -0.2)], -40))

    return paint


def box(
    stage: Stage, left: float, top: float, right: float, bottom: float, depth: float, paints: Sequence[Paint]
) -> None:
    """Draw an upright box seen from the left front: front, right side and top, in that order of paints."""
    rise = depth * 0.42
    front, side, lid = paints
    stage.polygon([(left, top), (left + depth, top - rise), (right + depth, top - rise), (right, top)], lid)
    stage.polygon([(right, top), (right + depth, top - rise), (right + depth, bottom - rise), (right, bottom)], side)
    stage.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], front)
