"""Boards, boxes and furniture."""

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, mix, parse, shade
from nexus_commerce.contrib.demo.drawing.metalware import BRASS
from nexus_commerce.contrib.demo.drawing.solids import Turned, box, flat, wooden
from nexus_commerce.contrib.demo.drawing.stage import Paint, Point, Stage, curve, oval, rounded
from nexus_commerce.contrib.demo.drawing.textures import gradient

__all__ = ["board", "chair", "endgrain", "grinder", "pegrail", "shelf", "stool", "woodbowl"]

STEEL: Color = (176, 178, 178)


def woodbowl(stage: Stage, spec: PictureSpec) -> None:
    """A turned bowl with rings in its hollow."""
    color = parse(spec.color)
    stage.ground(210, 50)
    body = Turned(stage, curve([(-236, 320), (-216, 318), (-120, 280), (-40, 200), (0, 150)]), 0.28)
    body.paint(color, 0.06)
    for index in range(9):
        y = -226 + index * 24
        stage.fill(body.band(y, y + 5 + index % 3 * 3, 8), shade(color, -0.3), 0.16 + 0.05 * (index % 2))
    body.mouth(shade(color, 0.1), shade(color, 0.0), 17)
    hole = stage.mask(oval(0, -234, 300, 82))
    for index in range(6):
        ring = oval(20 - index * 4, -218 + index * 7, 270 - index * 44, 62 - index * 10)
        stage.fill(hole & stage.line(ring, 3), shade(color, -0.4), 0.3)


def board(stage: Stage, spec: PictureSpec) -> None:
    """A bread board from above with a crumb groove, a hole and half a loaf."""
    color = parse(spec.color)
    with stage.frame(0, 0, 1, -24):
        outline = rounded(-410, -230, 410, 230, 60)
        stage.drop(outline, 20)
        stage.polygon(outline, shade(color, -0.4))
        stage.polygon(rounded(-413, -234, 406, 225, 60), wooden(color, 4))
        for inset, tone in ((34, -0.42), (38, 0.25)):
            groove = rounded(-410 + inset, -230 + inset, 300, 230 - inset, 34)
            stage.stroke([*groove, groove[0]], 5, shade(color, tone), 0.5)
        stage.polygon(oval(354, 0, 25, 25), shade(stage.tone, -0.35))
        stage.polygon(oval(358, 5, 20, 20), shade(stage.tone, -0.08))
        loaf(stage)


def loaf(stage: Stage) -> None:
    """Half a dark loaf and two slices."""
    crust, crumb = (122, 78, 46), (226, 200, 160)
    for x, width in ((-210, 170), (10, 104), (110, 96)):
        outline = curve(
            [
                (x - width * 0.5, 100),
                (x - width * 0.55, -60),
                (x, -130),
                (x + width * 0.55, -60),
                (x + width * 0.5, 100),
                (x, 116),
                (x - width * 0.5, 100),
            ]
        )
        stage.drop(outline, 14)
        stage.polygon(outline, flat(crust, 0.2, -0.25))
        if x > -200:
            with stage.frame(x, -4, 0.88):
                stage.polygon([((px - x), py) for px, py in outline], flat(crumb, 0.1, -0.1))
        else:
            for cut in (-70, -10, 50):
                stage.stroke(curve([(x - 60, cut), (x, cut - 26), (x + 60, cut)]), 11, (208, 172, 126), 0.8)


def endgrain(stage: Stage, spec: PictureSpec) -> None:
    """A chopping block of small squares on end, lying at an angle."""
    color, accent = parse(spec.color), parse(spec.accent)
    with stage.frame(0, 0, 1, -20):
        outline = rounded(-390, -290, 390, 290, 14)
        stage.drop(outline, 40)
        stage.polygon([(x + 6, y + 22) for x, y in outline], shade(color, -0.5))
        stage.polygon(outline, shade(color, -0.3))
        for row in range(6):
            for column in range(8):
                left, top = -390 + column * 97.5, -290 + row * 96.7
                light = (row * 5 + column * 3) % 7 in (0, 3)
                base = shade(accent if light else color, ((row * 3 + column * 5) % 5 - 2) * 0.06)
                cell = [(left + 1, top + 1), (left + 96, top + 1), (left + 96, top + 95), (left + 1, top + 95)]
                mask = stage.polygon(cell, flat(base, 0.12, -0.08))
                middle = (left + 20 + column * 7, top + 116 - row * 9)
                for ring in (30, 48, 66, 84):
                    stage.fill(mask & stage.line(oval(*middle, ring, ring), 2.5), shade(base, -0.3), 0.35)


