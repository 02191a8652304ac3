"""Animations as Telegram's apps play them: Lottie, of shapes that move."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tools.shapes import SIDE, Point, Shape

RATE: Final = 60  # frames a second
MIDDLE: Final = (256.0, 256.0)
SHAPES, NOTHING = 4, 3  # kinds of layers

Frames = Sequence[tuple[int, Sequence[float]]]


def still(value: Any) -> dict[str, Any]:
    """Return a property that does not change."""
    return {"a": 0, "k": value}


def moving(frames: Frames) -> dict[str, Any]:
    """Return a property that goes from value to value, gently."""
    keys: list[dict[str, Any]] = []
    for index, (time, value) in enumerate(frames):
        key: dict[str, Any] = {"t": time, "s": list(value)}
        if index + 1 < len(frames):
            count = len(value)
            key["i"] = {"x": [0.6] * count, "y": [1] * count}
            key["o"] = {"x": [0.4] * count, "y": [0] * count}
        keys.append(key)
    return {"a": 1, "k": keys}


def colour(code: str) -> list[float]:
    """Return a colour as Lottie writes it."""
    return [*(round(int(code[i : i + 2], 16) / 255, 3) for i in (1, 3, 5)), 1]


def _rounded(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in points]


def group(shape: Shape) -> dict[str, Any]:
    """Return a shape as Lottie has it."""
    path = shape.path
    curve = {
        "i": _rounded(path.ins),
        "o": _rounded(path.outs),
        "v": _rounded(path.points),
        "c": True,
    }
    return {
        "ty": "gr",
        "it": [
            {"ty": "sh", "ks": still(curve)},
            {"ty": "fl", "c": still(colour(shape.colour)), "o": still(100), "r": 1},
            {
                "ty": "tr",
                "p": still([0, 0]),
                "a": still([0, 0]),
                "s": still([100, 100]),
                "r": still(0),
                "o": still(100),
                "sk": still(0),
                "sa": still(0),
            },
        ],
    }


def layer(shapes: Sequence[Shape], length: int, number: int, **moves: Frames) -> dict[str, Any]:
    """Return a layer that holds a drawing; `moves`: p (place), s (size), r (turn), o (opacity)."""
    drawn = {"shapes": [group(shape) for shape in shapes]}
    return _layer(SHAPES, length, number, moves, drawn)


def nothing(length: int, number: int, **moves: Frames) -> dict[str, Any]:
    """Return a layer without a drawing, the parent of others."""
    return _layer(NOTHING, length, number, moves, {})


def hung(made: dict[str, Any], about: Point, parent: int | None = None) -> dict[str, Any]:
    """Return a layer that turns and grows about a point, and moves with the layer of a number besides."""
    place = made["ks"]["p"] if made["ks"]["p"]["a"] else still([*about, 0])
    hanging = {**made, "ks": {**made["ks"], "p": place, "a": still([*about, 0])}}
    return hanging if parent is None else {**hanging, "parent": parent}


def _layer(
    kind: int, length: int, number: int, moves: Mapping[str, Frames], drawn: Mapping[str, Any]
) -> dict[str, Any]:
    ks = {
        "o": still(100),
        "r": still(0),
        "p": still([*MIDDLE, 0]),
        "a": still([*MIDDLE, 0]),
        "s": still([100, 100, 100]),
    }
    ks |= {name: moving(frames) for name, frames in moves.items()}
    return {
        "ddd": 0,
        "ind": number,
        "ty": kind,
        "nm": "",
        "sr": 1,
        "ks": ks,
        "ao": 0,
        **drawn,
        "ip": 0,
        "op": length,
        "st": 0,
        "bm": 0,
    }


def animation(length: int, layers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a whole animation; the first layer is on top."""
    return {
        "tgs": 1,
        "v": "5.5.2",
        "fr": RATE,
        "ip": 0,
        "op": length,
        "w": SIDE,
        "h": SIDE,
        "nm": "",
        "ddd": 0,
        "assets": [],
        "layers": list(layers),
    }


def size(percent: float) -> tuple[float, float, float]:
    """Return a scale alike in all directions."""
    return percent, percent, 100
