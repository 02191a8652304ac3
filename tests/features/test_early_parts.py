"""Parts of files that come before anybody can know where in the file they belong."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features.files import uploads
from chappe.features.files.records import EARLY_PARTS_MAX, EarlyPart, Upload
from chappe.tl import api, errors

from .post import ADA, CLAUDE, KIB, Post, open_post


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


async def late(post: Post, file: int, number: int, data: bytes) -> Any:
    """Let Ada send a part of which nobody knows yet where it goes."""
    return await post.ask(
        ADA,
        api.UploadSaveBigFilePart(file_id=file, file_part=number, file_total_parts=2, bytes=data),
    )


async def test_parts_that_come_too_early_are_charged_and_few(post: Post) -> None:
    """And nobody keeps a hundred of them in the memory of the server; who waits is served."""
    for number in range(EARLY_PARTS_MAX):
        await late(post, number, 1, bytes(700 + number))
    held = sum(range(700, 700 + EARLY_PARTS_MAX))
    assert await post.used(ADA) == held
    await late(post, 0, 1, bytes(900))  # sent again, and longer
    assert await post.used(ADA) == held + 200
    with pytest.raises(errors.FloodWait):
        await late(post, 99, 1, bytes(700))
    assert await post.used(ADA) == held + 200
    await late(post, 1, 0, bytes(KIB))
    assert await post.used(ADA) == held + 200 + KIB
    await late(post, 99, 1, bytes(700))
    look = post.context.look(Owner(Kind.USER, ADA))
    assert [e.id for e in await look.scan(EarlyPart)] == [0, *range(2, EARLY_PARTS_MAX), 99]
    assert all(u.early is None for u in await look.scan(Upload))


async def test_a_part_that_came_too_early_counts_in_the_quota() -> None:
    """Where there is no room it is not kept, and nothing of it."""
    post = await open_post(media_quota_mib=1)
    try:
        await post.send_file(ADA, CLAUDE, bytes(768 * KIB))
        with pytest.raises(errors.FileQuotaExceeded):
            await late(post, 7, 1, bytes(512 * KIB))
        assert await post.used(ADA) == 768 * KIB
        assert await post.context.look(Owner(Kind.USER, ADA)).get(Upload, 7) is None
    finally:
        await post.server.stop()


async def test_an_upload_that_is_forgotten_gives_back_the_room_of_its_early_part(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When there are too many."""
    monkeypatch.setattr(uploads, "UPLOADS_MAX", 1)
    await late(post, 1, 1, bytes(700))
    await late(post, 2, 1, bytes(800))
    assert await post.used(ADA) == 800
    look = post.context.look(Owner(Kind.USER, ADA))
    assert [e.id for e in await look.scan(EarlyPart)] == [2]


async def test_a_part_that_is_refused_makes_no_other_upload_go(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked at first."""
    await late(post, 1, 0, bytes(KIB))
    monkeypatch.setattr(uploads, "UPLOADS_MAX", 1)
    with pytest.raises(errors.FilePartSizeInvalid):
        await post.ask(
            ADA, api.UploadSaveBigFilePart(file_id=2, file_part=1, file_total_parts=3, bytes=b"x")
        )
    look = post.context.look(Owner(Kind.USER, ADA))
    assert [u.id for u in await look.scan(Upload)] == [1]
