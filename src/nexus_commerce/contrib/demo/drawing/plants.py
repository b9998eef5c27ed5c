"""Leaves and what they grow in."""

from random import Random

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, parse, shade
from nexus_commerce.contrib.demo.drawing.solids import Turned
from nexus_commerce.contrib.demo.drawing.stage import Point, Stage, curve, oval
from nexus_commerce.contrib.demo.drawing.textures import gradient

__all__ = ["hangingpot", "herbs", "leaf", "longtom", "planter", "trough"]

SOIL: Color = (64, 48, 40)
GREENS: tuple[Color, ...] = ((62, 94, 62), (78, 112, 70), (96, 128, 78), (52, 82, 58))


def leaf(stage: Stage, x: float, y: float, length: float, width: float, angle: float, color: Color) -> None:
    """Draw a leaf from its stalk outward (0 degrees points up), its right half in shade."""
    with stage.frame(x, y, 1, angle):
        right = curve([(0, 0), (width * 0.5, -length * 0.38), (width * 0.34, -length * 0.78), (0, -length)])
        left = curve([(0, -length), (-width * 0.34, -length * 0.78), (-width * 0.5, -length * 0.38), (0, 0)])
        stage.polygon([*right, *left], lambda s: gradient(s, [shade(color, 0.22), shade(color, -0.05)], -60))
        stage.polygon(right, shade(color, -0.3), 0.55)
        stage.stroke([(0, -4), (0, -length * 0.92)], 2.5, shade(color, 0.35), 0.6)


def rubber(stage: Stage, y: float) -> None:
    """A young rubber plant: few, large, glossy leaves on one stem."""
    stage.tube(curve([(0, y), (6, y - 170), (-8, y - 350)]), 11, (98, 78, 56))
    for index, (x, height, length, angle) in enumerate(
        [(0, 60, 190, 66), (2, 90, 200, -62), (2, 160, 210, 48), (0, 200, 200, -44), (-4, 265, 190, 28),
         (-6, 300, 190, -30), (-8, 345, 170, 4)]
    ):  # fmt: skip
        leaf(stage, x, y - height, length, 96, angle, GREENS[index % 4])


def herbs(stage: Stage, y: float, spread: float, seed: int = 4, count: int = 26, height: float = 230) -> None:
    """A bush of small leaves on thin stems."""
    random = Random(seed)  # noqa: S311
    for index in range(count):
        start = (index / (count - 1) * 2 - 1) * spread * 0.8
        lean = start * 0.35 + random.uniform(-30, 30)
        tall = height * random.uniform(0.6, 1.0) * (1 - 0.35 * abs(start / spread))
        color = GREENS[random.randrange(4)]
        stem = curve([(start, y), (start + lean * 0.4, y - tall * 0.5), (start + lean, y - tall)], 6)
        stage.stroke(stem, 4, shade(color, -0.15))
        for place in (0.4, 0.6, 0.8, 1.0):
            px, py = stem[int((len(stem) - 1) * place)]
            for side in (-1, 1):
                leaf(
                    stage,
                    px,
                    py,
                    random.uniform(34, 54),
                    24,
                    side * random.uniform(35, 70),
                    shade(color, random.uniform(-0.1, 0.16)),
                )


def trailing(stage: Stage, y: float, radius: float) -> None:
    """Vines that hang over the rim."""
    random = Random(8)  # noqa: S311
    for index in range(11):
        side = index / 10 * 2 - 1
        reach = radius * (0.5 + 0.65 * abs(side)) * (1 if side > 0 else -1)
        fall = random.uniform(120, 300) * (0.5 + 0.5 * abs(side))
        vine = curve(
            [(side * radius * 0.5, y), (reach, y - 46), (reach * 1.12, y + fall * 0.5), (reach * 1.06, y + fall)], 9
        )
        stage.stroke(vine, 4, (70, 92, 58))
        for place in range(6, len(vine), 4):
            px, py = vine[place]
            color = GREENS[random.randrange(4)]
            leaf(stage, px, py, 46, 40, 180 + random.uniform(-60, 60), shade(color, 0.08))


