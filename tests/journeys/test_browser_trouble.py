"""The web client when something is wrong: lines cut, tabs closed, disks full. Nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from .browser import Browser
from .conftest import Town
from .line import Line
from .people import Device
from .server import RealServer
from .test_browser_login import LEFT
from .trouble import asleep, refuses_storage

pytestmark = pytest.mark.journey

SLEEP_S = 60.0
INSTALLED = "navigator.serviceWorker.ready.then(() => null)"  # the page's files are in the browser
# what the browser has of chats: how many rows, and whether somebody who reads them finds words or names
KEPT = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name)
  if (!names.includes('chappe-seen')) return {}
  const database = await new Promise((done) => {
    const asked = indexedDB.open('chappe-seen')
    asked.onsuccess = () => done(asked.result)
  })
  const rows = await new Promise((done) => {
    const asked = database.transaction('rows').objectStore('rows').getAll()
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => done([])
  })
  database.close()
  const bodies = rows.map(({ body }) => body).filter((body) => body !== undefined)
  const texts = [...bodies.map((body) => new TextDecoder().decode(body)), JSON.stringify({ ...localStorage })]
  return { rows: rows.length, readable: texts.some((text) => /first|Bob/.test(text)) }
}"""
# but for what the engine begins anew
DATABASES = """indexedDB.databases().then(
  (all) => all.map(({ name }) => name).filter((name) => name !== 'chappe')
)"""
ROOM_BYTES = 1  # that a browser may keep of a page: nothing fits
FOUND_AGAIN_MS = 60_000.0  # until a line that was mended must have been found


@pytest.fixture
async def line(server: RealServer) -> AsyncIterator[Line]:
    """What leads to the server, and can be cut."""
    async with Line(server) as made:
        yield made


@pytest.fixture
async def browser(server: RealServer, line: Line) -> AsyncIterator[Browser]:
    """A browser behind the line; afterwards nothing was said and nothing left the server."""
    async with Browser(line) as made:
        yield made
        assert made.said == []
        assert made.elsewhere == []


async def acquainted(town: Town, browser: Browser) -> tuple[Device, int]:
    """Sign Ada up in the browser, let Bob write to her and her read it; return Bob, and Ada's number."""
    bob = await town.person("telethon", "Bob")
    phone = town.phone()
    await browser.sign_up(phone, "Ada")
    ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
    await bob.do("send", to=ada, text="first")
    await browser.open_chat("Bob Journey")
    await browser.sees("first")
    return bob, ada


async def agreed(browser: Browser, bob: Device, ada: int, texts: list[str]) -> None:
    """Wait until both sides show exactly these messages, in this order."""
    await browser.eventually(browser.texts, texts)

    async def theirs() -> list[str]:
        messages = await bob.do("history", to=ada, limit=len(texts) + 10)
        return [m["text"] for m in sorted(messages, key=lambda m: int(m["id"]))]

    await browser.eventually(theirs, texts)


async def left_nothing(browser: Browser) -> None:
    """Wait until nothing of a session is left in a browser."""
    await browser.eventually(lambda: browser.page.evaluate(DATABASES), [])
    await browser.eventually(lambda: browser.page.evaluate(LEFT), {"sessions": 0, "caches": 0})


async def test_a_line_that_breaks_loses_and_doubles_nothing(
    town: Town, browser: Browser, line: Line
) -> None:
    """Connections end while somebody writes."""
    bob, ada = await acquainted(town, browser)
    said = ["first"]
    for n in range(6):
        await browser.write(f"mine {n}")
        line.break_once()
        said.append(f"mine {n}")
    await agreed(browser, bob, ada, said)


async def test_without_a_network_one_reads_and_writes(
    town: Town, browser: Browser, line: Line
) -> None:
    """A page opened offline shows what was seen last, and when; what is written is sent once, in order."""
    bob, ada = await acquainted(town, browser)
    await browser.page.evaluate(INSTALLED)
    await browser.eventually(lambda: browser.page.evaluate(KEPT), {"rows": 3, "readable": False})
    line.cut()
    for n in range(2):
        await browser.write(f"kept {n}")
    await browser.sees("kept 1")
    await bob.do("send", to=ada, text="meanwhile")
    await browser.page.close()

    browser.page = await browser.new_page()
    bar = browser.chats.get_by_text("You are offline; what you see is from")
    await expect(bar).to_be_visible()
    await browser.open_chat("Bob Journey")
    await browser.eventually(browser.texts, ["first", "kept 0", "kept 1"])
    await browser.write("and more")
    await browser.sees("and more")
    line.mend()
    said = ["first", "meanwhile", "kept 0", "kept 1", "and more"]
    await agreed(browser, bob, ada, said)
    await expect(bar).to_have_count(0)
    await bob.do("send", to=ada, text="welcome back")
    await agreed(browser, bob, ada, [*said, "welcome back"])


