"""What the stickers of the server show beside the tower: signs, things, and the weather."""

import math
from collections.abc import Sequence

from tools.shapes import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    RED,
    TEAR,
    WHITE,
    YELLOW,
    Path,
    Point,
    Shape,
    bar,
    heart,
    oval,
    polygon,
    smooth,
)

STONE, STONE_SHADE, MORTAR = "#fdf3df", "#ead6b4", "#d9bf95"
ROOF, ROOF_SHADE, WOOD, WOOD_SHADE = "#3f7fd6", "#2f63ad", "#ef9a3d", "#c97722"
PINK, GREY = "#ff9d9d", "#8a93a8"

Shapes = list[Shape]


def moved(shapes: Sequence[Shape], dx: float, dy: float, scale: float = 1.0) -> Shapes:
    """Return a drawing made smaller or larger about the middle, and moved."""

    def point(x: float, y: float) -> Point:
        return 256 + (x - 256) * scale + dx, 256 + (y - 256) * scale + dy

    def way(x: float, y: float) -> Point:
        return x * scale, y * scale

    return [
        Shape(
            Path(
                tuple(point(*p) for p in shape.path.points),
                tuple(way(*p) for p in shape.path.ins),
                tuple(way(*p) for p in shape.path.outs),
            ),
            shape.colour,
        )
        for shape in shapes
    ]


def star(colour: str = YELLOW, x: float = 256, y: float = 256, far: float = 170) -> Shapes:
    """Return a star with round points."""
    points = []
    for index in range(10):
        angle = math.pi * index / 5 - math.pi / 2
        reach = far if index % 2 == 0 else far * 0.52
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return [Shape(smooth(*points, tension=1 / 14), colour)]


def zed(x: float, y: float, side: float, colour: str = ROOF) -> Shape:
    """Return a letter Z, its upper left at a point."""
    t = side * 0.24
    return Shape(
        polygon(
            (x, y),
            (x + side, y),
            (x + side, y + t),
            (x + t * 1.5, y + side - t),
            (x + side, y + side - t),
            (x + side, y + side),
            (x, y + side),
            (x, y + side - t),
            (x + side - t * 1.5, y + t),
            (x, y + t),
        ),
        colour,
    )


def question(x: float, y: float) -> Shapes:
    """Return a question mark about a point."""
    hook = smooth(
        (x - 44, y - 30),
        (x - 36, y - 74),
        (x, y - 92),
        (x + 40, y - 74),
        (x + 46, y - 34),
        (x + 20, y + 2),
        (x + 13, y + 34),
        (x - 13, y + 34),
        (x - 12, y - 4),
        (x + 14, y - 38),
        (x, y - 60),
        (x - 16, y - 30),
        tension=1 / 8,
    )
    return [Shape(hook, PURPLE), Shape(oval(x, y + 66, 18), PURPLE)]


def tick(colour: str = GREEN) -> Shapes:
    """Return a tick on a round ground."""
    sign = polygon((150, 262), (184, 228), (234, 278), (336, 176), (370, 210), (234, 346))
    return [Shape(sign, WHITE), Shape(oval(256, 256, 170), colour)]


def cross(colour: str = RED) -> Shapes:
    """Return a cross on a round ground."""
    one = bar(146, 234, 220, 44, 20)
    return [
        Shape(one.turned(45, (256, 256)), WHITE),
        Shape(one.turned(-45, (256, 256)), WHITE),
        Shape(oval(256, 256, 170), colour),
    ]


def bulb() -> Shapes:
    """Return a lamp that is lit."""
    glass = smooth(
        (256, 70),
        (360, 116),
        (392, 214),
        (330, 318),
        (312, 372),
        (200, 372),
        (182, 318),
        (120, 214),
        (152, 116),
    )
    wire = smooth(
        (226, 250), (240, 214), (256, 244), (272, 214), (286, 250), (272, 300), (240, 300)
    )
    rings = [Shape(bar(204, 376 + 30 * i, 104, 24, 12), GREY) for i in range(3)]
    return [
        Shape(wire, ORANGE),
        Shape(oval(196, 160, 26, 40).turned(25, (196, 160)), "#fff3b0"),
        Shape(glass, YELLOW),
        *rings,
    ]


def moon() -> Shapes:
    """Return a crescent."""
    outer = smooth(
        (300, 84),
        (190, 106),
        (112, 196),
        (108, 318),
        (190, 416),
        (316, 430),
        (410, 356),
        (320, 352),
        (248, 288),
        (234, 186),
        tension=1 / 6,
    )
    return [*star("#fff3b0", 392, 152, 44), *star("#fff3b0", 330, 228, 24), Shape(outer, YELLOW)]


def sun() -> Shapes:
    """Return a sun with rays."""
    rays = [Shape(bar(244, 40, 24, 74, 12).turned(30 * i, (256, 256)), ORANGE) for i in range(12)]
    return [
        Shape(oval(226, 226, 34, 22).turned(-40, (226, 226)), "#fff3b0"),
        Shape(oval(256, 256, 116), YELLOW),
        *rays,
    ]


def note() -> Shapes:
    """Return two notes of music."""
    return [
        Shape(oval(168, 372, 56, 42).turned(-18, (168, 372)), PURPLE),
        Shape(oval(352, 332, 56, 42).turned(-18, (352, 332)), PURPLE),
        Shape(polygon((200, 150), (404, 106), (404, 162), (200, 206)), PURPLE),
        Shape(bar(200, 150, 24, 222, 8), PURPLE),
        Shape(bar(380, 110, 24, 222, 8), PURPLE),
    ]


