"""Draw what the server gives apps to show: reactions, moving emoji, dice, stickers.

`python -m tools.draw` writes the files of `features/files/drawn_files`; with `--check` it only says
whether they show what is drawn here. Animations are Lottie, as Telegram's apps play it: JSON,
512 by 512, compressed.
"""

import gzip
import io
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any, Final

from PIL import Image, ImageChops, ImageDraw

from tools.drawn_stickers import EMOJI, STICKERS, emoji, sticker
from tools.lottie import Frames, animation, layer, size
from tools.shapes import REACTIONS, SIDE, Path, Shape, die

FOLDER: Final = FilePath(str(files("chappe.features.files") / "drawn_files"))
SAMPLES: Final = 4  # pixels drawn for each that is kept, along each side
CURVE_STEPS: Final = 12  # lines a curve is drawn with
DIFFERENCE_MAX: Final = 24  # levels: how far a pixel may be off, as other versions smooth otherwise
DICE: Final = "dice"


# -- animations -------------------------------------------------------------------------------------


def appear(shapes: Sequence[Shape]) -> dict[str, Any]:
    """Return a drawing that springs up."""
    grow = ((0, size(0)), (14, size(112)), (22, size(94)), (30, size(100)), (60, size(100)))
    return animation(60, [layer(shapes, 60, 1, s=grow)])


def select(shapes: Sequence[Shape]) -> dict[str, Any]:
    """Return a drawing that sways, without end."""
    sway = ((0, (0,)), (15, (-9,)), (45, (9,)), (60, (0,)), (90, (0,)))
    breathe = ((0, size(92)), (30, size(100)), (60, size(92)), (90, size(92)))
    return animation(90, [layer(shapes, 90, 1, r=sway, s=breathe)])


def activate(shapes: Sequence[Shape]) -> dict[str, Any]:
    """Return a drawing that jumps."""
    jump = (
        (0, (256, 256, 0)),
        (12, (256, 286, 0)),
        (28, (256, 206, 0)),
        (44, (256, 264, 0)),
        (54, (256, 256, 0)),
    )
    squash = (
        (0, size(90)),
        (12, (100, 76, 100)),
        (28, (84, 98, 100)),
        (44, (96, 86, 100)),
        (54, size(90)),
        (80, size(90)),
    )
    return animation(80, [layer(shapes, 80, 1, p=jump, s=squash)])


def center(shapes: Sequence[Shape]) -> dict[str, Any]:
    """Return a drawing that nods once, for the middle of a button."""
    nod = ((0, size(72)), (14, size(104)), (30, size(96)), (60, size(96)))
    return animation(60, [layer(shapes, 60, 1, s=nod)])


def burst(shapes: Sequence[Shape], reach: float, small: float, count: int) -> dict[str, Any]:
    """Return small copies of a drawing that fly apart and fade."""
    layers = []
    for index in range(count):
        angle = 2 * math.pi * index / count - math.pi / 2
        far = reach * (1 if index % 2 == 0 else 0.7)
        x, y = 256 + far * math.cos(angle), 256 + far * math.sin(angle)
        late = 3 * (index % 3)
        layers.append(
            layer(
                shapes,
                70,
                index + 1,
                p=((late, (256, 256, 0)), (late + 40, (round(x, 1), round(y, 1), 0))),
                s=((late, size(0)), (late + 14, size(small)), (60, size(small * 0.6))),
                o=((late + 26, (100,)), (62, (0,))),
                r=((late, (0,)), (60, (40 if index % 2 else -40,))),
            )
        )
    return animation(70, layers)


def effect(shapes: Sequence[Shape]) -> dict[str, Any]:
    """Return what fills the screen for a moment."""
    return burst(shapes, 200, 26, 10)


def around(shapes: Sequence[Shape]) -> dict[str, Any]:
    """Return what flies about a reaction that was chosen."""
    return burst(shapes, 170, 16, 7)


def tumbling() -> dict[str, Any]:
    """Return a die in the air, without end."""
    turn = ((0, (0,)), (60, (360,)))
    hop = (
        (0, (256, 300, 0)),
        (15, (256, 200, 0)),
        (30, (256, 300, 0)),
        (45, (256, 200, 0)),
        (60, (256, 300, 0)),
    )
    return animation(60, [layer(die(5), 60, 1, r=turn, p=hop, s=((0, size(70)), (60, size(70))))])


