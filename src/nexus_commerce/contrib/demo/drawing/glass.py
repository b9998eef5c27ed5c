"""Glass, and things that stand in it."""

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, mix, parse, shade
from nexus_commerce.contrib.demo.drawing.metalware import BRASS, label
from nexus_commerce.contrib.demo.drawing.solids import Turned
from nexus_commerce.contrib.demo.drawing.stage import Point, Stage, curve, oval
from nexus_commerce.contrib.demo.drawing.textures import gradient

__all__ = ["candle", "carafe", "ink", "mister", "tumbler"]

WATER: Color = (206, 222, 224)


def vessel(
    stage: Stage, profile: list[Point], color: Color, filled: float | None = None, liquid: Color = WATER
) -> Turned:
    """Draw a see-through body: faint walls, dark edges, a heavy foot and two reflections."""
    body = Turned(stage, profile)
    x, y, r = body.x, body.top, body.top_radius
    stage.fill(body.mask, body.skin(color, 0.1), 0.34)
    if filled is not None:
        stage.fill(body.band(filled, body.bottom), body.skin(mix(color, liquid, 0.5), 0.1), 0.5)
        radius = body.radius_at(filled)
        stage.polygon(oval(x, filled, radius * 0.97, radius * body.tilt), mix(liquid, (255, 255, 255), 0.3), 0.55)
        stage.stroke(oval(x, filled, radius * 0.97, radius * body.tilt), 2, shade(color, -0.3), 0.4)
    for side, strength in ((-1, 0.4), (1, 0.55)):
        wall = [(x + side * (radius - 4), height) for height, radius in body.profile]
        stage.stroke(wall, 7, shade(color, -0.42), strength)
    foot = body.band(body.bottom - 20, body.bottom)
    stage.fill(foot, body.skin(shade(color, -0.12), 0.3), 0.62)
    shine = [(x - radius * 0.62, height) for height, radius in body.profile if y + 26 < height < body.bottom - 30]
    if len(shine) > 1:
        stage.stroke(shine, 13, (255, 255, 255), 0.4)
        stage.stroke([(px + body.top_radius * 1.25, py) for px, py in shine], 5, (255, 255, 255), 0.28)
    stage.stroke(oval(x, y, r - 2, (r - 2) * body.tilt), 5, shade(color, 0.5), 0.85)
    stage.stroke(oval(x, y, r - 2, (r - 2) * body.tilt, 0, 180), 3, shade(color, -0.25), 0.5)
    return body


def tumbler(stage: Stage, spec: PictureSpec) -> None:
    """Four tumblers, two behind."""
    color = parse(spec.color)
    for x, y in ((-120, -100), (150, -110), (-205, 0), (62, 10)):
        with stage.frame(x, y, 0.95):
            stage.ground(112, 28, length=0.7)
            vessel(stage, curve([(-270, 124), (-180, 122), (-60, 112), (0, 100)]), color)
            stage.polygon(oval(0, -16, 70, 11), shade(color, 0.4), 0.4)


def carafe(stage: Stage, spec: PictureSpec) -> None:
    """A carafe of water under an upturned tumbler."""
    color = parse(spec.color)
    stage.ground(160, 40)
    profile = curve([(-520, 74), (-450, 72), (-400, 82), (-320, 132), (-200, 160), (-60, 160), (-10, 146), (0, 140)])
    vessel(stage, profile, color, filled=-330)
    vessel(stage, curve([(-626, 84), (-600, 92), (-520, 98), (-452, 100)]), color)
    stage.polygon(oval(0, -624, 82, 15), shade(color, 0.4), 0.5)


