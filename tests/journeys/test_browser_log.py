"""The public log in a browser: the page that checks all of it, and a receipt in the chat of the service."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from chappe.gateways.web.places import PLACES
from chappe.gateways.web.public_log import log_place
from chappe.trust.ledger import tiles
from tests.gateways.browsing import here
from tests.trust.public_log import append, entries, entry, policy

from .browser import FLAGS, Browser
from .server import RealServer
from .system import debian

pytestmark = pytest.mark.journey
COUNT = 300


class Reader:
    """Somebody who looks at the page."""

    def __init__(self, page: Page, root: Path) -> None:
        self.page = page
        self.root = root

    async def sees(self, kind: str, said: str) -> None:
        """Have everything checked, and see how it ended."""
        await self.page.click("#check")
        await expect(self.page.locator(f"#result.{kind}")).to_contain_text(said)

    def rewrite(self, every: list[bytes], witnesses: int = 2) -> None:
        """The operator writes the log anew, with its real key."""
        shutil.rmtree(self.root)
        append(self.root, every, witnesses)


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    """A browser on the page of a log."""
    root = tmp_path / "log"
    append(root, entries(COUNT))
    place: Any = log_place(root / "public", {"policy.txt": policy()})
    async with here(places=(place, *PLACES)) as at, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=debian("chromium"), args=FLAGS)
        page = await browser.new_page(locale="fr-FR")
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console", lambda line: wrong.append(line.text) if "Security" in line.text else None
        )
        await page.goto(f"http://127.0.0.1:{at.port}/log/")
        await page.wait_for_selector("body[data-ready]")
        yield Reader(page, root)
        assert wrong == []
        await browser.close()


async def test_a_browser_checks_the_log_and_remembers_it(reader: Reader) -> None:
    """All of it, twice as it grows; touched, rewritten, rolled back, unwitnessed, with a file gone."""
    page = reader.page
    assert await page.evaluate("document.documentElement.lang") == "fr"
    await reader.sees("held", f"Les {COUNT} entrées sont intactes.")
    await expect(page.locator("#details")).to_contain_text("pour la première fois")
    await expect(page.locator("#details")).to_contain_text("Le témoin w1 l’a vu.")
    append(reader.root, entries(3, COUNT))
    await reader.sees("held", f"Les {COUNT + 3} entrées sont intactes.")
    await expect(page.locator("#details")).to_contain_text(f"({COUNT} entrées)")
    bundle = reader.root / "public/tile/entries/000"
    right = bundle.read_bytes()
    kept = tiles.parse_bundle(tiles.LogTile(tiles.ENTRIES, 0, 256), right)
    bundle.write_bytes(tiles.write_bundle([*kept[:37], entry(999), *kept[38:]]))
    await reader.sees("wrong", "l’entrée 37 a été changée")
    bundle.unlink()
    await reader.sees("wrong", "tile/entries/000 manque")
    bundle.write_bytes(right)
    await reader.sees("held", "intactes")
    reader.rewrite(entries(COUNT))
    await reader.sees("wrong", "revenu en arrière")
    reader.rewrite(entries(COUNT + 3, 1))
    await reader.sees("wrong", "réécrit")
    reader.rewrite(entries(COUNT + 3), witnesses=1)
    await reader.sees("wrong", "moins de témoins")
    await page.fill("#policy", policy().replace("group g 2", "group g 4"))
    await reader.sees("wrong", "bonne forme")
    await page.fill("#policy", policy(1))
    await reader.sees("held", "intactes")


async def test_a_receipt_is_checked_where_it_comes(tmp_path: Path) -> None:
    """By a press under it; in one sentence of what the log says, about whom, and who saw it."""
    server = RealServer(tmp_path / "data", settings={"PUBLIC_LOG": "chat.example/log"})
    server.start()
    try:
        async with Browser(server) as browser:
            await browser.sign_up("+15550101", "Ada")
            people = json.loads(await asyncio.to_thread(server.ask, "users", "--json"))
            ada = next(one for one in people if one["first_name"] == "Ada")
            command = ("suspend", str(ada["id"]), "--reason", "spam", "--days", "1")
            await asyncio.to_thread(server.ask, *command)
            await browser.open_chat("Chappe")
            receipt = browser.history.get_by_role("article", name="suspend.tlog-proof")
            await receipt.get_by_role("button", name="Check this").click()
            said = receipt.get_by_role("status")
            await expect(said).to_contain_text("It holds: entry")
            await expect(said).to_contain_text("or its suspension changed. It is about you.")
            await expect(said).to_contain_text("No witness saw it")
            assert browser.said == []
    finally:
        server.stop()
