"""Things for a desk."""

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing.cloth import woven
from nexus_commerce.contrib.demo.drawing.colors import Color, parse, shade
from nexus_commerce.contrib.demo.drawing.plants import leaf
from nexus_commerce.contrib.demo.drawing.solids import flat, lengthwise
from nexus_commerce.contrib.demo.drawing.stage import Stage, curve, oval, rounded
from nexus_commerce.contrib.demo.drawing.textures import gradient

__all__ = ["calendar", "notebook", "pen", "pencils", "pocketbooks", "seeds"]

PAGES: Color = (240, 233, 218)
CEDAR: Color = (204, 152, 110)


def bound(stage: Stage, left: float, top: float, right: float, bottom: float, color: Color, thick: float) -> None:
    """Draw a book lying on the table: its shadow, the block of pages, the cover."""
    cover = rounded(left, top, right, bottom, 12)
    stage.drop(cover, thick * 1.4)
    stage.polygon([(x + thick * 0.5, y + thick * 0.6) for x, y in cover], shade(color, -0.45))
    stage.polygon(rounded(left + thick * 0.3, top + thick * 0.3, right + thick * 0.3, bottom + thick * 0.35, 6), PAGES)
    for line in range(1, int(thick * 0.35), 3):
        stage.stroke([(left + 14, bottom + line), (right, bottom + line)], 1, shade(PAGES, -0.3), 0.6)
    stage.polygon(cover, woven(color, (0.0, 0.02, 0.04, 0.16), -40))


def notebook(stage: Stage, spec: PictureSpec) -> None:
    """A cloth-bound logbook with a label and two ribbons."""
    color = parse(spec.color)
    with stage.frame(0, 0, 1, -9):
        for x, tone, reach in ((-90, (190, 150, 60), 400), (-60, (160, 66, 58), 376)):
            stage.stroke(curve([(x, 330), (x + 8, reach - 20), (x - 6, reach)]), 15, tone)
        bound(stage, -260, -360, 260, 350, color, 26)
        stage.soften([[(-260, -360), (-206, -360), (-206, 350), (-260, 350)]], 6, (30, 26, 30), 0.18)
        stage.stroke([(-206, -356), (-206, 346)], 3, shade(color, -0.5), 0.5)
        plate = rounded(-110, -220, 170, -60, 8)
        stage.polygon([(x + 2, y + 3) for x, y in plate], shade(color, -0.5), 0.6)
        stage.polygon(plate, flat((244, 238, 224)))
        stage.text(30, -172, "LOGBOOK", 36, (60, 54, 52), 0.9)
        for y in (-126, -94):
            stage.stroke([(-80, y), (140, y)], 2, (150, 140, 130), 0.7)


def pocketbooks(stage: Stage, spec: PictureSpec) -> None:
    """Three stitched pocket books, fanned."""
    color, accent = parse(spec.color), parse(spec.accent)
    for angle, x in ((-16, -130), (-2, 0), (12, 130)):
        with stage.frame(x, 0, 1, angle):
            cover = rounded(-165, -260, 165, 260, 26)
            stage.drop(cover, 11)
            stage.polygon(cover, woven(color, (0.02, 0.0, 0.14), -40))
            stage.stroke([(-140, -250), (-140, 250)], 3, shade(color, -0.5), 0.3)
            for y in range(-220, 221, 40):
                stage.stroke([(-150, y), (-150, y + 22)], 6, accent)
    with stage.frame(130, 0, 1, 12):
        stage.text(10, -170, "No. 3", 44, shade(color, -0.75), 0.85)
        stage.text(10, -118, "plain", 26, shade(color, -0.75), 0.75)


def pen(stage: Stage, spec: PictureSpec) -> None:
    """A turned metal pen on a sheet with a line of writing."""
    color = parse(spec.color)
    with stage.frame(-20, 30, 1, -12):
        sheet = [(-360, -290), (340, -290), (340, 330), (-360, 330)]
        stage.drop(sheet, 5)
        stage.polygon(sheet, flat((246, 241, 230), 0.2, -0.05))
        for row, y in enumerate(range(-210, 290, 66)):
            if row < 5:
                scrawl = curve(
                    [(-300 + i * 17, y - 9 - (i * 7 + row * 5) % 23) for i in range(34 - row * 4 - row % 2 * 9)], 4
                )
                stage.stroke(scrawl, 3.4, (52, 60, 84), 0.75)
            stage.stroke([(-310, y + 8), (300, y + 8)], 1.4, (190, 186, 180), 0.8)
    with stage.frame(70, 20, 1, 32):
        barrel = [
            (-330, -22),
            (250, -22),
            (300, -14),
            (352, -4),
            (352, 4),
            (300, 14),
            (250, 22),
            (-330, 22),
            (-344, 12),
            (-344, -12),
        ]
        stage.drop(barrel, 18)
        stage.polygon(barrel, lengthwise(color, 0.4))
        for x in (-120, -104, 236):
            stage.stroke([(x, -20), (x, 20)], 4, shade(color, -0.55), 0.6)
        stage.polygon(rounded(-330, -34, -130, -22, 5), lengthwise(shade(color, 0.1), 0.5))


