"""Tools, laid on a table and seen from above."""

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, parse, shade
from nexus_commerce.contrib.demo.drawing.metalware import BRASS
from nexus_commerce.contrib.demo.drawing.solids import flat, roundness, wooden
from nexus_commerce.contrib.demo.drawing.stage import Point, Stage, curve, oval, rounded
from nexus_commerce.contrib.demo.drawing.textures import gradient

__all__ = ["darning", "fork", "knife", "needles", "pruners", "threads", "trowel"]

STEEL: Color = (168, 171, 173)
DARK_STEEL: Color = (84, 84, 88)
SPOOLS = (
    "#9c3b3a",
    "#cf9b36",
    "#4d6f8f",
    "#74804f",
    "#d9aa9a",
    "#2f4f43",
    "#8d7890",
    "#c47a55",
    "#273349",
    "#e0b440",
    "#4c8077",
    "#5d3a4e",
)


def haft(stage: Stage, color: Color, top: float, bottom: float, width: float) -> None:
    """Draw a turned handle lying upright, with a brass ferrule at its upper end."""
    outline = curve(
        [
            (-width * 0.36, top),
            (-width * 0.5, top + 70),
            (-width * 0.42, (top + bottom) / 2),
            (-width * 0.52, bottom - 60),
            (-width * 0.3, bottom),
        ]
    )
    shape = [*outline, *[(-x, y) for x, y in reversed(outline)]]
    stage.drop(shape, 16)
    stage.polygon(shape, roundness(color, 0.12))
    stage.fill(stage.mask(shape), wooden(color, 3, upright=True), 0.35)
    ring = [(-width * 0.37, top - 6), (width * 0.37, top - 6), (width * 0.40, top + 38), (-width * 0.40, top + 38)]
    stage.polygon(ring, roundness(BRASS, 0.4))


def blade(stage: Stage, outline: list[Point], color: Color, thick: float = 8) -> None:
    """Draw a piece of steel with a bright edge."""
    stage.drop(outline, thick)
    stage.polygon(outline, shade(color, -0.4))
    stage.polygon(
        [(x - 1.5, y - 1.5) for x, y in outline],
        lambda s: gradient(s, [shade(color, 0.5), color, shade(color, 0.25), shade(color, -0.25)], -30),
    )


def knife(stage: Stage, spec: PictureSpec) -> None:
    """A kitchen knife lying across the table."""
    color = parse(spec.color)
    with stage.frame(0, 0, 1, 38):
        edge = [(-52, 40), (-52, -330), *curve([(-46, -420), (-20, -480), (34, -520)]), (34, 40)]
        blade(stage, edge, STEEL, 9)
        stage.polygon(
            [
                (-52, 36),
                (-52, -330),
                *curve([(-46, -420), (-20, -480), (34, -520)]),
                *curve([(10, -470), (-22, -400), (-30, -320)]),
                (-30, 36),
            ],
            shade(STEEL, 0.55),
            0.55,
        )
        stage.text(0, -60, "HARMS", 17, shade(STEEL, -0.5), 0.7)
        outline = curve(
            [(-46, 40), (-40, 130), (-52, 260), (-58, 372), (-10, 398), (40, 380), (34, 250), (38, 130), (36, 40)]
        )
        stage.drop(outline, 20)
        stage.polygon(outline, roundness(color, 0.1))
        stage.fill(stage.mask(outline), wooden(color, 6, upright=True), 0.55)
        for y in (100, 210, 320):
            stage.polygon(oval(-6, y, 11, 11), flat(BRASS, 0.5, -0.3))


def trowel(stage: Stage, spec: PictureSpec) -> None:
    """A forged trowel with a long neck."""
    with stage.frame(0, 0, 1, 34):
        stage.tube(curve([(0, 120), (4, 40), (0, -60)]), 26, DARK_STEEL, 0.3)
        outline = curve(
            [
                (-88, -60),
                (-92, -200),
                (-76, -330),
                (0, -470),
                (76, -330),
                (92, -200),
                (88, -60),
                (40, -24),
                (-40, -24),
                (-88, -60),
            ]
        )
        blade(stage, outline, DARK_STEEL, 16)
        stage.polygon(
            curve([(-18, -40), (-26, -240), (0, -440), (26, -240), (18, -40), (-18, -40)]), shade(DARK_STEEL, 0.5), 0.3
        )
        for y in (-150, -180, -210):
            stage.stroke([(72, y), (90, y)], 3, shade(DARK_STEEL, -0.5))
        haft(stage, parse(spec.color), 110, 470, 76)


