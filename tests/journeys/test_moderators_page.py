"""The moderators' pages in Chromium: a case decided by two people with passkeys, by keyboard alone.

`script/pictures` keeps what is seen.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from chappe.core import Kind, Owner
from chappe.desks import staff
from chappe.desks.moderation.records import MODERATION_BOX, RuleUsed
from chappe.features import accounts
from tests.desks.browsing import Visitors, page
from tests.desks.judging import TERROR, USED, reported, send_picture
from tests.operating import operate

from .browser import Browser
from .test_browser_views import PICTURES, violations
from .test_operators_page import WIDE, authenticator, opened

pytestmark = pytest.mark.journey

TABS_MAX = 120  # presses of Tab until something must have the focus
FOCUSED = r"""() => {
  const one = document.activeElement
  const label = one.labels?.[0]?.innerText ?? ''
  const said = one.getAttribute('aria-label') ?? (label || one.innerText) ?? ''
  return said.replace(/\s+/g, ' ').trim()
}"""
VIEWS = {
    "cases": "cases",
    "case": "cases/1",
    "decide": "cases/1/decide",
    "decision": "decisions/1",
    "reporters": "reporters",
    "raids": "raids?lane=ordinary",
}


@pytest.fixture
async def visitors() -> AsyncIterator[Visitors]:
    """A server on which somebody was reported."""
    async with page() as made:
        yield made


async def to(seen: Page, wanted: str) -> None:
    """Press Tab until what says this has the focus."""
    for _ in range(TABS_MAX):
        await seen.keyboard.press("Tab")
        said = await seen.evaluate(FOCUSED)
        if said.startswith(wanted):
            return
    raise AssertionError(f"no Tab leads to {wanted}")


async def press(seen: Page, wanted: str) -> None:
    """Press what says this, by the keyboard; it leads to another page."""
    await to(seen, wanted)
    await enter(seen)


async def enter(seen: Page) -> None:
    """Press what has the focus, and see the page that it leads to."""
    async with seen.expect_navigation():
        await seen.keyboard.press("Enter")


async def tick(seen: Page, *wanted: str) -> None:
    """Tick what says this, by the keyboard."""
    for one in wanted:
        await to(seen, one)
        await seen.keyboard.press("Space")


async def moderator(visitors: Visitors, browser: Browser, name: str, *roles: str) -> None:
    """Have somebody enrol by the keyboard."""
    made = await operate(
        visitors.village.server, "staff-add", name=name, roles=",".join(roles or ("moderator",))
    )
    browser.page = await browser.new_page("enrol" + made["link"].partition("/enrol")[2])
    await authenticator(browser)
    await press(browser.page, "Make my passkey")
    await expect(browser.page.get_by_role("button", name="Log in with my passkey")).to_be_visible()


async def logged_in(browser: Browser) -> None:
    """Log in by the keyboard."""
    await press(browser.page, "Log in with my passkey")
    await expect(browser.page.get_by_role("heading", name="Overview")).to_be_visible()


async def test_two_people_decide_a_case_by_keyboard_alone(visitors: Visitors) -> None:
    """One proposes to ban an account, the other signs; what is done is seen in the account's box."""
    v = visitors.village
    ada, eve = await v.people_named("Ada", "Eve")
    async with await opened(visitors) as one, await opened(visitors) as other:
        await moderator(visitors, one, "Grace")
        await moderator(visitors, other, "Emmy")
        v.clock.time += staff.KEY_RESTS_S
        await reported(ada, eve, "buy gold \u202eevil")
        for browser in (one, other):
            await browser.page.reload()
            await logged_in(browser)
        seen = one.page
        await press(seen, "Cases")
        await press(seen, "1 Eve")
        await expect(seen.get_by_role("heading", name="Case 1")).to_be_visible()
        await press(seen, "Claim it")
        await press(seen, "Decide")
        await tick(seen, "ban for good")
        await to(seen, "It is against the law")
        await seen.keyboard.press("ArrowDown")
        await to(seen, "What kind of wrong")
        await seen.keyboard.type("Scams")
        await tick(seen, "A person looked at what was reported")
        await press(seen, "Read the letter")
        await expect(seen.get_by_text("This takes a second person.")).to_be_visible()
        await enter(seen)
        await expect(seen.get_by_text("You proposed this yourself")).to_be_visible()
        seen = other.page
        await press(seen, "Cases")
        await press(seen, "1 Eve")
        await press(seen, "Read the proposal")
        await press(seen, "Sign it with your passkey")
        await expect(seen.get_by_role("status")).to_be_visible()
        held = await v.context.look(Owner(Kind.USER, eve.id)).get(accounts.Suspension)
        assert held is not None
        assert one.elsewhere == other.elsewhere == []


async def test_nobody_is_kept_out_of_the_moderators_pages(visitors: Visitors) -> None:
    """Light, dark and on a phone axe finds nothing, and nothing is wider than the page."""
    v, wrong = visitors.village, dict[str, list[str]]()
    ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
    async with await opened(visitors) as browser:
        await moderator(visitors, browser, "Grace", "moderator", "reviewer")
        await operate(v.server, "staff-add", name="Emmy", roles="moderator")
        v.clock.time += staff.KEY_RESTS_S
        await reported(ada, eve, "Win 5 BTC now: https://evil.example/a-very-long-path/" + "x" * 80)
        await reported(bob, eve, "مرحبا evil \u202e text")
        await send_picture(eve, ada)
        await reported(ada, bob, "worse", TERROR)
        await browser.page.reload()
        await logged_in(browser)
        looks: tuple[tuple[str, Any, tuple[int, int]], ...] = (
            ("light", "light", (1280, 800)),
            ("dark", "dark", (1280, 800)),
            ("phone", "light", (390, 844)),
        )
        given = {"acts": "mark-scam", "ground": "INCOMPATIBLE", "category": "SCAMS_AND_FRAUD"}
        async with v.context.change(MODERATION_BOX) as change:
            change.put(RuleUsed(rule=USED, first=change.now))
        made = await operate(v.server, "case-decide", case=2, facts="content-reviewed", **given)
        assert made["state"] == "done"
        for look, scheme, (width, height) in looks:
            await browser.page.emulate_media(color_scheme=scheme)
            await browser.page.set_viewport_size({"width": width, "height": height})
            for view, path in VIEWS.items():
                await browser.page.goto(browser.url + path)
                assert await browser.page.evaluate(WIDE) <= 0, (look, view)
                if look != "phone" and (found := await violations(browser)):
                    wrong[f"{look} {view}"] = found
                if PICTURES:
                    kept = Path(PICTURES) / f"desk-{look}-{view}.png"
                    await browser.page.screenshot(path=kept, full_page=True)
    assert wrong == {}
