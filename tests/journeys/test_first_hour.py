"""A stranger's first hour, as the README has it: clone, start, join, invite, talk, lose a browser, come back.

It is of what is committed: built files of the web client that are not are not in a clone.
"""

import io
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from .browser import Browser
from .browser_groups import Groups
from .stranger import Clone

pytestmark = pytest.mark.journey

PHONE = (390, 844)  # the width and height of its screen
DAY_HOURS = 25  # until the operator's link lets somebody in
BLUE, YELLOW = (20, 60, 200), (240, 200, 20)
ALIKE = 24  # of 255 by which a colour may be off: photos are compressed


@pytest.fixture
async def clone(tmp_path: Path) -> AsyncIterator[Clone]:
    """A clone in which nothing has been run yet."""
    made = Clone(tmp_path)
    await made.make()
    yield made
    await made.stop()


async def follow(browser: Browser, link: str) -> None:
    """Open a link of the server's."""
    assert link.startswith(f"{browser.url}#")
    await browser.page.close()
    browser.page = await browser.new_page(link.removeprefix(browser.url))


async def join(browser: Browser, link: str, name: str) -> None:
    """Open a link and write a name: nothing else."""
    await follow(browser, link)
    await browser.page.get_by_label("First name").fill(name)
    await browser.press("Start chatting")
    await browser.chats.wait_for()


async def invitation(browser: Browser) -> str:
    """Return a link that the client gives for a friend."""
    await browser.chats.get_by_role("button", name="Invite friends").click()
    await browser.press("Copy link")
    link: str = await browser.page.evaluate("navigator.clipboard.readText()")
    await browser.press("Back")
    return link


def flag(path: Path) -> Path:
    """Make a picture of two colours side by side."""
    picture = Image.new("RGB", (640, 480), BLUE)
    picture.paste(YELLOW, (320, 0, 640, 480))
    picture.save(path, quality=95)
    return path


async def send_photo(browser: Browser, path: Path, words: str) -> None:
    """Attach a picture by the button, and send it."""
    await browser.press("Attach a file")
    async with browser.page.expect_file_chooser() as chooser:
        await browser.page.get_by_role("menuitem", name="Photo or video").click()
    await (await chooser.value).set_files(path)
    dialog = browser.page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill(words)
    await dialog.get_by_role("button", name="Send", exact=True).click()


async def colours(browser: Browser) -> list[tuple[int, ...]]:
    """Return the colours in the middle of both halves of the picture that is shown."""
    shown = browser.history.locator("img.tile-picture:not(.tile-coming)").last
    await shown.wait_for()
    with Image.open(io.BytesIO(await shown.screenshot())) as seen:
        picture = seen.convert("RGB")
    width, height = picture.size
    middle = height // 2
    pixels = (picture.getpixel((width // 4, middle)), picture.getpixel((3 * width // 4, middle)))
    return [pixel for pixel in pixels if isinstance(pixel, tuple)]


def is_alike(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two colours are the same to the eye."""
    return all(abs(a - b) <= ALIKE for a, b in zip(one, other, strict=True))


async def recovery_code(browser: Browser) -> str:
    """Follow the line over the chats to a recovery code; return it."""
    await browser.press("Make a way back")
    await browser.press("Recovery code Thirty letters on paper")
    await browser.press("Make a code")
    shown = browser.page.get_by_role("dialog", name="Your recovery code").locator(".recovery-code")
    code = await shown.inner_text()
    await browser.press("Done")
    await browser.press("Back")
    return code


@pytest.mark.long
async def test_the_readmes_program_talks(clone: Clone) -> None:
    """`script/hello` gets Telethon, asks for two codes of the server's terminal, and prints an answer."""
    await clone.start()
    hello = clone.terminal("script/hello")
    try:
        for phone in ("33600000001", "33600000002"):
            await hello.shows(rf"code for \+{phone}: ")
            hello.type(await clone.says(rf"login code for \+{phone}: (\d+)$"))
        await hello.shows(r"I read you\.$")
        assert await hello.ended() == 0
    finally:
        await hello.stop()


async def test_a_strangers_first_hour(clone: Clone, tmp_path: Path) -> None:
    """Nothing is typed but names and what people say; a browser that forgot all is let in again."""
    began = time.monotonic()
    link = await clone.start()
    async with Browser(clone) as ada, Browser(clone, size=PHONE, touch=True) as bob:
        await join(ada, link, "Ada")
        await join(bob, await invitation(ada), "Bob")

        await ada.open_chat("Bob")
        await ada.write("Is anybody there?")
        await bob.open_chat("Ada")
        await bob.sees("Is anybody there?")
        read_s = time.monotonic() - began  # a figure of docs/performance.md
        print(f"the first message was read {read_s:.1f} s after script/server")  # noqa: T201
        await bob.field.fill("I read you.")
        await bob.press("Send")  # a finger's Enter begins a new line
        await ada.sees("I read you.")

        await Groups(ada).make_group("Telegraph", "Bob")
        await bob.press("Back")
        await bob.open_chat("Telegraph")
        await send_photo(ada, flag(tmp_path / "flag.jpg"), "our flag")
        left, right = await colours(bob)
        assert is_alike(left, BLUE)
        assert is_alike(right, YELLOW)
        await bob.press("Back")

        code = await recovery_code(bob)
        await bob.forgets()
        await bob.press("Log in with a recovery code")
        await bob.page.get_by_label("Recovery code").fill(code)
        await bob.press("Log in")
        await bob.open_chat("Telegraph")

        await bob.forgets()
        await bob.page.get_by_label("Phone number or e-mail address").wait_for()
        (number,) = [one["id"] for one in await clone.asks("users") if one["first_name"] == "Bob"]
        link = (await clone.asks("reentry", str(number)))["link"]
        await follow(bob, link)
        await expect(bob.page.get_by_text("This link lets you in after a wait")).to_be_visible()
        await clone.stop()
        clone.wait(DAY_HOURS)
        await clone.start()
        await follow(bob, link)
        await bob.open_chat("Telegraph")
        await expect(bob.history.get_by_text("our flag")).to_be_visible()
        for browser in (ada, bob):
            assert browser.said == []
            assert browser.elsewhere == []
