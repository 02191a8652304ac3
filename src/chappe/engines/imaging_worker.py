"""Makes pictures of images that may be hostile: runs apart, without network, and may die without harm.

Reads jobs from standard input and writes answers to standard output, each a length and as many bytes of
msgpack. By the time the first byte of an image is read, this process can open no file and no socket.
"""

import io
import resource
import struct
import sys
from typing import Any, BinaryIO, Final

import msgspec
from PIL import Image, ImageFile, ImageOps

from .confinement import give_up_calls

MEMORY_BYTES_MAX: Final = 768 * 1024 * 1024  # bytes of address space
CPU_S_MAX: Final = 300  # seconds of processor time in all; a fresh process follows
SIDES_MAX: Final = 10_000  # width plus height, in pixels
RATIO_MAX: Final = 20  # the longer side by the shorter
QUALITY: Final = 87
STRIPPED_SIDE: Final = 40
STRIPPED_QUALITY: Final = 20  # the quantisation tables clients put before a stripped thumbnail
SIDES: Final = {  # core.telegram.org/api/files#image-thumbnail-types
    "photo": (("s", 100), ("m", 320), ("x", 800), ("y", 1280)),
    "thumb": (("m", 320),),
    "profile": (),
}
SQUARES: Final = (("a", 160), ("b", 320), ("c", 640))
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


class RefusedError(Exception):
    """There is nothing to make of these bytes."""


def opened(data: bytes) -> Image.Image:
    """Return an image whose size is known and bearable, not decoded yet.

    Raises:
        RefusedError: it is none, or too large.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception as error:
        raise RefusedError("not an image") from error
    width, height = image.size
    if width < 1 or height < 1 or width + height > SIDES_MAX:
        raise RefusedError("dimensions")
    if max(width, height) > RATIO_MAX * min(width, height):
        raise RefusedError("dimensions")
    return image


def upright(image: Image.Image) -> Image.Image:
    """Return an image as RGB, turned as its maker meant it, on white where it is transparent."""
    image = ImageOps.exif_transpose(image)
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, (255, 255, 255))
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


def jpeg(image: Image.Image) -> bytes:
    """Return an image as JPEG, without anything its file said besides."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def within(image: Image.Image, side: int) -> Image.Image:
    """Return an image made to fit a square of `side`, never larger than it was."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return small


def stripped(image: Image.Image) -> bytes:
    """Return a JPEG of at most 40 pixels without its header: 1, height, width, and the scan."""
    small = within(image, STRIPPED_SIDE)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=STRIPPED_QUALITY, optimize=False, subsampling="4:2:0")
    data = out.getvalue()
    scan = data.index(b"\xff\xda")
    length = int.from_bytes(data[scan + 2 : scan + 4], "big")
    return bytes((1, small.height, small.width)) + data[scan + 2 + length : -2]


def make(data: bytes, form: str) -> dict[str, Any]:
    """Return what `ports.Picture` holds, as plain values.

    Raises:
        RefusedError: there is nothing to make of it.
    """
    image = opened(data)
    largest = SIDES[form][-1][1] if SIDES[form] else SQUARES[-1][1]
    image.draft("RGB", (largest, largest))  # a JPEG is decoded no larger than it is needed
    original = image.size
    try:
        full = upright(image)
    except Exception as error:
        raise RefusedError("failed") from error
    if full.size != original and full.size == original[::-1]:
        original = full.size
    sizes = []
    for name, side in SIDES[form]:
        small = within(full, side)
        sizes.append((name, small.width, small.height, jpeg(small)))
        if side >= max(full.size):
            break
    if form == "profile":
        square = ImageOps.fit(full, (min(full.size),) * 2, Image.Resampling.LANCZOS)
        for name, side in SQUARES:
            small = square.resize((side, side), Image.Resampling.LANCZOS)
            sizes.append((name, side, side, jpeg(small)))
    return {
        "width": original[0], "height": original[1], "sizes": sizes, "stripped": stripped(full),
    }  # fmt: skip


def confine() -> None:
    """Give up whatever making pictures does not need."""
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # `opened` has the bound
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    for name in ("JPEG", "PNG", "WEBP"):  # whatever a codec loads late, it loads now
        out = io.BytesIO()
        Image.new("RGB", (2, 2)).save(out, name)
        Image.open(io.BytesIO(out.getvalue())).load()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # three are open: no more, sockets included
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    give_up_calls()


def exactly(source: BinaryIO, size: int) -> bytes:
    """Return `size` bytes, or what there is at the end."""
    out = b""
    while len(out) < size and (piece := source.read(size - len(out))):
        out += piece
    return out


def main() -> None:
    """Do jobs until there are none."""
    confine()
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := exactly(jobs, 4)) == 4:  # noqa: PLR2004  a length
        form, data = msgspec.msgpack.decode(exactly(jobs, struct.unpack("<I", head)[0]))
        try:
            answer = make(data, form)
        except RefusedError as error:
            answer = {"refused": str(error)}
        except Exception:  # noqa: BLE001  a decoder broke, or memory ran out: the image's fault
            answer = {"refused": "failed"}
        packed = msgspec.msgpack.encode(answer)
        answers.write(struct.pack("<I", len(packed)) + packed)
        answers.flush()


if __name__ == "__main__":
    main()