def grinder(stage: Stage, spec: PictureSpec) -> None:
    """A box grinder with a drawer and a crank."""
    color = parse(spec.color)
    stage.soften([[(-190, -20), (290, -60), (330, 20), (-160, 40)]], 24, stage.shadow_color, 0.6)
    box(stage, -200, -290, 150, 0, 110, (wooden(color, 2), wooden(color, 5, light=-0.3), wooden(color, 8, light=0.16)))
    stage.polygon([(-150, -150), (100, -150), (100, -40), (-150, -40)], shade(color, -0.55))
    stage.polygon([(-146, -146), (96, -146), (96, -44), (-146, -44)], wooden(color, 12, light=0.08))
    stage.polygon(oval(-25, -94, 20, 20), lambda s: gradient(s, [shade(BRASS, 0.5), shade(BRASS, -0.3)], -45))
    stage.text(-25, -226, "LUND", 30, shade(color, 0.6), 0.7)
    with stage.frame(28, -300):
        Turned(stage, curve([(-92, 30), (-80, 76), (-34, 118), (0, 126)]), 0.22).paint(STEEL, 0.5)
        Turned(stage, [(-120, 12), (-80, 14)]).paint(STEEL, 0.5)
        stage.tube(curve([(0, -122), (120, -134), (214, -104)]), 15, STEEL, 0.6)
        Turned(stage, curve([(-196, 26), (-180, 36), (-140, 30), (-116, 16), (-106, 16)]), 0.25, x=212).paint(
            color, 0.18
        )


def stool(stage: Stage, spec: PictureSpec) -> None:
    """A scooped seat on three wedged legs."""
    color = parse(spec.color)
    for x, y in ((-190, 0), (210, 6), (40, -70)):
        stage.soften([oval(x + 12, y, 46, 13)], 10, stage.shadow_color, 0.6)
    stage.soften([oval(70, 0, 300, 56)], 40, stage.shadow_color, 0.32)
    for top, foot in (((30, -480), (40, -74)), ((-110, -480), (-196, -4)), ((130, -480), (206, 2))):
        leg(stage, top, foot, 38, 26, shade(color, -0.16 if foot[0] == 40 else 0))
    seat = Turned(stage, curve([(-520, 252), (-506, 256), (-478, 244), (-466, 226)]), 0.24).paint(color, 0.08)
    top_face = oval(0, -520, 252, 60)
    stage.polygon(top_face, wooden(color, 6, light=0.12))
    stage.polygon(oval(6, -514, 190, 38), lambda s: gradient(s, [shade(color, -0.22), shade(color, 0.2)], -25), 0.45)
    for x, y in ((-110, -522), (120, -512), (20, -552)):
        stage.polygon(oval(x, y, 18, 6), shade(color, -0.3))
        stage.stroke([(x - 12, y), (x + 12, y)], 3, shade(color, 0.3))
    stage.stroke(oval(0, seat.top, 250, 59, 20, 160), 3, shade(color, 0.4), 0.5)


def leg(stage: Stage, top: Point, foot: Point, upper: float, lower: float, color: Color) -> None:
    """Draw a tapered round leg between two points."""
    shape = [
        (top[0] - upper / 2, top[1]),
        (top[0] + upper / 2, top[1]),
        (foot[0] + lower / 2, foot[1]),
        (foot[0] - lower / 2, foot[1]),
    ]
    stage.polygon(shape, lambda s: gradient(s, [shade(color, 0.2), color, shade(color, -0.4)]))
    stage.stroke([(top[0] - upper * 0.22, top[1]), (foot[0] - lower * 0.22, foot[1])], 5, shade(color, 0.45), 0.4)


def chair(stage: Stage, spec: PictureSpec) -> None:
    """A spindle-backed chair, seen slightly from the left."""
    color = parse(spec.color)
    stage.soften([[(-200, -20), (230, -50), (330, 20), (-150, 40)]], 34, stage.shadow_color, 0.45)
    for x, y in ((-190, 0), (196, 4), (-120, -84), (150, -80)):
        stage.soften([oval(x + 8, y, 34, 10)], 8, stage.shadow_color, 0.6)
    for top, foot in (((-110, -350), (-128, -84)), ((130, -350), (152, -80))):
        leg(stage, top, foot, 30, 22, shade(color, -0.18))
    for index in range(9):
        lean = (index - 4) / 4
        stage.tube([(lean * 128, -372), (lean * 158, -690 - 16 * (1 - lean * lean))], 12, shade(color, -0.02))
    crest = [
        *curve([(-188, -700), (-90, -742), (0, -752), (90, -742), (188, -700)]),
        *curve([(184, -656), (90, -694), (0, -704), (-90, -694), (-184, -656)]),
    ]
    stage.polygon(crest, lambda s: gradient(s, [shade(color, 0.3), color, shade(color, -0.3)], -60))
    stage.tube([(-128, -160), (154, -156)], 14, shade(color, -0.15))
    stage.tube([(-160, -190), (-124, -210)], 13, shade(color, -0.1))
    stage.tube([(176, -186), (146, -210)], 13, shade(color, -0.1))
    for top, foot in (((-160, -340), (-194, -2)), ((164, -340), (200, 2))):
        leg(stage, top, foot, 38, 26, color)
    seat = curve(
        [
            (-214, -336),
            (-180, -392),
            (0, -408),
            (180, -392),
            (214, -336),
            (120, -314),
            (0, -308),
            (-120, -314),
            (-214, -336),
        ]
    )
    stage.polygon([(x, y + 24) for x, y in seat], shade(color, -0.42))
    stage.polygon(seat, lambda s: gradient(s, [shade(color, 0.34), shade(color, 0.08), shade(color, -0.12)], -30))
    stage.polygon(oval(0, -358, 120, 26), lambda s: gradient(s, [shade(color, -0.2), shade(color, 0.26)], -25), 0.5)


