"""What is printed on prints, sleeves and covers: small pictures inside a rectangle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sin
from random import Random

from nexus_commerce.contrib.demo.drawing.colors import Color, mix, shade
from nexus_commerce.contrib.demo.drawing.stage import Mask, Paint, Point, Stage, curve, oval
from nexus_commerce.contrib.demo.drawing.textures import gradient

__all__ = ["MOTIFS", "Sheet"]


@dataclass(frozen=True)
class Sheet:
    """A rectangle to print on: half its width and height, centered on the frame's origin."""

    stage: Stage
    mask: Mask
    half_width: float
    half_height: float
    color: Color
    accent: Color

    def shape(self, points: list[Point], paint: Paint, strength: float = 1.0) -> None:
        """Print a shape that ends at the sheet's edge."""
        self.stage.fill(self.mask & self.stage.mask(points), paint, strength)

    def line(self, points: list[Point], width: float, paint: Paint, strength: float = 1.0) -> None:
        """Print a line that ends at the sheet's edge."""
        self.stage.fill(self.mask & self.stage.line(points, width), paint, strength)


def waves(sheet: Sheet) -> None:
    """Swell running at a breakwater with a lighthouse."""
    w, h = sheet.half_width, sheet.half_height
    sky = mix(sheet.accent, sheet.color, 0.16)
    sheet.stage.fill(sheet.mask, lambda s: gradient(s, [sky, shade(sheet.accent, 0.4)], -90))
    sheet.shape(oval(-w * 0.4, -h * 0.45, h * 0.17, h * 0.17), (214, 106, 74))
    sheet.shape(
        [(w * 0.50, -h * 0.05), (w * 0.54, -h * 0.62), (w * 0.64, -h * 0.62), (w * 0.68, -h * 0.05)],
        shade(sheet.accent, 0.7),
    )
    for y in (-0.52, -0.32):
        sheet.shape(
            [(w * 0.53, h * y), (w * 0.65, h * y), (w * 0.66, h * (y + 0.1)), (w * 0.52, h * (y + 0.1))], (190, 74, 56)
        )
    sheet.shape([(w * 0.52, -h * 0.62), (w * 0.59, -h * 0.74), (w * 0.66, -h * 0.62)], shade(sheet.color, -0.4))
    sheet.shape(
        [(w * 0.2, h * 0.1), (w * 0.36, -h * 0.06), (w, -h * 0.06), (w, h * 0.3), (w * 0.2, h * 0.3)],
        shade(sheet.color, -0.6),
    )
    for row in range(6):
        base = -0.02 + row * 0.19
        crest = [(w * (-1.1 + i * 0.044), h * (base + 0.055 * sin(i * 0.52 + row * 1.9))) for i in range(51)]
        sheet.shape(
            [*crest, (w * 1.2, h * 1.1), (-w * 1.2, h * 1.1)],
            mix(shade(sheet.color, 0.3), shade(sheet.color, -0.35), row / 5),
        )
        sheet.line([(x, y + h * 0.045) for x, y in crest], h * 0.016, sheet.accent, 0.8)


def hill(sheet: Sheet) -> None:
    """A road over hills full of gorse."""
    w, h = sheet.half_width, sheet.half_height
    sheet.stage.fill(
        sheet.mask, lambda s: gradient(s, [mix(sheet.accent, (250, 236, 214), 0.35), (248, 228, 196)], -90)
    )
    sheet.shape(oval(w * 0.42, -h * 0.3, h * 0.2, h * 0.2), (252, 244, 222))
    for row, tone in enumerate((0.35, 0.05, -0.22)):
        line = curve(
            [
                (-w * 1.2, h * (0.1 + row * 0.27)),
                (-w * 0.4, h * (-0.14 + row * 0.3)),
                (w * 0.3, h * (0.06 + row * 0.26)),
                (w * 1.2, h * (-0.2 + row * 0.34)),
            ]
        )
        sheet.shape([*line, (w * 1.2, h * 1.2), (-w * 1.2, h * 1.2)], shade(sheet.color, tone))
    random = Random(5)  # noqa: S311
    for _ in range(90):
        x, y = random.uniform(-w, w), random.uniform(h * 0.2, h)
        sheet.shape(oval(x, y, w * 0.022, h * 0.018), mix((92, 98, 60), shade(sheet.color, 0.3), random.random()))
    road = [
        *curve([(-w * 0.3, h * 1.1), (w * 0.1, h * 0.6), (-w * 0.12, h * 0.32), (w * 0.1, h * 0.1)]),
        *curve([(w * 0.12, h * 0.1), (-w * 0.04, h * 0.34), (w * 0.3, h * 0.62), (w * 0.14, h * 1.1)]),
    ]
    sheet.shape(road, (246, 232, 206))


def moon(sheet: Sheet) -> None:
    """The moon over still water."""
    w, h = sheet.half_width, sheet.half_height
    sheet.stage.fill(
        sheet.mask,
        lambda s: gradient(s, [shade(sheet.color, -0.25), shade(sheet.color, 0.12), shade(sheet.color, -0.3)], -90),
    )
    sheet.shape(oval(0, -h * 0.34, h * 0.27, h * 0.27), sheet.accent)
    sheet.shape(oval(h * 0.06, -h * 0.39, h * 0.06, h * 0.05), shade(sheet.accent, -0.12))
    sheet.shape(oval(-h * 0.09, -h * 0.28, h * 0.08, h * 0.06), shade(sheet.accent, -0.1))
    sheet.line([(-w, h * 0.16), (w, h * 0.16)], h * 0.01, sheet.accent, 0.5)
    for row in range(13):
        y = h * (0.22 + row * 0.058)
        reach = h * (0.25 - 0.012 * row + 0.05 * sin(row * 2.3))
        sheet.line(
            [(-reach + h * 0.03 * sin(row * 1.7), y), (reach + h * 0.03 * sin(row * 1.7), y)],
            h * (0.012 + 0.004 * (row % 3)),
            sheet.accent,
            0.85,
        )


