"""Woven, knitted and sewn things."""

from collections.abc import Callable, Sequence

from PIL import Image, ImageChops

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, mix, parse, shade
from nexus_commerce.contrib.demo.drawing.stage import Paint, Stage, curve, oval, rounded
from nexus_commerce.contrib.demo.drawing.textures import colorize, gradient, linen, tiled, twill

__all__ = ["blanket", "cushion", "teatowel", "throw", "towel", "woven", "yarn"]

WHITE: Color = (255, 255, 255)


def cloth(make: Callable[[tuple[int, int]], Image.Image], folds: Sequence[float], angle: float = 0) -> Paint:
    """Return a fabric with light and shade running over it (0 is full light, 1 black)."""

    def paint(size: tuple[int, int]) -> Image.Image:
        return ImageChops.multiply(make(size), gradient(size, [shade(WHITE, -dark) for dark in folds], angle))

    return paint


def woven(color: Color, folds: Sequence[float], angle: float = 0) -> Paint:
    """Return linen in a color with folds."""
    return cloth(lambda size: linen(size, color), folds, angle)


def stack(stage: Stage, layers: int, fabric: Callable[[int], Paint], width: float, thick: float) -> float:
    """Draw a folded pile seen from the front, each layer a soft roll; return its height."""
    stage.soften(
        [[(-width, -16), (width * 1.18, -16), (width * 1.2, 40), (-width * 0.94, 40)]], 26, stage.shadow_color, 0.62
    )
    for index in range(layers):
        y = -index * thick
        wide = width - index % 2 * 7
        outline = rounded(-wide, y - thick, wide, y, thick * 0.46)
        mask = stage.polygon(outline, fabric(index))
        stage.fill(mask & stage.mask(rounded(-wide, y - thick * 0.34, wide, y + 4, thick * 0.3)), (30, 24, 30), 0.26)
        stage.fill(mask & stage.line([(-wide + 16, y - thick + 7), (wide - 16, y - thick + 7)], 6), WHITE, 0.16)
        if index % 2 == 0:
            stage.stroke(
                curve([(wide - 46, y - thick * 0.5), (wide - 20, y - thick * 0.52), (wide - 12, y - thick * 0.2)]),
                4,
                (30, 24, 30),
                0.25,
            )
    return layers * thick


def blanket(stage: Stage, spec: PictureSpec) -> None:
    """A folded wool blanket with its stripe, the last fold turned over the front."""
    color, accent = parse(spec.color), parse(spec.accent)
    stack(stage, 5, lambda i: woven(shade(color, 0.03 * (i % 2)), (0.02, 0, 0.06, 0.2)), 330, 74)
    flap = [(-330, -370), (330, -370), (334, -120), (-334, -120)]
    stage.soften([[(x * 0.99, y + 12) for x, y in flap]], 12, (20, 16, 20), 0.5)
    mask = stage.polygon(flap, woven(color, (0.04, 0, 0.05, 0.16)))
    for y, tall in ((-196, 30), (-156, 10)):
        stage.fill(
            mask & stage.mask([(-400, y), (400, y), (400, y + tall), (-400, y + tall)]),
            woven(accent, (0.04, 0, 0.06, 0.18)),
        )
    stage.fill(mask & stage.mask([(-400, -376), (400, -376), (400, -346), (-400, -346)]), WHITE, 0.12)
    stage.stroke([(-332, -122), (332, -122)], 5, shade(color, 0.3), 0.4)