def pegrail(stage: Stage, spec: PictureSpec) -> None:
    """A rail with four pegs on the wall, a towel on one of them."""
    color = parse(spec.color)
    rail = [(-470, -60), (470, -60), (470, 60), (-470, 60)]
    stage.drop(rail, 22)
    stage.polygon(rail, wooden(color, 7))
    stage.stroke([(-468, -57), (468, -57)], 4, shade(color, 0.5), 0.5)
    stage.stroke([(-468, 58), (468, 58)], 5, shade(color, -0.5), 0.6)
    for x in (-350, -117, 117, 350):
        stage.soften([oval(x + 34, 60, 30, 60)], 14, stage.shadow_color, 0.45)
        stage.polygon([(x - 16, -6), (x + 16, -6), (x + 13, 46), (x - 13, 46)], flat(shade(color, -0.12)))
        stage.polygon(oval(x, 52, 31, 31), lambda s: gradient(s, [shade(color, 0.42), color, shade(color, -0.35)], -45))
        stage.polygon(oval(x - 8, 44, 11, 9), shade(color, 0.7), 0.35)
    cloth = (216, 208, 192)
    fall = curve(
        [
            (96, 70),
            (40, 190),
            (26, 430),
            (60, 446),
            (110, 436),
            (160, 450),
            (206, 432),
            (190, 200),
            (138, 70),
            (117, 60),
            (96, 70),
        ]
    )
    stage.drop(fall, 16)
    stage.polygon(
        fall,
        lambda s: gradient(
            s, [shade(cloth, -0.12), shade(cloth, 0.2), shade(cloth, -0.1), shade(cloth, 0.12), shade(cloth, -0.3)]
        ),
    )
    for x0, x1 in ((106, 70), (122, 118), (134, 168)):
        stage.stroke(curve([(x0, 80), (x1, 250), (x1 + 4, 430)]), 8, shade(cloth, -0.4), 0.22)


def shelf(stage: Stage, spec: PictureSpec) -> None:
    """Two boards with a low brass rail, and a few things on them."""
    color = parse(spec.color)
    side = [(-400, -260), (-360, -260), (-360, 260), (-400, 260)]
    frame_line = [(-400, -260), (400, -260), (400, 260), (-400, 260)]
    stage.drop(frame_line, 30)
    stage.polygon(frame_line, shade(stage.tone, -0.1), 0.75)
    props(stage)
    for y in (-60, 230):
        stage.polygon([(-400, y), (400, y), (400, y + 40), (-400, y + 40)], wooden(color, 3 + y % 5))
        stage.stroke([(-398, y + 2), (398, y + 2)], 4, shade(color, 0.5), 0.5)
        stage.soften([[(-390, y + 42), (390, y + 42), (390, y + 66), (-390, y + 66)]], 10, stage.shadow_color, 0.4)
        stage.tube([(-372, y - 34), (372, y - 34)], 8, BRASS, 0.6)
        for x in (-250, 0, 250):
            stage.tube([(x, y - 32), (x, y)], 7, BRASS, 0.5)
    for x in (0, 760):
        stage.polygon([(px + x, py - 30) for px, py in side], wooden(color, 9, upright=True, light=-0.04))


def props(stage: Stage) -> None:
    """Jars and books that make a shelf a shelf."""
    for x, y, width, tall, color in (
        (-300, -60, 58, 150, (160, 176, 168)), (-190, -60, 46, 110, (196, 130, 96)),
        (250, -60, 70, 120, (92, 110, 122)),
        (150, 230, 72, 160, (206, 196, 176)), (290, 230, 50, 120, (120, 134, 96)),
    ):  # fmt: skip
        body = Turned(
            stage, curve([(y - tall, width * 0.8), (y - tall + 14, width), (y - 20, width), (y, width * 0.9)]), 0.1, x=x
        )
        body.paint(color, 0.2)
        body.mouth(mix(color, (255, 255, 255), 0.2), color, 6)
    for index, color in enumerate(
        [(140, 66, 58), (206, 176, 112), (62, 84, 104), (222, 212, 194), (78, 96, 80), (170, 120, 84)]
    ):
        left, tall = -330 + index * 56, 170 + index * 37 % 50
        stage.polygon(
            [(left, 230 - tall), (left + 52, 230 - tall), (left + 52, 230), (left, 230)],
            spine(color),
        )
        stage.stroke([(left + 10, 230 - tall + 24), (left + 42, 230 - tall + 24)], 4, shade(color, 0.5), 0.6)


def spine(color: Color) -> Paint:
    """Return the paint of a book's back."""
    return lambda size: gradient(size, [shade(color, 0.15), color, shade(color, -0.3)])
