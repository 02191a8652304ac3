"""Somebody takes their data along from the browser, once another device of theirs has confirmed it."""

import json
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from .browser import Browser
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


@pytest.mark.long
async def test_ones_data_come_as_a_file_once_another_device_confirms(
    town: Town, browser: Browser, tmp_path: Path
) -> None:
    """Until then the page says when it may begin; the file holds what was said, and is whole."""
    bob = await town.person("telethon", "Bob")
    ada = await town.person("telethon", "Ada")
    await bob.do("find_phone", phone=ada.phone, first="Ada")
    await bob.do("send", to=ada.user, text="hello, Ada")
    await browser.log_in(ada.phone)
    await browser.chats.wait_for()

    await browser.settings("Export my data")
    panel = browser.page.get_by_role("region", name="Export my data")
    await browser.press("Ask for the export")
    await expect(panel.get_by_role("status")).to_have_text(re.compile("Your devices were told"))
    await browser.press("Try again")
    await expect(panel.get_by_role("status")).to_be_visible()

    confirmed = (await ada.do("confirm_devices"))["devices"]
    assert any(device.startswith("Export of all your data") for device in confirmed)
    await browser.press("Try again")
    async with browser.page.expect_download() as coming:
        await browser.press("Download")
    target = tmp_path / "export.zip"
    await (await coming.value).save_as(target)
    with zipfile.ZipFile(target) as opened:
        assert opened.testzip() is None
        assert json.loads(opened.read("export.json"))["person"] == ada.user
        months = [n for n in opened.namelist() if n.startswith(f"chats/user{bob.user}/messages-")]
        (message,) = json.loads(opened.read(months[0]))["messages"]
    assert message["text"] == "hello, Ada"

    await browser.press("End the export")
    await browser.press("Ask for the export")
    await expect(panel.get_by_role("status")).to_be_visible()
