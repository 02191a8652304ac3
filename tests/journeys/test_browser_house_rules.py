"""House rules as people meet them: terms at sign-up, a group by an invite, strangers who are refused."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect
from telethon import TelegramClient, errors
from telethon.crypto import rsa
from telethon.tl import functions, types

from .browser import Browser
from .server import RealServer

pytestmark = pytest.mark.journey

TERMS = "# School rules\n\nBe **kind**, and read [all of them](https://school.example/rules)."


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[RealServer]:
    """A server with terms, on which people make groups and no more."""
    (tmp_path / "terms.md").write_text(TERMS)
    rules = {
        "TERMS": str(tmp_path / "terms.md"),
        "TERMS_POPUP": "true",
        "TERMS_MIN_AGE": "16",
        "PEOPLE_MAY": "groups",
    }
    server = RealServer(tmp_path / "data", settings=rules)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


async def signed_up(school: RealServer, phone: str, name: str) -> TelegramClient:
    """Sign somebody up by Telethon, who is shown the terms and accepts them by going on."""
    client = TelegramClient(None, 1, "x")
    client.session.set_dc(2, "127.0.0.1", school.port)
    await client.connect()
    sent = await client.send_code_request(phone)
    asked = functions.auth.SignInRequest(phone, sent.phone_code_hash, school.code(phone))
    needed = await client(asked)
    assert isinstance(needed, types.auth.AuthorizationSignUpRequired)
    shown = needed.terms_of_service
    assert shown.text.startswith("School rules\n\nBe kind, and read all of them.")
    assert (shown.popup, shown.min_age_confirm) == (True, 16)
    await client(functions.auth.SignUpRequest(phone, sent.phone_code_hash, name, ""))
    told = await client(functions.help.GetTermsOfServiceUpdateRequest())
    assert isinstance(told, types.help.TermsOfServiceUpdateEmpty)
    return client


async def test_a_newcomer_accepts_the_terms_and_is_in_their_class(school: RealServer) -> None:
    """Their teacher by Telethon, they in a browser; whoever is in no class with them cannot write to them."""
    rsa.add_key(school.pem.read_text(), old=False)
    marie = await signed_up(school, "+33600000001", "Marie")
    claude = await signed_up(school, "+33600000002", "Claude")
    try:
        made = await marie(functions.channels.CreateChannelRequest("7b", "", megagroup=True))
        group = made.chats[0]
        link = (await marie(functions.messages.ExportChatInviteRequest(group))).link
        school.ask("places", "--add", "7b", "--link", link)
        made = json.loads(school.ask("invite", "--group", "7b", "--json"))
        async with Browser(school) as browser:
            browser.page = await browser.new_page("#" + made["link"].partition("#")[2])
            page = browser.page
            await expect(page.get_by_text("you accept the terms of use")).to_be_visible()
            await page.get_by_label("First name").fill("Ada")
            await browser.press("Start chatting")
            terms = page.get_by_role("dialog", name="Terms of use")
            await expect(terms.get_by_text("School rules")).to_be_visible()
            await expect(terms.get_by_text("at least 16 years old")).to_be_visible()
            await terms.get_by_role("button", name="Decline").click()
            await expect(terms).to_be_hidden()
            await browser.press("Start chatting")
            await terms.get_by_role("button", name="Accept").click()
            await browser.chats.wait_for()
            await expect(browser.chats.get_by_text("7b").first).to_be_visible()
            assert browser.said == []
            people = {p.first_name: p for p in await marie.get_participants(group)}
            assert set(people) == {"Marie", "Ada"}
            await marie.send_message(people["Ada"], "Good morning, Ada.")
            await expect(browser.chats.get_by_text("Good morning, Ada.")).to_be_visible()
        await claude.get_me()
        school.ask("grant", str(people["Marie"].id), "names")
        await marie(functions.account.UpdateUsernameRequest("marie_1867"))
        with pytest.raises(errors.PeerFloodError):
            await claude.send_message("marie_1867", "Let me in.")
        lines = json.loads(school.ask("terms", "--json"))
        assert {line["first_name"]: line["accepted"] for line in lines} == dict.fromkeys(
            ("Marie", "Claude", "Ada"), True
        )
    finally:
        await marie.disconnect()
        await claude.disconnect()
