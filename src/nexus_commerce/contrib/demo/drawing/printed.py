"""Prints, records, books, and files shown as what they turn into."""

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.colors import Color, mix, parse, shade
from nexus_commerce.contrib.demo.drawing.motifs import MOTIFS, Sheet
from nexus_commerce.contrib.demo.drawing.paper import bound
from nexus_commerce.contrib.demo.drawing.solids import flat, wooden
from nexus_commerce.contrib.demo.drawing.stage import Stage, curve, oval, rounded
from nexus_commerce.contrib.demo.drawing.textures import gradient, knit

__all__ = ["album", "art_print", "book", "ebook", "pattern", "plan", "record"]

PAPER: Color = (248, 244, 234)


def motif(stage: Stage, spec: PictureSpec, half_width: float, half_height: float) -> Sheet:
    """Print the spec's motif on a rectangle around the origin."""
    area = [
        (-half_width, -half_height),
        (half_width, -half_height),
        (half_width, half_height),
        (-half_width, half_height),
    ]
    sheet = Sheet(stage, stage.mask(area), half_width, half_height, parse(spec.color), parse(spec.accent))
    MOTIFS[str(spec.details["motif"])](sheet)
    return sheet


def art_print(stage: Stage, spec: PictureSpec) -> None:
    """A linocut: pinned up as it is, or in a frame with a mat."""
    frame = spec.details.get("frame")
    grow = 46 if frame else 0
    outer = [(-410 - grow, -320 - grow), (410 + grow, -320 - grow), (410 + grow, 320 + grow), (-410 - grow, 320 + grow)]
    stage.drop(outer, 24 if frame else 8)
    if frame:
        color = parse(str(frame))
        stage.polygon(outer, wooden(color, 3))
        stage.polygon([(x * 0.93, y * 0.915) for x, y in outer], shade(color, -0.55))
    stage.polygon([(-408, -318), (408, -318), (408, 318), (-408, 318)], flat(PAPER, 0.2, -0.05))
    with stage.frame(0, -16):
        motif(stage, spec, 330, 240)
    stage.stroke(curve([(210, 268), (240, 256), (262, 272), (300, 258), (326, 266)]), 2.4, (110, 104, 100), 0.8)
    stage.text(-290, 264, str(spec.details.get("number", "1/1")), 20, (110, 104, 100), 0.8)
    if frame:
        stage.polygon([(-408, -318), (-120, -318), (-330, 318), (-408, 318)], (255, 255, 255), 0.07)
    else:
        for x in (-380, 380):
            stage.polygon(oval(x, -292, 11, 11), flat((190, 80, 60), 0.5, -0.3))


def record(stage: Stage, spec: PictureSpec) -> None:
    """A sleeve with its record half out."""
    vinyl, accent = parse(spec.color), parse(spec.accent)
    with stage.frame(0, 0, 1, -7):
        disc = oval(200, 0, 326, 326)
        stage.drop(disc, 10)
        stage.polygon(
            disc,
            lambda s: gradient(s, [shade(vinyl, 0.2), shade(vinyl, -0.1), shade(vinyl, 0.3), shade(vinyl, -0.2)], -35),
        )
        for radius in range(146, 320, 13):
            stage.stroke(oval(200, 0, radius, radius), 1.6, shade(vinyl, 0.3 if radius % 2 else -0.5), 0.4)
        for start in (-62, 118):
            wedge = [(200, 0), *oval(200, 0, 322, 322, start, start + 22)]
            stage.polygon(wedge, (255, 255, 255), 0.13)
        stage.polygon(oval(200, 0, 104, 104), flat(mix(accent, (240, 230, 210), 0.5)))
        stage.polygon(oval(200, 0, 9, 9), stage.tone)
        with stage.frame(-120, 0):
            sleeve = [(-340, -340), (340, -340), (340, 340), (-340, 340)]
            stage.drop(sleeve, 14)
            printed = PictureSpec(spec.name, spec.kind, spec.accent, "#c9ccc6", spec.details)
            stage.polygon(sleeve, flat(accent))
            motif(stage, printed, 340, 340)
            stage.stroke([(-338, -338), (338, -338)], 3, (255, 255, 255), 0.3)
            stage.stroke([(338, -338), (338, 338)], 4, (20, 18, 20), 0.3)


