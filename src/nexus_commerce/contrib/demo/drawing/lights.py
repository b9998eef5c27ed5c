"""Lamps, their cable, and tapers."""

from math import cos, radians, sin

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, mix, parse, shade
from nexus_commerce.contrib.demo.drawing.glass import flame
from nexus_commerce.contrib.demo.drawing.metalware import BRASS
from nexus_commerce.contrib.demo.drawing.solids import Turned
from nexus_commerce.contrib.demo.drawing.stage import Stage, curve, oval
from nexus_commerce.contrib.demo.drawing.textures import gradient

__all__ = ["cable", "lamp", "paperlamp", "pendant", "shadelamp", "tapers"]

GLOW: Color = (255, 232, 186)
FLEX: Color = (64, 58, 54)


def glowing(stage: Stage, x: float, y: float, rx: float, ry: float) -> None:
    """Show the lit inside of a shade from a little below its rim."""
    stage.polygon(oval(x, y, rx, ry), lambda s: gradient(s, [(255, 240, 208), (255, 250, 232), (244, 214, 160)], -30))


def lamp(stage: Stage, spec: PictureSpec) -> None:
    """A dome on a stem, lit."""
    color = parse(spec.color)
    stage.ground(180, 42)
    stage.soften([[(-200, -330), (200, -330), (330, 30), (-330, 30)]], 60, GLOW, 0.34)
    foot = Turned(stage, curve([(-30, 150), (-22, 166), (0, 172)]), 0.22).paint(color, 0.26)
    stage.polygon(oval(0, -30, 150, 33), lambda s: gradient(s, [shade(color, 0.35), color], -20))
    stage.polygon(oval(80, -22, 15, 5), BRASS)
    Turned(stage, [(-430, 12), (foot.top, 12)], 0.2).paint(BRASS, 0.4)
    shape = curve([(-610, 40), (-602, 74), (-560, 160), (-480, 226), (-400, 250), (-376, 252)])
    head = Turned(stage, shape, 0.16).paint(color, 0.3)
    glowing(stage, 0, -376, 246, 36)
    stage.polygon(oval(0, -372, 46, 18), (255, 255, 246))
    stage.stroke(oval(0, head.bottom, 250, 39, 0, 180), 5, shade(color, 0.25))
    Turned(stage, [(-646, 18), (-640, 22), (-606, 26)]).paint(BRASS, 0.4)


def shadelamp(stage: Stage, spec: PictureSpec) -> None:
    """A turned wooden foot under a linen shade."""
    color = parse(spec.color)
    stage.ground(130, 34)
    stage.soften([[(-150, -270), (150, -270), (260, 30), (-260, 30)]], 60, GLOW, 0.3)
    foot = [(-300, 20), (-280, 26), (-250, 46), (-190, 78), (-130, 66), (-90, 40), (-60, 54), (-34, 110), (0, 120)]
    Turned(stage, curve(foot), 0.2).paint(color, 0.12)
    Turned(stage, [(-330, 14), (-296, 14)]).paint(BRASS, 0.4)
    linen_color = (238, 224, 196)
    shape = Turned(stage, [(-600, 128), (-450, 168), (-300, 208)], 0.13).paint(linen_color, 0.05)
    stage.soften([oval(0, -430, 110, 100)], 80, (255, 244, 214), 0.75)
    for index in range(-9, 10):
        lean = index / 9.5
        stage.stroke([(lean * 126, -596), (lean * 206, -288)], 2, shade(linen_color, -0.3), 0.22)
    glowing(stage, 0, -300, 204, 24)
    stage.stroke(oval(0, shape.bottom, 206, 26, 0, 180), 5, shade(linen_color, -0.12))
    stage.stroke(oval(0, -600, 126, 16), 4, shade(linen_color, -0.2), 0.8)


