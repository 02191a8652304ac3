"""Makes pictures of images that may be hostile: runs apart, without network, and may die without harm.

Reads jobs from standard input and writes answers to standard output, each a length and as many bytes of
msgpack. By the time the first byte of an image is read, this process can open no file and no socket.
"""

import io
import resource
import struct
import sys
import zlib
from typing import Any, BinaryIO, Final

import msgspec
from PIL import ExifTags, Image, ImageCms, ImageFile, ImageOps

from .colours import flat, in_srgb
from .confinement import give_up_calls
from .perceptual import SAMPLES, perceive

MEMORY_BYTES_MAX: Final = 768 * 1024 * 1024  # bytes of address space
CPU_S_MAX: Final = 300  # seconds of processor time in all; a fresh process follows
SIDES_MAX: Final = 10_000  # width plus height, in pixels
RATIO_MAX: Final = 20  # the longer side by the shorter
QUALITY: Final = 87
WEBP_QUALITY: Final = 90  # of a still sticker that came in another format
LOTTIE_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes of an animated sticker, unpacked
LOTTIE_VALUES_MAX: Final = 400_000  # values in it
LOTTIE_DEPTH_MAX: Final = 40  # objects and lists within each other
LAYERS_PLAYED: Final = frozenset(
    {0, 1, 3, 4}
)  # kinds of layers: compositions, one colour, nothing, shapes
LOTTIE_NUMBERS: Final = (
    "w",
    "h",
    "fr",
    "ip",
    "op",
)  # width, height, frames a second, first and last
GZIP_BITS: Final = 31  # as zlib calls a gzip stream with the largest window
STRIPPED_SIDE: Final = 40
STRIPPED_QUALITY: Final = 20  # the quantisation tables clients put before a stripped thumbnail
SIDES: Final = {  # core.telegram.org/api/files#image-thumbnail-types
    "photo": (("s", 100), ("m", 320), ("x", 800), ("y", 1280)),
    "thumb": (("m", 320),),
    "profile": (),
}
SQUARES: Final = (("a", 160), ("b", 320), ("c", 640))
TURNS: Final = {  # by the EXIF orientation, how an image is made upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS: Final = (5, 6, 7, 8)  # the orientations in which height and width change places
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


class PictureRefusedError(Exception):
    """There is nothing to make of these bytes."""


def opened(data: bytes) -> Image.Image:
    """Return an image whose size is known and bearable, not decoded yet.

    Raises:
        RefusedError: it is none, or too large.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception as error:
        raise PictureRefusedError("not an image") from error
    width, height = image.size
    if width < 1 or height < 1 or width + height > SIDES_MAX:
        raise PictureRefusedError("dimensions")
    if max(width, height) > RATIO_MAX * min(width, height):
        raise PictureRefusedError("dimensions")
    return image


def orientation(image: Image.Image) -> int:
    """Return how an image is to be turned, as EXIF numbers it; 1 where it does not say."""
    try:
        said = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001  whatever is broken there, the image itself may be whole
        return 1
    return said if said in TURNS else 1


def reduced(image: Image.Image, form: str) -> Image.Image:
    """Return an image no larger than what is made of it."""
    squared = SQUARES[-1][1] * max(image.size) // min(image.size)
    side = SIDES[form][-1][1] if SIDES[form] else squared
    if side < max(image.size):
        image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return image


def upright(image: Image.Image, form: str, turn: int) -> Image.Image:
    """Return an image small enough for a form, as it is meant to be seen, with nothing besides.

    What is done to each pixel is done to as few as will do.
    """
    profile = image.info.get("icc_profile")
    image = in_srgb(reduced(flat(image), form), profile)
    if turn in TURNS:
        image = image.transpose(TURNS[turn])
    image.info = {}  # Pillow would hand on what the file said, such as its comments
    return image


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
    original = image.size  # before a decoder is told to make it smaller
    largest = SIDES[form][-1][1] if SIDES[form] else SQUARES[-1][1]
    image.draft("RGB", (largest, largest))  # a JPEG is decoded no larger than it is needed
    try:
        image.load()
        turn = orientation(image)  # a PNG may say so behind its pixels
        full = upright(image, form, turn)
    except Exception as error:
        raise PictureRefusedError("failed") from error
    if turn in SIDEWAYS:
        original = original[::-1]
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
        "width": original[0],
        "height": original[1],
        "sizes": sizes,
        "stripped": stripped(full),
    }


def look(data: bytes) -> dict[str, Any]:
    """Return what `ports.Perceived` holds of an image that was made here, as plain values.

    Raises:
        RefusedError: there is nothing to look at.
    """
    image = opened(data)
    image.draft("L", (2 * SAMPLES, 2 * SAMPLES))  # a JPEG is decoded no larger than it is needed
    try:
        image.load()
        seen = perceive(image)
    except Exception as error:
        raise PictureRefusedError("failed") from error
    return {"pdq": seen.pdq.to_bytes(32, "big"), "quality": seen.quality}


def sticker(data: bytes, side: int) -> dict[str, Any]:
    """Return a still sticker as WebP, its longer side of `side` pixels.

    Raises:
        RefusedError: it is no image, or of another size.
    """
    image = opened(data)
    if max(image.size) != side:
        raise PictureRefusedError("dimensions")
    try:
        if image.format == "WEBP" and not getattr(image, "is_animated", False):
            image.load()
            return {"webp": data}
        profile = image.info.get("icc_profile")
        whole = image.convert("RGBA")
        if profile:
            colours = in_srgb(whole.convert("RGB"), profile)
            colours.putalpha(whole.getchannel("A"))
            whole = colours
        whole.info = {}
        out = io.BytesIO()
        whole.save(out, "WEBP", quality=WEBP_QUALITY, method=4)
    except Exception as error:
        raise PictureRefusedError("failed") from error
    return {"webp": out.getvalue()}


def animation(data: bytes) -> dict[str, Any]:
    """Return what `ports.Animation` holds of an animated sticker, as plain values.

    Raises:
        RefusedError: it is none, or apps would not play it.
    """
    unpacker = zlib.decompressobj(GZIP_BITS)
    try:
        text = unpacker.decompress(data, LOTTIE_BYTES_MAX)
        lottie = msgspec.json.decode(text) if unpacker.eof else None
    except (zlib.error, msgspec.DecodeError, RecursionError):
        lottie = None
    if not isinstance(lottie, dict) or not isinstance(lottie.get("layers"), list):
        raise PictureRefusedError("not an image")
    width, height, rate, first, last = (number_of(lottie.get(n)) for n in LOTTIE_NUMBERS)
    assets = lottie.get("assets") or []
    layers = list(lottie["layers"])
    for asset in assets if isinstance(assets, list) else [None]:
        if not isinstance(asset, dict) or "p" in asset:  # a picture, here or elsewhere
            raise PictureRefusedError("failed")
        layers += asset.get("layers") or []
    if any(not isinstance(one, dict) or one.get("ty") not in LAYERS_PLAYED for one in layers):
        raise PictureRefusedError("failed")
    if has_code(lottie) or not rate or last <= first:
        raise PictureRefusedError("failed")
    return {"width": int(width), "height": int(height), "seconds": float((last - first) / rate)}


def number_of(value: Any) -> float:
    """Return a number that an animation says.

    Raises:
        RefusedError: it is none.
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise PictureRefusedError("not an image")
    return value


def has_code(lottie: dict[str, Any]) -> bool:
    """Whether an animation has expressions, which are programs, or is too deep or large to be looked at."""
    ahead: list[tuple[Any, int]] = [(lottie, 0)]
    for _ in range(LOTTIE_VALUES_MAX):
        if not ahead:
            return False
        value, depth = ahead.pop()
        if depth > LOTTIE_DEPTH_MAX:
            return True
        if isinstance(value, dict):
            if "k" in value and isinstance(value.get("x"), str):
                return True
            ahead += [(one, depth + 1) for one in value.values() if isinstance(one, dict | list)]
        else:
            ahead += [(one, depth + 1) for one in value if isinstance(one, dict | list)]
    return True


def rehearse() -> None:
    """Make pictures of every kind of image, so that whatever Pillow loads late is loaded by then."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    moving: dict[str, Any] = {"save_all": True, "duration": 100}
    for name, modes, how in (
        ("JPEG", ("L", "RGB", "CMYK"), {"exif": exif, "icc_profile": profile}),
        ("MPO", ("RGB",), {"save_all": True}),
        (
            "PNG",
            ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
            {"exif": exif, "icc_profile": profile},
        ),
        ("WEBP", ("RGB", "RGBA"), {"exif": exif, "icc_profile": profile, **moving}),
        ("GIF", ("L", "P"), {"transparency": 0, **moving}),
        ("BMP", ("1", "L", "P", "RGB"), {}),
    ):
        for mode in modes:
            first, second = Image.new(mode, (4, 3)), Image.new(mode, (4, 3), 1)
            several = {"append_images": [second]} if "save_all" in how else {}
            out = io.BytesIO()
            first.save(out, name, **how, **several)
            make(out.getvalue(), "thumb")
            look(out.getvalue())
    make(out.getvalue(), "profile")
    for mode in ("P", "RGBA"):
        png = io.BytesIO()
        Image.new(mode, (4, 3)).save(png, "PNG", icc_profile=profile)
        sticker(png.getvalue(), 4)
    packer = zlib.compressobj(wbits=GZIP_BITS)
    empty = packer.compress(b'{"w":1,"h":1,"fr":1,"ip":0,"op":1,"layers":[]}') + packer.flush()
    animation(empty)


def done(form: str, data: bytes) -> dict[str, Any]:
    """Do a job, and return its answer.

    Raises:
        RefusedError: there is nothing to make of these bytes.
    """
    if form == "perceive":
        return look(data)
    if form == "animation":
        return animation(data)
    if form.startswith("sticker "):
        return sticker(data, int(form.partition(" ")[2]))
    return make(data, form)


def confine() -> None:
    """Give up whatever making pictures does not need."""
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # `opened` has the bound
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    rehearse()
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
            answer = done(form, data)
        except PictureRefusedError as error:
            answer = {"refused": str(error)}
        except Exception:  # noqa: BLE001  a decoder broke, or memory ran out: the image's fault
            answer = {"refused": "failed"}
        packed = msgspec.msgpack.encode(answer)
        answers.write(struct.pack("<I", len(packed)) + packed)
        answers.flush()


if __name__ == "__main__":
    main()
