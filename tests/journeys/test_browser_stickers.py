"""Stickers in a browser: seen, their sets added and removed, found and sent; custom emoji within texts."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from .browser import Browser
from .browser_people import acquainted
from .conftest import Town
from .server import RealServer

pytestmark = pytest.mark.journey


@pytest.fixture
async def browser(server: RealServer) -> AsyncIterator[Browser]:
    """A browser with the page open; afterwards nothing was said and nothing left the server."""
    async with Browser(server) as made:
        yield made
        assert made.said == []
        assert made.elsewhere == []


async def test_sets_are_seen_added_and_sent_from(town: Town, browser: Browser) -> None:
    """Pressing a sticker shows its set; what is in the panel is found by word and by emoji."""
    bob, ada = await acquainted(town, browser)
    page = browser.page
    await bob.do("send_sticker", to=ada, name="Chappe", place=0)
    sticker = browser.history.get_by_role("button", name="👋 Sticker")
    await browser.history.locator(".sticker canvas").wait_for()
    for change in ("Remove from my stickers", "Add to my stickers"):
        await sticker.click()
        await expect(page.get_by_role("heading", name="Chappe")).to_be_visible()
        await expect(page.get_by_role("dialog").get_by_role("img", name="Sticker")).to_have_count(
            30
        )
        await page.get_by_role("button", name=change).click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Emoji").click()
    await page.get_by_role("tab", name="Stickers").click()
    await expect(page.get_by_role("tab", name="Chappe")).to_be_visible()
    await page.get_by_role("searchbox", name="Search by emoji or word").fill("birth")
    cake = page.get_by_role("dialog").get_by_role("button", name="🎂 Sticker")
    await expect(page.get_by_role("dialog").get_by_role("button", name="Sticker")).to_have_count(1)
    await cake.click()
    await bob.hear("message", lambda e: e["kind"] == "sticker")
    await browser.history.get_by_role("button", name="🎂 Sticker").wait_for()


async def test_a_custom_emoji_is_drawn_within_its_text(town: Town, browser: Browser) -> None:
    """Its own letter stays in the text, to be read aloud and copied."""
    bob, ada = await acquainted(town, browser)
    await bob.do("send_custom_emoji", to=ada, name="ChappeEmoji", place=0)
    text = browser.history.get_by_text("at 🗼")
    await text.locator(".custom-emoji.shown canvas").wait_for()
    assert await text.inner_text() == "at 🗼"
