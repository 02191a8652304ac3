"""Files go up with one library and come down with every other, byte for byte."""

import hashlib
import random
from pathlib import Path

import pytest
from PIL import Image

from .conftest import Town
from .people import Device

pytestmark = pytest.mark.journey

SENDERS = ["telethon", "kurigram", "tdlib", "mtcute", "gramjs"]
READERS = ["telethon", "kurigram", "tdlib", "mtcute", "gramjs", "pyrogram"]
SIZE = 700_000  # bytes: more than one part in every library


def digest(path: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def meet(ann: Device, bob: Device) -> None:
    """Let two people know each other."""
    await ann.do("find_phone", phone=bob.phone, first="Bob")
    await bob.do("find_phone", phone=ann.phone, first="Ann")


@pytest.mark.parametrize("sender", SENDERS)
async def test_a_file_reaches_every_library(town: Town, tmp_path: Path, sender: str) -> None:
    """One sends, all others fetch: what they have is what was sent."""
    content = tmp_path / "Quarterly_report.bin"
    content.write_bytes(random.Random(sender).randbytes(SIZE))
    ann = await town.person(sender, "Ann")
    for library in READERS:
        bob = await town.person(library, "Bob")
        await meet(ann, bob)
        await ann.do("send_file", to=bob.user, path=str(content))
        heard = await bob.hear_text("a file")
        got = tmp_path / f"{library}.bin"
        await bob.do("download", to=ann.user, id=heard["id"], path=str(got))
        assert digest(got) == digest(content), library
        found = await bob.do(
            "search", to=ann.user, query="quarterly"
        )  # its caption says nothing of it
        assert [m["id"] for m in found] == [heard["id"]], library


@pytest.mark.parametrize("sender", SENDERS)
async def test_a_photo_has_its_sizes(town: Town, tmp_path: Path, sender: str) -> None:
    """A photo is made anew in several sizes; each library fetches the largest."""
    original = tmp_path / "photo.jpg"
    picture = Image.new("RGB", (1600, 1200))
    picture.putdata([(x % 256, x // 1600 % 256, 80) for x in range(1600 * 1200)])
    picture.save(original, quality=90)
    ann = await town.person(sender, "Ann")
    for library in ("telethon", "tdlib"):
        bob = await town.person(library, "Bob")
        await meet(ann, bob)
        await ann.do("send_photo", to=bob.user, path=str(original))
        heard = await bob.hear_text("a photo")
        got = tmp_path / f"{library}.jpg"
        await bob.do("download", to=ann.user, id=heard["id"], path=str(got))
        with Image.open(got) as fetched:
            assert fetched.size == (1280, 960), library
