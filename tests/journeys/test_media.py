"""Media of each kind, sent with one library, seen and fetched with every other."""

import asyncio
import hashlib
from pathlib import Path
from pprint import pformat
from typing import Any

import pytest
from PIL import Image

from .conftest import Town
from .people import Device
from .things import FILES, Thing, image, things, unlike
from .together import SENDERS, company, eventually, every, others

pytestmark = pytest.mark.journey

LIBRARIES = [*SENDERS, "pyrogram"]
FOUND_BY_KIND = ["photo", "video", "gif", "voice", "music", "document", "round"]
# what a library of an older layer has no eyes for
BLIND = {("pyrogram", "live_location")}


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
    await counted(people, group, hall)


async def counted(people: list[Device], group: int, hall: int) -> None:
    """All find as many of each kind as were sent."""
    for peer, senders in ((group, 3), (hall, 2)):
        for kind in FOUND_BY_KIND:
            wanted = senders * (2 if kind == "photo" else 1)
            found = await every(people, lambda p, k=kind, to=peer: p.do("count", to=to, kind=k))
            assert found == [wanted] * len(people), (kind, peer)


def sides(path: Path) -> tuple[int, int]:
    """Return width and height of an image."""
    with Image.open(path) as opened:
        return opened.size


async def albums(people: list[Device], hall: int, place: Path) -> None:
    """Each sends a photo, a film and a photo as one; all others see that they belong together."""
    paths = [str(t.path) for t in things(place) if t.kind in ("photo", "video")]
    kinds = ["photo", "photo", "video"]
    for sender in people:
        caption = f"album by {sender.library.name}"
        await sender.do("post_album", to=hall, paths=paths, caption=caption)

        async def meets(reader: Device, sender: Device = sender, caption: str = caption) -> Any:
            await reader.hear_text(caption)
            for kind in kinds[1:]:
                await reader.hear(
                    "message",
                    lambda e, kind=kind: (e["sender"], e["kind"]) == (sender.user, kind),
                )
            newest = await reader.do("history", to=hall, limit=3)
            return [await reader.do("media", to=hall, id=m["id"]) for m in reversed(newest)]

        for seen in await every(others(people, sender), meets):
            assert [one["kind"] for one in seen] == kinds
            assert [one["caption"] for one in seen] == [caption, "", ""]
            assert seen[0]["album"]
            assert len({one["album"] for one in seen}) == 1


async def ranges(people: list[Device], hall: int, place: Path) -> None:
    """Who can fetches the middle of a file."""
    report = next(t for t in things(place) if t.kind == "document")
    await people[0].do("post", to=hall, kind="document", path=str(report.path), caption="middle")

    async def fetches(reader: Device) -> bytes:
        heard = await reader.hear_text("middle")
        got = place / f"{reader.library.name}.part"
        given = {"path": str(got), "offset": 65_536, "size": 69_632}
        await reader.do("download_part", to=hall, id=heard["id"], **given)
        return got.read_bytes()

    readers = [p for p in people[1:] if p.library.name != "kurigram"]  # it has whole MiB only
    wanted = report.path.read_bytes()[65_536 : 65_536 + 69_632]
    assert all(got == wanted for got in await every(readers, fetches))


async def replaced(people: list[Device], hall: int, place: Path) -> None:
    """Each puts another photo into a message of theirs; all others see the new one."""
    old, new = place / "old.jpg", place / "new.jpg"
    old.write_bytes(image(300, 200))
    for turn, sender in enumerate(people):
        width = 500 + 10 * turn
        new.write_bytes(image(width, 400))
        first, then = f"old by {sender.library.name}", f"new by {sender.library.name}"
        sent = await sender.do("post", to=hall, kind="photo", path=str(old), caption=first)

        async def meets(reader: Device, first: str = first) -> Any:
            return (await reader.hear_text(first))["id"]

        ids = await every(others(people, sender), meets)
        await sender.do("replace_photo", to=hall, id=sent["id"], path=str(new), caption=then)
        for reader, number in zip(others(people, sender), ids, strict=True):
            await reader.hear("edited", lambda e, then=then: e["text"] == then)
            got = place / f"{reader.library.name}.jpg"
            await reader.do("download", to=hall, id=number, path=str(got))
            assert sides(got) == (width, 400), reader.library.name


async def moving(people: list[Device], hall: int) -> None:
    """A place moves on, and all others see where it is now."""
    for turn, sender in enumerate(p for p in people if p.library.name != "kurigram"):
        start = {"lat": 1.0, "long": 2.0, "period": 900}
        sent = await sender.do("post", to=hall, kind="live_location", **start)
        where = {"lat": 50.0 + turn, "long": 3.0}

        async def meets(reader: Device, sender: Device = sender) -> Any:
            heard = await reader.hear(
                "message", lambda e: (e["sender"], e["kind"]) == (sender.user, "live_location")
            )
            return heard["id"]

        ids = await every(others(people, sender), meets)
        await sender.do("move_place", to=hall, id=sent["id"], **where)
        for reader, number in zip(others(people, sender), ids, strict=True):
            await reader.hear("edited", lambda e, number=number: e["id"] == number)
            seen = await reader.do("media", to=hall, id=number)
            assert abs(seen["lat"] - where["lat"]) < 1e-4, reader.library.name


