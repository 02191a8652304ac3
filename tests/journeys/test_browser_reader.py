"""The web client by ear: what Debian's screen reader Orca says of it."""

import re
from pathlib import Path

import pytest

from .browser import Browser
from .conftest import Town
from .reader import ScreenReader

pytestmark = pytest.mark.journey

TIME = r"\d?\d:\d\d( [AP]M)?"
LINES_MAX = 6  # from the list of messages to its first one
NAMELESS = re.compile(r"((collapsed|expanded) )?(push button|entry|menu item|page tab)\.?")


async def test_messages_are_spoken_as_they_come(town: Town, tmp_path: Path) -> None:
    """Fields and buttons have names, a message is sender, words and time, each new one is said by itself."""
    bob = await town.person("telethon", "Bob")
    async with (
        ScreenReader(tmp_path / "home") as ear,
        Browser(town.server, desktop=ear.environment) as browser,
    ):
        await browser.page.get_by_label("Phone number or e-mail address").wait_for()
        ear.focus()
        phone = town.phone()
        await fill_in(ear, "Phone number or e-mail address", phone)
        await ear.hears(rf"We sent a code to \{phone}\.")
        await fill_in(ear, "Code", town.server.code(phone))
        await ear.hears("People on this server see this name.*")
        await fill_in(ear, "First name", "Ada")
        await ear.hears("navigation Chats.*")

        ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
        await bob.do("send", to=ada, text="good morning")
        await browser.chats.get_by_role("button", name="good morning").wait_for()
        for stop in (
            "Menu push button",
            "Search entry",
            f"Bob Journey {TIME} good morning 1 unread message push button",
        ):
            ear.keys("Tab")
            await ear.hears(rf"{stop}\.")
        ear.keys("Return")
        await ear.hears("Message to Bob Journey entry.*")

        for text in ("yes", "yes", "and this"):  # the same words twice are said twice
            await bob.do("send", to=ada, text=text)
        for text in ("yes", "yes", "and this"):
            await ear.hears(f"Bob Journey: {text}, {TIME}")
        ear.types("hello, Bob")
        await bob.hear_text("hello, Bob")
        await browser.sees("hello, Bob")
        ear.keys("shift+Tab")
        await ear.hears("Attach a file push button.*")
        ear.keys("shift+Tab")
        await ear.hears("Messages log.*")
        await read_on(ear, f"Bob Journey: good morning, {TIME} article.*")
        assert [said for said in ear.spoken if NAMELESS.fullmatch(said)] == []
        assert browser.said == []


async def fill_in(ear: ScreenReader, name: str, text: str) -> None:
    """Fill in the field that has the focus, once its name was said.

    Of a field that comes with the focus Orca says nothing at times: it is left and entered again.
    """
    ear.keys("Tab")
    await ear.hears(r".* (push button|entry)\.")
    ear.keys("shift+Tab")
    await ear.hears(f"{name} entry.*")
    ear.types(text)


async def read_on(ear: ScreenReader, sentence: str) -> None:
    """Read line by line, as with any page, until one comes that this pattern matches."""
    for _ in range(LINES_MAX):
        ear.keys("Down")
        if re.fullmatch(sentence, await ear.hears(".+")):
            return
    raise AssertionError(f"{sentence!r} is not among {ear.spoken[-LINES_MAX:]}")
