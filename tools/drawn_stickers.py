"""The stickers and custom emoji of the server's own: a small telegraph tower that speaks with its arms."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tools.drawn_things import (
    MORTAR,
    STONE,
    Shapes,
    bulb,
    cake,
    clock,
    cross,
    cup,
    drop,
    flag,
    hand,
    hat,
    laptop,
    letter,
    moon,
    moved,
    note,
    question,
    star,
    steam,
    sun,
    tick,
    umbrella,
    zed,
)
from tools.drawn_tower import (
    LEFT,
    RIGHT,
    arm,
    brows,
    cheeks,
    closed_eyes,
    flat_mouth,
    frown,
    glasses,
    heart_eyes,
    laugh,
    open_eyes,
    round_mouth,
    smile,
    tower,
    wide_eyes,
    wink,
)
from tools.lottie import Frames, animation, hung, layer, nothing, size
from tools.shapes import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    RED,
    YELLOW,
    Point,
    Shape,
    bar,
    flame,
    heart,
    oval,
)

LENGTH: Final = 120  # frames
HALF: Final = LENGTH // 2
FOOT: Final = (256.0, 462.0)


def swing(by: float, times: int = 2) -> Frames:
    """Return a turn from side to side, so many times in a round."""
    step = LENGTH / (2 * times)
    frames = [(round(step * i), (by if i % 2 else -by,)) for i in range(2 * times)]
    return [*frames, (LENGTH, (-by,))]


def bounce(about: Point, by: float, times: int = 2) -> Frames:
    """Return a way up and down."""
    step = LENGTH / (2 * times)
    return [
        (round(step * i), (about[0], about[1] - (by if i % 2 else 0), 0))
        for i in range(2 * times + 1)
    ]


def pulse(low: float, high: float, times: int = 2) -> Frames:
    """Return a size that grows and shrinks."""
    step = LENGTH / (2 * times)
    return [(round(step * i), size(high if i % 2 else low)) for i in range(2 * times + 1)]


def squash() -> Frames:
    """Return how a body breathes."""
    return [(0, (100, 100, 100)), (HALF, (102, 97, 100)), (LENGTH, (100, 100, 100))]


def fall(start: Point, end: Point, late: int = 0) -> dict[str, Frames]:
    """Return a way from a point to another, shown only on the way."""
    last = min(late + 70, LENGTH)
    return {
        "p": [(late, (*start, 0)), (last, (*end, 0))],
        "o": [(late, (0,)), (late + 10, (100,)), (last - 14, (100,)), (last, (0,))],
    }


class Part(NamedTuple):
    """Something that moves by itself."""

    shapes: Shapes
    about: Point = (256.0, 256.0)
    moves: dict[str, Frames] = {}  # noqa: RUF012  never changed
    free: bool = False  # it does not move with the body


class Pose(NamedTuple):
    """How the tower stands in one sticker."""

    face: Shapes
    left: float = -50  # degrees by which an arm is lifted
    right: float = -50
    left_swing: float = 4
    right_swing: float = 4
    times: int = 1  # how often it swings
    hinge: float = 0
    body: dict[str, Frames] = {}  # noqa: RUF012  never changed
    front: tuple[Part, ...] = ()
    back: tuple[Part, ...] = ()
    wall: str = STONE


def confetti() -> tuple[Part, ...]:
    """Return bits of paper that come down."""
    colours = (RED, BLUE, GREEN, YELLOW, PURPLE, ORANGE)
    parts = []
    for index in range(10):
        x = 40 + 48 * index
        bit = Shape(bar(244, 248, 24, 14, 4), colours[index % 6])
        start, end = (x, 30 + 37 * (index % 3)), (x + (20 if index % 2 else -20), 430)
        parts.append(
            Part(
                [bit],
                moves={**fall(start, end, 6 * (index % 8)), "r": ((0, (0,)), (LENGTH, (360,)))},
                free=True,
            )
        )
    return tuple(parts)


def tears() -> tuple[Part, ...]:
    """Return two streams of tears."""
    return tuple(
        Part([drop(256, 256, 0.6)], moves=fall((x, 300), (x + side * 60, 440), late))
        for x, side in ((206, -1), (306, 1))
        for late in (0, 24, 48)
    )


def rising(shapes: Shapes, start: Point, end: Point, late: int = 0) -> Part:
    """Return something that goes up and fades."""
    return Part(
        shapes,
        moves={**fall(start, end, late), "s": ((late, size(60)), (late + 60, size(110)))},
        free=True,
    )


def held(shapes: Shapes, x: float, y: float, scale: float, **moves: Frames) -> Part:
    """Return something the tower shows, about a point."""
    return Part(moved(shapes, x - 256, y - 256, scale), (x, y), moves)


JUMP: Final = {"p": bounce(FOOT, 22)}
SHAKE: Final = {"r": swing(3, 6)}
SWAY: Final = {"r": swing(5, 1)}
BREATHE: Final = {"s": squash()}

STICKERS: Final[dict[str, Callable[[], Pose]]] = {
    "hello": lambda: Pose(
        [*open_eyes(), *laugh(), *cheeks()], right=52, right_swing=18, times=3, body=SWAY
    ),
    "yes": lambda: Pose(
        [*closed_eyes(happy=True), *smile(), *cheeks()],
        right=40,
        body=JUMP,
        front=(held(tick(), 420, 130, 0.42, s=pulse(92, 106)),),
    ),
    "no": lambda: Pose(
        [*open_eyes(), *brows(14), *frown()],
        right=40,
        body={"r": swing(4, 3)},
        front=(held(cross(), 420, 130, 0.42, s=pulse(92, 106)),),
    ),
    "love": lambda: Pose(
        [*heart_eyes(), *laugh(), *cheeks()],
        left=30,
        right=30,
        left_swing=8,
        right_swing=8,
        body=JUMP,
        front=(
            rising(moved(heart(), 0, -12, 0.2), (110, 200), (90, 40)),
            rising(moved(heart(), 0, -12, 0.26), (410, 190), (430, 40), 30),
        ),
    ),
    "heart": lambda: Pose(
        [*open_eyes(), *smile(), *cheeks()],
        left=-34,
        right=-34,
        body=BREATHE,
        front=(held(heart(), 256, 428, 0.36, s=pulse(90, 110)),),
    ),
    "laugh": lambda: Pose(
        [*closed_eyes(happy=True), *laugh(), *cheeks()],
        body={"r": swing(6, 3)},
        front=tears()[:1] + tears()[3:4],
        times=3,
        left_swing=10,
        right_swing=10,
    ),
    "cry": lambda: Pose(
        [*closed_eyes(happy=False), *brows(-16), *frown()],
        left=-64,
        right=-64,
        body=SHAKE,
        front=tears(),
    ),
    "think": lambda: Pose(
        [*open_eyes(5, -8), *brows(-8), *flat_mouth()],
        right=-100,
        hinge=60,
        body=SWAY,
        front=(held(question(256, 256), 424, 140, 0.9, r=swing(9, 1)),),
    ),
    "party": lambda: Pose(
        [*closed_eyes(happy=True), *laugh(), *cheeks()],
        left=48,
        right=48,
        left_swing=14,
        right_swing=14,
        times=2,
        body=JUMP,
        front=(Part(moved(hat(), 0, 20, 0.86)), *confetti()),
    ),
    "sleep": lambda: Pose(
        [*closed_eyes(happy=False), *round_mouth(10, 12)],
        left=-72,
        right=-72,
        body=BREATHE,
        front=tuple(
            rising([zed(256 - s / 2, 256 - s / 2, s)], (360, 190), (450, 40), late)
            for s, late in ((40, 0), (54, 22), (66, 46))
        ),
    ),
    "angry": lambda: Pose(
        [*open_eyes(), *brows(24), *frown()],
        left=-20,
        right=-20,
        body=SHAKE,
        wall="#f4837c",
        front=(
            rising([Shape(oval(256, 256, 30, 22), "#d6dcea")], (150, 120), (90, 30)),
            rising([Shape(oval(256, 256, 30, 22), "#d6dcea")], (362, 120), (422, 30), 20),
        ),
    ),
    "wow": lambda: Pose(
        [*wide_eyes(), *round_mouth(22, 30)],
        left=36,
        right=36,
        body={"s": pulse(97, 103)},
        times=2,
        left_swing=8,
        right_swing=8,
    ),
    "wink": lambda: Pose(
        [*wink(), *smile(), *cheeks()], right=36, right_swing=10, hinge=30, body=SWAY
    ),
    "cool": lambda: Pose(
        [*glasses(), *smile(26)],
        left=-30,
        right=-30,
        body={"r": swing(6, 2)},
        left_swing=8,
        right_swing=8,
        times=2,
    ),
    "kiss": lambda: Pose(
        [*wink(), *round_mouth(11, 10), *cheeks()],
        body=SWAY,
        front=(
            rising(moved(heart(), 0, -12, 0.22), (300, 340), (440, 120)),
            rising(moved(heart(), 0, -12, 0.16), (300, 340), (400, 60), 40),
        ),
    ),
    "thanks": lambda: Pose(
        [*closed_eyes(happy=True), *smile(), *cheeks()],
        left=-118,
        right=-118,
        hinge=-30,
        body={
            "s": [
                (0, (100, 100, 100)),
                (40, (103, 90, 100)),
                (70, (103, 90, 100)),
                (LENGTH, (100, 100, 100)),
            ]
        },
    ),
    "bravo": lambda: Pose(
        [*open_eyes(), *laugh(), *cheeks()],
        left=-128,
        right=-128,
        left_swing=20,
        right_swing=-20,
        times=5,
        body=BREATHE,
    ),
    "fire": lambda: Pose(
        [*glasses(), *laugh()],
        left=30,
        right=30,
        body=BREATHE,
        back=(Part(moved(flame(), 0, -10, 1.04), FOOT, {"s": pulse(94, 104, 4)}),),
    ),
    "coffee": lambda: Pose(
        [*closed_eyes(happy=False), *smile(24), *cheeks()],
        left=-40,
        right=-40,
        body=BREATHE,
        front=(
            held(cup(), 262, 410, 0.44),
            *(
                rising(moved(steam(256), -12, 110, 0.5), (x, 300), (x + 6, 180), late)
                for x, late in ((236, 0), (276, 30))
            ),
        ),
    ),
    "cake": lambda: Pose(
        [*open_eyes(0, 6), *laugh(), *cheeks()],
        left=-40,
        right=-40,
        body=BREATHE,
        front=(
            Part(moved(hat(), 0, 20, 0.86)),
            held(moved(flame(), 0, -170, 0.14), 256, 366, 1, s=pulse(86, 110, 5)),
            held(cake(), 256, 420, 0.46),
        ),
    ),
    "music": lambda: Pose(
        [*closed_eyes(happy=True), *smile(), *cheeks()],
        left=20,
        right=20,
        left_swing=20,
        right_swing=-20,
        times=2,
        body={"r": swing(7, 2)},
        front=(
            rising(moved(note(), 0, 0, 0.24), (92, 230), (70, 50)),
            rising(moved(note(), 0, 0, 0.2), (420, 220), (440, 50), 36),
        ),
    ),
    "work": lambda: Pose(
        [*open_eyes(0, 8), *flat_mouth()],
        left=-60,
        right=-60,
        left_swing=7,
        right_swing=-7,
        times=6,
        hinge=-20,
        body=BREATHE,
        front=(Part(laptop()),),
    ),
    "idea": lambda: Pose(
        [*wide_eyes(), *laugh()],
        right=60,
        body=JUMP,
        front=(held(bulb(), 420, 118, 0.4, s=pulse(88, 108, 3)),),
    ),
    "rain": lambda: Pose(
        [*open_eyes(0, -4), *brows(-10), *frown()],
        body=SWAY,
        front=(
            Part(moved(umbrella(), 0, 40, 0.98)),
            *(
                Part([drop(256, 256, 0.4)], moves=fall((x, 20), (x - 16, 470), late), free=True)
                for x, late in ((40, 0), (96, 30), (424, 14), (478, 44))
            ),
        ),
    ),
    "star": lambda: Pose(
        [*open_eyes(), *laugh(), *cheeks()],
        left=44,
        right=44,
        body=JUMP,
        front=(
            held(star(), 424, 100, 0.42, r=swing(14, 1)),
            held(star(ORANGE), 88, 110, 0.3, r=swing(-14, 1)),
        ),
    ),
    "late": lambda: Pose(
        [*wide_eyes(), *brows(-12), *flat_mouth()],
        left=10,
        right=-30,
        body=SHAKE,
        front=(
            Part(
                moved([hand(86, INK, 0)], 168, 150, 0.34),
                (424, 414),
                {"r": ((0, (0,)), (LENGTH, (360,)))},
            ),
            held(clock(), 424, 406, 0.34, r=swing(6, 8)),
        ),
    ),
    "letter": lambda: Pose(
        [*open_eyes(), *smile(), *cheeks()],
        left=-30,
        right=24,
        right_swing=10,
        body=BREATHE,
        front=(held(letter(), 404, 200, 0.4, r=swing(8, 2)),),
    ),
    "night": lambda: Pose(
        [*closed_eyes(happy=False), *smile(24), *cheeks()],
        left=-70,
        right=-70,
        body=BREATHE,
        front=(held(moon(), 424, 100, 0.42, r=swing(8, 1)),),
    ),
    "shy": lambda: Pose(
        [*open_eyes(-6, 8), *smile(20), *cheeks(), *cheeks()],
        left=-112,
        right=-112,
        hinge=40,
        body=SWAY,
    ),
    "sign": lambda: Pose(
        [*open_eyes(), *smile()],
        left=70,
        right=-8,
        left_swing=34,
        right_swing=34,
        hinge=45,
        body=BREATHE,
    ),
}


def sticker(pose: Pose) -> dict[str, Any]:
    """Return the tower in a pose, as an animation without end."""
    body = 90  # the number of what moves everything
    layers: list[dict[str, Any]] = []

    def add(part: Part) -> None:
        made = layer(part.shapes, LENGTH, len(layers) + 1, **part.moves)
        layers.append(hung(made, part.about, None if part.free else body))

    for part in pose.front:
        add(part)
    for shoulder, angle, by in (
        (LEFT, pose.left, pose.left_swing),
        (RIGHT, pose.right, -pose.right_swing),
    ):
        add(Part(arm(shoulder, angle, pose.hinge), shoulder, {"r": swing(by, pose.times)}))
    add(Part([*pose.face, *tower(pose.wall)]))
    for part in pose.back:
        add(part)
    return animation(LENGTH, [*layers, hung(nothing(LENGTH, body, **pose.body), FOOT)])


# -- custom emoji -----------------------------------------------------------------------------------


def small_tower() -> Shapes:
    """Return the head of the tower, as large as an emoji is."""
    return moved([*open_eyes(), *smile(), *cheeks(), *tower()], 0, 0, 1.16)


def face_of(*parts: Shape) -> Shapes:
    """Return a round face of the tower's kind."""
    return [
        *moved(parts, 0, -66, 1.7),
        Shape(oval(256, 256, 206), STONE),
        Shape(oval(256, 264, 216), MORTAR),
    ]