def rain(sheet: Sheet) -> None:
    """Slanting rain and rings on a puddle."""
    w, h = sheet.half_width, sheet.half_height
    sheet.stage.fill(sheet.mask, lambda s: gradient(s, [shade(sheet.color, -0.1), shade(sheet.color, 0.16)], -90))
    random = Random(9)  # noqa: S311
    for _ in range(70):
        x, y, tall = random.uniform(-w, w), random.uniform(-h, h * 0.5), random.uniform(0.06, 0.2) * h
        sheet.line([(x, y), (x - tall * 0.28, y + tall)], w * 0.01, sheet.accent, random.uniform(0.4, 0.95))
    for x, size in ((-0.4, 0.3), (0.35, 0.42), (0.0, 0.16)):
        for ring in (1.0, 0.66, 0.33):
            sheet.line(
                oval(x * w, h * (0.72 + size * 0.2), w * size * ring, h * size * ring * 0.26),
                w * 0.012,
                sheet.accent,
                0.9 * ring,
            )


def boat(sheet: Sheet) -> None:
    """A small ferry on a wide strait."""
    w, h = sheet.half_width, sheet.half_height
    sheet.stage.fill(sheet.mask, lambda s: gradient(s, [shade(sheet.color, 0.22), shade(sheet.color, 0.02)], -90))
    sheet.shape(oval(w * 0.36, -h * 0.36, w * 0.2, w * 0.2), sheet.accent)
    sheet.shape(
        [
            *curve([(-w * 1.1, 0), (-w * 0.5, -h * 0.1), (w * 0.2, -h * 0.02), (w * 1.1, -h * 0.07)]),
            (w * 1.1, h * 0.1),
            (-w * 1.1, h * 0.1),
        ],
        shade(sheet.color, -0.25),
    )
    sheet.shape([(-w, h * 0.08), (w, h * 0.08), (w, h), (-w, h)], shade(sheet.color, -0.42))
    for row in range(9):
        y = h * (0.18 + row * 0.09)
        sheet.line(
            [(w * (-0.9 + (row * 37 % 50) / 100), y), (w * (-0.2 + (row * 53 % 90) / 100), y)],
            h * 0.008,
            sheet.accent,
            0.5,
        )
    with sheet.stage.frame(-w * 0.1, h * 0.14, w / 220):
        sheet.shape([(-110, -10), (110, -10), (84, 36), (-84, 36)], sheet.accent)
        sheet.shape([(-60, -52), (56, -52), (64, -10), (-60, -10)], (244, 238, 224))
        sheet.shape([(-16, -104), (14, -104), (16, -52), (-20, -52)], (184, 65, 47))
        for x in (-42, -12, 18):
            sheet.shape(oval(x, -32, 8, 8), shade(sheet.color, -0.3))


def stitch(sheet: Sheet) -> None:
    """A visible mend: a patch held by running stitches."""
    w, h = sheet.half_width, sheet.half_height
    sheet.stage.fill(sheet.mask, lambda s: gradient(s, [shade(sheet.color, 0.1), shade(sheet.color, -0.12)], -40))
    for index in range(12):
        reach = w * (0.14 + index * 0.05)
        ring = oval(0, h * 0.1, reach, reach)
        for part in range(0, 72, 4):
            sheet.line(ring[part : part + 3], w * 0.016, mix(sheet.accent, (224, 176, 64), index % 3 * 0.4))
    sheet.line([(w * 0.5, -h * 0.62), (w * 0.1, h * 0.0)], w * 0.026, (226, 228, 230))
    sheet.line(
        curve([(w * 0.5, -h * 0.62), (w * 0.7, -h * 0.5), (w * 0.62, -h * 0.2), (w * 0.86, -h * 0.1)]),
        w * 0.014,
        sheet.accent,
    )


def bread(sheet: Sheet) -> None:
    """A round loaf under a cloud."""
    w, h = sheet.half_width, sheet.half_height
    sheet.stage.fill(sheet.mask, lambda s: gradient(s, [shade(sheet.color, 0.22), sheet.color], -90))
    for x, y, size in ((-0.3, -0.36, 0.2), (0, -0.44, 0.28), (0.32, -0.36, 0.2)):
        sheet.shape(oval(w * x, h * y, w * size, w * size * 0.8), (244, 236, 220))
    for x in range(-4, 5):
        sheet.line(
            [(w * x * 0.13, -h * 0.16), (w * (x * 0.13 - 0.05), -h * (0.06 + x % 2 * 0.05))], w * 0.02, (90, 112, 130)
        )
    sheet.shape(
        curve(
            [
                (-w * 0.7, h * 0.5),
                (-w * 0.6, h * 0.2),
                (0, h * 0.04),
                (w * 0.6, h * 0.2),
                (w * 0.7, h * 0.5),
                (0, h * 0.6),
                (-w * 0.7, h * 0.5),
            ]
        ),
        sheet.accent,
    )
    for x in (-0.34, 0, 0.34):
        sheet.line(
            curve([(w * (x - 0.1), h * 0.42), (w * (x - 0.02), h * 0.28), (w * (x + 0.1), h * 0.18)]),
            w * 0.05,
            (240, 214, 164),
        )


MOTIFS: Mapping[str, Callable[[Sheet], None]] = {
    "waves": waves, "hill": hill, "moon": moon, "rain": rain, "boat": boat, "stitch": stitch, "loaf": bread,
}  # fmt: skip
