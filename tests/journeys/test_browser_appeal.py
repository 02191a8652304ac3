"""A decision about somebody, in a browser: its letter and receipt, an appeal by a press and by the link."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page, async_playwright, expect

from chappe.desks.moderation.deciding import rule_of
from chappe.gateways.cli.control import ask

from .browser import FLAGS, Browser
from .server import RealServer
from .system import debian
from .test_browser_views import violated

pytestmark = pytest.mark.journey

RULE: Final = {"ground": "INCOMPATIBLE", "category": "SCAMS_AND_FRAUD", "facts": "account-reviewed"}
LOOKS: Final = (("light", 1280), ("dark", 1280), ("light", 320))
WIDE: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RealServer]:
    """A server with a public log and an address of its own, at which a case is decided by one person."""
    (tmp_path / "terms.md").write_text(
        "# House rules\n\nBe **kind**, and read [more](https://chat.example/more)."
    )
    running = RealServer(
        tmp_path / "data",
        settings={"PUBLIC_LOG": "chat.example/log", "TERMS": str(tmp_path / "terms.md")},
        module="tests.journeys.acting",
    )
    running.settings["CHAPPE_PUBLIC_URL"] = f"http://localhost:{running.port}"
    running.start()
    yield running
    running.stop()
    assert running.bugs() == []


async def told(server: RealServer, command: str, **given: Any) -> Any:
    """Give the operator's command."""
    return await asyncio.to_thread(lambda: ask(server.data, command, **given))


async def decided(server: RealServer, first: str, *acts: str) -> None:
    """Decide something about somebody."""
    people = json.loads(await asyncio.to_thread(server.ask, "users", "--json"))
    person = next(one for one in people if one["first_name"] == first)
    rule = rule_of(RULE["ground"], RULE["category"])
    await told(server, "act", what="use-rule", peer=0, number=1, value=rule)
    await asyncio.to_thread(server.ask, "cases", "open", "--user", str(person["id"]))
    why = [word for name, value in RULE.items() for word in (f"--{name}", value)]
    await asyncio.to_thread(
        server.ask, "cases", "decide", "--case", "1", "--acts", *(acts or ("mark-scam",)), *why
    )


async def answered(server: RealServer, outcome: str) -> None:
    """Decide on the appeal."""
    await asyncio.to_thread(
        server.ask, "appeals", "decide", "--decision", "1", "--outcome", outcome
    )


async def test_a_letter_shows_its_receipt_and_takes_an_appeal(server: RealServer) -> None:
    """The receipt is checked and saved; the appeal is written in a dialog, and its end comes behind it."""
    async with Browser(server) as browser:
        await browser.sign_up("+15550101", "Ada")
        await decided(server, "Ada")
        await browser.open_chat("Chappe")
        letter = browser.history.get_by_role("article", name="A decision about your account")
        await letter.get_by_role("button", name="Check this").click()
        said = letter.get_by_role("status")
        await expect(said).to_contain_text("It holds: entry")
        await expect(said).to_contain_text("It is about you.")
        saved = await browser.saved(letter.get_by_role("button", name="Save the receipt"))
        assert saved.startswith(b"c2sp.org/tlog-proof@v1\n")
        await letter.get_by_role("button", name="Appeal").click()
        dialog = browser.page.get_by_role("dialog", name="Appeal")
        await expect(dialog.get_by_role("button", name="Send the appeal")).to_be_disabled()
        assert await violated(browser.page) == []
        await dialog.get_by_role("textbox").fill("It was not me.")
        await dialog.get_by_role("button", name="Send the appeal").click()
        await browser.history.get_by_text("Your appeal has arrived.").wait_for()
        await answered(server, "reversed")
        await browser.history.get_by_text("the decision was wrong").wait_for()
        assert browser.said == []
        assert browser.elsewhere == []


async def test_who_is_suspended_is_told_and_may_appeal(server: RealServer) -> None:
    """A bar says until when, and leads to the letter and to where one appeals; both go away in the end."""
    async with Browser(server) as browser:
        await browser.sign_up("+15550101", "Ada")
        await decided(server, "Ada", "freeze", "--days", "3")
        bar = browser.page.get_by_role("complementary", name="Account suspended")
        await expect(bar).to_contain_text("You can read, but not write to others.")
        appeal = bar.get_by_role("link", name="Object")
        await expect(appeal).to_have_attribute(
            "href", re.compile(r"^http://localhost:\d+/appeal/1-")
        )
        assert await violated(browser.page) == []
        await bar.get_by_role("button", name="See why").click()
        letter = browser.history.get_by_role("article", name="A decision about your account")
        await letter.get_by_role("button", name="Appeal").click()
        dialog = browser.page.get_by_role("dialog", name="Appeal")
        await dialog.get_by_role("textbox").fill("It was not me.")
        await dialog.get_by_role("button", name="Send the appeal").click()
        await browser.history.get_by_text("Your appeal has arrived.").wait_for()
        await answered(server, "reversed")
        await browser.history.get_by_text("the decision was wrong").wait_for()
        await expect(bar).to_have_count(0)


async def looked_at(page: Page, view: str) -> None:
    """Light, dark and narrow, axe finds nothing, and nothing is wider than the page."""
    for scheme, width in LOOKS:
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate(WIDE) <= 0, (view, width)
        assert await violated(page) == [], (view, scheme, width)


async def test_an_appeal_by_the_letters_link_needs_no_account(server: RealServer) -> None:
    """The link takes one appeal, and names another at which the answer is read."""
    async with Browser(server) as browser, async_playwright() as playwright:
        await browser.sign_up("+15550101", "Ada")
        await decided(server, "Ada")
        await browser.open_chat("Chappe")
        link = browser.history.locator("a[href*='/appeal/']")
        address = str(await link.get_attribute("href"))
        elsewhere = await playwright.chromium.launch(executable_path=debian("chromium"), args=FLAGS)
        page = await elsewhere.new_page(locale="en-GB")
        await page.goto(address)
        await looked_at(page, "appeal")
        await page.get_by_label("Why is it wrong?").fill("It was not me.\nمرحبا")
        await page.get_by_role("button", name="Send the appeal").click()
        await page.get_by_text("Your appeal has arrived.").wait_for()
        await looked_at(page, "sent")
        await page.get_by_role("main").get_by_role("link").first.click()
        await page.get_by_text("It waits to be decided").wait_for()
        await expect(page.get_by_text("It was not me.")).to_be_visible()
        await looked_at(page, "waiting")
        await page.get_by_label("Add something").fill("Here is how I know.")
        await page.get_by_role("button", name="Send the appeal").click()
        await page.get_by_text("Here is how I know.").wait_for()
        await answered(server, "reversed")
        await browser.history.get_by_text("the decision was wrong").wait_for()
        await page.reload()
        await page.get_by_text("the decision was wrong").wait_for()
        await looked_at(page, "decided")
        await page.goto(address)
        await page.get_by_text("This address was used").wait_for()
        await looked_at(page, "used")
        await elsewhere.close()


async def test_nobody_is_kept_out_of_the_public_forms(server: RealServer) -> None:
    """The notice form, the terms, the log and its numbers, without an account."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=debian("chromium"), args=FLAGS)
        page = await browser.new_page(locale="en-GB")
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        for path in ("report", "terms", "log/", "log/numbers"):
            answer = await page.goto(f"http://localhost:{server.port}/{path}")
            assert answer is not None
            assert answer.ok, path
            await looked_at(page, path)
        assert wrong == []
        await browser.close()
