"""Files stay as long as somebody has a message that shows them, and go with their bytes an hour later."""

import io
import os
from typing import Any

import pytest
from PIL import Image

from chappe.core import Kind, Owner
from chappe.features.files.records import Content, File, Usage
from chappe.features.files.usage_counts import UNUSED_S, PendingDelete
from chappe.ports import EngineError
from chappe.tl import api, errors

from .village import Person, Village, village

KIB = 1024


def picture(shade: int = 100) -> bytes:
    """Return an image."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (shade, 10, 10)).save(out, "PNG")
    return out.getvalue()


async def upload(who: Person, data: bytes, name: str = "x.bin") -> Any:
    """Upload bytes; return the InputFile."""
    number = int.from_bytes(os.urandom(7), "big")
    await who(api.UploadSaveFilePart(file_id=number, file_part=0, bytes=data))
    return api.InputFile(id=number, parts=1, name=name, md5_checksum="")


def document(file: Any, mime: str = "application/octet-stream") -> Any:
    """Return a document to send."""
    return api.InputMediaUploadedDocument(file=file, mime_type=mime, attributes=[])


async def send(who: Person, to: Any, media: Any, **more: Any) -> int:
    """Send a medium; return the number of its message."""
    answer = await who(
        api.MessagesSendMedia(
            peer=who.peer(to), media=media, message="", random_id=who.village.number(), **more
        )
    )
    await who.village.settle()
    return int(next(u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)))


async def send_bytes(who: Person, to: Any, data: bytes) -> int:
    """Send bytes as a document."""
    return await send(who, to, document(await upload(who, data)))


async def shown(who: Person, of: Any) -> Any:
    """Return the newest document or photo of a conversation."""
    medium = next(m.media for m in await who.history(of) if getattr(m, "media", None))
    return getattr(medium, "document", None) or medium.photo


async def fetch(who: Person, of: Any) -> bytes:
    """Download what the newest medium of a conversation shows."""
    found = await shown(who, of)
    photo = isinstance(found, api.Photo)
    kind = api.InputPhotoFileLocation if photo else api.InputDocumentFileLocation
    size = found.sizes[-1].type if photo else ""
    where = kind(
        id=found.id,
        access_hash=found.access_hash,
        file_reference=found.file_reference,
        thumb_size=size,
    )
    return bytes((await who(api.UploadGetFile(location=where, offset=0, limit=64 * KIB))).bytes)


async def delete(who: Person, chat: Any, number: int, *, revoke: bool = True) -> None:
    """Delete a message."""
    if isinstance(chat, api.Channel):
        await who(api.ChannelsDeleteMessages(channel=who.channel(chat), id=[number]))
    else:
        await who(api.MessagesDeleteMessages(id=[number], revoke=revoke))
    await who.village.settle()


async def forward(who: Person, of: Any, number: int, to: Any) -> int:
    """Forward a message; return the number of the copy."""
    answer = await who(
        api.MessagesForwardMessages(
            from_peer=who.peer(of),
            id=[number],
            random_id=[who.village.number()],
            to_peer=who.peer(to),
        )
    )
    await who.village.settle()
    return int(next(u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)))


def blobs(v: Village) -> dict[Any, Any]:
    """Return the parts of files there are."""
    inner: Any = v.server.files
    return dict(inner.inner._parts)


async def left(v: Village, who: Person) -> tuple[int, int, int]:
    """Return how many files and contents somebody has, and how many bytes are counted."""
    look = v.context.look(Owner(Kind.USER, who.id))
    usage = await look.get(Usage)
    counted = (len(await look.scan(File)), len(await look.scan(Content)))
    return *counted, usage.bytes if usage else 0


async def test_an_hour_after_the_last_copy_the_bytes_are_gone() -> None:
    """Deleted for both; until then nothing is removed, and the room is not given back."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await send_bytes(ada, bob, b"regretted")
        assert await fetch(bob, ada) == b"regretted"
        await delete(ada, bob, number)
        await v.wait(UNUSED_S - 1)
        assert blobs(v)
        assert (await left(v, ada))[2] == 9
        await v.wait(1)
        assert blobs(v) == {}
        assert await left(v, ada) == (0, 0, 0)