EMOJI: Final[dict[str, Callable[[], tuple[Shapes, dict[str, Frames]]]]] = {
    "tower": lambda: (small_tower(), {"r": swing(6, 1)}),
    "heart": lambda: (moved(heart(), 0, -14, 1.12), {"s": pulse(86, 104, 3)}),
    "star": lambda: (moved(star(), 0, 10, 1.3), {"r": swing(14, 1)}),
    "tick": lambda: (moved(tick(), 0, 0, 1.3), {"s": pulse(92, 104)}),
    "cross": lambda: (moved(cross(), 0, 0, 1.3), {"r": swing(8, 2)}),
    "bulb": lambda: (bulb(), {"s": pulse(92, 106, 2)}),
    "sun": lambda: (moved(sun(), 0, 0, 1.1), {"r": ((0, (0,)), (LENGTH, (60,)))}),
    "moon": lambda: (moved(moon(), 0, 0, 1.15), {"r": swing(10, 1)}),
    "note": lambda: (note(), {"r": swing(9, 2)}),
    "cup": lambda: (moved(cup(), 10, -56, 1.1), {"r": swing(5, 1)}),
    "letter": lambda: (moved(letter(), 0, 0, 1.2), {"r": swing(6, 2)}),
    "flag": lambda: (flag(RED), {"r": swing(5, 1)}),
    "fire": lambda: (flame(), {"s": pulse(92, 104, 4)}),
    "happy": lambda: (
        face_of(*closed_eyes(happy=True), *laugh(), *cheeks()),
        {"p": bounce((256, 270), 24, 3)},
    ),
    "sad": lambda: (face_of(*open_eyes(), *brows(-16), *frown()), {"r": swing(4, 1)}),
    "cool": lambda: (face_of(*glasses(), *smile(30)), {"r": swing(9, 2)}),
}


def emoji(shapes: Shapes, moves: dict[str, Frames]) -> dict[str, Any]:
    """Return a custom emoji, as an animation without end."""
    return animation(LENGTH, [layer(shapes, LENGTH, 1, **moves)])
