"""Where the web client cannot run, the page says so in a plain sentence, and what to do."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, Route, async_playwright, expect

from .browser import FLAGS
from .people import ROOT
from .server import RealServer
from .system import debian

pytestmark = pytest.mark.journey

ELSEWHERE = "http://chat.test/"  # another machine, to a browser
LACKS = {  # what is taken from the browser, by what its maker gave it with
    "Chrome 92": "delete Array.prototype.at",
    "Firefox 98": "delete window.HTMLDialogElement",
    "Firefox 105": "delete window.OffscreenCanvas",
    "Safari 16.4": "RegExp = class { constructor() { throw new SyntaxError('(?<!') } }",
    "no cryptography": "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })",
}
WORDS = ROOT / "web" / "source" / "floor" / "words"
KEYS = ("old.title", "unsafe.title", "script.title")
SAID = {
    language: json.loads((WORDS / f"{language}.json").read_text())
    for language in ("en", "fr", "ar")
}
TITLES = {language: [words[key] for key in KEYS] for language, words in SAID.items()}
OLD, UNSAFE, SCRIPTLESS = range(3)


@pytest.fixture
async def chromium() -> AsyncIterator[Chromium]:
    """A browser without a page."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=debian("chromium"), args=list(FLAGS)
        )
        yield browser
        await browser.close()


async def opened(chromium: Chromium, url: str, lacks: str = "", **options: Any) -> Page:
    """Open a page in a browser that lacks something."""
    context = await chromium.new_context(**options)
    if lacks:
        await context.add_init_script(lacks)
    page = await context.new_page()
    await page.goto(url)
    return page


async def test_a_browser_below_the_floor_is_told_so(server: RealServer, chromium: Chromium) -> None:
    """Whatever it lacks, in each language: what is wrong, and what to do; and nothing else is begun."""
    url = f"http://localhost:{server.port}/"
    for lacking, script in LACKS.items():
        page = await opened(chromium, url, script)
        expected = TITLES["en"][UNSAFE if lacking == "no cryptography" else OLD]
        await expect(page.get_by_role("heading")).to_have_text([expected])
        assert await page.get_by_role("textbox").count() == 0, lacking
        await page.context.close()
    for language, titles in TITLES.items():
        page = await opened(chromium, url, LACKS["Chrome 92"], locale=language)
        await expect(page.get_by_role("heading", name=titles[OLD])).to_be_visible()
        assert await page.locator("html").get_attribute("lang") == language
        await page.context.close()


async def test_an_address_without_encryption_is_told_so(
    server: RealServer, chromium: Chromium
) -> None:
    """By http from another machine browsers hide their cryptography; the page says what address has it."""
    context = await chromium.new_context(locale="fr-FR")

    async def led_here(route: Route) -> None:
        here = route.request.url.replace(ELSEWHERE, f"http://localhost:{server.port}/")
        await route.fulfill(response=await route.fetch(url=here))

    await context.route(ELSEWHERE + "**", led_here)
    page = await context.new_page()
    await page.goto(ELSEWHERE)
    await expect(page.get_by_role("heading")).to_have_text([TITLES["fr"][UNSAFE]])
    await expect(page.get_by_text("https://")).to_be_visible()
    await context.close()


async def test_who_allows_no_script_is_told_so(server: RealServer, chromium: Chromium) -> None:
    """In every language at once, since nothing is there that could choose one."""
    page = await opened(chromium, f"http://localhost:{server.port}/", java_script_enabled=False)
    for language, titles in TITLES.items():
        said = page.locator(f"[lang={language}]").get_by_text(titles[SCRIPTLESS])
        await expect(said).to_be_visible()
