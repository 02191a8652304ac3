"""People of an organisation sign in by a real provider of identities, and are out when it says so."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from .browser import Browser
from .identities import HERE_ONLY, NAME, IdProvider, be, served, sign_in
from .server import RealServer
from .test_browser_views import violations

pytestmark = pytest.mark.journey


@pytest.fixture
def provider() -> Iterator[IdProvider]:
    """A provider; it is started once it knows for whom."""
    made = IdProvider()
    yield made
    made.stop()


@pytest.fixture
def organisation(tmp_path: Path, provider: IdProvider) -> Iterator[RealServer]:
    """A server on which its people sign in."""
    server = served(tmp_path / "data", provider)
    provider.start(server)
    server.start()
    yield server
    server.stop()
    assert server.bugs() == []


async def test_somebody_signs_in_and_is_out_when_they_are_disabled(
    organisation: RealServer, provider: IdProvider
) -> None:
    """Under the provider's name for them, without a trace in the address; refusals are told in a sentence."""
    assert json.loads(organisation.ask("sign-in", "check", "--json"))["wrong"] == []
    browser = Browser(organisation)
    browser.flags = HERE_ONLY
    async with browser:
        page = browser.page
        assert await violations(browser) == []
        await sign_in(browser, "mallory")
        await expect(page.get_by_text("you are not among those who may come in")).to_be_visible()
        assert page.url == browser.url
        await page.context.clear_cookies()

        await browser.press(f"Continue with {NAME}")
        await page.get_by_role("link", name="Cancel").click()
        await expect(page.get_by_text(f"without signing in at {NAME}")).to_be_visible()

        await sign_in(browser, "ada")
        await browser.chats.wait_for()
        assert page.url == browser.url
        assert await page.evaluate("sessionStorage.length") == 0
        await browser.settings("Apps")
        number = page.get_by_role("button", name=re.compile(r"^\+888\d{8}"))
        phone = re.findall(r"\+888\d{8}", await number.inner_text())[0]
        (ada,) = json.loads(organisation.ask("sign-in", "list", "--json"))
        assert (ada["first_name"], ada["last_name"], ada["barred"]) == ("Ada", "Byron", None)

        async with Browser(organisation) as by_code:
            await by_code.log_in(phone)
            await by_code.chats.wait_for()
            provider.disable("ada")
            tab = await browser.context.new_page()
            await tab.goto(f"{provider.issuer}/session/end")
            await tab.get_by_role("button", name="Yes").click()
            for one in (browser, by_code):
                out = one.page.get_by_text("You were logged out on this device")
                await expect(out).to_be_visible()
            await by_code.log_in(phone)
            refused = by_code.page.get_by_text("Your organisation does not let you in any more")
            await expect(refused).to_be_visible()
        (ada,) = json.loads(organisation.ask("sign-in", "list", "--barred", "--json"))
        assert ada["first_name"] == "Ada"
    assert "ada" not in organisation.log()


@pytest.mark.long
async def test_somebody_connects_the_account_they_have(
    tmp_path: Path, provider: IdProvider
) -> None:
    """From the settings, after two questions; from then on they come in so, and the panel says it."""
    server = served(tmp_path / "data", provider, sign_up="open")
    provider.start(server)
    server.start()
    browser = Browser(server)
    browser.flags = HERE_ONLY
    async with browser:
        page = browser.page
        await browser.sign_up("+33600000001", "Augusta")
        await browser.settings("A way back in")
        assert await violations(browser) == []
        await page.get_by_role("button", name=f"Sign-in with {NAME}").click()
        await page.get_by_role("dialog").get_by_role("button", name="Connect").click()
        await be(page, "ada")
        await page.get_by_role("dialog").get_by_role("button", name="Connect").click()
        await expect(page.get_by_text(f"connected with {NAME}.")).to_be_visible()
        assert page.url == browser.url
        await browser.settings("A way back in")
        await expect(page.get_by_text("This account is connected")).to_be_visible()
        await browser.log_out()
        await browser.press(f"Continue with {NAME}")
        await page.get_by_role("button", name="Continue", exact=True).click()
        await browser.chats.wait_for()
        await browser.settings()
        await expect(page.get_by_role("button", name="Augusta")).to_be_visible()
    server.stop()
    assert server.bugs() == []
