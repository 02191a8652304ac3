"""PDQ as its authors describe it, and what it is for: a picture is found again after it was changed."""

import io
import math
import random

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from chappe.engines.perceptual import FREQUENCIES, SAMPLES, pdq_of, perceive, quality_of

FOUND = 31  # bits that may differ, by the authors' advice


def scene(seed: int) -> Image.Image:
    """Return a picture of many shapes."""
    chance = random.Random(seed)
    image = Image.new("RGB", (640, 480), (chance.randrange(256),) * 3)
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = chance.randrange(600), chance.randrange(440)
        box = (x, y, x + chance.randrange(20, 250), y + chance.randrange(20, 250))
        draw.ellipse(box, fill=tuple(chance.randrange(256) for _ in range(3)))
    return image.filter(ImageFilter.GaussianBlur(2))


def apart(one: Image.Image, other: Image.Image) -> int:
    """Return in how many bits two pictures differ."""
    return (perceive(one).pdq ^ perceive(other).pdq).bit_count()


def test_the_bits_are_those_of_the_description_made_slowly() -> None:
    """The transform as a sum over all samples, the median of all 256, and bits in rows."""
    chance = random.Random(5)
    rows = [tuple(chance.randrange(256) for _ in range(SAMPLES)) for _ in range(SAMPLES)]
    cosines = [
        [math.cos(math.pi / 2 / SAMPLES * k * (2 * n + 1)) for n in range(SAMPLES)]
        for k in range(1, FREQUENCIES + 1)
    ]
    half = [
        [sum(c * rows[n][x] for n, c in enumerate(line)) for x in range(SAMPLES)]
        for line in cosines
    ]
    values = [sum(c * down[n] for n, c in enumerate(line)) for down in half for line in cosines]
    median = sorted(values)[127]
    wanted = sum(1 << bit for bit, value in enumerate(values) if value > median)
    assert pdq_of(rows) == wanted
    assert wanted.bit_count() == 128


def test_a_changed_picture_is_found_again_and_another_is_not() -> None:
    """Scaled, recoded, brightened, blurred: a few bits; of another scene about half differ."""
    for seed in range(4):
        image = scene(seed)
        recoded = io.BytesIO()
        image.save(recoded, "JPEG", quality=40)
        for changed in (
            image.resize((160, 120)),
            image.resize((320, 320)),
            Image.open(recoded),
            ImageEnhance.Brightness(image).enhance(1.2),
            ImageEnhance.Contrast(image).enhance(0.8),
            image.filter(ImageFilter.GaussianBlur(3)),
            image.convert("L"),
        ):
            assert apart(image, changed) <= FOUND
        assert apart(image, scene(seed + 100)) > 2 * FOUND
        assert perceive(image).quality >= 50


def test_a_flat_picture_has_no_quality() -> None:
    """So that a grey square does not match every other."""
    assert perceive(Image.new("RGB", (300, 200), "grey")).quality == 0
    edge = [tuple(255 * (x >= 32) for x in range(SAMPLES)) for _ in range(SAMPLES)]
    assert quality_of(edge) == 64 * 100 // 90