def soil(stage: Stage, x: float, y: float, rx: float, ry: float) -> None:
    """Fill a pot's mouth with earth."""
    stage.polygon(oval(x, y, rx, ry), lambda s: gradient(s, [shade(SOIL, -0.3), shade(SOIL, 0.12)], -30))


def pot(stage: Stage, color: Color, profile: list[Point], gloss: float) -> Turned:
    """Draw a pot with earth in it."""
    body = Turned(stage, profile).paint(color, gloss)
    body.mouth(shade(color, 0.05), shade(color, -0.1), 16)
    soil(stage, 0, body.top + 8, body.top_radius - 18, (body.top_radius - 18) * body.tilt * 0.9)
    return body


def planter(stage: Stage, spec: PictureSpec) -> None:
    """A glazed pot on its saucer."""
    color = parse(spec.color)
    stage.ground(190, 44)
    saucer = Turned(stage, [(-34, 190), (-20, 188), (0, 166)]).paint(shade(color, -0.04), 0.12)
    saucer.mouth(color, shade(color, -0.05), 10)
    body = pot(stage, color, curve([(-270, 172), (-246, 172), (-120, 160), (-40, 144), (-16, 134)]), 0.18)
    body.paint_band(-262, -222, shade(color, 0.14), 0.2)
    rubber(stage, body.top + 8)


def hangingpot(stage: Stage, spec: PictureSpec) -> None:
    """A round pot in a sling of cord, hung from above the picture."""
    color = parse(spec.color)
    cord = (64, 54, 46)
    for x in (-150, 0, 150):
        stage.tube([(0, -620), (x, -190)], 7, cord)
    body = pot(stage, color, curve([(-200, 160), (-150, 190), (-70, 196), (10, 156), (56, 80), (66, 40)]), 0.16)
    trailing(stage, body.top + 6, body.top_radius)
    stage.tube(curve([(-152, -186), (-168, -60), (-60, 64), (0, 84)]), 7, cord)
    stage.tube(curve([(152, -186), (168, -60), (60, 64), (0, 84)]), 7, cord)
    stage.tube(curve([(0, 84), (-6, 140), (4, 190)]), 12, cord)
    Turned(stage, curve([(-636, 14), (-620, 20), (-604, 12)])).paint((184, 146, 74), 0.4)


def longtom(stage: Stage, spec: PictureSpec) -> None:
    """A tall terracotta pot with a rolled rim."""
    color = parse(spec.color)
    stage.ground(130, 34)
    pot(stage, color, curve([(-330, 162), (-300, 160), (-180, 142), (-60, 122), (0, 112)], 6), 0.03)
    rim = Turned(stage, [(-344, 168), (-296, 166), (-288, 156)]).paint(shade(color, 0.05), 0.04)
    rim.mouth(shade(color, 0.1), shade(color, -0.1), 16)
    soil(stage, 0, -338, 150, 27)
    rim.paint_band(-300, -286, shade(color, -0.16), 0.0)
    herbs(stage, -334, 110)


def trough(stage: Stage, spec: PictureSpec) -> None:
    """A long riveted trough full of herbs."""
    color = parse(spec.color)
    stage.soften([[(-360, -14), (430, -14), (440, 40), (-330, 36)]], 22, stage.shadow_color, 0.6)
    herbs(stage, -200, 330, 12, 46, 210)
    front = [(-390, -210), (390, -210), (350, 0), (-350, 0)]
    stage.polygon(
        front, lambda s: gradient(s, [shade(color, 0.18), shade(color, 0.3), color, shade(color, -0.22)], -12)
    )
    stage.tube([(-392, -208), (392, -208)], 20, shade(color, 0.06))
    stage.stroke([(-356, -26), (356, -26)], 5, shade(color, -0.25), 0.7)
    for x in range(-330, 331, 66):
        stage.polygon(oval(x, -176, 6, 6), shade(color, -0.3))
        stage.polygon(oval(x - 1.5, -177.5, 3, 3), shade(color, 0.5))