def pencils(stage: Stage, spec: PictureSpec) -> None:
    """An open tin with six pencils, one of them out."""
    color, accent = parse(spec.color), parse(spec.accent)
    with stage.frame(0, 0, 1, -18):
        tin = rounded(-380, -190, 380, 190, 26)
        stage.drop(tin, 24)
        stage.polygon(tin, flat((190, 190, 188), 0.3, -0.2))
        stage.polygon(rounded(-362, -172, 362, 172, 16), flat((150, 150, 148), -0.1, 0.15))
        for index in range(5):
            one_pencil(stage, -330, -128 + index * 62, 660, shade(color, -0.12 + index * 0.09))
    with stage.frame(40, 300, 1, 7):
        stage.drop([(-340, -24), (330, -24), (330, 24), (-340, 24)], 14)
        one_pencil(stage, -350, 0, 690, accent)


def one_pencil(stage: Stage, x: float, y: float, length: float, color: Color) -> None:
    """Draw a hexagonal pencil lying to the right, sharpened."""
    end = x + length
    stage.polygon([(end - 92, y - 21), (end, y), (end - 92, y + 21)], flat(CEDAR, 0.2, -0.2))
    stage.polygon([(end - 26, y - 6), (end, y), (end - 26, y + 6)], (54, 52, 56))
    for upper, lower, tone in ((-23, -8, 0.28), (-8, 9, 0.04), (9, 23, -0.3)):
        stage.polygon(
            [
                (x, y + upper),
                (end - 90, y + upper),
                (end - 104, y + (upper + lower) / 2),
                (end - 90, y + lower),
                (x, y + lower),
            ],
            shade(color, tone),
        )
    stage.polygon([(x, y - 23), (x + 18, y - 23), (x + 18, y + 23), (x, y + 23)], shade(color, -0.5))


def calendar(stage: Stage, spec: PictureSpec) -> None:
    """A wall calendar: thirty lines of tide and a red moon."""
    color, accent = parse(spec.color), parse(spec.accent)
    sheet = [(-300, -420), (300, -420), (300, 430), (-300, 430)]
    stage.polygon(oval(0, -470, 9, 9), (90, 84, 80))
    stage.drop(sheet, 10)
    stage.polygon(sheet, flat((245, 240, 228), 0.15, -0.06))
    stage.polygon([(-300, -420), (300, -420), (300, -386), (-300, -386)], flat((178, 140, 96), 0.2, -0.2))
    stage.polygon(oval(0, -403, 12, 12), stage.tone)
    stage.text(-118, -316, "November", 58, shade(color, -0.3), 0.95)
    stage.polygon(oval(206, -312, 40, 40), accent)
    for day in range(30):
        y = -230 + day * 21
        swing = 9 - abs(day % 15 - 7)
        line = curve([(-256 + i * 43, y - (swing if i % 2 else -swing)) for i in range(13)], 5)
        stage.stroke(line, 3.4, accent if day in (7, 22) else color, 0.9)
    stage.text(0, 405, "TIDES  ·  FLENSBURG  ·  NEW YORK", 18, shade(color, -0.3), 0.8)


def seeds(stage: Stage, spec: PictureSpec) -> None:
    """A standing seed packet with a plate of the plant."""
    color, accent = parse(spec.color), parse(spec.accent)
    stage.soften([[(-200, -10), (250, -10), (280, 34), (-170, 30)]], 22, stage.shadow_color, 0.6)
    packet = [(-212, -590), (212, -590), (212, 0), (-212, 0)]
    stage.polygon(
        packet, lambda s: gradient(s, [shade(color, -0.06), shade(color, 0.16), color, shade(color, -0.16)], -8)
    )
    stage.polygon([(-212, -590), (212, -590), (212, -548), (-212, -548)], shade(color, -0.22), 0.7)
    window = rounded(-160, -450, 160, -140, 20)
    stage.polygon(window, flat((248, 243, 232), 0.1, -0.06))
    with stage.frame(0, -150):
        plant_plate(stage, str(spec.details.get("plant")), accent)
    stage.text(0, -500, "SAATGUT PETERSEN", 23, shade(accent, -0.3), 0.95)
    stage.polygon([(-160, -108), (160, -108), (160, -52), (-160, -52)], accent)
    stage.text(0, -80, "open-pollinated", 25, (248, 243, 232), 0.95)
    stage.stroke([(-206, -586), (-206, -6)], 3, shade(color, 0.6), 0.5)


def plant_plate(stage: Stage, plant: str, accent: Color) -> None:
    """Draw a plant as an old plate would show it, growing up from the origin."""
    green: Color = (92, 120, 82)
    stems = [(-70, -150), (0, -220), (74, -170)]
    for x, y in stems:
        stage.stroke(curve([(0, 0), (x * 0.3, y * 0.5), (x, y)]), 7, green)
        leaf(stage, x * 0.4, y * 0.55, 80, 30, 60 if x > 0 else -60, green)
    for x, y in stems:
        if plant == "tomato":
            stage.polygon(oval(x, y + 34, 38, 46), flat(accent, 0.3, -0.25))
            for turn in (-60, 0, 60):
                leaf(stage, x, y - 2, 34, 14, turn, green)
        elif plant == "kale":
            for turn in (-70, -35, 0, 35, 70):
                leaf(stage, x * 0.6, y * 0.3, 150, 60, turn * 0.8 + x * 0.2, shade(accent, 0.06 * (turn % 3)))
        elif plant == "pea":
            for dx, dy, r in ((-22, 0, 34), (22, 0, 34), (0, 18, 24)):
                stage.polygon(oval(x + dx, y + dy, r, r * 0.86), flat(shade(accent, 0.25), 0.25, -0.2))
        else:
            with stage.frame(x, y):
                for turn in range(0, 360, 40):
                    leaf(stage, 0, 0, 54, 26, turn, shade(accent, 0.12))
                stage.polygon(oval(0, 0, 13, 13), (222, 180, 70))
