"""The main views of the web client: light and dark, on a phone, from right to left.

`script/pictures` keeps what is seen.
"""

import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.async_api import Page, expect

from .browser import Browser, Scheme
from .conftest import Town
from .people import ROOT

pytestmark = pytest.mark.journey

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("CHAPPE_PICTURES", "")  # a folder; empty: none are kept
HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "\u202eevil\u202c and \u2066isolated\u2069",
    "😀" * 200,
    "x" * 2_000,
    "javascript:alert(3) and [x](javascript:alert(4))",
)


class Look(NamedTuple):
    """How a page is looked at."""

    name: str
    scheme: Scheme
    locale: str
    size: tuple[int, int]


LOOKS = (
    Look("light", "light", "en-GB", (1280, 800)),
    Look("dark", "dark", "en-GB", (1280, 800)),
    Look("phone", "light", "fr-FR", (390, 844)),
    Look("arabic", "dark", "ar", (1280, 800)),
)
SAID = {  # what the looks' languages call things
    "en-GB": {"menu": "Menu", "settings": "Settings", "profile": "Profile", "back": "Back"},
    "fr-FR": {"menu": "Menu", "settings": "Paramètres", "profile": "Profil", "back": "Retour"},
    "ar": {"menu": "القائمة", "settings": "الإعدادات", "profile": "الملف الشخصي", "back": "رجوع"},
}


async def violations(browser: Browser) -> list[str]:
    """Return what axe finds on a browser's page as it is, with where."""
    return await violated(browser.page)


async def violated(page: Page) -> list[str]:
    """Return what axe finds on a page as it is, with where."""
    await page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = await page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_nobody_is_kept_out_of_a_view(town: Town, look: Look) -> None:
    """Axe finds nothing, nothing is wider than the page, and texts made to do harm are only shown."""
    bob = await town.person("telethon", "Bob")
    wrong: dict[str, list[str]] = {}
    words = SAID[look.locale]
    async with Browser(
        town.server, locale=look.locale, scheme=look.scheme, size=look.size
    ) as browser:
        page = browser.page

        async def seen(view: str) -> None:
            if found := await violations(browser):
                wrong[view] = found
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(wide) <= 0, view
            if PICTURES:
                await browser.picture(Path(PICTURES) / f"{look.name}-{view}.png")

        await page.locator("input[name=number]").wait_for()
        await seen("login")
        phone = town.phone()
        await in_any_language(browser, phone)
        ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
        for text in ("hello", *HOSTILE):
            await bob.do("send", to=ada, text=text)
        await page.locator(".chat-row", has_text="Bob").first.wait_for()
        await seen("chats")
        await page.locator(".chat-row", has_text="Bob").first.click()
        await expect(page.get_by_role("log").get_by_role("article")).to_have_count(6)
        await seen("conversation")
        if look.size[0] < 760:
            await page.get_by_role("button", name=words["back"]).first.click()
        await page.get_by_role("button", name=words["menu"], exact=True).click()
        await seen("menu")
        await page.get_by_role("menuitem", name=words["settings"], exact=True).click()
        await page.get_by_role("heading", name=words["settings"]).wait_for()
        await seen("settings")
        await page.get_by_role("button", name="Ada").first.click()
        await page.get_by_role("heading", name=words["profile"]).wait_for()
        await seen("profile")
        assert browser.said == []
        assert browser.elsewhere == []
    assert wrong == {}


async def in_any_language(browser: Browser, phone: str) -> None:
    """Sign up by the fields' own names, which are the same in every language."""
    page = browser.page
    for name in ("number", "code", "first"):
        field = page.locator(f"input[name={name}]")
        await field.wait_for()
        answers = {"number": phone, "code": "", "first": "Ada"}
        await field.fill(answers[name] or browser.server.code(phone))
        await field.press("Enter")
    await page.get_by_role("navigation").wait_for()