def throw(stage: Stage, spec: PictureSpec) -> None:
    """A herringbone throw hung over a rail, with a hand-twisted fringe."""
    color = parse(spec.color)
    light = mix(color, (244, 238, 226), 0.62)
    stage.drop([(-280, -400), (280, -400), (280, 330), (-280, 330)], 22)
    folds = (0.16, 0.02, 0.1, 0.0, 0.06, 0.2, 0.03, 0.12, 0.26)
    for x in range(-272, 276, 26):
        for lean in (-4, 5):
            stage.stroke(
                curve([(x, 320), (x + lean, 360), (x + lean * 0.3, 398)]),
                7,
                shade(mix(color, light, 0.4), -0.06 * (x % 3)),
            )
        stage.polygon(oval(x, 352, 8, 7), shade(color, -0.1))
    body = [
        (-286, -410),
        (286, -410),
        *curve([(284, -200), (276, 60), (284, 326)]),
        *curve([(150, 318), (0, 328), (-150, 316), (-284, 328)]),
        *curve([(-276, 60), (-286, -200)]),
    ]
    stage.polygon(body, cloth(lambda size: twill(size, color, light), folds))
    front = [(-286, -410), (286, -410), (286, -10), (-286, -10)]
    stage.soften([[(-280, -10), (280, -10), (280, 14), (-280, 14)]], 12, (40, 34, 40), 0.3)
    stage.polygon(front, cloth(lambda size: twill(size, color, light), (0.1, 0.0, 0.05, 0.0, 0.08, 0.02, 0.14)))
    stage.tube([(-420, -416), (420, -416)], 26, (176, 134, 92))
    stage.fill(
        stage.mask([(-286, -424), (286, -424), (286, -400), (-286, -400)]),
        cloth(lambda size: twill(size, shade(color, 0.2), light), (0, 0.1)),
    )


def cushion(stage: Stage, spec: PictureSpec) -> None:
    """A square cushion in ticking stripes, standing."""
    color, accent = parse(spec.color), parse(spec.accent)
    stage.soften([oval(50, -14, 330, 44)], 26, stage.shadow_color, 0.6)
    outline = curve(
        [
            (0, -12),
            (-150, -16),
            (-312, -2),
            (-290, -140),
            (-284, -280),
            (-290, -400),
            (-310, -560),
            (-150, -530),
            (0, -526),
            (150, -530),
            (310, -560),
            (290, -400),
            (284, -280),
            (292, -140),
            (312, -2),
            (150, -16),
            (0, -12),
        ]
    )
    mask = stage.polygon(outline, woven(accent, (0.0,) * 2))
    for index in range(-8, 9):
        x = index * 36
        bulge = 1 + 0.05 * (1 - (index / 8.5) ** 2)
        for shift, width in ((0, 9), (12, 3), (-12, 3)):
            line = curve([((x + shift) * 1.07, -560), (x * bulge + shift, -280), ((x + shift) * 1.07, 0)])
            stage.fill(mask & stage.line(line, width), color, 0.92)
    stage.fill(mask, lambda s: gradient(s, [(120, 110, 106), (255, 255, 255)], -45), 0.10)
    stage.fill(mask - stage.mask(oval(-20, -310, 280, 262)), (40, 32, 36), 0.06)
    for sx, sy in ((-1, -560), (1, -560), (-1, 0), (1, 0)):
        stage.fill(
            mask & stage.line(curve([(sx * 306, sy * 0.99), (sx * 220, sy * 0.8 - 40), (sx * 150, sy * 0.66 - 60)]), 9),
            (40, 32, 36),
            0.10,
        )
    stage.stroke([*outline, outline[0]], 4, shade(accent, -0.3), 0.7)


def waffle(size: tuple[int, int], color: Color) -> Image.Image:
    """Return a waffle weave."""
    rows = [
        [238 - (60 if x < 3 or y < 3 else 0) - (x + y) * 3 + (30 if x > 14 or y > 14 else 0) for x in range(18)]
        for y in range(18)
    ]
    gray = tiled([[max(0, min(255, v)) for v in row] for row in rows], size)
    return colorize(gray, shade(color, -0.42), shade(color, 0.2))


def towel(stage: Stage, spec: PictureSpec) -> None:
    """A pile of folded waffle towels."""
    color = parse(spec.color)
    stack(
        stage,
        4,
        lambda i: cloth(lambda size: waffle(size, shade(color, 0.04 * (i % 2))), (0.0, 0.02, 0.04, 0.22)),
        290,
        112,
    )
    stage.tube(curve([(196, -120), (232, -86), (262, -104)]), 9, shade(color, -0.12))


