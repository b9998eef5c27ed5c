"""Kettles, pans, cans and tins."""

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, mix, parse, shade
from nexus_commerce.contrib.demo.drawing.solids import Turned, flat
from nexus_commerce.contrib.demo.drawing.stage import Stage, curve, oval
from nexus_commerce.contrib.demo.drawing.textures import gradient

__all__ = ["chamberstick", "coffeebag", "kettle", "oil", "skillet", "stockpot", "tin", "wateringcan"]

BEECH: Color = (190, 146, 100)
BRASS: Color = (184, 146, 74)
BLUED: Color = (58, 56, 58)
LABEL: Color = (243, 236, 222)
WRITING: Color = (58, 52, 48)


def label(stage: Stage, body: Turned, upper: float, lower: float, color: Color, lines: tuple[str, str]) -> None:
    """Wrap a paper label around a vessel, with the shop's name and what is inside."""
    body.paint_band(upper, lower, color, 0.04)
    ink = WRITING if sum(color) > 380 else LABEL
    middle = (upper + lower) / 2 + body.radius_at(lower) * body.tilt * 0.9
    stage.text(0, middle - 24, lines[0].upper(), 19, ink, 0.75)
    stage.stroke([(-26, middle - 2), (26, middle - 2)], 2, ink, 0.6)
    stage.text(0, middle + 24, lines[1], 31, ink, 0.92)


def kettle(stage: Stage, spec: PictureSpec) -> None:
    """A gooseneck kettle with a beech handle."""
    color = parse(spec.color)
    stage.ground(200, 46)
    spout = curve([(-150, -70), (-260, -90), (-276, -210), (-330, -330), (-392, -338)])
    stage.tube(spout, 30, color, 0.4)
    stage.tube(curve([(110, -300), (250, -352), (312, -300), (316, -190), (296, -120)]), 30, BEECH)
    stage.tube([(96, -296), (150, -318)], 22, shade(color, -0.1))
    body = Turned(stage, curve([(-300, 124), (-284, 136), (-200, 164), (-80, 196), (-14, 200), (0, 194)]))
    body.paint(color, 0.42)
    stage.fill(body.band(-26, -18), shade(color, -0.4), 0.4)
    lid = Turned(stage, curve([(-330, 60), (-320, 104), (-302, 124)]), 0.18).paint(color, 0.4)
    stage.stroke(oval(0, -302, 124, 22, 0, 180), 3, shade(color, -0.6), 0.6)
    Turned(stage, curve([(-382, 26), (-370, 34), (-350, 32), (lid.top, 16)]), 0.25).paint(BEECH, 0.16)


def skillet(stage: Stage, spec: PictureSpec) -> None:
    """A pan on the table, its handle toward us to the right."""
    color = parse(spec.color)
    stage.ground(290, 76)
    handle = [(190, -108), (236, -130), (500, 10), (520, 34), (498, 44), (180, -66)]
    stage.polygon(handle, flat(shade(color, 0.08), 0.28, -0.2))
    stage.polygon(oval(484, 22, 13, 9), stage.tone)
    body = Turned(stage, curve([(-96, 320), (-84, 316), (-30, 274), (0, 252)]), 0.3).paint(color, 0.22)
    body.mouth(shade(color, 0.16), shade(color, 0.02), 9)
    floor = stage.mask(oval(0, -46, 262, 70))
    stage.fill(
        floor & stage.mask(oval(0, -95, 310, 94)), lambda s: gradient(s, [shade(color, -0.3), shade(color, 0.22)], -25)
    )
    stage.polygon(oval(-70, -60, 96, 20), shade(color, 0.55), 0.14)
    for x, y in ((214, -106), (226, -92), (240, -104)):
        stage.polygon(oval(x, y, 7, 5), shade(color, 0.4))


