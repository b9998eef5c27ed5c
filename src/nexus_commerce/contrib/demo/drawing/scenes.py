"""Which painter draws which kind of picture, in which studio, and where it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nexus_commerce.contrib.demo.catalogue import PictureSpec
from nexus_commerce.contrib.demo.drawing import (
    cloth,
    glass,
    lights,
    metalware,
    paper,
    plants,
    pottery,
    printed,
    sewn,
    tools,
    woodwork,
)
from nexus_commerce.contrib.demo.drawing.colors import Color, shade
from nexus_commerce.contrib.demo.drawing.solids import Turned, wooden
from nexus_commerce.contrib.demo.drawing.stage import Stage

__all__ = ["SCENES", "Scene"]

Painter = Callable[[Stage, PictureSpec], None]


@dataclass(frozen=True)
class Scene:
    """A painter with its place: standing on the studio's floor, or seen from above or on a wall around the middle."""

    painter: Painter
    scale: float = 1.0
    standing: bool = True
    x: float = 0
    y: float = 0

    def set_up(self, tone: Color) -> Stage:
        """Return the empty studio it is drawn in."""
        return Stage.studio(tone) if self.standing else Stage.table(tone)

    @property
    def origin(self) -> tuple[float, float]:
        """Where the painter's origin lies on a picture of 1200 by 1200."""
        return 600 + self.x, (930 if self.standing else 600) + self.y


def gift_set(stage: Stage, spec: PictureSpec) -> None:
    """Several things in front of the box they come in."""
    board: Color = (196, 164, 124)
    stage.soften([[(-420, -40), (480, -40), (520, 60), (-380, 60)]], 40, stage.shadow_color, 0.5)
    stage.polygon([(-400, -330), (400, -330), (430, -60), (-430, -60)], shade(board, -0.45))
    items = spec.details["items"]
    assert isinstance(items, tuple)
    places = {2: (-190, 190), 3: (-245, 20, 270)}[len(items)]
    for x, (kind, color) in zip(places, items, strict=True):
        scene = SCENES[kind]
        with stage.frame(x, -118 if scene.standing else -330, scene.scale * (0.58 if scene.standing else 0.44)):
            scene.painter(stage, item_spec(kind, color))
    front = [(-440, -200), (440, -200), (424, 0), (-424, 0)]
    stage.polygon(front, wooden(board, 4))
    stage.polygon([(-440, -200), (440, -200), (440, -190), (-440, -190)], shade(board, 0.35))
    ribbon(stage)


def item_spec(kind: str, color: str) -> PictureSpec:
    """Return how an item looks inside a set."""
    details = {"motif": "stitch", "title": "The Mending Year", "plant": "flower"}
    accent = {"tin": "#c3c6c1", "candle": "#d9c9ac", "coffeebag": "#a9573a", "seeds": "#2f5878", "book": "#efe5cf"}
    return PictureSpec(kind, kind, color, accent.get(kind, "#efe5cf"), details)


def ribbon(stage: Stage) -> None:
    """Print the shop's name on the box's front."""
    stage.text(0, -92, "WICK & WARP", 52, (84, 60, 40), 0.8)


def gift_box(stage: Stage, spec: PictureSpec) -> None:
    """A closed gift box, for banners."""
    stage.ground(220, 50)
    Turned(stage, [(-300, 230), (0, 226)]).paint((196, 164, 124), 0.05)
    lid = Turned(stage, [(-340, 240), (-280, 240)]).paint((176, 96, 72), 0.12)
    lid.mouth((176, 96, 72), (176, 96, 72), 2, (190, 112, 86), 0)