def fork(stage: Stage, spec: PictureSpec) -> None:
    """A three-tined hand fork."""
    with stage.frame(0, 0, 1, -32):
        for x in (-88, 0, 88):
            tine = curve([(x * 0.5, -90), (x, -170), (x * 1.02, -320), (x * 0.98, -450)])
            stage.drop([*tine, *[(px + 20, py) for px, py in reversed(tine)]], 14)
            stage.tube(tine, 25, DARK_STEEL, 0.35)
        stage.tube(curve([(-44, -96), (0, -76), (44, -96)]), 28, DARK_STEEL, 0.3)
        stage.tube(curve([(0, 120), (4, 30), (0, -90)]), 26, DARK_STEEL, 0.3)
        haft(stage, parse(spec.color), 110, 470, 76)


def pruners(stage: Stage, spec: PictureSpec) -> None:
    """Bypass pruners, half open."""
    color = parse(spec.color)
    for side in (1, -1):
        with stage.frame(0, -60, 1, 22 + side * 17):
            hook = curve([(-26, 20), (-44, -90), (-20, -210), (30, -270), (24, -190), (40, -80), (28, 20)])
            blade(stage, hook if side > 0 else [(-x, y) for x, y in hook], STEEL if side > 0 else DARK_STEEL, 10)
            grip = curve(
                [
                    (-34 * side, 10),
                    (-58 * side, 120),
                    (-50 * side, 300),
                    (-36 * side, 480),
                    (2 * side, 486),
                    (16 * side, 300),
                    (10 * side, 120),
                    (34 * side, 10),
                ]
            )
            stage.drop(grip, 18)
            stage.polygon(grip, lambda s: gradient(s, [shade(color, 0.35), color, shade(color, -0.4)], -10))
            stage.stroke(curve([(-34 * side, 130), (-30 * side, 300), (-20 * side, 450)]), 6, shade(color, 0.6), 0.4)
    with stage.frame(0, -60, 1, 22):
        for index in range(7):
            stage.stroke([(-26, 92 + index * 13), (26, 98 + index * 13)], 5, shade(STEEL, 0.3 if index % 2 else -0.2))
        stage.polygon(oval(0, 0, 36, 36), flat(STEEL, 0.5, -0.4))
        stage.polygon(oval(0, 0, 19, 19), flat(DARK_STEEL, 0.3, -0.4))
        stage.stroke([(-10, -8), (10, 8)], 4, (40, 40, 44))


def needles(stage: Stage, spec: PictureSpec) -> None:
    """Five double-pointed needles fanned out of a paper sleeve."""
    color, accent = parse(spec.color), parse(spec.accent)
    for index in range(5):
        with stage.frame(0, 260, 1, (index - 2) * 9 + 20):
            rod = [(-7, 0), (-7, -620), (0, -665), (7, -620), (7, 0)]
            stage.drop(rod, 9)
            stage.polygon(rod, roundness(shade(color, 0.04 * (index % 2)), 0.2))
            stage.polygon([(-6, -622), (0, -665), (6, -622)], shade(color, 0.35), 0.6)
    with stage.frame(0, 250, 1, 20):
        sleeve = [(-130, -170), (130, -170), (96, 130), (-96, 130)]
        stage.drop(sleeve, 12)
        stage.polygon(sleeve, flat(accent, 0.12, -0.18))
        stage.polygon([(-130, -170), (130, -170), (126, -134), (-126, -134)], shade(accent, 0.7), 0.9)
        stage.text(0, -40, "BIRCH", 40, (244, 238, 226), 0.95)
        stage.text(0, 20, "set of five", 24, (244, 238, 226), 0.8)


