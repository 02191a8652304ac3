"""The web client when something is wrong: lines cut, tabs closed, disks full. Nothing is lost or doubled."""

import asyncio
import json
import re
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from .browser import Browser
from .browser_groups import Groups
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
  return { rows: rows.length, readable: texts.some((text) => /first|Bob|ladder|half/.test(text)) }
}"""
ROWS = """async (of) => {
  const database = await new Promise((done) => {
    const asked = indexedDB.open('chappe-seen')
    asked.onsuccess = () => done(asked.result)
  })
  const store = database.transaction('rows').objectStore('rows')
  const rows = await new Promise((done) => {
    const asked = of === 'list' ? store.get('list') : store.getAll()
    asked.onsuccess = () => done(asked.result)
  })
  database.close()
  return of === 'list' ? String(rows?.body.slice(0, 12)) : rows.filter(({ at }) => at < 0).length
}"""
LIST = f"({ROWS})('list')"  # as it was kept last: each time under other random bits
BEGUN = f"({ROWS})('drafts')"  # how many the server does not have
# but for what the engine begins anew
DATABASES = """indexedDB.databases().then(
  (all) => all.map(({ name }) => name).filter((name) => name !== 'chappe')
)"""
VERSION = re.compile(rb'"[0-9a-f]{16}"')  # in the service worker
PIN = b"2805064279"  # messages.toggleDialogPin, as the worker writes it
UNKNOWN = b"2805064270"
SHARE = """() => {
  const form = new FormData()
  form.set('text', 'look at this')
  form.append('files', new File(['hello'], 'note.txt', { type: 'text/plain' }))
  return fetch('/share', { method: 'POST', body: form, redirect: 'manual' }).then(() => null)
}"""
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


def fetched(line: Line, path: str) -> bytes:
    """Return a file of the site."""
    with urllib.request.urlopen(f"http://localhost:{line.port}/{path}") as answer:
        content: bytes = answer.read()
    return content


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


@pytest.mark.long
async def test_drafts_the_archive_and_topics_are_there_without_a_network(
    town: Town, browser: Browser, line: Line
) -> None:
    """What is begun offline is in the browser, of topics too, and reaches the server when it is back."""
    await acquainted(town, browser)
    page, groups = browser.page, Groups(browser)
    await groups.make_channel("Workshop", "Bob", kind="Group", topics=True)
    await groups.titled("Workshop")
    await groups.press("New topic")
    await groups.enter("Name of the topic", "Tools")
    await groups.press("Create")
    await expect(page.locator(".conversation-name")).to_have_text("Tools")
    await browser.write("who has a ladder?")
    await page.evaluate(INSTALLED)
    # the keys, the list, Bob's chat, the topic and the list of topics
    await browser.eventually(lambda: page.evaluate(KEPT), {"rows": 5, "readable": False})
    await page.reload()
    await browser.chats.locator(".chat-row", has_text="Bob Journey").click(button="right")
    await page.get_by_role("menuitem", name="Archive").click()
    await browser.chats.get_by_role("button", name="Archive").wait_for()
    before = await page.evaluate(LIST)

    async def is_kept() -> bool:
        return bool(before != await page.evaluate(LIST))

    await browser.eventually(is_kept, wanted=True)
    line.cut()

    async def again() -> None:
        await browser.page.close()
        browser.page = groups.page = await browser.new_page()

    async def open_topic() -> None:
        await browser.chats.locator(".chat-row", has_text="Workshop").click()
        await groups.panel.locator(".topic-row", has_text="Tools").click()
        await browser.sees("who has a ladder?")

    async def open_archived() -> None:
        for _ in range(2):  # out of the topic, and of their list
            await browser.page.go_back()
        await browser.press("Archive")
        await groups.panel.locator(".chat-row", has_text="Bob Journey").click()

    await again()
    await open_topic()
    await browser.field.fill("I have")
    await open_archived()
    await browser.sees("first")
    await browser.field.fill("half a th")
    await browser.eventually(lambda: browser.page.evaluate(BEGUN), 2)
    await again()
    await open_topic()
    await expect(browser.field).to_have_text("I have")
    await open_archived()
    await expect(browser.field).to_have_text("half a th")
    assert (await browser.page.evaluate(KEPT))["readable"] is False
    line.mend()
    await browser.eventually(lambda: browser.page.evaluate(BEGUN), 1)  # that of the topic
    await browser.page.reload()
    await browser.press("Archive")
    row = groups.panel.locator(".chat-row", has_text="Bob Journey")
    await expect(row.get_by_text("half a th")).to_be_visible()


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


@pytest.mark.long  # one of several that end a session; this one waits for the network, too
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


async def test_a_newer_build_is_offered_and_locks_nobody_out(
    town: Town, browser: Browser, line: Line
) -> None:
    """A page that stays open offers it once the server is back; one opened later takes it by itself."""
    await browser.sign_up(town.phone(), "Ada")
    await browser.page.evaluate(INSTALLED)
    line.altered["/"] = lambda html: html.replace(b"<html", b'<html data-build="next"', 1)
    line.altered["/sw.js"] = lambda script: VERSION.sub(b'"' + b"f" * 16 + b'"', script)
    line.break_once()
    newer = browser.chats.get_by_role("status").get_by_role("button", name="Reload")
    await newer.click(timeout=FOUND_AGAIN_MS)
    await expect(browser.page.locator("html")).to_have_attribute("data-build", "next")
    await browser.chats.wait_for()

    line.altered.clear()  # another one, and the older page does not ask
    browser.page = await browser.new_page()
    seen = browser.page.locator("html:not([data-build]), html:has(.newer-bar)")
    await expect(seen).to_have_count(1, timeout=FOUND_AGAIN_MS)
    await browser.page.close()
    browser.page = await browser.new_page()
    await expect(browser.page.locator("html")).not_to_have_attribute("data-build", "next")
    await browser.chats.wait_for()


@pytest.mark.long
async def test_a_page_newer_than_its_server_says_so(town: Town, line: Line) -> None:
    """A method that the server does not know is refused in one sentence, and the rest goes on."""
    manifest = json.loads(await asyncio.to_thread(fetched, line, "manifest.json"))
    (worker,) = (path for path in manifest["files"] if path.startswith("/assets/worker-"))
    line.altered[worker] = lambda script: script.replace(PIN, UNKNOWN)
    async with Browser(line) as browser:
        bob, ada = await acquainted(town, browser)
        await browser.chats.get_by_role("button", name="Bob Journey").click(button="right")
        await browser.page.get_by_role("menuitem", name="Pin", exact=True).click()
        await expect(browser.page.get_by_text("This page is newer than its server")).to_be_visible()
        await browser.write("and on")
        await agreed(browser, bob, ada, ["first", "and on"])


async def test_what_other_apps_share_is_sent_where_one_says(town: Town, browser: Browser) -> None:
    """The browser hands over words and a file; the person chooses a chat, looks, and sends."""
    bob, _ = await acquainted(town, browser)
    await browser.page.evaluate(INSTALLED)
    await browser.page.evaluate(SHARE)
    browser.page = await browser.new_page()
    picker = browser.page.get_by_role("dialog", name="Share with")
    await picker.get_by_role("button", name="Bob Journey").click()
    await browser.page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    heard = await bob.hear_text("look at this")
    assert heard["kind"] == "document"


@pytest.mark.long
async def test_links_that_lead_nowhere_say_so(town: Town, browser: Browser) -> None:
    """Wrong, used up, revoked: one sentence each, and the chats are there."""
    bob = await town.person("telethon", "Bob")
    carl = await town.person("telethon", "Carl")
    hall = (await bob.do("create_channel", title="Hall", broadcast=False))["id"]
    news = (await bob.do("create_channel", title="News", broadcast=True))["id"]
    used = (await bob.do("invite_link", to=hall, limit=1))["link"]
    await carl.do("join_link", link=used)
    revoked = (await bob.do("invite_link", to=news, limit=7))["link"]
    await bob.do("revoke_link", to=news, link=revoked)
    await browser.sign_up(town.phone(), "Ada")
    for path, sentence in (
        (used.split("/", 3)[3], "expired, was used up or was revoked"),
        (revoked.split("/", 3)[3], "expired, was used up or was revoked"),
        ("+" + "x" * 16, "There is no such invitation on this server."),
        ("addlist/" + "x" * 16, "The folder is no longer shared by this link."),
        ("nobody_is_called_so", "Nobody on this server has that name."),
        ("c/123456789/1", "It leads into a private chat that you are not in."),
    ):
        page = await browser.new_page(path)
        await expect(page.get_by_role("dialog").get_by_text(sentence)).to_be_visible()
        await page.close()
