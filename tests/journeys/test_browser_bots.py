"""A bot of Telethon's, seen in a browser: Start, keys, presses, commands, questions, links that start it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import expect

from .browser import Browser
from .conftest import Town
from .people import Device
from .server import RealServer
from .test_bots import token_of
from .test_browser_views import PICTURES, violations

pytestmark = pytest.mark.journey

COMMANDS = {"menu": "What there is", "order": "Order something"}


class Tea(NamedTuple):
    """A bot, and somebody in a browser who has found it."""

    bot: Device
    user: int
    name: str
    browser: Browser
    ada: int
    phone: str


@pytest.fixture
async def tea(town: Town, server: RealServer) -> AsyncIterator[Tea]:
    """The chat with a bot is open in the browser, and nothing was said."""
    name = f"tea_{town.phone()[-7:]}_bot"
    bot = await town.device("telethon", "Tea")
    await bot.do("start")
    user = (await bot.do("sign_in_bot", token=token_of(town, name)))["user"]
    await bot.do("understands", commands=COMMANDS)
    async with Browser(server) as browser:
        phone = town.phone()
        await browser.sign_up(phone, "Ada")
        await browser.chats.get_by_role("searchbox").fill(f"@{name}")
        await browser.chats.get_by_role("button", name=f"@{name}").first.click()
        await browser.press("Start")
        heard = await bot.hear_text("/start")
        await browser.sees("/start")
        yield Tea(bot, user, name, browser, heard["peer"], phone)
        assert browser.said == []
        assert browser.elsewhere == []


async def looked_at(browser: Browser, view: str) -> None:
    """Keep a picture, where pictures are kept."""
    if PICTURES:
        await browser.picture(Path(PICTURES) / f"{view}.png")


async def test_keys_stand_in_place_of_letters(tea: Tea) -> None:
    """They are written when they are pressed, put away and shown again, and gone when the bot takes them."""
    bot, _, _, browser, ada, phone = tea
    keys = browser.page.get_by_role("group", name="Keys of the bot")
    rows = [[{"text": "Green"}, {"text": "Black"}], [{"text": "My number", "phone": True}]]
    await bot.do("send_keys", to=ada, text="Which tea?", rows=rows)
    await expect(keys.get_by_role("button")).to_have_text(["Green", "Black", "My number"])
    assert await violations(browser) == []
    await looked_at(browser, "bot-keys")
    await browser.press("Hide the bot’s keys")
    await expect(keys).to_have_count(0)
    await browser.press("Show the bot’s keys")
    await keys.get_by_role("button", name="Green").click()
    await bot.hear_text("Green")
    await browser.sees("Green")
    await keys.get_by_role("button", name="My number").click()
    dialog = browser.page.get_by_role("dialog", name=re.compile("Give .*Tea.* your phone number"))
    await dialog.get_by_role("button", name="Give it").click()
    heard = await bot.hear("message", lambda one: one["kind"] == "contact")
    given = await bot.do("contact_in", to=ada, id=heard["id"])
    assert given["phone"].lstrip("+") == phone.lstrip("+")
    once = [[{"text": "Enough", "once": True}]]
    await bot.do("send_keys", to=ada, text="More?", rows=once)
    await keys.get_by_role("button", name="Enough").click()
    await bot.hear_text("Enough")
    await expect(keys).to_have_count(0)
    await browser.press("Show the bot’s keys")
    await expect(keys).to_have_count(1)
    await bot.do("clear_keys", to=ada, text="Goodbye")
    await expect(keys).to_have_count(0)
    await expect(browser.page.get_by_role("button", name="Show the bot’s keys")).to_have_count(0)


async def test_buttons_under_a_message_ask_the_bot(tea: Tea) -> None:
    """What it answers is a notice or a dialog; links ask before they are opened."""
    bot, _, _, browser, ada, _ = tea
    await bot.do("answers_presses", answers={"one": ["Coming", False], "two": ["Sold out", True]})
    rows = [
        [{"text": "Order", "data": "one"}, {"text": "Cake", "data": "two"}],
        [{"text": "Read more", "url": "https://tea.example/more"}],
    ]
    await bot.do("send_keys", to=ada, text="Here you are", rows=rows)
    await browser.sees("Here you are")
    page = browser.page
    await browser.press("Order")
    pressed = await bot.hear("pressed", lambda one: one["data"] == "one")
    assert pressed["user"] == ada
    await page.get_by_role("status").get_by_text("Coming").wait_for()
    await browser.press("Cake")
    dialog = page.get_by_role("dialog", name="Sold out")
    await dialog.get_by_role("button", name="Done").click()
    await page.get_by_role("button", name="Read more").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("https://tea.example/more")
    assert await violations(browser) == []
    await dialog.get_by_role("button", name="Cancel").click()
    await looked_at(browser, "bot-buttons")


async def test_a_bot_says_what_it_understands_and_asks(tea: Tea) -> None:
    """Commands are completed and listed; a question is answered; a profile says that it is a program."""
    bot, _, name, browser, ada, _ = tea
    page = browser.page
    await browser.field.press_sequentially("/or")
    options = page.get_by_role("listbox").get_by_role("option")
    await expect(options).to_have_count(1)
    await expect(options).to_contain_text("Order something")
    await browser.field.press("Enter")
    await browser.field.press("Enter")
    await bot.hear_text("/order")
    await browser.press("What this bot understands")
    await page.get_by_role("menuitem").filter(has_text="/menu").click()
    await bot.hear_text("/menu")
    asked = await bot.do("ask", to=ada, text="For whom?", hint="A name")
    await expect(page.locator(".compose-task")).to_contain_text("For whom?")
    await browser.write("For Ada")
    heard = await bot.hear_text("For Ada")
    assert heard["reply_to"] == asked["id"]
    await page.locator(".conversation-who").click()
    program = "A program. Whoever runs it reads what you write to it."
    await page.get_by_role("complementary").get_by_text(program).wait_for()
    await page.keyboard.press("Escape")
    await browser.page.goto(f"{browser.url}{name}?start=from-a-link")
    await browser.press("Start")
    await bot.hear_text("/start from-a-link")
