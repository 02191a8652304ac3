"""Images as apps can show them: eight bits a colour, opaque, in sRGB. Runs where images are opened."""

import io
from typing import Final

from PIL import Image, ImageCms, ImageMath

WHITE: Final = (255, 255, 255)
SIXTEEN_BITS: Final = (1 << 16) - 1  # the lightest of 65,536 greys
EIGHT_BITS: Final = 255
PROFILE_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes of a colour profile that is heeded
TOLERANCE: Final = 2  # steps of 256 by which a profile may differ from sRGB and be taken for it
SAMPLED: Final = (0, 64, 128, 192, 255)  # the shades of each colour by which profiles are compared
SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def flat(image: Image.Image) -> Image.Image:
    """Return an image as L, RGB or CMYK in eight bits, on white where it is transparent."""
    if image.mode.startswith("I"):
        return _dimmed(image)
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        grey = image.mode in {"L", "LA", "La", "1"}
        image = image.convert("LA" if grey else "RGBA")
        ground = Image.new("L", image.size, EIGHT_BITS) if grey else _paper(image.size)
        ground.paste(image.convert("L" if grey else "RGB"), mask=image.getchannel("A"))
        return ground
    if image.mode in {"L", "RGB", "CMYK"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _paper(size: tuple[int, int]) -> Image.Image:
    return Image.new("RGB", size, WHITE)


def _dimmed(image: Image.Image) -> Image.Image:
    """Return an image of 65,536 greys in 256; Pillow itself would show all but the darkest white."""
    wide = image.convert("I")
    grey = wide.point(lambda shade: shade * (EIGHT_BITS / SIXTEEN_BITS) + 0.5).convert("L")
    clear = image.info.get("transparency")
    if not isinstance(clear, int):
        return grey
    opaque = ImageMath.lambda_eval(lambda given: (given["shade"] != clear) * EIGHT_BITS, shade=wide)
    ground = Image.new("L", image.size, EIGHT_BITS)
    ground.paste(grey, mask=opaque.convert("L"))
    return ground


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return what `flat` returned as RGB, in sRGB if a profile says what its colours are.

    A profile that is broken, or of another kind of colours, is passed over.
    """
    if profile and len(profile) <= PROFILE_BYTES_MAX:
        try:
            return _converted(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert("RGB")


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    """Return an image whose colours a profile describes, in sRGB.

    Raises:
        ImageCms.PyCMSError, OSError, ValueError: the profile cannot describe them.
    """
    kind = profile.profile.xcolor_space.strip()
    if kind == "RGB" and image.mode == "L":
        image = image.convert("RGB")
    if {"GRAY": "L"}.get(kind, kind) != image.mode:
        raise ValueError(kind)
    intent = ImageCms.Intent.PERCEPTUAL
    transform = ImageCms.buildTransform(profile, SRGB, image.mode, "RGB", intent)
    if image.mode == "RGB" and _changes_nothing(transform):
        return image
    converted = ImageCms.applyTransform(image, transform)
    return image if converted is None else converted


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether a profile is sRGB itself, as most are: converting a large image takes long."""
    before = bytes(c for r in SAMPLED for g in SAMPLED for b in SAMPLED for c in (r, g, b))
    colours = Image.frombytes("RGB", (len(before) // 3, 1), before)
    after = ImageCms.applyTransform(colours, transform)
    if after is None:
        return True
    return all(abs(x - y) <= TOLERANCE for x, y in zip(before, after.tobytes(), strict=True))
