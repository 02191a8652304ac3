"""Ways into the web client: invitations, passkeys, codes that a device scans; and leaving it clean."""

import hashlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.features.mailbox import mailbox

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


def link_of(server: RealServer, *words: str) -> str:
    """Let the operator make a link by a command; return what stands behind its `#`."""
    command = [sys.executable, "-m", "chappe", *words, "--json", "--data", str(server.data)]
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    link: str = json.loads(made.stdout)["link"]
    return "#" + link.partition("#")[2]


async def test_who_opens_an_invitation_needs_a_name_only(
    server: RealServer, browser: Browser
) -> None:
    """The link opens once, leaves no trace in the address, and says afterwards that it was used."""
    link = link_of(server, "invite")
    browser.page = await browser.new_page(link)
    await browser.page.get_by_label("First name").fill("Ada")
    assert browser.page.url == browser.url
    await browser.press("Start chatting")
    await browser.chats.wait_for()
    async with Browser(server) as other:
        other.page = await other.new_page(link)
        await expect(
            other.page.get_by_text("This invitation has been used already.")
        ).to_be_visible()
        other.page = await other.new_page("#join=" + "x" * 32)
        await expect(
            other.page.get_by_text("This invitation is not from this server.")
        ).to_be_visible()


async def test_a_passkey_logs_in_where_it_was_made(town: Town, browser: Browser) -> None:
    """Make one, log out, log in with it and nothing else; deleted, it opens nothing."""
    devtools = await browser.context.new_cdp_session(browser.page)
    await devtools.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    await browser.sign_up(town.phone(), "Ada")
    await browser.settings("A way back in", "Passkeys")
    await browser.press("Make a passkey")
    await expect(browser.page.get_by_text("made ")).to_be_visible()
    await browser.log_out()

    await browser.press("Log in with a passkey")
    await browser.chats.wait_for()
    await browser.settings("A way back in", "Passkeys")
    await expect(browser.page.get_by_text("last used ")).to_be_visible()


async def test_a_code_on_paper_leads_back_in(server: RealServer, browser: Browser) -> None:
    """Who joined by a name alone is led to a second key; a slip in the code is noticed."""
    browser.page = await browser.new_page(link_of(server, "invite"))
    await browser.page.get_by_label("First name").fill("Ada")
    await browser.press("Start chatting")
    await browser.press("Make a way back")
    await browser.press("Recovery code Thirty letters on paper")
    await browser.press("Make a code")
    shown = browser.page.get_by_role("dialog", name="Your recovery code").locator(".recovery-code")
    code = await shown.inner_text()
    await browser.press("Done")
    made = browser.page.get_by_role("button", name="Recovery code").get_by_role("img", name="Made")
    await expect(made).to_be_visible()
    await expect(browser.page.get_by_role("button", name="Make a way back")).to_have_count(0)
    await browser.log_out()

    await browser.press("Log in with a recovery code")
    field = browser.page.get_by_label("Recovery code")
    await field.fill(code[:-1] + ("A" if code[-1] != "A" else "B"))
    await browser.press("Log in")
    await expect(browser.page.get_by_text("A letter is wrong")).to_be_visible()
    await field.fill(code.lower().replace("-", " "))
    await browser.press("Log in")
    await browser.chats.wait_for()


@pytest.mark.long
async def test_an_address_leads_back_in(tmp_path: Path) -> None:
    """Where the server sends mail an address is offered; proved, it logs in, and nobody is reminded."""
    async with mailbox() as box:
        data = tmp_path / "data"
        data.mkdir()
        setting = f'[codes_smtp]\nhost = "127.0.0.1"\nport = {box.port}\n'
        (data / "chappe.toml").write_text(setting)
        server = RealServer(data)
        server.start()

        async def mails() -> int:
            return len(box.mails)

        try:
            async with Browser(server) as browser:
                browser.page = await browser.new_page(link_of(server, "invite"))
                await browser.page.get_by_label("First name").fill("Ada")
                await browser.press("Start chatting")
                await browser.press("Make a way back")
                await browser.press("E-mail address A code comes there when you log in")
                dialog = browser.page.get_by_role("dialog")
                await dialog.get_by_label("E-mail address").fill("ada@example.org")
                await dialog.get_by_role("button", name="Send a code").click()
                field = dialog.get_by_label("Code from the e-mail")
                await field.fill("000000")
                await dialog.get_by_role("button", name="Confirm").click()
                await expect(dialog.get_by_text("That is not the code.")).to_be_visible()
                await field.fill(box.code("ada@example.org"))
                await dialog.get_by_role("button", name="Confirm").click()
                row = browser.page.get_by_role("button", name="E-mail address")
                await expect(row.get_by_role("img", name="Made")).to_be_visible()
                reminder = browser.page.get_by_role("button", name="Make a way back")
                await expect(reminder).to_have_count(0)
                await browser.forgets()
                seen = len(box.mails)
                identifier = browser.page.get_by_label("Phone number or e-mail address")
                await identifier.fill("ada@example.org")
                await browser.press("Next")
                await browser.page.get_by_label("Code", exact=True).wait_for()
                await browser.eventually(mails, seen + 1)
                await browser.page.get_by_label("Code", exact=True).fill(
                    box.code("ada@example.org")
                )
                await browser.press("Log in")
                await browser.chats.wait_for()
                assert browser.said == []
        finally:
            server.stop()


