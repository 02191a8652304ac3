"""The order clerks' pages in Chromium: an order on its way, a refusal and a gag, by keyboard alone.

`script/pictures` keeps what is seen.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from playwright.async_api import Page, expect

from chappe.desks.orders.checking import Requirement
from chappe.tl import api
from chappe.trust import custody
from tests.desks.browsing import Visitors, page
from tests.desks.ordering import OrderDesk
from tests.desks.test_order_pages import HOUR_S, opened_package
from tests.trust.custodians import House

from .browser import Browser
from .test_browser_views import PICTURES, violations
from .test_moderators_page import logged_in, moderator, press, tick, to
from .test_operators_page import WIDE, opened

pytestmark = pytest.mark.journey

SECRET: Final = "the semaphore at Lille stands still"
CLERK: Final = "order-clerk"
DAY_S: Final = 86_400


class Office(NamedTuple):
    """A server with a log, witnesses and custodians, and Ada, whose data is asked for."""

    visitors: Visitors
    desk: OrderDesk
    ada: Any

    async def later(self, hours: int = 0) -> None:
        """Let time pass."""
        self.desk.v.clock.time += hours * HOUR_S
        for _ in range(2):
            await self.desk.keep()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Ada has written to Eve."""
    async with page(sealed_weekly=84) as visitors:
        v = visitors.village
        desk = OrderDesk(v, House(tmp_path / "house"))
        ada, eve = await v.people_named("Ada", "Eve")
        await ada(api.AccountUpdateUsername(username="ada_1815"))
        await ada.say(eve, SECRET)
        made = Office(visitors, desk, ada)
        await made.later()
        yield made


async def clerk(office: Office, browser: Browser) -> Page:
    """Have a clerk enrol and log in by the keyboard, and go to the orders."""
    await moderator(office.visitors, browser, "Emil", CLERK)
    await logged_in(browser)
    await press(browser.page, "Orders")
    return browser.page


async def write(seen: Page, field: str, text: str) -> None:
    """Write into a field, by the keyboard."""
    await to(seen, field)
    await seen.keyboard.insert_text(text)


async def entered(seen: Page, way: str = "European Production", *, gag: str = "") -> None:
    """Enter an order, by the keyboard."""
    await press(seen, "Enter an order")
    await to(seen, "By which way of the law")
    await seen.keyboard.type(way)
    await to(seen, "On what it stands")
    await seen.keyboard.type("order of a court")
    await write(seen, "Whose authority", "FR")
    await write(seen, "Its own reference", "7/2027")
    await tick(seen, "subscriber", "content")
    await write(seen, "Whose: account ids", "@ada_1815")
    if gag:
        await to(seen, "It forbids to say so")
        await seen.keyboard.type(gag)  # as this browser's own language has days: the month first
    await press(seen, "Enter it")
    await expect(seen.get_by_role("heading", name="In the public log")).to_be_visible()


async def found_whole(seen: Page) -> None:
    """Say of every point that the order has it, by the keyboard."""
    for _ in Requirement:
        await to(seen, "Not looked at")
        await seen.keyboard.press("ArrowRight")
    await press(seen, "Keep what I found")


async def agreed(seen: Page, office: Office, *places: int) -> None:
    """Have custodians answer in their own tool, and paste what it prints."""
    for place in places:
        await press(seen, "Make the request")
        await to(seen, "Download the request")
        async with seen.expect_download() as coming:
            await seen.keyboard.press("Enter")
        file = await (await coming.value).path()
        request = custody.parse_request(file.read_bytes())
        await expect(seen.get_by_text(request.fingerprint)).to_be_visible()
        ran = office.desk.answered(office.desk.tool_of(place), request)
        assert ran.code == 0, ran.err
        await write(seen, "What a custodian's tool printed", ran.out)
        await press(seen, "Take the answer")


async def packed(seen: Page) -> bytes:
    """Download the package, by the keyboard."""
    await to(seen, "Download the package")
    async with seen.expect_download() as coming:
        await seen.keyboard.press("Enter")
    return (await (await coming.value).path()).read_bytes()


async def closed(seen: Page, how: str) -> None:
    """Say how it ended, by the keyboard."""
    await to(seen, "How it ended")
    await seen.keyboard.type(how)
    await press(seen, "Close the order")
    await expect(seen.get_by_role("status")).to_be_visible()


async def test_an_order_goes_its_way_by_keyboard_alone(office: Office) -> None:
    """Entered, looked at point by point, approved by custodians elsewhere, downloaded once; Ada is told."""
    desk = office.desk
    async with await opened(office.visitors) as browser:
        seen = await clerk(office, browser)
        await entered(seen)
        await found_whole(seen)
        await write(seen, "The authority's public key", desk.key)
        await press(seen, "Take it into the vault")
        await expect(seen.get_by_text("This is what lies in the vault")).to_be_visible()
        await agreed(seen, office, 1, 3)
        await expect(seen.get_by_text("Enough custodians agreed")).to_be_visible()
        await press(seen, "Seal it to the authority")
        found = opened_package(await packed(seen), desk)
        assert any(SECRET.encode() in text for text in found.values())
        await enter_again(seen)
        await expect(seen.get_by_text("Told on")).to_be_visible()
        await expect(seen.get_by_role("button", name="Download the package")).to_have_count(0)
        await closed(seen, "it was carried out")
        assert browser.elsewhere == []
    assert desk.kinds() == ["received", "decided", "released", "told", "closed"]


