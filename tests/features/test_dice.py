"""Dice are thrown whatever keyboard wrote them."""

from collections.abc import AsyncIterator

import pytest
from tests.features.post import ADA, CLAUDE, Post, open_post

from chappe.features.media.input_media import DICE
from chappe.tl import api


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server with three people."""
    made = await open_post()
    yield made
    await made.server.stop()


@pytest.mark.parametrize("emoji", sorted(DICE))
async def test_dice_are_the_same_from_every_keyboard(post: Post, emoji: str) -> None:
    """Those of phones write U+FE0F behind some emoji; everybody sees the same, and finds its drawings."""
    for written in (emoji, f"{emoji}\ufe0f"):
        message = await post.send(ADA, CLAUDE, api.InputMediaDice(emoticon=written))
        assert 1 <= message.media.value <= DICE[emoji]
        assert message.media.emoticon == emoji
        kit = api.InputStickerSetDice(emoticon=written)
        found = await post.ask(ADA, api.MessagesGetStickerSet(stickerset=kit, hash=0))
        assert found.set.title


async def test_apps_know_which_emoji_are_dice(post: Post) -> None:
    """Each as any keyboard writes it (Unicode, emoji-variation-sequences.txt)."""
    given = await post.ask(ADA, api.HelpGetAppConfig(hash=0))
    told = next(v for v in given.config.value if v.key == "emojies_send_dice").value
    assert {emoji.value for emoji in told.value} == {*DICE, "⚽\ufe0f"}