@pytest.mark.parametrize("kind", ["photo", "document", "image document"])
async def test_whoever_keeps_a_copy_keeps_the_file(kind: str) -> None:
    """Ada deletes hers, Bob has his; when that goes too, so do the bytes, with all sizes made of it."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        file = await upload(ada, picture())
        media = document(file, "image/png" if kind == "image document" else "text/plain")
        if kind == "photo":
            media = api.InputMediaUploadedPhoto(file=file)
        number = await send(ada, bob, media)
        await delete(ada, bob, number, revoke=False)
        await v.wait(10 * UNUSED_S)
        assert await fetch(bob, ada)
        theirs = (await bob.history(ada))[0].id
        await delete(bob, ada, theirs, revoke=False)
        await v.wait(UNUSED_S)
        assert blobs(v) == {}
        assert await left(v, ada) == (0, 0, 0)


async def test_who_was_sent_it_on_keeps_it() -> None:
    """Bob forwards to Eve; he and Ada delete everything of theirs."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        number = await send_bytes(ada, bob, b"pass it on")
        theirs = (await bob.history(ada))[0].id
        copy = await forward(bob, ada, theirs, eve)
        await delete(ada, bob, number)
        await delete(bob, eve, copy, revoke=False)
        await v.wait(10 * UNUSED_S)
        assert await fetch(eve, bob) == b"pass it on"
        await delete(eve, bob, (await eve.history(bob))[0].id)
        await v.wait(UNUSED_S)
        assert blobs(v) == {}


async def test_the_same_bytes_stay_while_any_message_has_them() -> None:
    """Sent twice, and once more under another name; also what is sent again when nobody has it any more."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        first = await send_bytes(ada, bob, b"again and again")
        second = await send_bytes(ada, bob, b"again and again")
        named = await send(
            ada, bob, document(await upload(ada, b"again and again", "other.bin"), "text/plain")
        )
        await delete(ada, bob, named)
        await delete(ada, bob, first)
        await v.wait(10 * UNUSED_S)
        assert await fetch(bob, ada) == b"again and again"
        assert (await left(v, ada))[2] == 15
        await delete(ada, bob, second)
        await v.wait(UNUSED_S - 1)
        third = await send_bytes(ada, bob, b"again and again")
        await v.wait(10 * UNUSED_S)
        assert await fetch(bob, ada) == b"again and again"
        await delete(ada, bob, third)
        await v.wait(UNUSED_S)
        assert (blobs(v), await left(v, ada)) == ({}, (0, 0, 0))


async def test_what_takes_the_place_of_a_medium_lets_the_first_go() -> None:
    """For both who had it; a new caption changes nothing."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await send_bytes(ada, bob, b"the first")
        edit = {"peer": ada.peer(bob), "id": number}
        await ada(api.MessagesEditMessage(**edit, message="look"))
        await v.wait(10 * UNUSED_S)
        assert await fetch(bob, ada) == b"the first"
        media = document(await upload(ada, b"the second"))
        await ada(api.MessagesEditMessage(**edit, media=media))
        await v.wait(UNUSED_S)
        assert await fetch(bob, ada) == b"the second"
        assert await left(v, ada) == (1, 1, 10)
        await delete(ada, bob, number)
        await v.wait(UNUSED_S)
        assert blobs(v) == {}


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_in_groups_and_channels_it_goes_when_the_message_goes(kind: str) -> None:
    """A message, a comment's post, and what is left when the whole place ends."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        talk = await ada.supergroup("Talk", bob, cid)
        chat = talk
        if kind == "group":
            chat = await ada.group("Trio", bob, cid)
        if kind == "channel":
            chat = await ada.supergroup("News", bob, cid, broadcast=True)
            await ada(
                api.ChannelsSetDiscussionGroup(broadcast=ada.channel(chat), group=ada.channel(talk))
            )
        one = await send_bytes(ada, chat, b"one")
        await send_bytes(ada, chat, b"two")
        await delete(ada, chat, one)
        await v.wait(UNUSED_S)
        assert (await left(v, ada))[0] == 1
        assert await fetch(cid, chat) == b"two"
        if kind == "channel":
            assert await fetch(cid, talk) == b"two"
        if kind != "group":
            await ada(api.ChannelsDeleteChannel(channel=ada.channel(chat)))
            await v.wait(1)
            await v.wait(UNUSED_S)
            held = 1 if kind == "channel" else 0  # by the group where it is talked about
            assert (await left(v, ada))[0] == held
            if held:
                assert await fetch(cid, talk) == b"two"


async def test_what_waits_is_saved_or_was_reported_is_kept() -> None:
    """A scheduled message, a GIF at hand, evidence: none of them loses its file to a deletion."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await send_bytes(ada, bob, b"later, too")
        found = await shown(ada, bob)
        again = api.InputMediaDocument(
            id=api.InputDocument(
                id=found.id, access_hash=found.access_hash, file_reference=found.file_reference
            )
        )
        due = int(v.clock.time) + 5 * UNUSED_S
        await ada(
            api.MessagesSendMedia(
                peer=ada.peer(bob), media=again, message="", random_id=v.number(), schedule_date=due
            )
        )
        await delete(ada, bob, number)
        await v.wait(5 * UNUSED_S)
        await v.settle()
        assert await fetch(bob, ada) == b"later, too"
        bad = await send_bytes(ada, bob, b"a threat")
        theirs = (await bob.history(ada))[0].id
        await bob(
            api.MessagesReport(
                peer=bob.peer(ada), id=[theirs], option=b"violence/insults", message=""
            )
        )
        await delete(ada, bob, bad)
        await v.wait(10 * UNUSED_S)
        contents = {c.size for c in await v.context.look(Owner(Kind.USER, ada.id)).scan(Content)}
        assert contents == {len(b"later, too"), len(b"a threat")}


