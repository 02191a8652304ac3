"""Draw the web client's icons of fixed sizes from the shape of its mark: `python -m tools.draw_web_icons`."""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

FOLDER: Final = Path(__file__).resolve().parents[1] / "web" / "static"
FIELD: Final = (23, 97, 122, 255)
WHITE: Final = (255, 255, 255, 255)
LINES: Final = (
    ((32, 32), (32, 54)),
    ((18, 22), (46, 34)),
    ((18, 22), (18, 12)),
    ((46, 34), (46, 46)),
)
SIDE: Final = 64  # units the shape is drawn in, as in web/static/icon.svg
WIDTH: Final = 5  # of its lines
CORNER: Final = 16  # radius of the field's corners
FINER: Final = 8  # pixels drawn for each that is kept
MASKED: Final = 0.72  # of the side that is left of a mask's picture: systems cut off the rest


def icon(pixels: int, *, masked: bool = False) -> Image.Image:
    """Return the icon; `masked` fills the square, and leaves room for what a system cuts off."""
    side = pixels * FINER
    picture = Image.new("RGBA", (side, side), FIELD if masked else (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if not masked:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), CORNER * side / SIDE, FIELD)
    scale = side / SIDE * (MASKED if masked else 1)
    shift = (side - SIDE * scale) / 2
    half = WIDTH * scale / 2
    for ends in LINES:
        at = [(x * scale + shift, y * scale + shift) for x, y in ends]
        pen.line(at, WHITE, round(half * 2))
        for x, y in at:
            pen.ellipse((x - half, y - half, x + half, y + half), WHITE)
    return picture.resize((pixels, pixels), Image.Resampling.LANCZOS)


def main() -> None:
    """Write them."""
    for name, picture in {
        "icon-192.png": icon(192),
        "icon-512.png": icon(512),
        "icon-mask.png": icon(512, masked=True),
    }.items():
        picture.save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
