"""Every kind of image that is taken, opened by the process that has given up everything else."""

import ast
import importlib
import inspect
import io
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image, ImageCms, features

from chappe.engines import imaging_worker
from chappe.engines.imaging import WorkerImaging
from chappe.ports import Picture

ONE_LOOP = pytest.mark.asyncio(loop_scope="module")  # that of the process that opens images
RED, GREEN, BLUE = (220, 30, 30), (30, 200, 40), (20, 40, 210)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def imaging() -> AsyncIterator[WorkerImaging]:
    """The process that opens images."""
    made = WorkerImaging()
    yield made
    await made.close()


def halves(mode: str = "RGB", size: tuple[int, int] = (120, 80)) -> Image.Image:
    """Return an image that is red on the left and blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def saved(image: Image.Image, form: str, **how: Any) -> bytes:
    """Return an image as the bytes of a file."""
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def seen(picture: Picture, x: float, y: float = 0.5) -> tuple[int, ...]:
    """Return a colour of the largest size that was made."""
    largest = picture.sizes[-1]
    image = Image.open(io.BytesIO(largest.jpeg))
    assert image.mode == "RGB"
    assert image.size == (largest.width, largest.height)
    colour = image.getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(colour, tuple)
    return colour


def near(one: tuple[int, ...], two: tuple[int, ...], by: int = 10) -> bool:
    """Whether two colours are nearly the same."""
    return all(abs(x - y) <= by for x, y in zip(one, two, strict=True))


def moving(form: str) -> bytes:
    """Return an image that turns from red and blue to green."""
    later = Image.new("RGB", (120, 80), GREEN)
    return saved(halves(), form, save_all=True, append_images=[later], duration=100, loop=0)


KINDS: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: saved(halves(), "JPEG", quality=95, subsampling=0),
    "JPEG that comes in layers": lambda: saved(halves(), "JPEG", quality=95, progressive=True),
    "JPEG for printers": lambda: saved(halves("CMYK"), "JPEG", quality=95),
    "JPEG with a second picture": lambda: saved(
        halves(), "MPO", save_all=True, append_images=[halves()], quality=95
    ),
    "PNG": lambda: saved(halves(), "PNG"),
    "PNG with a palette": lambda: saved(halves("P"), "PNG"),
    "PNG of few colours": lambda: saved(halves().quantize(4), "PNG", bits=2),
    "PNG with transparency": lambda: saved(halves("RGBA"), "PNG"),
    "PNG with one colour transparent": lambda: saved(halves(), "PNG", transparency=GREEN),
    "PNG that moves": lambda: moving("PNG"),
    "WebP": lambda: saved(halves(), "WEBP", quality=95),
    "WebP without loss": lambda: saved(halves("RGBA"), "WEBP", lossless=True),
    "WebP that moves": lambda: moving("WEBP"),
    "GIF": lambda: saved(halves(), "GIF"),
    "GIF that moves": lambda: moving("GIF"),
    "GIF with one colour transparent": lambda: saved(halves().quantize(4), "GIF", transparency=3),
    "BMP": lambda: saved(halves(), "BMP"),
    "BMP with a palette": lambda: saved(halves("P"), "BMP"),
}


@ONE_LOOP
@pytest.mark.parametrize("form", ["photo", "thumb", "profile"])
@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_image_is_taken(imaging: WorkerImaging, kind: str, form: str) -> None:
    """Of what moves, its first frame is shown."""
    picture = await imaging.make(KINDS[kind](), form)
    assert (picture.width, picture.height) == (120, 80)
    assert near(seen(picture, 0.2), RED, 25)
    assert near(seen(picture, 0.8), BLUE, 25)


def test_no_kind_is_left_out_of_these_tests() -> None:
    """Whoever takes another format has it opened here."""
    assert {Image.open(io.BytesIO(make())).format for make in KINDS.values()} - {"MPO"} == {
        *imaging_worker.FORMATS
    }


NEVER: frozenset[str] = frozenset(
    {
        "IPython.lib.pretty",
        "PIL.ImageQt",
        "PIL.ImageShow",
        "PIL.ImageWin",
        "PIL.ImageFilter",  # for screens
        "defusedxml",
        "tempfile",
        "mmap",  # for files with names
        "PIL.ImageColor",
        "random",  # for colours with names, and palettes by chance
    }
)


def late_imports(name: str) -> set[str]:
    """Return what the functions of a module import when they are called."""
    module = importlib.import_module(name)
    found: set[str] = set()
    for function in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level:
                inside = [f"PIL.{node.module}"] if node.module else []
                found |= {*(inside or (f"PIL.{alias.name}" for alias in node.names))}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
    return found - NEVER


def test_nothing_is_loaded_after_everything_was_given_up() -> None:
    """Whatever the readers of images load late, they have loaded: a file cannot be opened any more."""
    readers = [
        *(
            f"PIL.{name}ImagePlugin"
            for name in ("Jpeg", "Mpo", "Png", "WebP", "Gif", "Bmp", "Tiff")
        ),
        "PIL.Image",
        "PIL.ImageFile",
        "PIL.ImageOps",
        "PIL.ImageCms",
        "PIL.ImagePalette",
    ]
    late = set().union(*(late_imports(name) for name in readers))
    assert "copy" in late  # else nothing was looked at
    program = (
        "import sys\nfrom chappe.engines.imaging_worker import confine\nconfine()\n"
        f"print([name for name in {sorted(late)} if name not in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# -- greys ------------------------------------------------------------------------------------------


def ramp() -> Image.Image:
    """Return an image of 65,536 greys, from dark to light."""
    shades = b"".join((257 * x).to_bytes(2, "little") for x in range(256))
    return Image.frombytes("I;16", (256, 32), shades * 32)


@ONE_LOOP
async def test_sixteen_bits_of_grey_are_shown_in_eight(imaging: WorkerImaging) -> None:
    """From dark to light, and not white all over."""
    picture = await imaging.make(saved(ramp(), "PNG"), "photo")
    for x in (0.1, 0.5, 0.9):
        assert near(seen(picture, x), (int(256 * x),) * 3, 4)


@ONE_LOOP
async def test_a_transparent_grey_is_white(imaging: WorkerImaging) -> None:
    """One of 256 or of 65,536, by a colour or by a channel."""
    wide = Image.new("I;16", (64, 32), 50 * 257)
    wide.paste(20 * 257, (0, 0, 32, 32))
    small = Image.new("L", (64, 32), 50)
    small.paste(20, (0, 0, 32, 32))
    clear = Image.merge("LA", (small, small.point(lambda shade: 0 if shade == 20 else 255)))
    for data in (
        saved(wide, "PNG", transparency=20 * 257),
        saved(small, "PNG", transparency=20),
        saved(clear, "PNG"),
    ):
        picture = await imaging.make(data, "photo")
        assert near(seen(picture, 0.2), (255, 255, 255))
        assert near(seen(picture, 0.8), (50, 50, 50))


@ONE_LOOP
async def test_black_and_white_stay_so(imaging: WorkerImaging) -> None:
    """An image of one bit, and one of grey."""
    image = Image.new("L", (64, 32), 255)
    image.paste(0, (0, 0, 32, 32))
    for data in (saved(image.convert("1"), "PNG"), saved(image, "JPEG"), saved(image, "GIF")):
        picture = await imaging.make(data, "photo")
        assert near(seen(picture, 0.2), (0, 0, 0))
        assert near(seen(picture, 0.8), (255, 255, 255))


# -- colours ----------------------------------------------------------------------------------------


def matrix_profile(red: Any, green: Any, blue: Any, gamma: float) -> bytes:
    """Return a profile of RGB whose primaries are these, as columns of XYZ at D50 (ICC.1, 10 and 8.3)."""

    def numbers(*values: float) -> bytes:
        return b"".join(round(value * 65536).to_bytes(4, "big", signed=True) for value in values)

    curve = b"curv" + bytes(4) + (1).to_bytes(4, "big") + round(gamma * 256).to_bytes(2, "big")
    tags = {
        b"wtpt": b"XYZ " + bytes(4) + numbers(0.9642, 1.0, 0.8249),
        b"rXYZ": b"XYZ " + bytes(4) + numbers(*red),
        b"gXYZ": b"XYZ " + bytes(4) + numbers(*green),
        b"bXYZ": b"XYZ " + bytes(4) + numbers(*blue),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return profile_of(b"RGB ", tags)


def profile_of(colours: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return a profile of a display with these tags (ICC.1, 7.2 and 7.3)."""
    place = 128 + 4 + 12 * len(tags)
    table, body = len(tags).to_bytes(4, "big"), b""
    for name, data in tags.items():
        table += name + (place + len(body)).to_bytes(4, "big") + len(data).to_bytes(4, "big")
        body += data + bytes(-len(data) % 4)
    head = (
        bytes(8)
        + b"\x02\x20\0\0"
        + b"mntr"
        + colours
        + b"XYZ "
        + bytes(12)
        + b"acsp"
        + bytes(28)
        + b"\0\0\xf6\xd6\0\x01\0\0\0\0\xd3\x2d"
        + bytes(48)
    )
    whole = head + table + body
    return len(whole).to_bytes(4, "big") + whole[4:]


DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841), 2.2)
ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446), 2.2)
GREY = profile_of(
    b"GRAY",
    {
        b"wtpt": b"XYZ " + bytes(4) + bytes.fromhex("0000f6d6000100000000d32d"),
        b"kTRC": b"curv" + bytes(4) + (1).to_bytes(4, "big") + (256).to_bytes(2, "big"),
    },
)  # light by itself, without a curve


def converted(colour: tuple[int, ...], profile: bytes) -> tuple[int, ...]:
    """Return what a colour is in sRGB."""
    given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    one = Image.new("RGB", (1, 1), colour)
    shown = ImageCms.profileToProfile(one, given, ImageCms.createProfile("sRGB"))
    assert shown is not None
    found = shown.getpixel((0, 0))
    assert isinstance(found, tuple)
    return found


@ONE_LOOP
@pytest.mark.parametrize("primaries", [DISPLAY_P3, ADOBE_RGB], ids=["Display P3", "Adobe RGB"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
async def test_colours_are_those_their_profile_means(
    imaging: WorkerImaging, primaries: Any, form: str, mode: str
) -> None:
    """What is kept says no profile, so its colours are those of sRGB."""
    if (form, mode) in {("JPEG", "RGBA"), ("JPEG", "P"), ("WEBP", "P")}:
        pytest.skip("no such images")
    profile, colour = matrix_profile(*primaries), (90, 171, 69)
    right = converted(colour, profile)
    assert not near(colour, right)
    how = {"quality": 100} if form != "PNG" else {}
    image = Image.new("RGB", (300, 200), colour)
    if mode == "P":
        image = Image.new("P", image.size)
        image.putpalette(colour)
    data = saved(image if mode == "P" else image.convert(mode), form, icc_profile=profile, **how)
    for made in ("photo", "thumb", "profile"):
        picture = await imaging.make(data, made)
        assert near(seen(picture, 0.5), right, 5)
        assert all(b"ICC_PROFILE" not in size.jpeg for size in picture.sizes)


@ONE_LOOP
async def test_greys_are_those_their_profile_means(imaging: WorkerImaging) -> None:
    """Half the light is not half the number; neither with a channel for what is transparent."""
    for image in (Image.new("L", (64, 64), 128), Image.new("LA", (64, 64), (128, 255))):
        picture = await imaging.make(saved(image, "PNG", icc_profile=GREY), "photo")
        assert near(seen(picture, 0.5), (188,) * 3, 4)


@ONE_LOOP
async def test_a_profile_of_colours_may_be_that_of_a_grey_image(imaging: WorkerImaging) -> None:
    """As cameras and editors write it."""
    flat = matrix_profile(*DISPLAY_P3[:3], 1.0)
    right = converted((128,) * 3, flat)
    data = saved(Image.new("L", (64, 64), 128), "JPEG", icc_profile=flat, quality=100)
    assert near(seen(await imaging.make(data, "photo"), 0.5), right, 5)
    assert right[0] > 170


@ONE_LOOP
@pytest.mark.parametrize(
    "profile",
    [
        b"no profile",
        bytes(4000),
        matrix_profile(*DISPLAY_P3)[:200],
        GREY,
        profile_of(b"CMYK", {}),
        profile_of(b"RGB ", {}),
        matrix_profile(*DISPLAY_P3)[:-1] + b"\xff",
    ],
    ids=["text", "zeros", "cut", "of greys", "of inks", "empty", "nearly right"],
)
async def test_a_profile_that_is_none_is_passed_over(
    imaging: WorkerImaging, profile: bytes
) -> None:
    """The image is whole."""
    data = saved(Image.new("RGB", (64, 64), GREEN), "PNG", icc_profile=profile)
    picture = await imaging.make(data, "photo")
    assert picture.width == 64
    assert near(seen(picture, 0.5), GREEN, 60)


@ONE_LOOP
async def test_inks_with_a_profile_of_colours_are_shown_without_it(imaging: WorkerImaging) -> None:
    """And so are colours with a profile of inks, above."""
    data = saved(halves("CMYK"), "JPEG", icc_profile=matrix_profile(*ADOBE_RGB), quality=95)
    picture = await imaging.make(data, "photo")
    assert near(seen(picture, 0.2), RED, 25)


# -- what a file says besides -----------------------------------------------------------------------


@ONE_LOOP
@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_an_image_stands_as_its_maker_held_the_camera(
    imaging: WorkerImaging, form: str, orientation: int
) -> None:
    """Its sides are told as it stands; what no camera writes turns nothing."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new("RGB", (1600, 1200), BLUE)
    image.paste(RED, (0, 0, 800, 600))
    data = saved(image, form, exif=exif)
    for made in ("photo", "thumb"):
        picture = await imaging.make(data, made)
        sideways = orientation in {5, 6, 7, 8}
        assert (picture.width, picture.height) == ((1200, 1600) if sideways else (1600, 1200))
        largest = picture.sizes[-1]
        assert (largest.width > largest.height) != sideways
        corner = {
            2: (0.8, 0.2),
            3: (0.8, 0.8),
            4: (0.2, 0.8),
            6: (0.8, 0.2),
            7: (0.8, 0.8),
            8: (0.2, 0.8),
        }
        assert near(seen(picture, *corner.get(orientation, (0.2, 0.2))), RED, 20)


@ONE_LOOP
@pytest.mark.parametrize("sides", [(1600, 1200), (4000, 3000), (641, 481), (1, 1)])
@pytest.mark.parametrize("form", ["photo", "thumb", "profile"])
async def test_the_sides_told_are_those_of_the_file(
    imaging: WorkerImaging, sides: tuple[int, int], form: str
) -> None:
    """However small it is decoded."""
    picture = await imaging.make(saved(Image.new("RGB", sides), "JPEG"), form)
    assert (picture.width, picture.height) == sides


@ONE_LOOP
async def test_a_broken_description_does_not_spoil_an_image(imaging: WorkerImaging) -> None:
    """What a camera said is damaged; what it saw is not."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + b"\xff" * 400
    data = saved(halves(), "JPEG", exif=exif, quality=95)
    assert near(seen(await imaging.make(data, "photo"), 0.2), RED, 25)


@ONE_LOOP
async def test_what_a_file_says_besides_stays_behind(imaging: WorkerImaging) -> None:
    """A comment, where it was taken, and with what."""
    exif = Image.Exif()
    exif[0x010F] = "A camera of mine"
    secret = b"written at home"
    for data in (
        saved(halves(), "JPEG", comment=secret, exif=exif, dpi=(301, 301)),
        saved(halves(), "GIF", comment=secret),
        saved(Image.new("RGB", (3000, 2000)), "JPEG", comment=secret),
    ):
        assert secret in data
        for form in ("photo", "thumb", "profile"):
            for size in (await imaging.make(data, form)).sizes:
                assert secret not in size.jpeg
                assert b"camera" not in size.jpeg


def test_profiles_can_be_heeded_here() -> None:
    """Pillow is built with what reads them."""
    assert features.check("littlecms2")
