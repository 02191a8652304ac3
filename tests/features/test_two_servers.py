"""Two servers in one process know nothing of each other: what one keeps in memory is its own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from chappe.features.files.hashing import HASHES
from chappe.features.files.processing import FILMS, IMAGES
from chappe.features.files.quota_reservations import RESERVATIONS
from chappe.features.messages.previews import UNDER_WAY, settle_previews
from chappe.features.messages.view_counts import RECENT_VIEWERS
from chappe.rpc import CLIENTS, LIMITER
from chappe.tl import api

from .post import ADA, CLAUDE, Post, open_post, picture
from .test_previews import Web, write
from .test_turns import Slow, begin


@pytest.fixture
async def two() -> AsyncIterator[tuple[Post, Post]]:
    """Two servers, with people of the same numbers."""
    made = await open_post(), await open_post()
    yield made
    for post in made:
        await post.server.stop()


async def test_nothing_in_memory_is_shared(two: tuple[Post, Post]) -> None:
    """Each part that keeps something makes it once for each server."""
    one, other = (post.context for post in two)
    for what in (IMAGES, FILMS, RESERVATIONS, HASHES, RECENT_VIEWERS, UNDER_WAY, CLIENTS, LIMITER):
        assert one.own(what) is one.own(what)
        assert one.own(what) is not other.own(what)


async def test_who_waits_on_one_server_keeps_nobody_waiting_on_the_other(
    two: tuple[Post, Post],
) -> None:
    """As many images are made on one as there are turns, and Ada's on the other is made at once."""
    one, other = two
    slow = Slow()
    one.context.ports = replace(one.context.ports, imaging=slow)
    begun = [task for who in (ADA, CLAUDE) for task in await begin(one, who, f"image{who}", 2)]
    assert len(slow.given) == 2
    assert one.context.own(IMAGES).waiting == 2
    assert other.context.own(IMAGES).waiting == 0
    shown = await other.send(ADA, CLAUDE, await photo(other))
    assert shown.media.photo
    slow.go_on.set()
    await asyncio.gather(*begun, return_exceptions=True)


async def photo(post: Post) -> object:
    """Let Ada upload an image; return it as what she sends."""
    return api.InputMediaUploadedPhoto(file=await post.put_up(ADA, picture(60, 40)))


async def test_a_page_that_one_server_waits_for_is_none_of_the_other(
    two: tuple[Post, Post],
) -> None:
    """Both fetch the same page; one is done when its own has come."""
    one, other = two
    held, free = Web(), Web()
    held.gate.clear()
    one.context.ports = replace(one.context.ports, previews=held)
    other.context.ports = replace(other.context.ports, previews=free)
    for post in two:
        await write(post, "see https://example.org/lines")
    await settle_previews(other.context)
    waiting = asyncio.ensure_future(settle_previews(one.context))
    await asyncio.sleep(0)
    assert not waiting.done()
    held.gate.set()
    await waiting
    assert held.asked == free.asked != []
