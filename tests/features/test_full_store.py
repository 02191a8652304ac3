"""Stores of files that are full or fail, and people who are gone while they upload: nothing half-kept."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.post import (
    ADA,
    CLAUDE,
    KIB,
    Post,
    document,
    group_of,
    inner,
    open_post,
    picture,
    send_there,
)

from chappe.features.auth.account_deletion import delete_account
from chappe.features.files import commands
from chappe.features.files.quota_reservations import RESERVATIONS
from chappe.features.files.records import UPLOAD_LIFETIME_S
from chappe.features.files.room_taken import FRESH_S
from chappe.features.ledger import ErasedBy
from chappe.ports import EngineError, StoreFull
from chappe.rpc import MACHINE, Giver, Role
from chappe.tl import api, errors


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server whose store of files can be filled."""
    made = await open_post()
    yield made
    await made.server.stop()


def fill(post: Post, monkeypatch: pytest.MonkeyPatch, *, after: int = 0) -> None:
    """Let the store take `after` more parts, and no other."""
    left = [after]
    put = post.blobs.put_part

    async def full(*given: Any) -> None:
        if not left[0]:
            raise StoreFull("There is no room left for files: make room or move them.")
        left[0] -= 1
        await put(*given)

    monkeypatch.setattr(post.blobs, "put_part", full)


async def part(post: Post, number: int, data: bytes, file: int = 7) -> Any:
    """Let Ada upload one part."""
    return await post.ask(ADA, api.UploadSaveFilePart(file_id=file, file_part=number, bytes=data))


async def test_of_what_is_beyond_a_quota_nothing_is_written() -> None:
    """Of twenty parts sent at once to a quota of two, eighteen are refused and leave no byte behind."""
    post = await open_post(media_quota_mib=1)
    try:
        data = bytes(512 * KIB)
        sent = [
            post.ask(
                ADA,
                api.UploadSaveBigFilePart(
                    file_id=7, file_part=number, file_total_parts=20, bytes=data
                ),
            )
            for number in range(20)
        ]
        answers = await asyncio.gather(*sent, return_exceptions=True)
        refused = [a for a in answers if isinstance(a, errors.FileQuotaExceeded)]
        assert (answers.count(True), len(refused)) == (2, 18)
        (written,) = post.blobs._parts.values()
        assert len(written) == 2
        assert await post.used(ADA) == 1024 * KIB
        assert post.context.own(RESERVATIONS).of(ADA) == 0
    finally:
        await post.server.stop()


async def test_parts_that_do_not_fit_each_other_leave_nothing_behind(post: Post) -> None:
    """Of many short last parts sent at once one can be true: the upload is given up, with its bytes."""
    total = 40
    assert await post.ask(
        ADA,
        api.UploadSaveBigFilePart(
            file_id=7, file_part=0, file_total_parts=total, bytes=bytes(64 * KIB)
        ),
    )
    sent = [
        post.ask(
            ADA,
            api.UploadSaveBigFilePart(
                file_id=7, file_part=number, file_total_parts=total, bytes=bytes(KIB)
            ),
        )
        for number in range(20, 30)
    ]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert answers.count(True) == 1
    assert {type(a) for a in answers if a is not True} <= {
        errors.FilePartSizeChanged,
        errors.FilePartInvalid,
    }
    assert post.blobs._parts == {}
    assert await post.used(ADA) == 0
    assert post.context.own(RESERVATIONS).of(ADA) == 0


async def test_an_upload_goes_on_once_there_is_room_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refused part is not counted, and is sent again like any that did not arrive."""
    data = os.urandom(3 * 64 * KIB)
    parts = [data[i : i + 64 * KIB] for i in range(0, len(data), 64 * KIB)]
    with monkeypatch.context() as patched:
        fill(post, patched, after=1)
        await part(post, 0, parts[0])
        for _ in range(2):
            with pytest.raises(StoreFull):
                await part(post, 1, parts[1])
        assert await post.used(ADA) == 64 * KIB
        given = api.InputFile(id=7, parts=3, name="", md5_checksum="")
        with pytest.raises(errors.FilePartMissing):
            await post.send(ADA, CLAUDE, document(given))
    await part(post, 1, parts[1])
    await part(post, 2, parts[2])
    message = await post.send(ADA, CLAUDE, document(given))
    assert await post.fetch(ADA, message.media.document) == data


async def test_a_photo_that_cannot_be_kept_is_not_half_kept(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No message, no bytes of it; the same upload is sent once there is room."""
    file = await post.put_up(ADA, picture(2_000, 1_500, "PNG"))
    before = dict(post.blobs._parts)
    with monkeypatch.context() as patched:
        fill(post, patched)
        with pytest.raises(EngineError):
            await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=file))
    assert dict(post.blobs._parts) == before
    assert await post.inbox(CLAUDE, ADA) == []
    await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=file))
    assert (await post.inbox(CLAUDE, ADA))[0].media.photo is not None