def album(stage: Stage, spec: PictureSpec) -> None:
    """A sleeve on a small player, for music and voices that are files."""
    color = parse(spec.color)
    with stage.frame(0, 0, 1, 6):
        device = rounded(-250, -450, 250, 450, 54)
        stage.drop(device, 20)
        stage.polygon(device, flat((44, 44, 48), 0.25, -0.2))
        screen = rounded(-226, -426, 226, 426, 36)
        stage.polygon(screen, lambda s: gradient(s, [shade(color, 0.1), shade(color, -0.5)], -90))
        with stage.frame(0, -150):
            motif(stage, spec, 190, 190)
        for index in range(45):
            tall = 8 + (index * 29 % 17) * 2.4 * (1 - abs(index - 22) / 34)
            heard = index < 17
            stage.stroke(
                [(-187 + index * 8.5, 140 - tall), (-187 + index * 8.5, 140 + tall)],
                4,
                (250, 246, 236),
                0.95 if heard else 0.4,
            )
        stage.polygon(oval(0, 288, 62, 62), (250, 246, 236))
        for x in (-22, 8):
            stage.polygon(rounded(x, 262, x + 15, 314, 3), shade(color, -0.5))
        for side in (-1, 1):
            stage.polygon([(side * 120, 262), (side * 150, 288), (side * 120, 314)], (250, 246, 236), 0.8)
            stage.polygon([(side * 142, 262), (side * 172, 288), (side * 142, 314)], (250, 246, 236), 0.8)
        stage.polygon([(-226, -426), (60, -426), (-226, 200)], (255, 255, 255), 0.06)


def cover(stage: Stage, spec: PictureSpec, half_width: float, half_height: float) -> None:
    """A book's front: its motif below, its title above."""
    color = parse(spec.color)
    motif(stage, spec, half_width, half_height)
    stage.polygon(
        [
            (-half_width, -half_height),
            (half_width, -half_height),
            (half_width, -half_height * 0.44),
            (-half_width, -half_height * 0.44),
        ],
        shade(color, -0.2),
    )
    words = str(spec.details.get("title", "Wick & Warp")).split(" ")
    middle = (len(words) + 1) // 2
    size = half_width * 0.235
    for row, line in enumerate((" ".join(words[:middle]), " ".join(words[middle:]))):
        stage.text(0, -half_height * 0.80 + row * size * 1.25, line, size, (250, 244, 230), 0.96)


def book(stage: Stage, spec: PictureSpec) -> None:
    """A printed book on the table."""
    with stage.frame(0, 0, 1, -10):
        bound(stage, -270, -370, 270, 370, parse(spec.color), 40)
        with stage.frame(0, 0):
            cover(stage, spec, 270, 370)
        stage.stroke([(-246, -368), (-246, 368)], 5, (20, 16, 20), 0.22)
        stage.stroke([(-240, -368), (-240, 368)], 3, (255, 255, 255), 0.16)


def ebook(stage: Stage, spec: PictureSpec) -> None:
    """A reader that shows the cover."""
    with stage.frame(0, 0, 1, 8):
        device = rounded(-300, -410, 300, 430, 34)
        stage.drop(device, 16)
        stage.polygon(device, flat((58, 57, 60), 0.22, -0.25))
        stage.polygon(rounded(-262, -374, 262, 348, 6), PAPER)
        with stage.frame(0, -13):
            cover(stage, spec, 256, 352)
        stage.polygon([(-262, -374), (90, -374), (-262, 220)], (255, 255, 255), 0.08)
        stage.polygon(rounded(-40, 380, 40, 394, 7), (110, 108, 110))


def pattern(stage: Stage, spec: PictureSpec) -> None:
    """Printed pages of a pattern: a chart, lines of text, and a knitted swatch."""
    color, accent = parse(spec.color), parse(spec.accent)
    for angle, x, y in ((9, 50, 10), (-5, -40, 0)):
        with stage.frame(x, y, 1, angle):
            page = [(-290, -400), (290, -400), (290, 400), (-290, 400)]
            stage.drop(page, 7)
            stage.polygon(page, flat(PAPER, 0.2, -0.06))
    with stage.frame(-40, 0, 1, -5):
        area = [(-230, -340), (230, -340), (230, -20), (-230, -20)]
        mask = stage.mask(area)
        stage.fill(mask, mix(accent, (255, 255, 255), 0.4))
        garment(stage, str(spec.details["motif"]), color, accent)
        chart(stage, color)
        for row, y in enumerate(range(50, 350, 30)):
            stage.stroke([(70, y), (230 - row * 31 % 60, y)], 6, (150, 144, 138), 0.55)
        stage.stroke([(-230, 366), (-140, 366)], 5, color)


def chart(stage: Stage, color: Color) -> None:
    """A colorwork chart: squares on a grid."""
    cell = 23
    for row in range(13):
        for column in range(12):
            left, top = -230 + column * cell, 50 + row * cell
            inked = (abs(column % 12 - 5.5) + abs(row % 12 - 5.5)) in (2, 3, 6, 9)
            square = [(left, top), (left + cell - 2, top), (left + cell - 2, top + cell - 2), (left, top + cell - 2)]
            stage.polygon(square, color if inked else (228, 222, 210))