def teatowel(stage: Stage, spec: PictureSpec) -> None:
    """Two linen towels with a colored border, one folded over the other."""
    color, accent = parse(spec.color), parse(spec.accent)
    for angle, dx in ((-14, -70), (5, 70)):
        with stage.frame(dx, 0, 1, angle):
            outline = rounded(-215, -330, 215, 330, 8)
            stage.drop(outline, 10)
            mask = stage.polygon(outline, woven(color, (0.03, 0.0, 0.06, 0.02, 0.14)))
            for y, tall, strength in ((210, 44, 1.0), (180, 8, 0.9), (270, 8, 0.9), (-292, 8, 0.9)):
                stage.fill(
                    mask & stage.mask([(-300, y), (300, y), (300, y + tall), (-300, y + tall)]),
                    woven(accent, (0.02, 0, 0.12)),
                    strength,
                )
            for x in (-72, 72):
                stage.fill(mask & stage.line([(x, -330), (x, 330)], 7), (60, 50, 50), 0.14)
                stage.fill(mask & stage.line([(x + 6, -330), (x + 6, 330)], 6), WHITE, 0.16)
            stage.tube(curve([(190, -322), (236, -362), (214, -300)]), 8, accent)


def yarn(stage: Stage, spec: PictureSpec) -> None:
    """A wound ball of yarn, or a twisted skein, with its paper band."""
    color = parse(spec.color)
    if spec.details.get("shape") == "skein":
        skein(stage, color)
        return
    stage.ground(200, 46)
    ball = oval(0, -210, 232, 214)
    mask = stage.polygon(ball, lambda s: gradient(s, [shade(color, 0.16), color, shade(color, -0.42)], -50))
    for turn, (rx, squeeze) in enumerate(((250, 0.34), (250, 0.6), (250, 0.2), (250, 0.46))):
        for index in range(-7, 8):
            offset = index * 30
            with stage.frame(0, -210, 1, turn * 46 - 30):
                line = oval(0, offset, rx, abs(rx * squeeze) + 18, 180, 360, 20)
                tone = 0.34 if index % 2 else -0.36
                limit = mask & stage.line(line, 9 if tone < 0 else 5)
                stage.fill(limit, shade(color, tone), 0.26)
    stage.fill(mask - stage.mask(oval(-40, -250, 220, 204)), (26, 20, 30), 0.26)
    stage.tube(curve([(150, -50), (230, -8), (330, -24), (420, 10)]), 11, color, 0.05)
    band = mask & stage.mask(
        [*curve([(-240, -250), (0, -200), (240, -250)]), *curve([(240, -160), (0, -106), (-240, -160)])]
    )
    stage.fill(band, lambda s: gradient(s, [(214, 204, 186), (246, 240, 228), (232, 222, 204), (178, 166, 148)]))
    stage.text(0, -170, "WICK & WARP", 30, (66, 58, 54), 0.85)
    stage.text(0, -132, "50 g", 22, (66, 58, 54), 0.7)


def skein(stage: Stage, color: Color) -> None:
    """Draw a twisted skein lying before us."""
    stage.soften([[(-330, -40), (360, -40), (380, 30), (-300, 40)]], 26, stage.shadow_color, 0.6)
    body = curve(
        [
            (-350, -110),
            (-280, -190),
            (0, -214),
            (280, -190),
            (350, -110),
            (280, -30),
            (0, -2),
            (-280, -30),
            (-350, -110),
        ]
    )
    mask = stage.polygon(body, lambda s: gradient(s, [shade(color, 0.2), color, shade(color, -0.4)], -90))
    for index in range(-9, 10):
        x = index * 44
        twist = curve([(x - 70, -230), (x - 20, -150), (x + 20, -60), (x + 70, 14)])
        stage.fill(mask & stage.line(twist, 10), shade(color, -0.5), 0.3)
        for shift in (10, 20, 30):
            stage.fill(
                mask & stage.line([(px + shift, py) for px, py in twist], 3),
                shade(color, 0.4 if shift == 20 else -0.2),
                0.3,
            )
    for side in (-1, 1):
        stage.tube(oval(side * 330, -110, 42, 56), 20, color, 0.05)
    band = mask & stage.mask([(-80, -240), (80, -240), (80, 40), (-80, 40)])
    stage.fill(band, lambda s: gradient(s, [(246, 240, 228), (236, 228, 212), (180, 168, 152)], -90))
    stage.text(0, -124, "HULL", 34, (66, 58, 54), 0.85)
    stage.text(0, -84, "100 g", 20, (66, 58, 54), 0.7)