async def faces(people: list[Device], group: int, place: Path) -> None:
    """Each shows another photo of themselves and of the group; all others fetch the same."""
    for turn, sender in enumerate(people):
        for peer, act in ((sender.user, "set_photo"), (group, "set_chat_photo")):
            path = place / "face.jpg"
            path.write_bytes(image(700, 700, shade=20 * turn + (peer > 0)))
            await sender.do(act, path=str(path), **({"to": group} if peer < 0 else {}))

            async def looks(reader: Device, peer: int = peer) -> Any:
                got = place / f"{reader.library.name}.jpg"
                if not await reader.do("download_photo_of", to=peer, path=str(got)):
                    return None
                return sides(got), hashlib.sha256(got.read_bytes()).hexdigest()

            wanted = await looks(people[0] if sender is not people[0] else people[1])
            assert wanted[0] == (640, 640)
            for reader in others(people, sender):
                await eventually(lambda reader=reader: looks(reader), wanted, reader.library.name)


async def forwarded(people: list[Device], group: int, hall: int, place: Path) -> None:
    """Each forwards a film to another chat, where all others fetch the same bytes."""
    film = next(t for t in things(place) if t.kind == "video")
    given = {"path": str(film.path), "caption": "to be forwarded"}
    await people[0].do("post", to=group, kind="video", **given)
    for sender in people[1:]:
        number = (await sender.hear_text("to be forwarded"))["id"]
        await sender.do("forward", source=group, to=hall, ids=[number])

        async def meets(reader: Device, sender: Device = sender) -> None:
            heard = await reader.hear(
                "message", lambda e: (e["sender"], e["text"]) == (sender.user, given["caption"])
            )
            seen = await reader.do("media", to=hall, id=heard["id"])
            assert (seen["kind"], seen["forwarded"]) == ("video", True)
            got = place / f"{reader.library.name}.mp4"
            await reader.do("download", to=hall, id=heard["id"], path=str(got))
            assert got.read_bytes() == film.path.read_bytes()

        await every(others(people, sender), meets)


async def refreshed(town: Town, people: list[Device], group: int, hall: int, place: Path) -> None:
    """Who saw a file in two chats fetches it from one when it is gone from the other."""
    ann = people[0]
    tdlib = next(p for p in people if p.library.name == "tdlib")
    film = place / "twice.mp4"
    film.write_bytes(next(t for t in things(place) if t.kind == "gif").path.read_bytes() + b"twice")
    sent = await ann.do("post", to=hall, kind="document", path=str(film), caption="twice")
    first = await tdlib.hear_text("twice")
    (copy,) = (await ann.do("forward", source=hall, to=group, ids=[sent["id"]]))["ids"]
    second = await tdlib.hear_text("twice")
    assert (first["peer"], second["peer"]) == (hall, group)
    await ann.do("delete", to=group, ids=[copy])
    await tdlib.hear("deleted", lambda e: second["id"] in e["ids"])
    expired = town.server.refused("upload.getFile", "FILE_REFERENCE_EXPIRED")
    got = place / "twice.bin"
    await tdlib.do("download", to=hall, id=first["id"], path=str(got))
    assert got.read_bytes() == film.read_bytes()
    assert town.server.refused("upload.getFile", "FILE_REFERENCE_EXPIRED") > expired


async def vanishing(town: Town, people: list[Device], place: Path) -> None:
    """Each sends the next a photo that lasts a second once it was opened."""
    pairs = list(zip(people, people[1:] + people[:1], strict=True))
    posted = []
    for sender, reader in pairs:
        path = str(place / "photo.jpg")
        sent = await sender.do("post", to=reader.user, kind="photo", path=path, ttl=1)
        heard = await reader.hear(
            "message",
            lambda e, user=sender.user: (e["peer"], e["kind"]) == (user, "photo"),
        )
        got = place / "vanishes.jpg"
        await reader.do("download", to=sender.user, id=heard["id"], path=str(got))
        assert sides(got) == (800, 600)
        posted.append((sent["id"], heard["id"]))
    await town.nap()
    for (sender, reader), (mine, theirs) in zip(pairs, posted, strict=True):
        await reader.do("open_media", to=sender.user, id=theirs)
        for one, peer, number in ((reader, sender.user, theirs), (sender, reader.user, mine)):

            async def kind(one: Device = one, peer: int = peer, number: int = number) -> Any:
                return (await one.do("media", to=peer, id=number))["kind"]

            await eventually(kind, "", one.library.name)


async def listened(people: list[Device], place: Path) -> None:
    """Each sends the next a voice: it is marked as not yet heard, for both, until it was."""
    for sender, reader in zip(people, people[1:] + people[:1], strict=True):
        voice = next(t for t in things(place) if t.kind == "voice")
        sent = await sender.do("post", to=reader.user, kind="voice", **voice.given)
        heard = await reader.hear(
            "message",
            lambda e, user=sender.user: (e["peer"], e["kind"]) == (user, "voice"),
        )
        sides = ((reader, sender.user, heard["id"]), (sender, reader.user, sent["id"]))
        for unheard in (True, False):
            for one, peer, number in sides:
                if one.library.name == "kurigram":
                    continue  # it does not say

                async def mark(one: Device = one, peer: int = peer, number: int = number) -> Any:
                    return (await one.do("media", to=peer, id=number))["unheard"]

                await eventually(mark, unheard, one.library.name)
            if unheard:
                await reader.do("open_media", to=sender.user, id=heard["id"])


async def test_what_becomes_of_media(town: Town, tmp_path: Path) -> None:
    """Albums, ranges, other photos in place of the first, places that move, faces, forwards."""
    people, group, hall = await company(town, SENDERS)
    await albums(people, hall, tmp_path)
    await ranges(people, hall, tmp_path)
    await listened(people, tmp_path)
    await replaced(people, hall, tmp_path)
    await moving(people, hall)
    await faces(people, group, tmp_path)
    await forwarded(people, group, hall, tmp_path)
    await refreshed(town, people, group, hall, tmp_path)
    await vanishing(town, people, tmp_path)