def garment(stage: Stage, kind: str, color: Color, accent: Color) -> None:
    """The finished thing, knitted."""
    if kind == "yoke":
        shape = curve(
            [
                (-48, -316),
                (0, -300),
                (48, -316),
                (120, -290),
                (200, -150),
                (210, -60),
                (160, -46),
                (120, -150),
                (112, -36),
                (0, -28),
                (-112, -36),
                (-120, -150),
                (-160, -46),
                (-210, -60),
                (-200, -150),
                (-120, -290),
                (-48, -316),
            ],
            6,
        )
    elif kind == "sock":
        shape = curve(
            [
                (-70, -330),
                (30, -330),
                (36, -180),
                (60, -120),
                (170, -90),
                (180, -44),
                (120, -30),
                (0, -34),
                (-60, -70),
                (-74, -180),
                (-70, -330),
            ],
            6,
        )
    else:
        shape = rounded(-140, -320, 140, -44, 10)
    mask = stage.mask(shape)
    stage.fill(mask, lambda s: knit(s, color))
    if kind == "yoke":
        for row, radius in enumerate((92, 112, 132)):
            ring = oval(0, -330, radius * 1.15, radius, 20, 160)
            for part in range(0, 72, 6):
                stage.fill(mask & stage.line(ring[part : part + 4], 9), accent if row % 2 == 0 else shade(accent, -0.2))
    elif kind == "sock":
        for y in (-318, -300, -282):
            stage.fill(mask & stage.line([(-90, y), (60, y)], 8), accent, 0.8)
        stage.fill(mask & stage.mask(oval(-52, -70, 64, 52)), accent, 0.55)
    else:
        for index in range(5):
            stage.fill(mask & stage.line([(-150, -300 + index * 60), (150, -300 + index * 60)], 12), accent, 0.7)


def plan(stage: Stage, spec: PictureSpec) -> None:
    """A blueprint of a piece of furniture, with dimension lines."""
    color = parse(spec.color)
    pale: Color = (226, 234, 238)
    with stage.frame(0, 0, 1, -6):
        sheet = [(-420, -330), (420, -330), (420, 330), (-420, 330)]
        stage.drop(sheet, 8)
        stage.polygon(sheet, flat(shade(color, -0.1), 0.12, -0.12))
        for x in range(-400, 401, 40):
            stage.stroke([(x, -320), (x, 320)], 1, pale, 0.12)
        for y in range(-320, 321, 40):
            stage.stroke([(-410, y), (410, y)], 1, pale, 0.12)
        for outline in drawing_of(str(spec.details["motif"])):
            stage.stroke(outline, 4.5, pale, 0.95)
        for ends in (((-300, 250), (60, 250)), ((-340, -200), (-340, 210))):
            stage.stroke(list(ends), 2, pale, 0.8)
            for x, y in ends:
                stage.polygon(oval(x, y, 6, 6), pale)
        stage.text(-120, 278, "340 mm", 24, pale, 0.9)
        for row in range(6):
            stage.stroke([(180, 60 + row * 30), (360 - row * 23 % 70, 60 + row * 30)], 3, pale, 0.55)
        stage.stroke([(170, 250), (390, 250), (390, 306), (170, 306), (170, 250)], 2.5, pale, 0.8)
        stage.text(280, 278, "J. EK  1:10", 26, pale, 0.9)
    stage.tube([(-330, 392), (180, 430)], 24, (206, 160, 76), 0.3)


def drawing_of(kind: str) -> list[list[tuple[float, float]]]:
    """Return the lines of a piece of furniture, from the front and in plan."""
    if kind == "stool":
        return [
            rounded(-290, -200, 50, -164, 12),
            [(-230, -164), (-290, 210), (-262, 210), (-196, -164)],
            [(-10, -164), (50, 210), (22, 210), (-44, -164)],
            [(-134, -164), (-132, 180), (-108, 180), (-106, -164)],
            oval(270, -140, 120, 120),
            oval(270, -140, 84, 84),
            oval(210, -180, 13, 13),
            oval(330, -180, 13, 13),
            oval(270, -70, 13, 13),
        ]
    return [
        [(-300, -120), (80, -120), (80, -86), (-300, -86), (-300, -120)],
        [(-270, -86), (-290, 210), (-262, 210), (-242, -86)],
        [(22, -86), (42, 210), (70, 210), (50, -86)],
        [(-262, 90), (44, 90)],
        [(-262, 112), (46, 112)],
        [(-300, -200), (-300, -120)],
        [(170, -240), (390, -240), (390, -30), (170, -30), (170, -240)],
        [(170, -100), (390, -100)],
        [(210, -240), (210, -30)],
    ]