async def test_a_scheduled_message_that_is_dropped_lets_its_file_go() -> None:
    """Nobody has ever seen it."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await send(
            ada,
            bob,
            document(await upload(ada, b"never mind")),
            schedule_date=int(v.clock.time) + 86_400,
        )
        waiting = await ada(api.MessagesGetScheduledHistory(peer=ada.peer(bob), hash=0))
        ids = [m.id for m in waiting.messages]
        await ada(api.MessagesDeleteScheduledMessages(peer=ada.peer(bob), id=ids))
        await v.wait(UNUSED_S)
        assert (blobs(v), await left(v, ada)) == ({}, (0, 0, 0))


async def test_photos_of_a_profile_are_not_counted() -> None:
    """They stay as long as the account does, whatever messages come and go."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await ada(api.PhotosUploadProfilePhoto(file=await upload(ada, picture(1))))
        number = await send(
            ada, bob, api.InputMediaUploadedPhoto(file=await upload(ada, picture(1)))
        )
        await delete(ada, bob, number)
        await v.wait(10 * UNUSED_S)
        assert (await left(v, ada))[0] == 1
        photos = await bob(
            api.PhotosGetUserPhotos(user_id=bob.user(ada), offset=0, max_id=0, limit=10)
        )
        assert len(photos.photos) == 1


async def test_room_is_given_back_to_who_deletes() -> None:
    """Who was at their quota can send again."""
    async with village(media_quota_mib=1) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        large = [os.urandom(512 * KIB) for _ in range(3)]
        numbers = [await send_bytes(ada, bob, data) for data in large[:2]]
        with pytest.raises(errors.FileQuotaExceeded):
            await upload(ada, large[2])
        await delete(ada, bob, numbers[0])
        await v.wait(UNUSED_S)
        await send_bytes(ada, bob, large[2])
        assert await left(v, ada) == (2, 2, 1024 * KIB)


async def test_a_store_of_files_that_fails_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was to be removed is still known, and nothing else is touched."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await send_bytes(ada, bob, b"regretted")
        await delete(ada, bob, number)

        async def fails(*_: Any) -> None:
            raise EngineError("The store of files does not answer.")

        with monkeypatch.context() as patched:
            patched.setattr(v.server.files, "delete", fails)
            await v.wait(UNUSED_S)
        v.bugs.clear()
        assert blobs(v)
        assert len(await v.context.look(Owner(Kind.USER, ada.id)).scan(PendingDelete)) == 1
        await v.wait(60)
        assert blobs(v) == {}
        assert await v.context.look(Owner(Kind.USER, ada.id)).scan(PendingDelete) == []


async def test_a_copy_that_is_gone_does_not_keep_what_takes_its_medium_s_place() -> None:
    """Bob has deleted his copy when Ada sends another file in its stead."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await send_bytes(ada, bob, b"the first")
        await delete(bob, ada, (await bob.history(ada))[0].id, revoke=False)
        second = document(await upload(ada, b"the second"))
        await ada(api.MessagesEditMessage(peer=ada.peer(bob), id=number, media=second))
        await v.wait(UNUSED_S)
        assert await fetch(ada, bob) == b"the second"
        assert await left(v, ada) == (1, 1, 10)
        await delete(ada, bob, number)
        await v.wait(UNUSED_S)
        assert blobs(v) == {}