def stockpot(stage: Stage, spec: PictureSpec) -> None:
    """An enameled pot with a dark rim and a lid."""
    color = parse(spec.color)
    dark = (48, 48, 52)
    stage.ground(270, 58)
    for side in (-1, 1):
        stage.tube(curve([(side * 256, -226), (side * 326, -226), (side * 326, -166), (side * 258, -170)]), 24, color)
    body = Turned(stage, curve([(-276, 268), (-262, 264), (-80, 264), (-24, 250), (0, 230)])).paint(color, 0.26)
    stage.fill(body.band(-286, -262), dark, 0.9)
    lid = Turned(stage, curve([(-342, 40), (-334, 120), (-312, 220), (-284, 270), (-272, 272)]), 0.2).paint(color, 0.28)
    lid.paint_band(-286, -260, dark, 0.2)
    Turned(stage, curve([(-398, 34), (-384, 42), (-366, 36), (-350, 18), (-338, 22)]), 0.25).paint(dark, 0.35)


def wateringcan(stage: Stage, spec: PictureSpec) -> None:
    """A long-spouted can with a brass rose."""
    color = parse(spec.color)
    stage.ground(190, 46, x=30)
    stage.tube(curve([(190, -60), (330, -130), (330, -300), (200, -330)]), 24, color)
    stage.tube(curve([(20, -308), (30, -420), (130, -440), (190, -320)]), 22, color)
    spout = [(-110, -40), (-410, -330), (-388, -352), (-120, -130)]
    stage.polygon(spout, lambda s: gradient(s, [shade(color, 0.25), color, shade(color, -0.3)], -45))
    stage.tube([(-110, -270), (-330, -290)], 10, shade(color, -0.1))
    with stage.frame(-404, -346, 1, -42):
        stage.polygon(
            [(-26, 8), (26, 8), (56, -58), (-56, -58)], lambda s: gradient(s, [shade(BRASS, 0.4), shade(BRASS, -0.3)])
        )
        stage.polygon(oval(0, -58, 56, 18), flat(shade(BRASS, 0.12)))
        for index in range(15):
            stage.polygon(oval((index % 5 - 2) * 18, -63 + index // 5 * 6, 3, 2), shade(BRASS, -0.55))
    body = Turned(stage, curve([(-300, 166), (-288, 168), (-60, 186), (-10, 188), (0, 184)], 6)).paint(color, 0.24)
    body.mouth(color, shade(color, -0.35), 8)
    half = oval(34, -300, 134, 27, -90, 90)
    stage.polygon(half, flat(shade(color, 0.15)))
    stage.fill(body.band(-262, -252), shade(color, -0.35), 0.4)
    stage.fill(body.band(-40, -30), shade(color, -0.35), 0.4)


def tin(stage: Stage, spec: PictureSpec) -> None:
    """A tea tin with its lid, or the paper bag of a refill."""
    color, accent = parse(spec.color), parse(spec.accent)
    if spec.details.get("pack") == "refill":
        coffeebag(stage, spec)
        return
    stage.ground(170, 42)
    body = Turned(stage, [(-390, 170), (-380, 172), (-8, 172), (0, 166)]).paint(color, 0.24)
    label(stage, body, -270, -90, accent, ("Wick & Warp", "Loose leaf"))
    lid = Turned(stage, [(-452, 168), (-446, 176), (-372, 176), (-368, 172)]).paint(shade(color, -0.05), 0.28)
    stage.polygon(oval(0, -452, 168, 33), flat(shade(color, 0.2)))
    stage.stroke(oval(0, -452, 150, 29), 2.5, shade(color, -0.2), 0.6)
    stage.fill(lid.band(-378, -366), shade(color, -0.5), 0.5)


def coffeebag(stage: Stage, spec: PictureSpec) -> None:
    """A standing paper bag, folded at the top and closed with a tin tie."""
    color, accent = parse(spec.color), parse(spec.accent)
    ink = WRITING if sum(accent) > 380 else LABEL
    stage.ground(190, 44)
    left, right, top = -176, 176, -500
    paper = [
        (left, -20),
        (left - 6, -250),
        (left + 12, top),
        (right - 12, top),
        (right + 6, -250),
        (right, -20),
        (0, 6),
    ]
    stage.polygon(
        paper,
        lambda s: gradient(
            s,
            [shade(color, -0.12), shade(color, 0.16), shade(color, 0.06), shade(color, -0.08), shade(color, -0.34)],
            -6,
        ),
    )
    stage.polygon(
        [(right + 4, -250), (right, -20), (128, -4), (112, -230), (140, top), (right - 12, top)],
        shade(color, -0.45),
        0.35,
    )
    for x0, x1 in ((-120, -138), (60, 92)):
        stage.stroke(curve([(x0, top + 20), (x1, -330), (x0 + 10, -60)]), 5, shade(color, 0.4), 0.14)
    stage.polygon(
        [(left + 12, top), (right - 12, top), (right - 10, top + 66), (left + 10, top + 66)],
        flat(shade(color, 0.06), 0.12, -0.2, 0),
    )
    stage.stroke([(left + 10, top + 68), (right - 10, top + 68)], 5, shade(color, -0.5), 0.5)
    stage.stroke([(left - 12, top + 34), (right + 12, top + 34)], 15, mix(accent, (120, 110, 100), 0.2))
    stage.polygon([(-112, -350), (112, -350), (112, -110), (-112, -110)], flat(accent, 0.06, -0.08))
    stage.polygon([(-112, -182), (112, -182), (112, -110), (-112, -110)], shade(color, -0.1))
    stage.text(0, -312, "WICK & WARP", 23, ink, 0.85)
    if spec.kind == "tin":
        for turn in (-50, 0, 50):
            with stage.frame(0, -218, 1, turn):
                stage.polygon([*curve([(0, 0), (14, -28), (0, -62)]), *curve([(0, -62), (-14, -28), (0, 0)])], color)
    else:
        stage.polygon(oval(0, -246, 34, 34), color)
        stage.stroke(curve([(6, -278), (-8, -256), (8, -236), (-6, -214)]), 5, accent)
    stage.text(0, -146, "Flensburg", 23, accent if sum(color) < 380 or sum(accent) < 300 else WRITING, 0.9)


def oil(stage: Stage, spec: PictureSpec) -> None:
    """A tall can of oil with a brass cap."""
    color, accent = parse(spec.color), parse(spec.accent)
    stage.ground(130, 34)
    Turned(stage, [(-520, 38), (-514, 42), (-470, 42), (-462, 34)]).paint(BRASS, 0.35)
    Turned(stage, curve([(-470, 46), (-440, 50), (-420, 110), (-404, 132)]), 0.2).paint(shade(color, 0.05), 0.3)
    body = Turned(stage, [(-406, 134), (-396, 138), (-8, 138), (0, 132)], 0.2).paint(color, 0.26)
    label(stage, body, -310, -90, accent, ("Wick & Warp", "Wood oil"))


def chamberstick(stage: Stage, spec: PictureSpec) -> None:
    """A saucer with a socket, a loop, and a burnt-down candle."""
    color = parse(spec.color)
    stage.ground(240, 58)
    stage.tube(oval(300, -70, 66, 54), 24, color, 0.5)
    dish = Turned(stage, curve([(-70, 270), (-58, 268), (-20, 226), (0, 204)]), 0.26).paint(color, 0.4)
    dish.mouth(shade(color, 0.1), color, 8)
    stage.polygon(oval(0, -34, 214, 46), lambda s: gradient(s, [shade(color, -0.25), shade(color, 0.28)], -25))
    wax = (237, 226, 200)
    candle = Turned(stage, curve([(-330, 42), (-310, 45), (-180, 46), (-150, 46)])).paint(wax, 0.1)
    candle.mouth(wax, shade(wax, 0.2), 3)
    stage.stroke(curve([(0, -330), (3, -350), (-2, -366)]), 5, (58, 46, 42))
    Turned(stage, curve([(-176, 64), (-160, 58), (-70, 52), (-34, 66)]), 0.24).paint(color, 0.42)