async def test_who_is_removed_while_they_upload_sends_nothing(post: Post) -> None:
    """Their file is still theirs to send elsewhere."""
    group = await group_of(post)
    file = await post.put_up(CLAUDE, b"minutes", order=[0])
    banned = api.ChatBannedRights(view_messages=True, until_date=0)
    await post.ask(
        ADA,
        api.ChannelsEditBanned(
            channel=inner(post, ADA, group),
            participant=post.peer(ADA, CLAUDE),
            banned_rights=banned,
        ),
    )
    await post.server.delivery.relay.settle()
    with pytest.raises((errors.ChannelPrivate, errors.ChatWriteForbidden)):
        await send_there(post, CLAUDE, group, document(file))
    message = await post.send(CLAUDE, CLAUDE, document(file))
    assert message.media.document.size == 7


async def test_a_part_that_comes_after_the_account_is_gone_leaves_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes were on their way while somebody was deleted."""
    await part(post, 0, bytes(64 * KIB))
    put = post.blobs.put_part

    async def late(*given: Any) -> None:
        await delete_account(post.context, ADA, ErasedBy.OWNER)
        await put(*given)

    with monkeypatch.context() as patched:
        patched.setattr(post.blobs, "put_part", late)
        with pytest.raises((errors.FilePartInvalid, EngineError)):
            await part(post, 1, bytes(64 * KIB))
    assert post.blobs._parts == {}


async def test_an_operator_sees_how_much_room_files_take() -> None:
    """Whose, and how near to the quota; nothing of what is in them."""
    post = await open_post(media_quota_mib=4)
    try:
        assert await commands.files(post.context, by=MACHINE) == []
        await post.send_file(ADA, CLAUDE, os.urandom(1024 * KIB))
        await post.send_file(CLAUDE, ADA, os.urandom(2048 * KIB))
        assert await commands.files(post.context, by=MACHINE) == [
            {"id": CLAUDE, "name": "Claude", "mib": 2.0, "quota_percent": 50},
            {"id": ADA, "name": "Ada", "mib": 1.0, "quota_percent": 25},
            {"id": 0, "name": "all 2", "mib": 3.0, "quota_percent": None},
        ]
        # staff see it as it was some minutes ago: it is read of everybody, and not for each click
        staff = Giver(frozenset({Role.ADMINISTRATOR}), 1)
        await post.send_file(ADA, CLAUDE, os.urandom(2048 * KIB))
        assert (await commands.files(post.context, by=staff))[-1]["mib"] == 3.0
        post.clock.time += FRESH_S + 1
        assert (await commands.files(post.context, by=staff))[-1]["mib"] == 5.0
        await post.send_file(ADA, CLAUDE, os.urandom(1024 * KIB))
        assert (await commands.files(post.context, by=MACHINE))[-1]["mib"] == 6.0
    finally:
        await post.server.stop()


async def test_an_upload_that_was_given_up_begins_anew(post: Post) -> None:
    """Its bytes may have been swept; whoever goes on after a day sends all again, and is charged once."""
    data = os.urandom(2 * 64 * KIB)
    await part(post, 0, data[: 64 * KIB])
    await part(post, 1, data[64 * KIB :])
    post.clock.time += UPLOAD_LIFETIME_S
    await post.blobs.sweep(0)
    given = api.InputFile(id=7, parts=2, name="", md5_checksum="")
    with pytest.raises(errors.FilePartMissing):
        await post.send(ADA, CLAUDE, document(given))
    await part(post, 1, data[64 * KIB :])
    with pytest.raises(errors.FilePartMissing):
        await post.send(ADA, CLAUDE, document(given))
    await part(post, 0, data[: 64 * KIB])
    message = await post.send(ADA, CLAUDE, document(given))
    assert await post.fetch(ADA, message.media.document) == data
    assert await post.used(ADA) == len(data)
