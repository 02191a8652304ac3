"""The operator's page in Chromium: enrolled by a link, logged in by a passkey, somebody suspended.

`script/pictures` keeps what is seen.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from chappe.core import Kind, Owner
from chappe.features import accounts, files
from tests.desks.browsing import Visitors, page
from tests.operating import operate

from .browser import Browser
from .test_browser_views import PICTURES, violations

pytestmark = pytest.mark.journey

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PEOPLE = (
    ("Grace", "Hopper", "amazing_grace"),
    ("Ada", "Lovelace", "ada_1815"),
    ("Claude", "Chappe", ""),
    ("Émilie", "du Châtelet", "emilie"),
    ("محمد", "الخوارزمي", ""),
    ("Hedy", "Lamarr", "hedy"),
    ("Katherine", "Johnson", ""),
    ("Anneliese Wilhelmine", "von und zu Hohenlohe-Schillingsfürst", "anneliese_wilhelmine"),
)
VIEWS = {  # by what its picture is called
    "overview": "",
    "people": "people",
    "person": "people/4096",
    "sessions": "people/4096/sessions",
    "invites": "invites",
    "links": "links",
    "suspensions": "suspensions",
    "files": "files",
    "mail": "mail",
    "staff": "staff",
    "audit": "audit",
    "ledger": "ledger",
    "keys": "keys",
}
LOOKED_AT = frozenset(("overview", "people", "person", "staff"))  # in the dark, beside pictures
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
async def visitors() -> AsyncIterator[Visitors]:
    """A server on which some people are, and its page."""
    async with page(sign_up="invite", media_quota_mib=1000) as made:
        for number, (first, last, username) in enumerate(PEOPLE, 1):
            owner = Owner(Kind.USER, 4096 * number)
            async with made.village.context.change(owner) as change:
                change.put(
                    accounts.User(
                        id=owner.id,
                        first_name=first,
                        last_name=last,
                        username=username,
                        created=1_790_000_000 + number * 777_777,
                    )
                )
                change.put(files.Usage(bytes=number**3 * 1_700_000))
        yield made


async def opened(visitors: Visitors) -> Browser:
    """Return a browser with an authenticator in it, not yet opened."""
    browser = Browser(visitors)
    browser.opens = False
    return browser


async def authenticator(browser: Browser) -> None:
    """Give the open page an authenticator whose holder always agrees."""
    devtools = await browser.context.new_cdp_session(browser.page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


async def enrolled(visitors: Visitors, browser: Browser, *roles: str) -> str:
    """Have somebody of these roles enrol and log in; return the address of the link."""
    made = await operate(
        visitors.village.server, "staff-add", name="Grace Hopper", roles=",".join(roles)
    )
    browser.page = await browser.new_page("enrol" + made["link"].partition("/enrol")[2])
    await authenticator(browser)
    await browser.press("Make my passkey")
    await browser.press("Log in with my passkey")
    await expect(browser.page.get_by_role("heading", name="Overview")).to_be_visible()
    return str(made["link"])


async def test_somebody_comes_by_a_link_and_suspends_an_account(visitors: Visitors) -> None:
    """The link works once; what is done is told, and stands in the log beside the account."""
    v = visitors.village
    async with await opened(visitors) as browser:
        link = await enrolled(visitors, browser, "administrator")
        again = await browser.new_page("enrol#" + link.partition("#")[2])
        await again.get_by_role("button", name="Make my passkey").click()
        await expect(again.get_by_text("This link was used")).to_be_visible()
        await again.close()
        seen = browser.page
        await seen.get_by_role("link", name="People").click()
        await seen.get_by_label("Name, beginning of a name").fill("lovel")
        await browser.press("Find")
        await seen.get_by_role("link", name="Ada Lovelace").click()
        reason = seen.get_by_role("combobox", name="Reason")
        await reason.select_option("unwanted messages to many people")
        await seen.get_by_label("What they are told").fill("You wrote to 300 people.")
        await browser.press("Suspend the account")
        await expect(seen.get_by_role("status")).to_have_text(
            re.compile("The account is suspended")
        )
        await expect(seen.get_by_text(re.compile("suspend for spam by staff-"))).to_be_visible()
        (held,) = await operate(v.server, "suspended")
        assert (held["id"], held["reason"], held["note"]) == (
            4096 * 2,
            "spam",
            "You wrote to 300 people.",
        )
        await operate(v.server, "staff-remove", staff="Grace Hopper")
        await seen.get_by_role("link", name="Invites").click()
        await expect(
            browser.page.get_by_role("button", name="Log in with my passkey")
        ).to_be_visible()
        await browser.press("Log in with my passkey")
        await expect(browser.page.get_by_text("does not belong here")).to_be_visible()
        assert not [
            one for one in browser.requests if link.partition("#")[2] in one.partition("#")[0]
        ]
        assert browser.elsewhere == []


async def test_nobody_is_kept_out_of_a_page(visitors: Visitors) -> None:
    """Light, dark and on a phone axe finds nothing, and nothing is wider than the page."""
    v, wrong = visitors.village, dict[str, list[str]]()
    async with await opened(visitors) as browser:
        await enrolled(visitors, browser, "administrator", "staff-admin")
        await operate(v.server, "suspend", user="4096", reason="spam", days=7, note="Enough of it.")
        await operate(v.server, "invite", uses=30, note="class 5b")
        await operate(v.server, "staff-add", name="Ada", roles="helpdesk")
        looks: tuple[tuple[str, Any, tuple[int, int]], ...] = (
            ("light", "light", (1280, 800)),
            ("dark", "dark", (1280, 800)),
            ("phone", "light", (390, 844)),
        )
        for look, scheme, (width, height) in looks:
            await browser.page.emulate_media(color_scheme=scheme)
            await browser.page.set_viewport_size({"width": width, "height": height})
            for view, path in VIEWS.items():
                if look == "dark" and view not in LOOKED_AT and not PICTURES:
                    continue
                await browser.page.goto(browser.url + path)
                assert await browser.page.evaluate(WIDE) <= 0, (look, view)
                if (look != "phone" or PICTURES) and (found := await violations(browser)):
                    wrong[f"{look} {view}"] = found
                if PICTURES:
                    kept = Path(PICTURES) / f"desk-{look}-{view}.png"
                    await browser.page.screenshot(path=kept, full_page=True)
        assert browser.said == []
    assert wrong == {}
