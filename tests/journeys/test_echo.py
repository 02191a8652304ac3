"""A bot that answers whatever it is told answers once, also after it has moved files."""

import random
from pathlib import Path

import pytest

from .conftest import Town
from .people import LIBRARIES

pytestmark = pytest.mark.journey

SAID = [f"say this {number}" for number in range(5)]


@pytest.mark.parametrize("library", LIBRARIES)
async def test_an_echo_comes_once_after_a_download(
    town: Town, tmp_path: Path, library: str
) -> None:
    """Files move by sessions of their own, which some libraries would listen to as well."""
    ann = await town.person("telethon", "Ann")
    bot = await town.person(library, "Echo")
    await ann.do("find_phone", phone=bot.phone, first="Echo")
    await bot.do("find_phone", phone=ann.phone, first="Ann")
    content = tmp_path / "blob.bin"
    content.write_bytes(random.Random(library).randbytes(300_000))
    await ann.do("send_file", to=bot.user, path=str(content))
    heard = await bot.hear_text("a file")
    await bot.do("download", to=ann.user, id=heard["id"], path=str(tmp_path / "got.bin"))
    await bot.do("send_file", to=ann.user, path=str(content))
    await ann.hear_text("a file")

    for text in SAID:
        await ann.do("send", to=bot.user, text=text)
        await bot.hear_text(text)
        await bot.do("send", to=ann.user, text=f"you said: {text}")
        await ann.hear_text(f"you said: {text}")
    again = [e["text"] for e in bot.events if e["event"] == "message" and e["text"] in SAID]
    assert again == [], f"{library} would have answered these once more"
