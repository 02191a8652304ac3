"""Media of each kind, sent with one library, seen and fetched with every other."""

import asyncio
import itertools
from pathlib import Path
from pprint import pformat
from typing import Any

import pytest
from PIL import Image

from .conftest import Town
from .people import Device
from .things import FILES, Thing, things, unlike

pytestmark = pytest.mark.journey

LIBRARIES = ["telethon", "kurigram", "tdlib", "mtcute", "gramjs", "pyrogram"]
SENDERS = LIBRARIES[:-1]
# what a library of an older layer has no eyes for
BLIND = {("pyrogram", "live_location")}


async def company(town: Town, libraries: list[str]) -> tuple[list[Device], int, int]:
    """Sign people up, and let the first found a group and a supergroup with all of them."""
    people = [await town.person(x, f"P{i}") for i, x in enumerate(libraries)]
    for one, other in itertools.permutations(people, 2):
        await one.do("find_phone", phone=other.phone, first="Friend")
    ann, *others = people
    users = [p.user for p in others]
    group = (await ann.do("create_group", title="Group", users=users))["id"]
    hall = (await ann.do("create_channel", title="Hall", broadcast=False))["id"]
    await ann.do("invite", to=hall, users=users)
    for person in people:
        assert {group, hall} <= {d["id"] for d in await person.do("dialogs")}
    return people, group, hall


async def look(reader: Device, sender: Device, peer: int, thing: Thing, place: Path) -> Any:
    """Let somebody hear of a medium, look at it and fetch it; return what is wrong, and what they see."""
    heard = await reader.hear(
        "message",
        lambda e: (
            (e["sender"], e["peer"], e["kind"]) == (sender.user, peer, thing.kind)
            and e["text"] == thing.given.get("caption", "")
        ),
    )
    seen = await reader.do("media", to=peer, id=heard["id"])
    wrong = unlike(thing, seen)
    got = place / f"got by {reader.library.name}{Path(thing.given.get('path', '')).suffix}"
    if thing.kind in FILES:
        await reader.do("download", to=peer, id=heard["id"], path=str(got))
        if got.read_bytes() != thing.path.read_bytes():
            wrong["bytes"] = (got.stat().st_size, thing.path.stat().st_size)
    elif thing.kind == "photo":
        await reader.do("download", to=peer, id=heard["id"], path=str(got))
        with Image.open(got) as fetched:
            if fetched.size != (thing.seen["width"], thing.seen["height"]):
                wrong["sides"] = fetched.size
    return wrong, seen


async def test_each_kind_reaches_every_library(town: Town, tmp_path: Path) -> None:
    """What one sends is of that kind for all: as wide, as high, as long; the bytes are the same."""
    people, group, hall = await company(town, LIBRARIES)
    wrong: dict[str, Any] = {}
    for number, sender in enumerate(p for p in people if p.library.name in SENDERS):
        peer = hall if number % 2 else group
        for thing in things(tmp_path):
            await sender.do("post", to=peer, kind=thing.kind, **thing.given)
            readers = [
                p for p in people if p is not sender and (p.library.name, thing.kind) not in BLIND
            ]
            looks = await asyncio.gather(
                *(look(p, sender, peer, thing, tmp_path) for p in readers), return_exceptions=True
            )
            name = f"{thing.kind} by {sender.library.name}"
            for reader, found in zip(readers, looks, strict=True):
                if isinstance(found, BaseException):
                    wrong[f"{name} for {reader.library.name}"] = repr(found)[:300]
                elif found[0]:
                    wrong[f"{name} for {reader.library.name}"] = found[0]
    assert not wrong, "\n" + pformat(wrong, width=160)