async def test_what_came_during_sleep_is_there_after_it(
    town: Town, browser: Browser, line: Line
) -> None:
    """A page is frozen while its connections die in silence; awake, it shows what others wrote, and sends."""
    bob, ada = await acquainted(town, browser)
    devtools = await browser.context.new_cdp_session(browser.page)
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    line.go_silent()
    texts = [f"night {n}" for n in range(3)]
    for text in texts:
        await bob.do("send", to=ada, text=text)
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})
    await browser.write("good morning")
    await agreed(browser, bob, ada, ["first", *texts, "good morning"])


@pytest.mark.long
async def test_a_computer_that_sleeps_for_a_minute_misses_nothing(
    town: Town, browser: Browser, line: Line
) -> None:
    """Every process of the browser stands still."""
    bob, ada = await acquainted(town, browser)
    with asleep():
        line.go_silent()
        texts = [f"night {n}" for n in range(60)]
        for text in texts:
            await bob.do("send", to=ada, text=text)
        await asyncio.sleep(SLEEP_S)
    await browser.sees(texts[-1])
    await browser.write("good morning")
    await agreed(browser, bob, ada, ["first", *texts, "good morning"])


WITHOUT_SHARED_WORKERS = "delete globalThis.SharedWorker"
TABS = (
    pytest.param("", id="one worker for all"),
    pytest.param(WITHOUT_SHARED_WORKERS, id="a worker each", marks=pytest.mark.long),
)


@pytest.mark.parametrize("before", TABS)
async def test_tabs_of_one_account_agree(town: Town, browser: Browser, before: str) -> None:
    """Each shows once what the other sends and hears; who logs out in one is logged out in both."""
    await browser.context.add_init_script(before)
    await browser.page.reload()
    bob, ada = await acquainted(town, browser)
    first = browser.page
    browser.page = second = await browser.new_page()
    await browser.open_chat("Bob Journey")
    said = ["first"]
    for n, page in enumerate((first, second, first)):
        browser.page = page
        await browser.write(f"from tab {n}")
        await bob.hear_text(f"from tab {n}")
        await bob.do("send", to=ada, text=f"to both {n}")
        said += [f"from tab {n}", f"to both {n}"]
        for browser.page in (first, second):
            await browser.eventually(browser.texts, said)
    await agreed(browser, bob, ada, said)

    await browser.log_out()
    browser.page = first
    await expect(first.get_by_text("You were logged out on this device")).to_be_visible()
    await left_nothing(browser)


async def test_who_is_logged_out_from_elsewhere_keeps_nothing(
    town: Town, browser: Browser, line: Line
) -> None:
    """A session that was ended while the browser was away is read until it is back, and leaves nothing."""
    _, ada = await acquainted(town, browser)
    await browser.page.evaluate(INSTALLED)
    await browser.eventually(lambda: browser.page.evaluate(KEPT), {"rows": 3, "readable": False})
    line.cut()
    town.server.ask("sessions", str(ada), "--end", "all")
    await browser.page.reload()
    await browser.open_chat("Bob Journey")
    await browser.sees("first")
    line.mend()
    await expect(browser.page.get_by_text("You were logged out on this device")).to_be_visible(
        timeout=FOUND_AGAIN_MS
    )
    await left_nothing(browser)


async def test_a_full_disk_loses_nothing(town: Town, browser: Browser) -> None:
    """The person is told that nothing more is kept; what they write is sent all the same, once."""
    async with Line(town.server) as empty:  # an origin of which the browser keeps nothing yet
        devtools = await browser.context.new_cdp_session(browser.page)
        browser.url = f"http://localhost:{empty.port}/"
        room = {"origin": browser.url.rstrip("/"), "quotaSize": ROOM_BYTES}
        await devtools.send("Storage.overrideQuotaForOrigin", room)
        await browser.page.goto(browser.url)
        bob, ada = await acquainted(town, browser)
        await expect(browser.chats.get_by_text("This device has no room left")).to_be_visible()
        empty.cut()
        said = ["first", *(f"kept {n}" for n in range(3))]
        for text in said[1:]:
            await browser.write(text)
        await browser.sees(said[-1])
        empty.mend()
        await agreed(browser, bob, ada, said)
        await bob.do("send", to=ada, text="and on")
        await agreed(browser, bob, ada, [*said, "and on"])
        browser.requests.clear()  # they went to the server, by this line


async def test_a_browser_that_keeps_nothing_serves_as_long_as_it_is_open(
    town: Town, line: Line, tmp_path: Path
) -> None:
    """Databases, workers that are shared and settings are refused: the person is told, and talks."""
    profile = refuses_storage(tmp_path / "profile")
    async with Browser(line, profile=profile) as browser:
        bob, ada = await acquainted(town, browser)
        await expect(browser.chats.get_by_text("This browser keeps nothing")).to_be_visible()
        await browser.write("here I am")
        line.break_once()
        await browser.write("and still")
        await agreed(browser, bob, ada, ["first", "here I am", "and still"])
        await browser.log_out()
        await browser.page.get_by_label("Phone number or e-mail address").wait_for()
        assert browser.said == []
