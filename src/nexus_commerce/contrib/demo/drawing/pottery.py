"""Things thrown on a wheel."""

from collections.abc import Sequence

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, mix, parse, shade
from nexus_commerce.contrib.demo.drawing.solids import Turned
from nexus_commerce.contrib.demo.drawing.stage import Paint, Point, Stage, curve, oval
from nexus_commerce.contrib.demo.drawing.textures import gradient, speckle

__all__ = ["bowl", "cups", "dripper", "mug", "plate", "saltpig", "teapot"]

RAW_CLAY: Color = (196, 168, 136)
COFFEE: Color = (62, 38, 26)


def smooth(points: Sequence[Point]) -> list[Point]:
    """Return a profile through these (y, radius) points."""
    return curve(points, 8)


def mug(stage: Stage, spec: PictureSpec) -> None:
    """A thrown mug with a dipped glaze and a bare foot; ``shape = "wide"`` is lower and broader."""
    color = parse(spec.color)
    wide = spec.details.get("shape") == "wide"
    profile = (
        [(-300, 232), (-250, 236), (-150, 226), (-70, 186), (-22, 140), (0, 132)]
        if wide
        else [(-400, 176), (-330, 172), (-200, 178), (-80, 182), (-22, 166), (0, 150)]
    )
    top, radius = profile[0]
    stage.ground(radius * 0.95, 46)
    handle = curve(
        [
            (radius - 20, top + 70),
            (radius + 92, top + 62),
            (radius + 118, top + 150),
            (radius + 66, top + 236),
            (radius - 36, top + 250),
        ]
    )
    stage.tube(handle, 38, shade(color, -0.06))
    body = Turned(stage, smooth(profile)).paint(RAW_CLAY, 0.02)
    body.paint_band(-2000, -46, color, 0.2, sag=6)
    stage.fill(body.band(-58, -46, 6), shade(color, 0.35), 0.35)
    body.mouth(mix(color, RAW_CLAY, 0.3), mix(color, (255, 255, 255), 0.25), 13, COFFEE, 0.34)


def cups(stage: Stage, spec: PictureSpec) -> None:
    """Two espresso cups, raw outside, glazed inside."""
    color = parse(spec.color)
    for x, y, filled in ((-150, -60, COFFEE), (135, 0, None)):
        with stage.frame(x, y):
            stage.ground(125, 34)
            body = Turned(stage, smooth([(-236, 132), (-150, 128), (-60, 118), (-14, 100), (0, 92)]))
            body.paint(mix(color, RAW_CLAY, 0.18), 0.03)
            body.paint_band(-2000, -190, color, 0.2, sag=3)
            body.mouth(color, shade(color, 0.3), 11, filled, 0.36)


def bowl(stage: Stage, spec: PictureSpec) -> None:
    """A deep bowl with a lip, freckled if the clay is."""
    color = parse(spec.color)
    stage.ground(190, 44)
    body = Turned(
        stage, smooth([(-262, 300), (-236, 292), (-150, 262), (-70, 206), (-26, 150), (-20, 136), (0, 138)]), 0.27
    )
    body.paint(color, 0.16)
    if spec.details.get("speckle"):
        skin = body.skin(color, 0.16)
        stage.fill(body.mask, lambda size: speckle(skin(size)))
    body.paint_band(-24, 60, RAW_CLAY, 0.02, sag=2)
    body.mouth(shade(color, 0.12), shade(color, 0.08), 14)


def plate(stage: Stage, spec: PictureSpec) -> None:
    """A stack of three plates, the upper one showing its face."""
    color = parse(spec.color)
    stage.ground(270, 62)
    for level in range(3):
        with stage.frame(0, -level * 30):
            body = Turned(stage, smooth([(-24, 340), (-16, 338), (0, 296)]), 0.3)
            body.paint(shade(color, -0.06), 0.1)
    x, y, r = 0.0, -60 - 24.0, 340.0
    stage.polygon(oval(x, y, r, r * 0.3), flat_glaze(shade(color, 0.2), color))
    stage.polygon(oval(x, y + 5, r - 13, (r - 13) * 0.3), flat_glaze(shade(color, -0.12), shade(color, 0.2)))
    stage.polygon(oval(x, y + 15, r - 64, (r - 64) * 0.29), flat_glaze(shade(color, 0.02), shade(color, 0.26)))
    stage.stroke(oval(x, y + 15, r - 64, (r - 64) * 0.29, 180, 360), 3, shade(color, -0.25), 0.5)
    stage.polygon(oval(x - 90, y + 2, 120, 22), shade(color, 0.6), 0.18)


