"""The web client by the keyboard alone: no mouse is touched, and what has the focus can be seen."""

import io
import re
from collections.abc import AsyncIterator

import pytest
from PIL import Image, ImageChops
from playwright.async_api import expect

from .browser import Browser
from .conftest import Town
from .people import Device
from .server import RealServer

pytestmark = pytest.mark.journey

STOPS_MAX = 40  # of the key that goes on, in one view
RING_PX = 6  # around what has the focus, where it may be shown
FOCUSED = """() => {
    const at = document.activeElement
    if (at === document.body) return null
    const { x, y, right, bottom } = at.getBoundingClientRect()
    const name = at.ariaLabel || at.labels?.[0]?.innerText || at.innerText
    return { name, box: [x, y, right, bottom] }
}"""


@pytest.fixture
async def browser(server: RealServer) -> AsyncIterator[Browser]:
    """A browser with the page open; afterwards nothing was said."""
    async with Browser(server) as made:
        yield made
        assert made.said == []


async def focused(browser: Browser) -> str:
    """Return the name of what has the focus; '' where nothing has it."""
    found = await browser.page.evaluate(FOCUSED)
    return " ".join(found["name"].split()) if found else ""


async def on(browser: Browser, name: str) -> None:
    """Wait until what has the focus has these words in its name."""

    async def named() -> str:
        return name if name in (found := await focused(browser)) else found

    await browser.eventually(named, name)


async def press(browser: Browser, *keys: str) -> None:
    """Press keys one after another."""
    for key in keys:
        await browser.page.keyboard.press(key)


async def look(browser: Browser) -> Image.Image:
    """Return what is seen, with the caret: by it a field shows that it has the focus."""
    shot = await browser.page.screenshot(caret="initial", type="jpeg", quality=100)
    return Image.open(io.BytesIO(shot)).convert("RGB")


async def tour(browser: Browser) -> list[str]:
    """Go on by Tab to the last stop of a view; return their names.

    Around each of them there must be another picture than before it had the focus.
    """
    names: list[str] = []
    unseen: list[str] = []
    before = await look(browser)
    while len(names) < STOPS_MAX:
        await press(browser, "Tab")
        found = await browser.page.evaluate(FOCUSED)
        if found is None:
            assert unseen == []
            return names
        names.append(" ".join(found["name"].split()))
        left, top, right, bottom = map(int, found["box"])
        around = (max(left - RING_PX, 0), max(top - RING_PX, 0), right + RING_PX, bottom + RING_PX)
        now = await look(browser)
        if ImageChops.difference(before.crop(around), now.crop(around)).getbbox() is None:
            unseen.append(names[-1])
        before = now
    raise AssertionError(f"there is no last stop: {names}")


async def test_everything_is_done_by_keys(town: Town, browser: Browser) -> None:
    """Sign up, find somebody, write, answer, edit, search, open settings and come back, without a mouse."""
    bob = await town.person("telethon", "Bob")
    await bob.do("set_username", username="bob_keys")
    keyboard, phone = browser.page.keyboard, town.phone()
    await on(browser, "Phone number or e-mail address")
    assert await tour(browser) == [
        "Next",
        "Log in with a QR code",
        "Log in with a passkey",
        "Log in with a recovery code",
    ]
    await press(browser, "Tab")  # around, to the first
    await on(browser, "Phone number or e-mail address")
    await keyboard.type(phone)
    await press(browser, "Enter")
    await on(browser, "Code")
    await keyboard.type(town.server.code(phone))
    await press(browser, "Enter")
    await on(browser, "First name")
    await keyboard.type("Ada")
    await press(browser, "Enter")
    await on(browser, "Chats")

    ada = await find_by_keys(browser, bob)
    await answer_by_keys(browser, bob, ada)
    await search_by_keys(browser)
    await settings_by_keys(browser)


async def find_by_keys(browser: Browser, bob: Device) -> int:
    """Look for Bob and write to him; return whom he sees writing."""
    await press(browser, "Control+k")
    await on(browser, "Search")
    await browser.page.keyboard.type("@bob_keys")
    await browser.chats.get_by_role("button", name="@bob_keys").wait_for()
    await press(browser, "ArrowDown")
    await on(browser, "Bob Journey")
    await press(browser, "Enter")
    await on(browser, "Message to Bob Journey")
    await browser.page.keyboard.type("hello, Bob")
    await press(browser, "Enter")
    return int((await bob.hear_text("hello, Bob"))["sender"])


async def answer_by_keys(browser: Browser, bob: Device, ada: int) -> None:
    """Answer what he writes, and edit the answer."""
    sent = await bob.do("send", to=ada, text="hello, Ada")
    await browser.sees("hello, Ada")
    await press(browser, "Shift+Tab", "Shift+Tab")
    await on(browser, "Messages")
    await press(browser, "ArrowUp")
    await on(browser, "Bob Journey: hello, Ada, ")
    await press(browser, "Enter")
    await on(browser, "Reply")
    await press(browser, "Enter")
    await on(browser, "Message to Bob Journey")
    await browser.page.keyboard.type("an answer")
    await press(browser, "Enter")
    assert (await bob.hear_text("an answer"))["reply_to"] == sent["id"]
    sent_mark = (await browser.sees("an answer")).get_by_role("img", name=re.compile("Sent|Read"))
    await sent_mark.wait_for()  # what is still on its way is not edited

    await press(browser, "ArrowUp")
    await expect(browser.field).to_have_text("an answer")
    await press(browser, "End")
    await browser.page.keyboard.type(", mended")
    await press(browser, "Enter")
    await bob.hear("edited", lambda e: e["text"] == "an answer, mended")


async def search_by_keys(browser: Browser) -> None:
    """Search in the chat, go on from the field to its last stop, and leave it."""
    await press(browser, "Control+f")
    await on(browser, "Search in Bob Journey")
    await browser.page.keyboard.type("Ada")
    await (
        browser.page.get_by_role("complementary")
        .get_by_role("button", name="hello, Ada")
        .wait_for()
    )
    await press(browser, "ArrowDown")
    await on(browser, "hello, Ada")
    await press(browser, "Enter", "Escape")
    await on(browser, "Message to Bob Journey")
    assert await tour(browser) == ["Emoji", "Record a voice message"]
    await press(browser, "Escape")
    await on(browser, "Bob Journey")
    await expect(browser.history).to_have_count(0)


async def settings_by_keys(browser: Browser) -> None:
    """Open the settings from the list, go into one of them and back to where one was."""
    await press(browser, "Shift+Tab", "Shift+Tab")
    await on(browser, "Menu")
    stops = await tour(browser)
    assert [stops[0], len(stops)] == ["Search", 2]  # and the row of the only chat
    await press(browser, "Tab")
    await on(browser, "Menu")
    await press(browser, "Enter", "End")
    await on(browser, "Settings")
    await press(browser, "Enter")
    await on(browser, "Settings")
    stops = await tour(browser)
    assert "Log out" in stops
    assert "Menu" not in stops  # what lies under the panel
    await press(browser, "Tab")
    await on(browser, "Back")
    await press(browser, "Tab", "Tab", "Enter")
    await on(browser, "Notifications")
    await press(browser, "Escape")
    await on(browser, "Notifications")
    await press(browser, "Escape")
    await on(browser, "Menu")