async def enter_again(seen: Page) -> None:
    """Load the page again, by the keyboard."""
    await seen.reload()


async def test_an_order_is_refused_and_a_call_is_entered_by_keyboard_alone(office: Office) -> None:
    """The letter is read before; of what is no order it is said what it prompted. No witness is needed."""
    office.desk.log.is_witnessed = False
    async with await opened(office.visitors) as browser:
        seen = await clerk(office, browser)
        await entered(seen)
        await expect(seen.get_by_text("Nobody witnesses this log")).to_be_visible()
        for _ in range(2):  # of the points, the second is found lacking
            await to(seen, "Not looked at")
        await seen.keyboard.press("ArrowRight")
        await seen.keyboard.press("ArrowRight")
        await press(seen, "Keep what I found")
        await press(seen, "Refuse it")
        await expect(seen.get_by_text("that it was validated")).to_be_visible()
        await press(seen, "Refuse it")
        await closed(seen, "it was carried out")
        await press(seen, "Orders")
        await press(seen, "Enter what is none")
        await write(seen, "Whose authority", "DE")
        await write(seen, "Its own reference", "a call, no name given")
        await press(seen, "Enter it")
        await to(seen, "Say what was done")
        await seen.keyboard.press("Enter")
        await tick(seen, "messages removed")
        await press(seen, "Say it in the public log")
        await closed(seen, "something was agreed")
    said = [kind for kind, _ in office.desk.logged() if kind.startswith("authority.")]
    assert [one.partition(".")[2] for one in said] == [
        *("received", "decided", "closed"),
        *("received", "acted", "closed"),
    ]


async def test_a_gag_has_an_end_by_keyboard_alone(office: Office) -> None:
    """Each step waits for a commitment; on its day the log is opened, and Ada is told."""
    desk = office.desk
    async with await opened(office.visitors) as browser:
        seen = await clerk(office, browser)
        await entered(seen, gag="02222027")
        await expect(seen.get_by_text("waits for a commitment")).to_be_visible()
        await office.later(2)
        await enter_again(seen)
        await found_whole(seen)
        await write(seen, "The authority's public key", desk.key)
        await press(seen, "Take it into the vault")
        await agreed(seen, office, 1, 2)
        await office.later(2)
        await enter_again(seen)
        await press(seen, "Seal it to the authority")
        await office.later(2)
        await enter_again(seen)
        await packed(seen)
        await enter_again(seen)
        await expect(seen.get_by_text("Not told yet")).to_be_visible()
        assert desk.kinds() == []
        await office.later(45 * 24)
        await enter_again(seen)  # the session is over meanwhile
        await logged_in(browser)
        await press(seen, "Orders")
        await press(seen, "1 EPOC from FR")
        await expect(seen.get_by_text("Told on")).to_be_visible()
        assert browser.elsewhere == []
    assert desk.kinds() == ["received", "decided", "released", "told"]


VIEWS: Final = {
    "orders": "orders",
    "order": "orders/1",
    "order-intake": "orders/enter",
    "order-letter": "orders/2/letter?of=objected",
    "order-package": "orders/3",
    "order-closed": "orders/4",
    "order-preserving": "orders/6",
}


async def four_orders(office: Office) -> None:
    """One just came, one lacks something, one waits for its second custodian, one was no order."""
    desk = office.desk
    people: dict[str, Any] = {"accounts": ["@ada_1815"], "reference": "7/2027"}
    await desk.receive(**people, emergency=True)
    two = await desk.receive(**people, classes=["subscriber"])
    every = [one.value for one in Requirement]
    lacking = ["sender", "language"]
    met = [one for one in every if one not in lacking]
    await desk.do("order-check", order=two, met=met, lacking=lacking)
    three = await desk.receive(**people)
    await desk.do("order-check", order=three, met=every)
    await desk.do("order-seal", order=three, authority=desk.key)
    await desk.approve(three, 1)
    four = await desk.receive(channel="informal", basis="none", classes=[])
    await desk.do("order-acted", order=four, acts=["remove"])
    await desk.do("order-close", order=four, ended="agreed")
    await desk.receive(channel="TCO", classes=[])
    long = "مرحبا \u202eevil " + "x" * 80
    await desk.receive(**{**people, "reference": long}, channel="EPOC-PR")


async def test_nobody_is_kept_out_of_the_order_clerks_pages(office: Office) -> None:
    """Light, dark and on a phone axe finds nothing, and nothing is wider than the page."""
    wrong = dict[str, list[str]]()
    await four_orders(office)
    await office.later(2)  # what was to be removed within an hour is late
    async with await opened(office.visitors) as browser:
        await clerk(office, browser)
        looks: tuple[tuple[str, Any, tuple[int, int]], ...] = (
            ("light", "light", (1280, 800)),
            ("dark", "dark", (1280, 800)),
            ("phone", "light", (390, 844)),
        )
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
