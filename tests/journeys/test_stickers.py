"""Sets of stickers: made with one library, installed and sent from with every other."""

from functools import partial
from pathlib import Path

import pytest

from tests.features.sticking import moving, still

from .conftest import Town
from .people import Device
from .together import eventually, every, others

pytestmark = pytest.mark.journey

LIBRARIES = ["telethon", "tdlib", "mtcute"]
EMOJI = ["🐈", "👍"]


async def test_sets_of_each_are_installed_and_sent_by_the_others(
    town: Town, tmp_path: Path
) -> None:
    """Each makes one of a picture and an animation; all see the same, and send from it."""
    paths = [tmp_path / "cat.png", tmp_path / "yes.tgs"]
    paths[0].write_bytes(still())
    paths[1].write_bytes(moving())
    people = [await town.person(library, library.title()) for library in LIBRARIES]
    for maker in people:
        title = f"Cats of {maker.library.name}"
        name = f"{maker.library.name}_{town.phone()[-7:]}"
        given = {"title": title, "name": name, "emoji": EMOJI}
        assert await maker.do("make_set", paths=[str(p) for p in paths], **given) == len(EMOJI)
        seen = await every(people, lambda p, name=name: p.do("sticker_set", name=name))
        assert seen == [{"title": title, "emoji": EMOJI}] * len(people)
        for reader in others(people, maker):
            await reader.do("install_set", name=name)
            panel = ["Chappe", name]
            await eventually(partial(_newest, reader), panel, reader.library.name)
            await reader.do("find_phone", phone=maker.phone, first="Maker")
            await maker.do("find_phone", phone=reader.phone, first="Reader")
            for place in range(len(EMOJI)):
                await reader.do("send_sticker", to=maker.user, name=name, place=place)
                await maker.hear(
                    "message",
                    lambda e, reader=reader: (e["sender"], e["kind"]) == (reader.user, "sticker"),
                )


async def _newest(reader: Device) -> list[str]:
    """Return the first and the last set in somebody's panel: the server's own, and what they added last."""
    panel = await reader.do("panel")
    return [panel[-1], panel[0]]


async def test_the_servers_own_stickers_can_be_sent_at_once(town: Town) -> None:
    """They are in the panel of whoever has just come."""
    ann, bob = await town.person("tdlib", "Ann"), await town.person("telethon", "Bob")
    await ann.do("find_phone", phone=bob.phone, first="Bob")
    assert await ann.do("panel") == ["Chappe"]
    assert (await ann.do("sticker_set", name="Chappe"))["emoji"][0] == "👋"
    await ann.do("send_sticker", to=bob.user, name="Chappe", place=0)
    await bob.hear("message", lambda e: e["kind"] == "sticker")
