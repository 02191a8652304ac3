"""Many images at once: one person's wait behind each other, and nobody waits behind all of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from chappe.features.files.processing import IMAGES
from chappe.ports import ImageRefused
from chappe.rpc import FairQueue, fair_queue
from chappe.tl import api, errors

from .post import ADA, CLAUDE, EVE, Post, document, open_post


class Slow:
    """Imaging that waits to be let go on, and notes whose bytes it was given."""

    def __init__(self) -> None:
        self.given: list[bytes] = []
        self.go_on = asyncio.Event()

    async def make(self, data: bytes, _form: str) -> Any:
        """See `Imaging`."""
        self.given.append(data)
        await self.go_on.wait()
        raise ImageRefused(ImageRefused.FAILED)

    async def close(self) -> None:
        """End nothing."""


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


async def ticks() -> None:
    """Let everything go on that can."""
    for _ in range(300):
        await asyncio.sleep(0)


async def begin(post: Post, user: int, name: str, times: int) -> list[asyncio.Task[Any]]:
    """Let somebody send images, each of its own bytes, all at once."""
    files = [await post.put_up(user, f"{name}{i}".encode()) for i in range(times)]
    media = [api.InputMediaUploadedPhoto(file=file) for file in files]
    begun = [asyncio.ensure_future(post.send(user, EVE, medium)) for medium in media]
    await ticks()
    return begun


async def test_who_waits_holds_no_bytes_and_beyond_a_bound_nobody_waits(post: Post) -> None:
    """Of Ada's many images one is read; as many as may wait do, and the others are to come again."""
    slow = Slow()
    post.context.ports = replace(post.context.ports, imaging=slow)
    begun = await begin(post, ADA, "ada", fair_queue.WAITING_EACH_MAX + 6)
    assert len(slow.given) == 1
    refused = [task for task in begun if task.done()]
    assert len(refused) == 5
    assert all(isinstance(task.exception(), errors.FloodWait) for task in refused)
    assert post.context.own(IMAGES).waiting == fair_queue.WAITING_EACH_MAX
    slow.go_on.set()
    answers = await asyncio.gather(*begun, return_exceptions=True)
    failed = [a for a in answers if isinstance(a, errors.ImageProcessFailed)]
    assert len(failed) == fair_queue.WAITING_EACH_MAX + 1
    assert post.context.own(IMAGES).waiting == 0


async def test_nobody_waits_behind_all_of_somebody_elses(post: Post) -> None:
    """Claude sends one image after Ada's ten, and a document after that: they are among the first."""
    slow = Slow()
    post.context.ports = replace(post.context.ports, imaging=slow)
    begun = await begin(post, ADA, "ada", 10)
    begun += await begin(post, CLAUDE, "claude", 1)
    assert slow.given == [b"ada0", b"claude0"]
    file = await post.put_up(CLAUDE, b"claude1")
    sent = post.send(CLAUDE, EVE, document(file, mime_type="image/png"))
    begun.append(asyncio.ensure_future(sent))
    await ticks()
    slow.go_on.set()
    await asyncio.gather(*begun, return_exceptions=True)
    assert slow.given.index(b"claude1") <= 4
    assert len(slow.given) == 12


async def test_what_was_refused_for_want_of_a_turn_is_taken_later(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The upload is still there, and a bound for all holds beside each one's own."""
    monkeypatch.setattr(fair_queue, "WAITING_MAX", 1)
    slow = Slow()
    post.context.ports = replace(post.context.ports, imaging=slow)
    begun = await begin(post, ADA, "ada", 2)
    begun += await begin(post, CLAUDE, "claude", 1)
    file = await post.put_up(EVE, b"eve")
    with pytest.raises(errors.FloodWait) as refusal:
        await post.send(EVE, ADA, api.InputMediaUploadedPhoto(file=file))
    assert refusal.value.number == fair_queue.BUSY_S
    slow.go_on.set()
    await asyncio.gather(*begun, return_exceptions=True)
    with pytest.raises(errors.ImageProcessFailed):
        await post.send(EVE, ADA, api.InputMediaUploadedPhoto(file=file))
    assert slow.given[-1] == b"eve"


async def test_who_gives_up_leaves_the_turn_to_others() -> None:
    """Whether they had it already or still waited for it."""
    line, had = FairQueue(2), []

    async def wait(user: int) -> None:
        async with line.turn(user):
            had.append(user)
            await asyncio.sleep(0)

    async with line.turn(1), line.turn(2):
        tasks = [asyncio.ensure_future(wait(user)) for user in (3, 4, 5)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0)
    tasks[1].cancel()  # it has its turn, and did not hear of it yet
    await asyncio.gather(*tasks, return_exceptions=True)
    assert had == [5]
    async with line.turn(1), line.turn(2):
        assert line.waiting == 0