def thrown(value: int) -> dict[str, Any]:
    """Return a die that falls and shows a face."""
    length, seen = 150, 40
    turn = ((0, (-540,)), (40, (-20,)), (60, (8,)), (76, (0,)))
    fall = (
        (0, (256, -120, 0)),
        (30, (256, 300, 0)),
        (44, (256, 210, 0)),
        (60, (256, 272, 0)),
        (76, (256, 256, 0)),
    )
    moves: dict[str, Frames] = {"r": turn, "p": fall}
    top = layer(die(value), length, 1, **moves)
    below = layer(die(7 - value), length, 2, **moves)
    top["ip"], below["op"] = seen, seen
    return animation(length, [top, below])


# -- pictures ---------------------------------------------------------------------------------------


def line_of(path: Path) -> Iterator[tuple[float, float]]:
    """Return the points of a path with its curves made straight."""
    for index, start in enumerate(path.points):
        nxt = (index + 1) % len(path.points)
        end = path.points[nxt]
        out = start[0] + path.outs[index][0], start[1] + path.outs[index][1]
        into = end[0] + path.ins[nxt][0], end[1] + path.ins[nxt][1]
        for step in range(CURVE_STEPS):
            t = step / CURVE_STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            yield (
                a * start[0] + b * out[0] + c * into[0] + d * end[0],
                a * start[1] + b * out[1] + c * into[1] + d * end[1],
            )


def painted(shapes: Sequence[Shape]) -> Image.Image:
    """Return a drawing as an image on nothing."""
    whole = Image.new("RGBA", (SIDE * SAMPLES, SIDE * SAMPLES), (0, 0, 0, 0))
    brush = ImageDraw.Draw(whole)
    for shape in reversed(shapes):
        brush.polygon([(x * SAMPLES, y * SAMPLES) for x, y in line_of(shape.path)], shape.colour)
    return whole.resize((SIDE, SIDE), Image.Resampling.BOX)


# -- files ------------------------------------------------------------------------------------------

PARTS: Final[dict[str, Callable[[Sequence[Shape]], dict[str, Any]]]] = {
    "appear": appear,
    "select": select,
    "activate": activate,
    "effect": effect,
    "around": around,
    "center": center,
}


def animations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every animation by its file's name."""
    for name, _, _, shapes in REACTIONS:
        for part, make in PARTS.items():
            yield f"{name}.{part}.tgs", make(shapes)
    yield f"{DICE}.0.tgs", tumbling()
    for value in range(1, 7):
        yield f"{DICE}.{value}.tgs", thrown(value)
    for name, pose in STICKERS.items():
        yield f"sticker.{name}.tgs", sticker(pose())
    for name, drawn in EMOJI.items():
        yield f"emoji.{name}.tgs", emoji(*drawn())


def packed(drawing: dict[str, Any]) -> bytes:
    """Return an animation as a file, the same for the same drawing."""
    text = json.dumps(drawing, separators=(",", ":")).encode()
    return gzip.compress(text, 9, mtime=0)


def is_same_picture(file: FilePath, image: Image.Image) -> bool:
    """Whether a file shows a picture, but for how its edges are smoothed."""
    with Image.open(io.BytesIO(file.read_bytes())) as kept:
        apart = ImageChops.difference(kept.convert("RGBA"), image)
    extremes: Any = apart.getextrema()
    return all(high <= DIFFERENCE_MAX for _, high in extremes)


def write() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, drawing in animations():
        (FOLDER / name).write_bytes(packed(drawing))
    for name, _, _, shapes in REACTIONS:
        painted(shapes).save(FOLDER / f"{name}.webp", "WEBP", lossless=True, method=6)


def stale() -> list[str]:
    """Return the files that do not show what is drawn here, and those nobody drew."""
    found = []
    expected = set()
    for name, drawing in animations():
        file = FOLDER / name
        expected.add(name)
        if not file.exists() or json.loads(gzip.decompress(file.read_bytes())) != json.loads(
            json.dumps(drawing)
        ):
            found.append(name)
    for name, _, _, shapes in REACTIONS:
        file = FOLDER / f"{name}.webp"
        expected.add(file.name)
        if not file.exists() or not is_same_picture(file, painted(shapes)):
            found.append(file.name)
    return [*found, *sorted({f.name for f in FOLDER.iterdir()} - expected)]


def main(arguments: list[str]) -> int:
    """Write the files, or with --check compare them."""
    if "--check" not in arguments:
        write()
        return 0
    for name in (old := stale()):
        print(f"{name} is not what is drawn: run `python -m tools.draw`.")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