def pendant(stage: Stage, spec: PictureSpec) -> None:
    """A deep steel bell on its cable."""
    color = parse(spec.color)
    stage.soften([[(-220, 130), (220, 130), (420, 640), (-420, 640)]], 90, GLOW, 0.40)
    stage.tube([(0, -640), (0, -230)], 7, FLEX)
    Turned(stage, [(-262, 26), (-254, 30), (-190, 34)]).paint(BRASS, 0.4)
    shape = [(-200, 34), (-190, 70), (-150, 130), (-60, 176), (40, 206), (96, 250), (124, 282), (134, 284)]
    Turned(stage, curve(shape), 0.17).paint(color, 0.3)
    glowing(stage, 0, 134, 278, 45)
    stage.polygon(oval(0, 138, 52, 22), (255, 255, 246))
    stage.stroke(oval(0, 134, 282, 48), 5, shade(color, 0.2))


def paperlamp(stage: Stage, spec: PictureSpec) -> None:
    """A folded paper globe, lit from inside."""
    color = parse(spec.color)
    stage.soften([oval(0, 0, 380, 380)], 110, GLOW, 0.42)
    stage.tube([(0, -680), (0, -290)], 7, FLEX)
    body = Turned(
        stage,
        [(-270, 90), *((y, 92 + (320 - 92) * (1 - (y / 270) ** 2) ** 0.5) for y in range(-260, 261, 20)), (270, 90)],
        0.1,
    )
    body.paint(color, 0.0)
    stage.soften([oval(0, 10, 220, 190)], 120, (255, 247, 224), 0.85)
    for index in range(-12, 13):
        turn = radians(index * 7.2)
        fold = [(sin(turn) * (92 + 228 * (1 - (y / 270) ** 2) ** 0.5), y) for y in range(-268, 269, 24)]
        dark = index % 2 == 0
        paint = shade(color, -0.4) if dark else (255, 255, 250)
        stage.stroke(
            fold, 4 if dark else 7, paint, (0.34 if dark else 0.4) * (0.5 + 0.5 * abs(sin(turn))) + 0.05 * cos(turn)
        )
    Turned(stage, [(-306, 20), (-298, 24), (-268, 28)]).paint(BRASS, 0.4)
    glowing(stage, 0, 271, 88, 11)


def cable(stage: Stage, spec: PictureSpec) -> None:
    """A coil of braided cable, tied."""
    color = parse(spec.color)
    pale = mix(color, (250, 244, 232), 0.55)
    ring = oval(0, 0, 300, 300)
    stage.soften([oval(26, 36, 338, 338)], 24, stage.shadow_color, 0.5)
    stage.soften([oval(30, 36, 200, 200)], 20, shade(stage.tone, 0.05), 0.75)
    for radius in (318, 292, 266, 240, 306, 278, 252):
        shifted = (radius * 7) % 17 - 8
        ring = oval(shifted, shifted * 0.7, radius, radius * 0.985, 8, 352)
        stage.tube(ring, 23, color, 0.1)
        for index in range(140):
            turn = radians(10 + index * 2.45)
            x, y = shifted + radius * cos(turn), shifted * 0.7 + radius * 0.985 * sin(turn)
            with stage.frame(x, y, 1, 10 + index * 2.45 + 42):
                stage.stroke([(-5, 0), (5, 0)], 3.2, pale, 0.7)
    stage.tube(curve([(306, 40), (400, 90), (420, 240), (330, 330)]), 23, color, 0.1)
    for index in range(3):
        stage.stroke(
            [(318, 324 + index * 8), (338, 348 + index * 16)], 6, [(176, 108, 60), (60, 92, 140), (96, 140, 84)][index]
        )
    for y in (-14, 0, 14):
        stage.tube([(-342, y), (-222, y)], 12, (226, 210, 176))


def tapers(stage: Stage, spec: PictureSpec) -> None:
    """A pair of tapers lying crossed, and a third upright, lit."""
    color = parse(spec.color)
    for x, tall in ((-74, 560), (74, 600)):
        with stage.frame(x, 0):
            stage.ground(48, 16, length=0.6)
            Turned(stage, curve([(-42, 40), (-34, 52), (-8, 66), (0, 66)]), 0.26).paint(BRASS, 0.4)
            wax = Turned(stage, curve([(-tall, 20), (-tall + 14, 25), (-tall * 0.5, 34), (-34, 39)])).paint(color, 0.14)
            stage.polygon(oval(0, wax.top, 20, 5), shade(color, 0.4))
            flame(stage, 0, -tall)