def flat_glaze(first: Color, second: Color) -> Paint:
    """Return the paint of a glazed face."""
    return lambda size: gradient(size, [first, second], -25)


def dripper(stage: Stage, spec: PictureSpec) -> None:
    """A pour-over cone on its collar, with a handle."""
    color = parse(spec.color)
    stage.ground(200, 46)
    stage.tube(curve([(150, -250), (262, -262), (272, -150), (120, -118)]), 30, shade(color, -0.06))
    Turned(stage, [(-26, 218), (0, 214)], 0.22).paint(color, 0.14)
    stage.polygon(oval(0, -26, 218, 48), flat_glaze(shade(color, 0.3), shade(color, -0.02)))
    stage.polygon(oval(8, -24, 122, 26), shade(color, -0.4), 0.5)
    body = Turned(stage, smooth([(-300, 226), (-276, 222), (-130, 134), (-60, 100), (-26, 98)]))
    body.paint(color, 0.16)
    body.paint_band(-70, 0, RAW_CLAY, 0.03, sag=2)
    body.mouth(shade(color, 0.06), shade(color, 0.05), 12)
    for lean in (-110, -40, 40, 110):
        stage.stroke(curve([(lean * 1.2, -268), (lean * 0.6, -284)]), 4, shade(color, -0.35), 0.5)


def teapot(stage: Stage, spec: PictureSpec) -> None:
    """A round pot with a spout to the left and a handle to the right."""
    color = parse(spec.color)
    stage.ground(230, 52)
    stage.tube(curve([(180, -268), (330, -300), (372, -190), (300, -90), (190, -82)]), 34, shade(color, -0.08))
    spout = [
        *curve([(-170, -90), (-270, -150), (-330, -300), (-372, -330)]),
        *curve([(-334, -352), (-280, -320), (-220, -230), (-150, -210)]),
    ]
    stage.polygon(spout, flat_glaze(shade(color, 0.22), shade(color, -0.3)))
    stage.polygon(oval(-353, -341, 23, 8), shade(color, -0.55))
    body = Turned(stage, smooth([(-318, 118), (-300, 150), (-240, 218), (-160, 246), (-80, 218), (-22, 160), (0, 144)]))
    body.paint(color, 0.24)
    body.paint_band(-34, 60, RAW_CLAY, 0.02, sag=4)
    lid = Turned(stage, smooth([(-372, 40), (-362, 70), (-336, 112), (-316, 126)]), 0.16)
    lid.paint(color, 0.2)
    stage.stroke(oval(0, -316, 126, 21, 0, 180), 3, shade(color, -0.5), 0.7)
    Turned(stage, smooth([(-424, 22), (-410, 32), (-394, 30), (-378, 14), (-368, 18)]), 0.25).paint(color, 0.3)


def saltpig(stage: Stage, spec: PictureSpec) -> None:
    """A hooded jar with its mouth to the side."""
    color = parse(spec.color)
    stage.ground(190, 44)
    outline = [(-330, 60), (-316, 104), (-260, 160), (-160, 194), (-70, 188), (-18, 150), (0, 142)]
    body = Turned(stage, smooth(outline), 0.2)
    body.paint(color, 0.12)
    body.paint_band(-44, 60, RAW_CLAY, 0.02, sag=4)
    mouth = oval(-58, -236, 108, 98)
    stage.polygon(mouth, flat_glaze(shade(color, 0.3), shade(color, -0.22)))
    hole = stage.mask(oval(-64, -232, 88, 80))
    stage.fill(hole, lambda s: gradient(s, [(70, 48, 38), (150, 116, 90)], -90))
    salt = hole & stage.mask(
        curve([(-180, -180), (-110, -214), (-60, -206), (0, -196), (60, -170), (60, -100), (-180, -100), (-180, -180)])
    )
    stage.fill(salt, lambda s: speckle(gradient(s, [(236, 232, 224), (250, 248, 244)], -60), 9))
    Turned(stage, smooth([(-378, 26), (-366, 38), (-346, 38), (-326, 52)]), 0.3).paint(color, 0.2)
