"""The tower of the server's stickers: its walls, arms and faces."""

from typing import Final

from tools.drawn_things import (
    MORTAR,
    PINK,
    ROOF,
    ROOF_SHADE,
    STONE,
    STONE_SHADE,
    WOOD,
    WOOD_SHADE,
    Shapes,
)
from tools.shapes import INK, RED, WHITE, YELLOW, Point, Shape, arc, bar, heart, oval, smooth

MIDDLE: Final = 256.0
LEFT, RIGHT = (166.0, 302.0), (346.0, 302.0)  # its shoulders, as we see it


def tower(wall: str = STONE) -> Shapes:
    """Return its roof and its walls, without a face."""
    walls = smooth(
        (172, 196), (340, 196), (352, 330), (366, 462), (146, 462), (160, 330), tension=1 / 22
    )
    shade = smooth(
        (308, 196), (340, 196), (352, 330), (366, 462), (316, 462), (312, 330), tension=1 / 22
    )
    roof = smooth((256, 84), (330, 154), (384, 212), (128, 212), (182, 154), tension=1 / 14)
    roof_shade = smooth((256, 84), (330, 154), (384, 212), (300, 212), (286, 150), tension=1 / 14)
    stones = [
        Shape(bar(x, y, 40, 16, 8), STONE_SHADE)
        for x, y in ((178, 408), (288, 432), (180, 236), (300, 228), (190, 440))
    ]
    return [
        Shape(roof_shade, ROOF_SHADE),
        Shape(roof, ROOF),
        Shape(bar(140, 204, 232, 20, 10), ROOF_SHADE),
        Shape(bar(248, 54, 16, 50, 8), WOOD_SHADE),
        Shape(oval(256, 52, 18), YELLOW),
        *stones,
        Shape(shade, STONE_SHADE if wall == STONE else "#d9625b"),
        Shape(walls, wall),
        Shape(bar(126, 448, 260, 30, 14), MORTAR),
    ]


def arm(shoulder: Point, angle: float, hinge: float = 0) -> Shapes:
    """Return an arm that points outwards from a shoulder; more degrees lift it."""
    side = -1 if shoulder[0] < MIDDLE else 1
    x, y = shoulder
    beam = bar(x - 16, y - 17, 128, 34, 17) if side > 0 else bar(x - 112, y - 17, 128, 34, 17)
    end = (x + side * 104, y)
    blade = (
        bar(end[0] - 16, y - 21, 72, 42, 18) if side > 0 else bar(end[0] - 56, y - 21, 72, 42, 18)
    )
    blade = blade.turned(-side * hinge, end)
    pins = [Shape(oval(*end, 8), WOOD_SHADE), Shape(oval(x, y, 10), WOOD_SHADE)]
    shapes = [*pins, Shape(blade, YELLOW), Shape(beam, WOOD)]
    return [Shape(s.path.turned(-side * angle, shoulder), s.colour) for s in shapes]


def open_eyes(dx: float = 0, dy: float = 0) -> Shapes:
    """Return two eyes that look somewhere."""
    shapes = []
    for x in (216, 296):
        shapes += [
            Shape(oval(x + dx - 6, 282 + dy - 9, 7), WHITE),
            Shape(oval(x + dx, 282 + dy, 19, 24), INK),
        ]
    return shapes


def closed_eyes(*, happy: bool) -> Shapes:
    """Return two eyes that are shut, of joy or in sleep."""
    return [
        Shape(arc(x, 292 if happy else 276, 28, 26, 12, smile=not happy), INK) for x in (216, 296)
    ]


def wide_eyes() -> Shapes:
    """Return two eyes that have seen something."""
    return [
        s
        for x in (214, 298)
        for s in (
            Shape(oval(x, 280, 12), INK),
            Shape(oval(x, 280, 32, 36), WHITE),
            Shape(oval(x, 280, 36, 40), MORTAR),
        )
    ]


def heart_eyes() -> Shapes:
    """Return two hearts in the place of eyes."""
    return [s for x in (212, 300) for s in heart(RED, x, 276, 0.19)]


def glasses() -> Shapes:
    """Return dark glasses."""
    panes = [Shape(oval(x - 10, 270, 9, 5).turned(-30, (x - 10, 270)), WHITE) for x in (214, 298)]
    return [
        *panes,
        *(Shape(bar(x - 38, 256, 76, 52, 22), "#20263a") for x in (214, 298)),
        Shape(bar(170, 258, 172, 14, 7), "#20263a"),
    ]


def wink() -> Shapes:
    """Return one eye open and one shut."""
    return [*open_eyes()[:2], Shape(arc(296, 290, 26, 22, 12, smile=False), INK)]


def brows(turned: float) -> Shapes:
    """Return eyebrows; more degrees make them angrier."""
    return [
        Shape(bar(190, 236, 52, 14, 7).turned(turned, (216, 243)), INK),
        Shape(bar(270, 236, 52, 14, 7).turned(-turned, (296, 243)), INK),
    ]


def cheeks() -> Shapes:
    """Return two red cheeks."""
    return [Shape(oval(x, 326, 20, 13), PINK) for x in (186, 326)]


def smile(width: float = 34) -> Shapes:
    """Return a mouth that smiles."""
    return [Shape(arc(256, 322, width, 32, 13, smile=True), INK)]


def frown() -> Shapes:
    """Return a mouth that does not."""
    return [Shape(arc(256, 366, 34, 30, 13, smile=False), INK)]


def laugh() -> Shapes:
    """Return an open mouth."""
    mouth = smooth(
        (206, 322), (256, 328), (306, 322), (296, 368), (256, 386), (216, 368), tension=1 / 7
    )
    return [Shape(oval(256, 376, 24, 12), PINK), Shape(mouth, "#7a2630")]


def round_mouth(rx: float = 18, ry: float = 24) -> Shapes:
    """Return a mouth that says O."""
    return [Shape(oval(256, 352, rx, ry), "#7a2630")]


def flat_mouth() -> Shapes:
    """Return a mouth that says nothing."""
    return [Shape(bar(228, 342, 56, 12, 6).turned(-6, (256, 348)), INK)]
