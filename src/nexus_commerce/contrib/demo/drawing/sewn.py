"""Aprons and bags: cloth that was cut and sewn."""

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.cloth import WHITE, woven
from nexus_commerce.contrib.demo.drawing.colors import parse, shade
from nexus_commerce.contrib.demo.drawing.metalware import BRASS
from nexus_commerce.contrib.demo.drawing.solids import flat
from nexus_commerce.contrib.demo.drawing.stage import Stage, curve, oval, rounded

__all__ = ["apron", "knapsack", "tote"]


def apron(stage: Stage, spec: PictureSpec) -> None:
    """An apron laid flat, straps crossed."""
    color = parse(spec.color)
    for points in (
        [(-120, -400), (-190, -480), (60, -520), (150, -330)],
        [(120, -400), (190, -490), (-60, -530), (-150, -330)],
    ):
        stage.tube(curve(points), 26, shade(color, -0.08), 0.0)
    outline = [
        (-140, -420),
        (140, -420),
        *curve([(156, -300), (200, -190), (300, -130)]),
        (318, 420),
        (-318, 420),
        *curve([(-300, -130), (-200, -190), (-156, -300)]),
    ]
    stage.drop(outline, 10)
    mask = stage.polygon(outline, woven(color, (0.1, 0.0, 0.08, 0.0, 0.05, 0.2)))
    for points in ([(-60, -380), (-90, 0), (-140, 410)], [(80, -300), (110, 60), (90, 410)]):
        stage.fill(mask & stage.line(curve(points), 16), (24, 20, 26), 0.14)
        stage.fill(mask & stage.line([(x + 16, y) for x, y in curve(points)], 9), WHITE, 0.08)
    for left, right, top, bottom in ((-200, 190, 40, 250),):
        pocket = rounded(left, top, right, bottom, 12)
        stage.soften([[(x + 4, y + 8) for x, y in pocket]], 8, (20, 16, 20), 0.35)
        stage.polygon(pocket, woven(shade(color, 0.05), (0.02, 0, 0.12)))
        stage.stroke([(left + 10, top + 14), (right - 10, top + 14)], 3, shade(color, 0.4), 0.6)
        stage.stroke([(0, top), (0, bottom)], 3, shade(color, 0.4), 0.5)
    stage.stroke([(-128, -396), (128, -396)], 3, shade(color, 0.4), 0.6)
    for x in (-120, 120):
        stage.polygon(oval(x, -398, 13, 13), flat(BRASS, 0.4, -0.3))


def tote(stage: Stage, spec: PictureSpec) -> None:
    """A standing sailcloth bag with a seam, a sail number and colored handles."""
    color, accent = parse(spec.color), parse(spec.accent)
    stage.soften([[(-280, -20), (350, -20), (370, 40), (-250, 40)]], 28, stage.shadow_color, 0.6)
    stage.tube(curve([(-120, -430), (-110, -600), (0, -650), (110, -600), (120, -430)]), 24, shade(accent, -0.3), 0.0)
    outline = [
        (-320, -460),
        (320, -460),
        *curve([(312, -300), (300, -140), (286, -6)]),
        (-286, -6),
        *curve([(-300, -140), (-312, -300)]),
    ]
    mask = stage.polygon(outline, woven(color, (0.1, 0.0, 0.03, 0.0, 0.08, 0.24)))
    stage.fill(mask & stage.mask([(-330, -150), (330, -210), (330, -190), (-330, -130)]), shade(color, -0.16), 0.6)
    stage.fill(mask & stage.line([(-330, -142), (330, -202)], 2), accent, 0.8)
    stage.text(0, -330, "GER 214", 64, shade(accent, -0.1), 0.88)
    stage.fill(mask & stage.mask(oval(300, -60, 200, 300)), (60, 50, 50), 0.1)
    for x in (-170, 170):
        stage.stroke([(x, -470), (x * 0.94, -10)], 40, accent)
        stage.stroke([(x - 12, -470), (x * 0.94 - 12, -10)], 2.5, shade(accent, 0.4), 0.6)
        stage.stroke([(x + 12, -470), (x * 0.94 + 12, -10)], 2.5, shade(accent, -0.4), 0.6)
    stage.stroke(curve([(-170, -464), (-140, -640), (0, -700), (140, -640), (170, -464)]), 38, accent)
    stage.stroke(curve([(-182, -464), (-150, -648), (0, -710), (150, -648), (182, -464)]), 3, shade(accent, 0.4), 0.6)
    stage.stroke([(-318, -452), (318, -452)], 4, shade(color, -0.3), 0.6)


def knapsack(stage: Stage, spec: PictureSpec) -> None:
    """A waxed knapsack with leather straps and brass buckles."""
    color, leather = parse(spec.color), parse(spec.accent)
    stage.ground(230, 46)
    stage.tube(curve([(-60, -600), (-40, -660), (40, -660), (60, -600)]), 22, leather)
    outline = curve(
        [
            (0, 6),
            (-200, -4),
            (-258, -60),
            (-262, -300),
            (-230, -560),
            (0, -604),
            (230, -560),
            (262, -300),
            (258, -60),
            (200, -4),
            (0, 6),
        ],
        8,
    )
    stage.polygon(outline, woven(color, (0.16, 0.0, 0.02, 0.06, 0.34)))
    pocket = rounded(-180, -240, 180, -36, 30)
    stage.soften([[(x + 4, y + 10) for x, y in pocket]], 10, (20, 16, 18), 0.4)
    stage.polygon(pocket, woven(shade(color, 0.04), (0.08, 0, 0.1, 0.22)))
    flap = curve(
        [
            (0, -296),
            (-220, -308),
            (-254, -380),
            (-240, -556),
            (0, -610),
            (240, -556),
            (254, -380),
            (220, -308),
            (0, -296),
        ],
        8,
    )
    stage.soften([[(x + 4, y + 14) for x, y in flap]], 12, (20, 16, 18), 0.42)
    stage.polygon(flap, woven(shade(color, 0.07), (0.1, 0.0, 0.02, 0.1, 0.28)))
    stage.stroke(curve([(-236, -384), (-206, -322), (0, -310), (206, -322), (236, -384)]), 3, shade(color, 0.45), 0.5)
    for x in (-110, 110):
        stage.stroke([(x, -470), (x, -190)], 36, leather)
        stage.stroke([(x - 11, -470), (x - 11, -190)], 3, shade(leather, 0.4), 0.6)
        with stage.frame(x, -268):
            stage.stroke([*rounded(-30, -26, 30, 26, 6), (30, -20)], 9, BRASS)
            stage.stroke([(0, -26), (0, 18)], 7, shade(BRASS, 0.3))