def spool(stage: Stage, x: float, y: float, color: Color) -> None:
    """A small wooden spool standing, wound with thread."""
    wood_color = (206, 168, 120)
    with stage.frame(x, y):
        stage.drop(rounded(-44, -60, 44, 60, 10), 12)
        for top in (-62, 42):
            stage.polygon(rounded(-46, top, 46, top + 20, 8), roundness(wood_color, 0.15))
        stage.polygon(rounded(-38, -44, 38, 44, 10), roundness(color, 0.18))
        for line in range(-38, 42, 8):
            stage.stroke([(-37, line), (37, line + 3)], 1.6, shade(color, -0.4), 0.4)


def threads(stage: Stage, spec: PictureSpec) -> None:
    """Twelve spools in their tray."""
    tray = rounded(-330, -310, 330, 310, 16)
    stage.drop(tray, 26)
    stage.polygon(tray, wooden((190, 148, 102), 5))
    stage.polygon(rounded(-304, -284, 304, 284, 8), wooden((140, 104, 70), 6))
    stage.soften(
        [[(-304, -284), (304, -284), (304, -262), (-280, -256), (-276, 284), (-304, 284)]], 14, (40, 26, 18), 0.5
    )
    for index, color in enumerate(SPOOLS):
        spool(stage, -216 + index % 4 * 144, -178 + index // 4 * 178, parse(color))


def darning(stage: Stage, spec: PictureSpec) -> None:
    """A darning mushroom, cards of wool, needles and a sock heel being saved."""
    color, accent = parse(spec.color), parse(spec.accent)
    sock: Color = (120, 132, 138)
    leg_shape = curve(
        [
            (-420, -330),
            (-180, -360),
            (-60, -200),
            (-40, 60),
            (60, 180),
            (20, 300),
            (-140, 320),
            (-280, 190),
            (-330, -60),
            (-420, -330),
        ]
    )
    stage.drop(leg_shape, 14)
    mask = stage.polygon(leg_shape, lambda s: gradient(s, [shade(sock, 0.18), sock, shade(sock, -0.25)], -35))
    for index in range(-20, 40):
        stage.fill(
            mask & stage.line([(-460, -380 + index * 20), (120, -470 + index * 20)], 2.2), shade(sock, -0.4), 0.25
        )
    patch = [(-160, 70), (-30, 60), (-22, 190), (-150, 200)]
    darn = stage.polygon(patch, flat(shade(accent, 0.05)))
    for index in range(12):
        stage.fill(
            darn & stage.line([(-170, 74 + index * 11), (-10, 66 + index * 11)], 4),
            shade(accent, -0.35 if index % 2 else 0.35),
            0.7,
        )
        stage.fill(darn & stage.line([(-160 + index * 12, 50), (-152 + index * 12, 210)], 3), shade(accent, 0.3), 0.4)
    with stage.frame(190, -150, 1, 28):
        stem = [(-24, 20), (24, 20), (32, 240), (-32, 240)]
        stage.drop(stem, 22)
        stage.polygon(stem, roundness(color, 0.12))
        cap = curve([(-150, 30), (-130, -70), (0, -126), (130, -70), (150, 30), (0, 52), (-150, 30)])
        stage.drop(cap, 30)
        stage.polygon(cap, lambda s: gradient(s, [shade(color, 0.35), color, shade(color, -0.35)], -40))
        stage.fill(stage.mask(cap), wooden(color, 2), 0.35)
    for index, name in enumerate(("#cf9b36", "#4d6f8f", "#9c3b3a")):
        with stage.frame(150 + index * 120, 250, 1, -8 + index * 7):
            card = rounded(-46, -84, 46, 84, 6)
            stage.drop(card, 7)
            stage.polygon(card, flat((236, 228, 210)))
            for line in range(-46, 50, 9):
                stage.stroke([(-48, line), (48, line + 4)], 7, shade(parse(name), 0.1 if line % 2 else -0.15))
    stage.stroke([(40, 372), (-190, 404)], 5, STEEL)
    stage.stroke(curve([(40, 372), (140, 340), (220, 392), (330, 372)]), 4, accent)
