"""The web client in a real browser, with people in the same chats who use other clients."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from .browser import Browser
from .conftest import Town
from .server import RealServer

pytestmark = pytest.mark.journey

FRIENDS = ("telethon", "tdlib")
FOUND_AGAIN_S = 90.0  # seconds until a server that came back must have been found


@pytest.fixture
async def browser(server: RealServer) -> AsyncIterator[Browser]:
    """A browser with the page open; afterwards nothing was said and nothing left the server."""
    async with Browser(server) as made:
        yield made
        assert made.said == []
        assert made.elsewhere == []


@pytest.mark.parametrize("library", FRIENDS)
async def test_a_person_in_a_browser_talks(town: Town, browser: Browser, library: str) -> None:
    """Sign up, be written to, answer, edit, react, delete: each is seen on the other side."""
    bob = await town.person(library, "Bob")
    phone = town.phone()
    await browser.sign_up(phone, "Ada")
    ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]

    await bob.do("send", to=ada, text="hello, browser")
    await browser.open_chat("Bob Journey")
    await browser.sees("hello, browser")
    await bob.hear("read", lambda e: e["peer"] == ada)

    await browser.write("hello, **Bob**")
    heard = await bob.hear_text("hello, Bob")
    assert (heard["sender"], heard["out"]) == (ada, False)
    await bob.do("read", to=ada)
    mine = await browser.sees("hello, Bob")
    await expect(mine.get_by_role("img", name="Read")).to_be_visible()

    answer = await bob.do("send", to=ada, text="and again", reply_to=heard["id"])
    shown = await browser.sees("and again")
    await expect(shown.get_by_role("button", name="hello, Bob")).to_be_visible()

    await browser.choose("hello, Bob", "Edit")
    await browser.write("good evening, Bob")
    await bob.hear("edited", lambda e: e["text"] == "good evening, Bob")
    await bob.do("edit", to=ada, id=answer["id"], text="and once more")
    await expect((await browser.sees("and once more")).get_by_text("edited")).to_be_visible()

    await browser.choose("and once more", "Reply")
    await browser.write("a third time")
    assert (await bob.hear_text("a third time"))["reply_to"] == answer["id"]

    await bob.do("delete", to=ada, ids=[answer["id"]])
    await expect(browser.message("and once more")).to_have_count(0)
    await browser.choose("a third time", "Delete")
    await browser.press("Delete")
    await bob.hear("deleted", lambda e: len(e["ids"]) == 1)
    await browser.eventually(browser.texts, ["hello, browser", "good evening, Bob"])


@pytest.mark.long
async def test_the_keys_of_the_page_do_what_it_says(town: Town, browser: Browser) -> None:
    """The table of docs/web-client.md, key by key."""
    bob = await town.person("telethon", "Bob")
    cid = await town.person("telethon", "Cid")
    phone = town.phone()
    await browser.sign_up(phone, "Ada")
    for friend in (bob, cid):
        ada = (await friend.do("find_phone", phone=phone, first="Ada"))["id"]
        await friend.do("send", to=ada, text=f"hello from {friend.phone}")
    await browser.open_chat("Bob Journey")
    keys, page = browser.page.keyboard, browser.page
    await browser.field.click()
    await keys.type("one")
    await keys.press("Shift+Enter")
    await keys.type("two")
    await keys.press("Enter")
    await bob.hear_text("one\ntwo")

    editing = page.get_by_text("Edit message")
    await keys.press("ArrowUp")
    await expect(editing).to_be_visible()
    await keys.press("Escape")
    await expect(editing).to_have_count(0)
    mine = await browser.sees("one two")
    await mine.focus()
    await keys.press("ArrowUp")
    await expect(browser.message(f"hello from {bob.phone}")).to_be_focused()
    await keys.press("ArrowDown")
    await expect(mine).to_be_focused()
    await keys.press("Enter")
    await page.get_by_role("menuitem", name="Reply", exact=True).click()
    answering = page.get_by_text("Reply to")
    await expect(answering).to_be_visible()
    await keys.press("Escape")
    await expect(answering).to_have_count(0)

    await keys.type("bold")
    await keys.press("Control+a")
    await keys.press("Control+b")
    await expect(browser.field.locator("strong")).to_have_text("bold")
    await keys.press("Enter")
    await mine.focus()
    await keys.press("Control+f")
    await expect(page.get_by_role("heading", name="Search", level=2)).to_be_visible()
    await keys.press("Escape")
    await expect(page.locator(".pane-over")).to_have_count(0)
    await keys.press("Alt+ArrowDown")
    await expect(page.locator(".conversation-name")).to_have_text("Cid Journey")
    await keys.press("Alt+ArrowUp")
    await expect(page.locator(".conversation-name")).to_have_text("Bob Journey")


async def test_what_was_missed_is_there_after_a_reload(town: Town, browser: Browser) -> None:
    """A page that was closed while others wrote shows all of it, in order and once; so does a second tab."""
    bob = await town.person("telethon", "Bob")
    phone = town.phone()
    await browser.sign_up(phone, "Ada")
    ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
    await bob.do("send", to=ada, text="before")
    await browser.open_chat("Bob Journey")
    await browser.sees("before")
    await browser.page.close()
    texts = [f"while away {n}" for n in range(70)]
    for text in texts:
        await bob.do("send", to=ada, text=text)

    browser.page = await browser.new_page()
    await browser.open_chat("Bob Journey")
    await browser.sees(texts[-1])
    first, browser.page = browser.page, await browser.new_page()
    await browser.open_chat("Bob Journey")
    await browser.write("from the second tab")
    await bob.hear_text("from the second tab")
    wanted = [*texts, "from the second tab"]

    async def newest() -> list[str]:
        return (await browser.texts())[-20:]

    await browser.eventually(newest, wanted[-20:])
    browser.page = first
    await browser.eventually(newest, wanted[-20:])


async def test_a_server_that_starts_again_is_found_again(tmp_path: Path) -> None:
    """What is written while the server is away waits, and is sent once when it is back."""
    server = RealServer(tmp_path / "data")
    server.start()
    town = Town(server, tmp_path, {})
    try:
        async with Browser(server) as browser:
            bob = await town.person("mtcute", "Bob")  # it tries again for as long as it takes
            phone = town.phone()
            await browser.sign_up(phone, "Ada")
            ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
            await bob.do("send", to=ada, text="before")
            await browser.open_chat("Bob Journey")
            await browser.sees("before")

            await asyncio.to_thread(server.stop)
            await browser.write("into the void")
            waiting = await browser.sees("into the void")
            await expect(waiting.get_by_role("img", name="Sending…")).to_be_visible()
            await asyncio.to_thread(server.start)

            sent = waiting.get_by_role("img", name="Sent")
            await expect(sent).to_be_visible(timeout=FOUND_AGAIN_S * 1000)
            await bob.hear_text("into the void")
            assert await browser.texts() == ["before", "into the void"]
            assert not [e for e in bob.events if e.get("text") == "into the void"]
            assert browser.said == []
    finally:
        for device in town.devices:  # what they say of the server's absence is right
            await device.close()
        server.stop()