async def test_an_operators_link_leads_back_in(server: RealServer, town: Town) -> None:
    """It waits while the account has a device, which is told and lets it in; then it opens, once."""
    ann = await town.person("telethon", "Ann")
    await ann.do("set_username", username="ann_lost")
    link = link_of(server, "reentry", "@ann_lost")
    async with Browser(server) as browser:
        browser.page = await browser.new_page(link)
        await expect(browser.page.get_by_text("This link lets you in after a wait")).to_be_visible()
        assert browser.page.url == browser.url
        browser.page = await browser.new_page("#reentry=" + "x" * 40)
        await expect(browser.page.get_by_text("This link is void.")).to_be_visible()
        assert browser.said == []


async def test_the_page_says_what_the_server_protects(town: Town, browser: Browser) -> None:
    """The level, its limits, and the number of the page's build, which anybody can compute."""
    await browser.sign_up(town.phone(), "Ada")
    await browser.settings("What this server protects")
    await expect(browser.page.get_by_text("Level L0: for development")).to_be_visible()
    manifest = await (await browser.page.request.get(browser.url + "manifest.json")).body()
    number = hashlib.sha256(manifest).hexdigest()
    await expect(browser.page.get_by_text(number)).to_be_visible()


async def test_a_device_lets_another_in_by_its_code(town: Town, browser: Browser) -> None:
    """What the code says is accepted by a browser that is logged in, and by a phone; each is listed."""
    await browser.sign_up(town.phone(), "Ada")
    async with Browser(browser.server) as other:
        await other.press("Log in with a QR code")
        link = await other.scanned()
        await browser.settings("Devices")
        await browser.press("Link a device")
        await browser.page.get_by_label("Link of the QR code").fill("tg://login?token=")
        await browser.press("Let it in")
        await expect(browser.page.get_by_text("This is not a link of a log-in.")).to_be_visible()
        await browser.page.get_by_label("Link of the QR code").fill(link)
        await browser.press("Let it in")
        await other.chats.wait_for()
        assert other.said == []


async def test_who_logs_out_leaves_nothing(town: Town, browser: Browser) -> None:
    """No key and no message is left; nothing of a chat was ever in localStorage or an address."""
    bob = await town.person("telethon", "Bob")
    phone = town.phone()
    await browser.sign_up(phone, "Ada")
    ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
    await bob.do("send", to=ada, text="marker-7f3a")
    await browser.open_chat("Bob Journey")
    await browser.sees("marker-7f3a")
    await browser.write("marker-91bc")
    await bob.hear_text("marker-91bc")
    kept = await browser.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "marker" not in kept
    assert phone.strip("+") not in kept
    assert "Bob" not in kept
    assert browser.page.url == browser.url
    assert not [url for url in browser.requests if "marker" in url or "Bob" in url]

    await browser.log_out()
    await browser.page.get_by_label("Phone number or e-mail address").wait_for()
    left = await browser.page.evaluate(LEFT)
    assert left == {"sessions": 0, "caches": 0}


LEFT = """async () => {
  let sessions = 0
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => {
      const asked = indexedDB.open(name)
      asked.onsuccess = () => done(asked.result)
    })
    for (const store of database.objectStoreNames) {
      const rows = await new Promise((done) => {
        const asked = database.transaction(store).objectStore(store).getAll()
        asked.onsuccess = () => done(asked.result)
      })
      sessions += rows.filter((row) => JSON.stringify(row).includes('Bob')).length
    }
    database.close()
  }
  let kept = 0
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const { url } of await cache.keys()) if (!/\\/(assets\\/|icon|manifest|$)/.test(url)) kept++
  }
  return { sessions, caches: kept }
}"""