def cup() -> Shapes:
    """Return a cup of coffee."""
    body = smooth(
        (112, 214), (352, 214), (346, 330), (296, 412), (168, 412), (118, 330), tension=1 / 12
    )
    return [
        Shape(oval(232, 218, 104, 22), "#6b4226"),
        Shape(oval(232, 216, 122, 32), "#ffe1e1"),
        Shape(body, RED),
        Shape(oval(366, 290, 30, 36), WHITE),
        Shape(oval(362, 290, 62, 66), RED),
        Shape(oval(232, 424, 168, 26), "#ffd0d0"),
    ]


def steam(x: float) -> Shapes:
    """Return a wisp over a cup."""
    line = smooth(
        (x, 180),
        (x + 16, 150),
        (x - 6, 118),
        (x + 12, 84),
        (x + 26, 84),
        (x + 12, 118),
        (x + 34, 150),
        (x + 14, 180),
    )
    return [Shape(line, "#cfd6e4")]


def letter() -> Shapes:
    """Return an envelope with a heart on it."""
    return [
        *heart(RED, 256, 250, 0.32),
        Shape(polygon((88, 146), (424, 146), (256, 284)), "#f6ddb0"),
        Shape(polygon((96, 140), (416, 140), (256, 302)), MORTAR),
        Shape(bar(80, 132, 352, 248, 26), STONE),
        Shape(bar(72, 124, 368, 264, 32), MORTAR),
    ]


def clock() -> Shapes:
    """Return an alarm clock, without its hands."""
    bells = [
        Shape(oval(x, 118, 62, 50).turned(a, (x, 118)), WOOD) for x, a in ((154, -35), (358, 35))
    ]
    feet = [
        Shape(bar(x, 400, 28, 64, 14).turned(a, (256, 280)), WOOD_SHADE)
        for x, a in ((180, 14), (304, -14))
    ]
    marks = [Shape(bar(250, 158, 12, 28, 6).turned(90 * i, (256, 280)), GREY) for i in range(4)]
    return [
        *marks,
        Shape(oval(256, 280, 136), WHITE),
        Shape(oval(256, 280, 166), RED),
        *bells,
        *feet,
    ]


def hand(long: float, colour: str, turned: float) -> Shape:
    """Return a hand of the clock."""
    return Shape(bar(248, 280 - long, 16, long + 8, 8).turned(turned, (256, 280)), colour)


def cake() -> Shapes:
    """Return a cake with a candle, without its flame."""
    icing = smooth(
        (110, 268),
        (402, 268),
        (402, 310),
        (366, 336),
        (330, 306),
        (294, 340),
        (256, 308),
        (218, 342),
        (182, 306),
        (146, 336),
        (110, 310),
        tension=1 / 7,
    )
    dots = [
        Shape(oval(x, 386, 14), c)
        for x, c in ((160, YELLOW), (224, BLUE), (288, GREEN), (352, PURPLE))
    ]
    return [
        *dots,
        Shape(icing, "#fff0f4"),
        Shape(bar(110, 268, 292, 158, 26), PINK),
        Shape(bar(240, 176, 32, 100, 8), BLUE),
        Shape(oval(256, 428, 190, 24), "#d6dcea"),
    ]


def drop(x: float, y: float, scale: float = 1.0) -> Shape:
    """Return a drop that has its point at a place."""
    points = ((0, 0), (20, 42), (26, 70), (0, 96), (-26, 70), (-20, 42))
    return Shape(smooth(*((x + px * scale, y + py * scale) for px, py in points)), TEAR)


def laptop() -> Shapes:
    """Return a computer, seen from behind it."""
    return [
        *heart(WHITE, 256, 404, 0.14)[1:],
        Shape(bar(146, 346, 220, 124, 16), GREY),
        Shape(bar(112, 458, 288, 24, 12), "#6d7690"),
    ]


def hat() -> Shapes:
    """Return a party hat, for the top of a roof."""
    return [
        Shape(oval(256, 36, 22), YELLOW),
        Shape(polygon((226, 96), (290, 104), (308, 146), (208, 136)), YELLOW),
        Shape(polygon((256, 34), (322, 180), (190, 180)), PURPLE),
    ]


def flag(colour: str) -> Shapes:
    """Return a flag in the wind."""
    cloth = smooth(
        (150, 110),
        (220, 96),
        (290, 126),
        (390, 100),
        (390, 250),
        (290, 278),
        (220, 246),
        (150, 262),
        tension=1 / 8,
    )
    return [
        Shape(cloth, colour),
        Shape(oval(138, 84, 20), YELLOW),
        Shape(bar(126, 84, 24, 370, 12), WOOD_SHADE),
    ]


def umbrella() -> Shapes:
    """Return an open umbrella."""
    roof = smooth(
        (60, 150),
        (120, 40),
        (256, -6),
        (392, 40),
        (452, 150),
        (386, 126),
        (322, 152),
        (256, 126),
        (190, 152),
        (126, 126),
        tension=1 / 7,
    )
    return [
        Shape(bar(250, -22, 12, 30, 6), INK),
        Shape(roof, RED),
        Shape(bar(248, 100, 16, 60, 8), WOOD_SHADE),
    ]
