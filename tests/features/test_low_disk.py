"""A disk with no more room than messages need: no file is written, on whatever way, and messages go on."""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.films import film
from tests.features.post import ADA, CLAUDE, KIB, Post, document, open_post, picture

from chappe.engines.space import DiskSpace
from chappe.features.files.quota_reservations import RESERVATIONS
from chappe.features.media import input_media
from chappe.ports import StoreFull
from chappe.tl import api, errors

RESERVE = 1024 * KIB


class Disk(DiskSpace):
    """A disk of so many bytes, on which what is in a store of blobs is kept."""

    def __init__(self) -> None:
        super().__init__((), RESERVE, every_s=0)  # others take room at any moment
        self.size = 1 << 40
        self.blobs: Any = None

    def free(self) -> int:
        """See `DiskSpace`."""
        parts = self.blobs._parts.values()
        return self.size - sum(len(data) for blob in parts for data in blob.values())

    def leave(self, size: int) -> None:
        """Let others take all but so many bytes."""
        self.size += size - self.free()


DISK = Disk()


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server on a disk."""
    DISK.__init__()  # type: ignore[misc]
    made = await open_post(space=DISK)
    DISK.blobs = made.blobs
    yield made
    await made.server.stop()


async def part(post: Post, number: int, data: bytes) -> Any:
    """Let Ada upload one part."""
    return await post.ask(ADA, api.UploadSaveFilePart(file_id=7, file_part=number, bytes=data))


async def test_an_upload_stops_at_the_reserve_and_goes_on_later(post: Post) -> None:
    """What was refused is not written and not charged; the same upload goes on once there is room."""
    data = os.urandom(3 * 64 * KIB)
    parts = [data[i : i + 64 * KIB] for i in range(0, len(data), 64 * KIB)]
    await part(post, 0, parts[0])
    DISK.leave(RESERVE + 70 * KIB)
    await part(post, 1, parts[1])
    for _ in range(2):
        with pytest.raises(errors.StorageFull):
            await part(post, 2, parts[2])
    assert await post.used(ADA) == 128 * KIB
    assert DISK.free() >= RESERVE
    assert post.context.own(RESERVATIONS).of(ADA) == 0
    DISK.leave(1 << 30)
    await part(post, 2, parts[2])
    given = api.InputFile(id=7, parts=3, name="", md5_checksum="")
    message = await post.send(ADA, CLAUDE, document(given))
    assert await post.fetch(CLAUDE, (await post.inbox(CLAUDE, ADA))[0].media.document) == data
    assert message.media.document.size == len(data)


async def test_a_part_that_waits_in_a_box_is_refused_likewise(post: Post) -> None:
    """A box is on the same disk."""
    DISK.leave(RESERVE)
    with pytest.raises(errors.StorageFull):
        await post.ask(
            ADA,
            api.UploadSaveBigFilePart(file_id=7, file_part=3, file_total_parts=4, bytes=bytes(KIB)),
        )
    assert await post.used(ADA) == 0


async def test_nothing_is_made_of_what_was_uploaded_before(post: Post) -> None:
    """No sizes of a photo, no thumbnail of a film, no photo beside a name; and no message is half sent."""
    image, moving = picture(900, 700), film(width=240, height=240, seconds=1)
    photo, face, seen, live = [await post.put_up(ADA, d) for d in (image, image, moving, moving)]
    theirs = await post.send(
        CLAUDE, ADA, api.InputMediaUploadedPhoto(file=await post.put_up(CLAUDE, picture(640, 640)))
    )
    before, used = dict(post.blobs._parts), await post.used(ADA)
    DISK.leave(RESERVE)
    for media in (
        api.InputMediaUploadedPhoto(file=photo),
        document(seen, mime_type="video/mp4"),
    ):
        with pytest.raises(errors.StorageFull):
            await post.send(ADA, CLAUDE, media)
    for given in ({"file": face}, {"video": live}):
        with pytest.raises(errors.StorageFull):
            await post.ask(ADA, api.PhotosUploadProfilePhoto(**given))
    assert dict(post.blobs._parts) == before
    assert await post.used(ADA) == used
    assert len(await post.inbox(CLAUDE, ADA)) == 1
    DISK.leave(1 << 30)
    await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=photo))
    assert (await post.ask(ADA, api.PhotosUploadProfilePhoto(file=face))).photo.sizes
    assert theirs.media.photo


async def test_messages_go_on_and_files_are_fetched(post: Post) -> None:
    """Texts, what needs no new bytes, and what is there already."""
    data = os.urandom(100_000)
    sent = await post.send_file(ADA, CLAUDE, data)
    DISK.leave(0)
    for number in range(20):
        peer = post.peer(ADA, CLAUDE)
        await post.ask(
            ADA, api.MessagesSendMessage(peer=peer, message=f"{number}", random_id=number + 1)
        )
    await post.server.delivery.relay.settle()
    inbox = await post.inbox(CLAUDE, ADA)
    assert [m.message for m in inbox[:20]] == [str(n) for n in reversed(range(20))]
    assert await post.fetch(CLAUDE, inbox[20].media.document) == data
    again = api.InputMediaDocument(
        id=api.InputDocument(
            id=sent.media.document.id,
            access_hash=sent.media.document.access_hash,
            file_reference=sent.media.document.file_reference,
        )
    )
    await post.send(ADA, CLAUDE, again)
    await post.send(ADA, CLAUDE, api.InputMediaDice(emoticon="🎲"))
    with pytest.raises(errors.StorageFull):
        await post.send_file(ADA, CLAUDE, b"one byte more")


async def test_what_is_deleted_makes_room(post: Post) -> None:
    """An hour after the last message with it."""
    await post.send_file(ADA, CLAUDE, os.urandom(500 * KIB))
    DISK.leave(RESERVE + 10 * KIB)
    with pytest.raises(errors.StorageFull):
        await post.send_file(ADA, CLAUDE, os.urandom(64 * KIB))
    number = next(iter(post.blobs._parts))
    await post.blobs.delete(number)
    await post.send_file(ADA, CLAUDE, os.urandom(64 * KIB))


async def test_a_preview_comes_without_its_image(post: Post) -> None:
    """It is not worth the last bytes of a disk."""
    from chappe.rpc import Call

    call = Call.by(post.context, ADA)
    assert await input_media.photo_of_bytes(call, picture(300, 200)) is not None
    DISK.leave(RESERVE)
    assert await input_media.photo_of_bytes(call, picture(200, 300)) is None


async def test_a_disk_that_does_not_answer_is_no_refusal(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is at fault, and the operator told so."""

    async def gone(_size: int) -> bool:
        raise StoreFull("The disk of the data does not answer: check it.")

    monkeypatch.setattr(DISK, "has_room", gone)
    with pytest.raises(StoreFull):
        await part(post, 0, bytes(KIB))