SCENES: Mapping[str, Scene] = {
    "mug": Scene(pottery.mug, 1.42, x=-30),
    "cups": Scene(pottery.cups, 1.5),
    "bowl": Scene(pottery.bowl, 1.35),
    "plate": Scene(pottery.plate, 1.22, y=-20),
    "dripper": Scene(pottery.dripper, 1.42),
    "teapot": Scene(pottery.teapot, 1.22),
    "saltpig": Scene(pottery.saltpig, 1.45),
    "planter": Scene(plants.planter, 1.0),
    "hangingpot": Scene(plants.hangingpot, 1.05, y=-240),
    "longtom": Scene(plants.longtom, 1.15),
    "trough": Scene(plants.trough, 1.16),
    "kettle": Scene(metalware.kettle, 1.3, x=20),
    "skillet": Scene(metalware.skillet, 1.06, x=-70, y=-40),
    "stockpot": Scene(metalware.stockpot, 1.4),
    "wateringcan": Scene(metalware.wateringcan, 1.12, x=40),
    "tin": Scene(metalware.tin, 1.3),
    "coffeebag": Scene(metalware.coffeebag, 1.32),
    "oil": Scene(metalware.oil, 1.25),
    "chamberstick": Scene(metalware.chamberstick, 1.35, x=-40, y=-30),
    "tumbler": Scene(glass.tumbler, 1.4),
    "carafe": Scene(glass.carafe, 1.15),
    "mister": Scene(glass.mister, 1.35),
    "ink": Scene(glass.ink, 1.55),
    "candle": Scene(glass.candle, 1.4),
    "lamp": Scene(lights.lamp, 1.15, y=10),
    "shadelamp": Scene(lights.shadelamp, 1.22),
    "pendant": Scene(lights.pendant, 1.15, y=-330),
    "paperlamp": Scene(lights.paperlamp, 1.02, y=-290),
    "tapers": Scene(lights.tapers, 1.12),
    "stool": Scene(woodwork.stool, 1.22),
    "chair": Scene(woodwork.chair, 1.05, y=20),
    "grinder": Scene(woodwork.grinder, 1.3, x=-20),
    "woodbowl": Scene(woodwork.woodbowl, 1.25, y=-20),
    "blanket": Scene(cloth.blanket, 1.2, y=-20),
    "cushion": Scene(cloth.cushion, 1.2),
    "towel": Scene(cloth.towel, 1.25),
    "tote": Scene(sewn.tote, 1.1),
    "knapsack": Scene(sewn.knapsack, 1.18),
    "yarn": Scene(cloth.yarn, 1.35, y=-40),
    "seeds": Scene(paper.seeds, 1.15),
    "set": Scene(gift_set, 1.08, y=-20),
    "giftbox": Scene(gift_box, 1.3),
    "cable": Scene(lights.cable, 1.1, standing=False, x=-30),
    "board": Scene(woodwork.board, 1.15, standing=False),
    "endgrain": Scene(woodwork.endgrain, 1.1, standing=False),
    "pegrail": Scene(woodwork.pegrail, 1.1, standing=False, y=-130),
    "shelf": Scene(woodwork.shelf, 1.2, standing=False, y=20),
    "throw": Scene(cloth.throw, 1.12, standing=False, y=10),
    "teatowel": Scene(cloth.teatowel, 1.15, standing=False),
    "apron": Scene(sewn.apron, 1.05, standing=False, y=30),
    "knife": Scene(tools.knife, 1.15, standing=False, y=20),
    "trowel": Scene(tools.trowel, 1.1, standing=False),
    "fork": Scene(tools.fork, 1.1, standing=False),
    "pruners": Scene(tools.pruners, 1.15, standing=False, y=-60),
    "needles": Scene(tools.needles, 1.15, standing=False, x=-90, y=60),
    "threads": Scene(tools.threads, 1.25, standing=False),
    "darning": Scene(tools.darning, 1.12, standing=False),
    "notebook": Scene(paper.notebook, 1.15, standing=False),
    "pocketbooks": Scene(paper.pocketbooks, 1.2, standing=False),
    "pen": Scene(paper.pen, 1.15, standing=False),
    "pencils": Scene(paper.pencils, 1.12, standing=False, y=-50),
    "calendar": Scene(paper.calendar, 1.08, standing=False),
    "print": Scene(printed.art_print, 1.1, standing=False),
    "record": Scene(printed.record, 1.08, standing=False),
    "album": Scene(printed.album, 1.08, standing=False),
    "book": Scene(printed.book, 1.18, standing=False),
    "ebook": Scene(printed.ebook, 1.12, standing=False),
    "pattern": Scene(printed.pattern, 1.15, standing=False),
    "plan": Scene(printed.plan, 1.12, standing=False, y=-10),
}
