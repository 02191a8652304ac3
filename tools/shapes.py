"""The shapes of which drawings are made: paths of curves, and the ten reactions and the dice made of them."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

Point = tuple[float, float]
SIDE: Final = 512  # of the square everything is drawn in

SKIN, SHADE, INK = "#ffc83d", "#e8a21d", "#5a3a10"
BLUE, RED, DARK_RED, WHITE = "#4a9fe8", "#ef3e4a", "#c22433", "#ffffff"
ORANGE, YELLOW, GREEN, PURPLE, TEAR = "#ff8a1f", "#ffd84a", "#4cc46b", "#9a5fe0", "#58b6f5"


class Path(NamedTuple):
    """A closed curve: points, and for each the way its curve comes in and goes out."""

    points: tuple[Point, ...]
    ins: tuple[Point, ...]
    outs: tuple[Point, ...]

    def flipped(self) -> "Path":
        """Return it upside down."""
        return Path(
            tuple((x, SIDE - y) for x, y in self.points),
            tuple((x, -y) for x, y in self.ins),
            tuple((x, -y) for x, y in self.outs),
        )

    def mirrored(self) -> "Path":
        """Return it with left and right exchanged."""
        return Path(
            tuple((SIDE - x, y) for x, y in self.points),
            tuple((-x, y) for x, y in self.ins),
            tuple((-x, y) for x, y in self.outs),
        )

    def turned(self, degrees: float, about: Point) -> "Path":
        """Return it turned clockwise about a point."""
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        ox, oy = about

        def turn(x: float, y: float) -> Point:
            return c * x - s * y, s * x + c * y

        moved = [turn(x - ox, y - oy) for x, y in self.points]
        return Path(
            tuple((x + ox, y + oy) for x, y in moved),
            tuple(turn(*p) for p in self.ins),
            tuple(turn(*p) for p in self.outs),
        )


class Shape(NamedTuple):
    """A path and its colour."""

    path: Path
    colour: str


def polygon(*points: Point) -> Path:
    """Return straight lines."""
    none = tuple((0.0, 0.0) for _ in points)
    return Path(points, none, none)


def smooth(*points: Point, tension: float = 1 / 6) -> Path:
    """Return a curve through points, without corners."""
    ways = []
    for index in range(len(points)):
        before, after = points[index - 1], points[(index + 1) % len(points)]
        ways.append(((after[0] - before[0]) * tension, (after[1] - before[1]) * tension))
    return Path(points, tuple((-x, -y) for x, y in ways), tuple(ways))


def oval(x: float, y: float, rx: float, ry: float | None = None) -> Path:
    """Return an ellipse about a point."""
    ry = rx if ry is None else ry
    k = 0.5523
    return Path(
        ((x, y - ry), (x + rx, y), (x, y + ry), (x - rx, y)),
        ((-k * rx, 0), (0, -k * ry), (k * rx, 0), (0, k * ry)),
        ((k * rx, 0), (0, k * ry), (-k * rx, 0), (0, -k * ry)),
    )


def bar(x: float, y: float, width: float, height: float, radius: float) -> Path:
    """Return a rectangle with round corners, from its upper left."""
    k = radius * 0.5523
    left, right, top, bottom = x, x + width, y, y + height
    points, ins, outs = [], [], []
    corners: Sequence[tuple[Point, Point, Point]] = (
        ((left, top + radius), (left + radius, top), (0, -1)),
        ((right - radius, top), (right, top + radius), (1, 0)),
        ((right, bottom - radius), (right - radius, bottom), (0, 1)),
        ((left + radius, bottom), (left, bottom - radius), (-1, 0)),
    )
    for first, second, (dx, dy) in corners:
        points += [first, second]
        ins += [(0.0, 0.0), (dy * k, -dx * k)]
        outs += [(dx * k, dy * k), (0.0, 0.0)]
    return Path(tuple(points), tuple(ins), tuple(outs))


def arc(x: float, y: float, rx: float, ry: float, thick: float, *, smile: bool) -> Path:
    """Return a mouth: a thick arc that opens up (a smile) or down."""
    sign = 1 if smile else -1
    angles = [math.radians(180 - a) for a in range(0, 181, 30)]
    outer = [(x + rx * math.cos(a), y + sign * ry * math.sin(a)) for a in angles]
    inner = [
        (x + (rx - thick / 2) * math.cos(a), y + sign * (ry - thick) * math.sin(a)) for a in angles
    ]
    return smooth(*outer, *reversed(inner), tension=1 / 7)


# -- the ten ----------------------------------------------------------------------------------------


def thumb() -> list[Shape]:
    """Return a hand with its thumb up; what is named first lies on top."""
    fingers = [
        Shape(
            bar(262, 214 + 58 * i, 168 - 14 * abs(i - 1), 52, 26), SKIN if i % 2 == 0 else "#fbbf2e"
        )
        for i in range(4)
    ]
    thumb_up = smooth(
        (168, 250), (226, 168), (238, 92), (276, 66), (306, 104), (300, 170), (290, 232), (230, 300)
    )
    return [
        *fingers,
        Shape(thumb_up, SKIN),
        Shape(bar(150, 216, 160, 226, 44), SKIN),
        Shape(bar(70, 208, 92, 246, 26), BLUE),
    ]


def heart(colour: str = RED, x: float = 256, y: float = 268, size: float = 1) -> list[Shape]:
    """Return a heart about a point."""

    def at(px: float, py: float) -> Point:
        return x + px * size, y + py * size

    def way(px: float, py: float) -> Point:
        return px * size, py * size

    outline = Path(
        (at(0, -118), at(190, -60), at(0, 190), at(-190, -60)),
        (way(-24, -70), way(0, -112), way(52, -36), way(0, 100)),
        (way(24, -70), way(0, 100), way(-52, -36), way(0, -112)),
    )
    shine = oval(*at(-92, -82), 40 * size, 24 * size).turned(-35, at(-92, -82))
    return [Shape(shine, "#ff8f96"), Shape(outline, colour)]


def flame() -> list[Shape]:
    """Return a flame."""
    outer = smooth(
        (262, 40),
        (318, 120),
        (352, 176),
        (378, 166),
        (408, 262),
        (404, 360),
        (344, 450),
        (256, 476),
        (166, 450),
        (108, 360),
        (112, 262),
        (160, 190),
        (200, 196),
        (226, 120),
    )
    middle = smooth(
        (268, 190),
        (312, 262),
        (344, 320),
        (330, 404),
        (256, 452),
        (182, 404),
        (172, 322),
        (228, 268),
    )
    inner = smooth((258, 316), (292, 366), (290, 412), (256, 438), (222, 412), (222, 366))
    return [Shape(inner, "#fff3b0"), Shape(middle, YELLOW), Shape(outer, ORANGE)]


def popper() -> list[Shape]:
    """Return a party popper with confetti."""
    cone = polygon((70, 450), (176, 186), (330, 340))
    stripe = polygon((148, 258), (176, 186), (330, 340), (258, 374))
    mouth = oval(253, 263, 106, 44).turned(45, (253, 263))
    bits = [
        Shape(oval(336, 96, 20), RED),
        Shape(oval(430, 236, 18), BLUE),
        Shape(oval(226, 78, 15), GREEN),
        Shape(bar(392, 118, 42, 22, 6).turned(35, (413, 129)), YELLOW),
        Shape(bar(300, 158, 40, 20, 6).turned(-40, (320, 168)), PURPLE),
        Shape(bar(404, 320, 42, 22, 6).turned(-20, (425, 331)), GREEN),
        Shape(bar(272, 30, 36, 20, 6).turned(60, (290, 40)), ORANGE),
        Shape(oval(376, 196, 14), ORANGE),
        Shape(oval(458, 160, 14), RED),
    ]
    return [*bits, Shape(mouth, DARK_RED), Shape(stripe, PURPLE), Shape(cone, YELLOW)]


def face() -> list[Shape]:
    """Return a round head."""
    return [Shape(oval(256, 250, 188, 186), SKIN), Shape(oval(256, 260, 196), SHADE)]


def eyes(y: float, rx: float = 22, ry: float = 32) -> list[Shape]:
    """Return two eyes."""
    return [Shape(oval(256 - 74, y, rx, ry), INK), Shape(oval(256 + 74, y, rx, ry), INK)]


def grin() -> list[Shape]:
    """Return a face that shows its teeth."""
    mouth = smooth(
        (132, 284), (196, 272), (316, 272), (380, 284), (340, 366), (256, 396), (172, 366)
    )
    teeth = smooth(
        (150, 290), (200, 284), (312, 284), (362, 290), (332, 352), (256, 380), (180, 352)
    )
    lines = [Shape(bar(x - 3, 284, 6, 84, 3), "#d8d2c4") for x in (206, 256, 306)]
    line = Shape(bar(158, 326, 196, 6, 3), "#d8d2c4")
    return [line, *lines, Shape(teeth, WHITE), Shape(mouth, INK), *eyes(196), *face()]


def tear() -> list[Shape]:
    """Return a face that weeps."""
    drop = smooth((166, 250), (186, 300), (190, 336), (166, 356), (142, 336), (146, 300))
    brows = [
        Shape(bar(140, 138, 76, 16, 8).turned(-22, (178, 146)), INK),
        Shape(bar(296, 138, 76, 16, 8).turned(22, (334, 146)), INK),
    ]
    mouth = Shape(arc(264, 384, 70, 48, 22, smile=False), INK)
    return [Shape(drop, TEAR), mouth, *brows, *eyes(218), *face()]


def scream() -> list[Shape]:
    """Return a face that is afraid, its hands at its cheeks."""
    looks = []
    for x in (188, 324):
        looks += [Shape(oval(x, 196, 14), INK), Shape(oval(x, 196, 50, 54), WHITE)]
    mouth = [Shape(oval(256, 386, 30, 26), "#c8423f"), Shape(oval(256, 362, 50, 66), INK)]
    hand = smooth((66, 300), (104, 270), (146, 316), (160, 372), (140, 440), (86, 462), (54, 400))
    hands = [Shape(hand, "#f6b32a"), Shape(hand.mirrored(), "#f6b32a")]
    brow = Shape(
        smooth(
            (100, 160),
            (160, 92),
            (256, 70),
            (352, 92),
            (412, 160),
            (340, 128),
            (256, 118),
            (172, 128),
        ),
        "#8ec7f2",
    )
    return [*hands, *looks, *mouth, brow, *face()]


def prayer() -> list[Shape]:
    """Return two hands pressed together."""
    palm = smooth(
        (254, 56),
        (254, 180),
        (254, 330),
        (236, 398),
        (176, 420),
        (148, 372),
        (172, 280),
        (196, 190),
        (222, 84),
    )
    thumb_ = smooth((250, 250), (250, 330), (226, 366), (206, 340), (222, 280))
    cuff = bar(110, 384, 108, 92, 20).turned(-24, (164, 430))
    half = [Shape(thumb_, SHADE), Shape(palm, SKIN), Shape(cuff, BLUE)]
    return [
        *half,
        *(Shape(s.path.mirrored(), "#fbbf2e" if s.colour == SKIN else s.colour) for s in half),
    ]


def clap() -> list[Shape]:
    """Return two hands that clap."""
    about = (256.0, 300.0)
    hand = [bar(190 + 34 * i, 130 + 12 * abs(i - 1), 32, 150, 16) for i in range(4)]
    palm = bar(186, 236, 142, 172, 56)
    thumb_ = smooth((194, 330), (160, 270), (150, 220), (176, 212), (200, 250), (226, 310))
    cuff = bar(204, 394, 108, 62, 18)
    front = [
        *(Shape(p.turned(-28, about), SKIN) for p in (*hand, palm, thumb_)),
        Shape(cuff.turned(-28, about), BLUE),
    ]
    back = [
        *(Shape(p.turned(18, about), SHADE) for p in (*hand, palm)),
        Shape(cuff.turned(18, about), "#3277b8"),
    ]
    rays = [Shape(bar(300, 40, 14, 62, 7).turned(a, (307, 71)), YELLOW) for a in (-40, 0, 40)]
    rays = [
        Shape(ray.path.turned(a, (280, 300)), ray.colour)
        for ray, a in zip(rays, (-22, 6, 34), strict=True)
    ]
    return [*rays, *front, *back]


def upside_down(shapes: list[Shape]) -> list[Shape]:
    """Return a drawing on its head."""
    return [Shape(shape.path.flipped(), shape.colour) for shape in shapes]


REACTIONS: Final = (  # in the order they are offered: name, emoji, title, drawing
    ("thumbs_up", "👍", "Thumbs up", thumb()),
    ("thumbs_down", "👎", "Thumbs down", upside_down(thumb())),
    ("heart", "❤", "Heart", heart()),
    ("fire", "🔥", "Fire", flame()),
    ("party", "🎉", "Party", popper()),
    ("clap", "👏", "Applause", clap()),
    ("grin", "😁", "Grin", grin()),
    ("tear", "😢", "Tear", tear()),
    ("scream", "😱", "Scream", scream()),
    ("prayer", "🙏", "Thanks", prayer()),
)

PIPS: Final = {
    1: ((0, 0),),
    2: ((-1, -1), (1, 1)),
    3: ((-1, -1), (0, 0), (1, 1)),
    4: ((-1, -1), (1, -1), (-1, 1), (1, 1)),
    5: ((-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)),
    6: ((-1, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (1, 1)),
}


def die(value: int) -> list[Shape]:
    """Return a die that shows a face."""
    colour = RED if value == 1 else INK
    pips = [
        Shape(oval(256 + 84 * x, 252 + 84 * y, 34 if value > 1 else 48), colour)
        for x, y in PIPS[value]
    ]
    return [
        *pips,
        Shape(bar(100, 96, 312, 312, 62), WHITE),
        Shape(bar(96, 100, 320, 324, 66), "#c9ccd3"),
    ]