def mister(stage: Stage, spec: PictureSpec) -> None:
    """A glass bottle with a brass pump."""
    color = parse(spec.color)
    stage.ground(150, 38)
    vessel(
        stage,
        curve([(-330, 50), (-300, 54), (-270, 110), (-200, 150), (-80, 158), (-12, 146), (0, 138)]),
        color,
        filled=-190,
    )
    stage.stroke([(0, -330), (6, -40)], 6, BRASS, 0.7)
    stage.tube(curve([(70, -400), (110, -380), (104, -310), (86, -290)]), 13, BRASS, 0.5)
    Turned(stage, [(-378, 58), (-372, 62), (-318, 62), (-312, 58)]).paint(BRASS, 0.4)
    Turned(stage, [(-452, 24), (-444, 28), (-372, 30)]).paint(BRASS, 0.4)
    stage.tube([(-70, -424), (66, -424)], 26, BRASS, 0.6)
    Turned(stage, curve([(-512, 40), (-504, 44), (-486, 42), (-470, 16), (-448, 14)])).paint(BRASS, 0.45)


def ink(stage: Stage, spec: PictureSpec) -> None:
    """A square-shouldered ink bottle with a paper label and a cork."""
    color = parse(spec.color)
    stage.ground(190, 46)
    cork = (178, 138, 96)
    Turned(stage, [(-388, 62), (-380, 66), (-310, 58)]).paint(cork, 0.02)
    stage.polygon(oval(0, -388, 62, 12), shade(cork, 0.2))
    glass = (196, 208, 208)
    profile = curve([(-330, 76), (-306, 78), (-290, 120), (-262, 182), (-200, 192), (-30, 192), (0, 178)], 6)
    body = Turned(stage, profile)
    stage.fill(body.mask, body.skin(glass, 0.3), 0.75)
    stage.fill(body.band(-236, -14), body.skin(color, 0.2), 0.96)
    stage.fill(body.band(-16, 40), body.skin(shade(glass, -0.1), 0.3), 0.7)
    label(stage, body, -190, -50, (243, 236, 222), ("Tinte Thies", "50 ml"))
    shine = [(-150, -230), (-152, -60)]
    stage.stroke(shine, 12, (255, 255, 255), 0.4)
    stage.stroke(oval(0, -330, 74, 14, 0, 180), 6, shade(glass, 0.4), 0.8)


def candle(stage: Stage, spec: PictureSpec) -> None:
    """A candle burning in its jar, or the bare block of a refill."""
    color, accent = parse(spec.color), parse(spec.accent)
    wax: Color = (240, 230, 208)
    if spec.details.get("pack") == "refill":
        wax_block(stage, wax, accent)
        return
    stage.ground(170, 42)
    body = Turned(stage, curve([(-370, 172), (-350, 172), (-30, 172), (-8, 166), (0, 158)], 6)).paint(color, 0.3)
    label(stage, body, -250, -90, accent, ("Wick & Warp", "48 hours"))
    body.mouth(shade(color, 0.2), shade(color, 0.05), 9, wax, 0.32)
    flame(stage, 0, -352)


def wax_block(stage: Stage, wax: Color, accent: Color) -> None:
    """A candle without its jar, in a paper band."""
    stage.ground(150, 38)
    body = Turned(stage, curve([(-330, 148), (-318, 152), (-20, 152), (0, 148)], 6)).paint(wax, 0.08)
    stage.polygon(oval(0, -330, 148, 29), lambda s: gradient(s, [shade(wax, 0.5), shade(wax, -0.06)], -30))
    stage.stroke(curve([(0, -330), (5, -360), (-3, -386)]), 5, (226, 214, 190))
    label(stage, body, -230, -110, accent, ("Wick & Warp", "Refill"))


def flame(stage: Stage, x: float, y: float) -> None:
    """Light a wick that ends at this point, with its glow on everything around."""
    stage.stroke(curve([(x, y + 6), (x + 3, y - 16), (x - 1, y - 30)]), 5, (58, 46, 42))
    stage.soften([oval(x, y - 66, 92, 110)], 70, (255, 224, 160), 0.5)
    outer = curve(
        [
            (x, y - 128),
            (x + 24, y - 66),
            (x + 15, y - 28),
            (x, y - 20),
            (x - 15, y - 28),
            (x - 22, y - 66),
            (x, y - 128),
        ]
    )
    stage.polygon(outer, (255, 196, 92), 0.95)
    inner = curve([(x, y - 100), (x + 13, y - 58), (x, y - 26), (x - 12, y - 58), (x, y - 100)])
    stage.polygon(inner, (255, 246, 214))
