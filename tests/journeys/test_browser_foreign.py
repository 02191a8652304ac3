"""What comes into a browser from outside: pages that are linked to, and content that is made to do harm."""

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Locator, expect

from .browser import Browser
from .browser_groups import Groups
from .browser_people import acquainted
from .conftest import Town
from .people import Device
from .server import RealServer
from .sites import Site
from .things import image

pytestmark = pytest.mark.journey

PICTURES = os.environ.get("CHAPPE_PICTURES", "")  # a folder; empty: none are kept
SIZES = ((390, 844), (1280, 800))

MARKUP = '<img src=x onerror="hurt=1"><svg onload=hurt=1><script>hurt=1</script>'
NAME = "<b onclick=hurt=1>\u202egnp.exe\u2066"  # begins what it does not end
WORD = "w" * 4_096
EMOJI = "😀" * 2_048  # as many units as a text may have
BIDI = "\u202eevil\u2067\u202d both\u2069\u2069\u202c ways \u202e"
LINKS = ("javascript:hurt=1", "data:text/html,<script>hurt=1</script>", "vbscript:x", "file:///x")
CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # of the direction of writing
PAGE = f"""<html><head><title>{MARKUP.replace("<", "&lt;")}</title>
<meta property="og:site_name" content="&lt;i onclick=hurt=1&gt;&#8238;site">
<meta property="og:description" content="{"d" * 3_000}&#8238;{MARKUP.replace('"', "&quot;")}">
</head>"""
TOWERS = """<html><head><meta property="og:site_name" content="Tower">
<meta property="og:title" content="Lines of sight"><meta name="description" content="Arms on a roof.">
<meta property="og:image" content="/arms.png"><meta name="twitter:card" content="summary_large_image">
</head>"""
HARM = """() => {
    const found = []
    if (window.hurt !== undefined) found.push('something ran')
    const safe = /^(https?|mailto|tel|tg|blob):/
    for (const element of document.querySelectorAll('body *')) {
        const { tagName: name, attributes, src, href } = element
        for (const one of attributes) if (one.name.startsWith('on')) found.push(`${one.name} of ${name}`)
        if (['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE'].includes(name)) found.push(name)
        if (name === 'IMG' && !/^(blob:|data:image)/.test(src)) found.push(src)
        if (name === 'A' && !safe.test(href)) found.push(href)
    }
    const control = /[\\u202a-\\u202e\\u2066-\\u2069]/
    const isolates = /\\u2068[^\\u202a-\\u202e\\u2066-\\u2069]*\\u2069/g // as our own sentences have them
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
        const own = node.parentElement.closest('[dir], bdi')
        const alone = own !== null && own !== document.documentElement
        if (!alone && control.test(node.data.replace(isolates, ''))) found.push(`turned: ${node.data}`)
    }
    const page = document.documentElement
    const more = page.scrollWidth - page.clientWidth
    if (more > 0) found.push(`${more} px too wide`)
    const boxes = '.bubble, .chat-row, header, .compose, .row, .quote, .pinned-bar, .message-row'
    for (const box of document.querySelectorAll(boxes)) {
        const { left, right, width } = box.getBoundingClientRect()
        if (width > 0 && (right > innerWidth + 1 || left < -1)) found.push(`${box.className} sticks out`)
    }
    return [...new Set(found)]
}"""


def face() -> bytes:
    """Return a wide picture."""
    out = io.BytesIO()
    Image.new("RGB", (800, 400), "seagreen").save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Pages on this machine."""
    pages = {
        "/towers": ("text/html; charset=utf-8", TOWERS.encode()),
        "/evil": ("text/html; charset=utf-8", PAGE.encode()),
        "/arms.png": ("image/png", face()),
    }
    with Site(pages) as made:
        yield made


@pytest.fixture(scope="module")
def server(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server that fetches what people link to, there."""
    settings = {"PREVIEWS": "true", "PREVIEWS_ALSO": site.address}
    running = RealServer(tmp_path_factory.mktemp("foreign") / "data", settings=settings)
    running.start()
    yield running
    running.stop()
    assert running.bugs() == []


@pytest.fixture
async def town(server: RealServer, tmp_path: Path) -> AsyncIterator[Town]:
    """People of that server."""
    made = Town(server, tmp_path, {})
    yield made
    await asyncio.wait_for(made.close(), 60)


@pytest.fixture
async def browser(server: RealServer) -> AsyncIterator[Browser]:
    """A browser with the page open; afterwards nothing was said and nothing left the server."""
    async with Browser(server) as made:
        yield made
        assert made.said == []
        assert made.elsewhere == []


async def test_linked_pages_are_shown(town: Town, browser: Browser, site: Site) -> None:
    """Also those that come late; who writes sees the page beforehand, and may leave it out."""
    bob, ada = await acquainted(town, browser)
    address = f"http://{site.address}/towers"
    site.hold("/towers")
    sent = await bob.do("send", to=ada, text=f"see {address}")
    shown = await browser.sees(f"see {address}")
    page = shown.get_by_role("link", name="Lines of sight")
    await expect(page).to_have_count(0)
    site.let_go("/towers")
    await expect(page.get_by_text("Arms on a roof.")).to_be_visible()
    picture = page.locator("img").last
    await expect(picture).to_have_js_property("complete", True)  # noqa: FBT003  its value
    assert await picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 300

    async def seen(number: int) -> Any:
        return await bob.do("page_of", to=ada, id=number)

    known = {"title": "Lines of sight", "site": "Tower", "photo": True}
    await browser.eventually(lambda: seen(sent["id"]), known)
    for words, wanted in (("look at", known), ("only", None)):
        await browser.field.fill(f"{words} {address}")
        await expect(browser.page.locator(".compose").get_by_text("Lines of sight")).to_be_visible()
        if wanted is None:
            await browser.press("Send without preview")
        await browser.field.press("Enter")
        heard = await bob.hear_text(f"{words} {address}")
        await browser.eventually(lambda number=heard["id"]: seen(number), wanted)
        mine = await browser.sees(f"{words} {address}")
        await expect(mine.get_by_role("link", name="Lines of sight")).to_have_count(
            1 if wanted else 0
        )


async def harmful(bob: Device, to: int, folder: Path, site: Site) -> dict[str, int]:
    """Let somebody bring everything that may do harm into a chat."""
    sent: dict[str, int] = {}
    for text in (MARKUP, BIDI, EMOJI, WORD, f"{BIDI} {MARKUP}"):
        sent[text] = (await bob.do("send", to=to, text=text))["id"]
    for url in LINKS:
        await bob.do("send_link", to=to, text="press me", url=url)
        await bob.do("send", to=to, text=f"or {url}")
    path = folder / f"{MARKUP.replace('/', '')}\u202egnp.exe"
    path.write_bytes(b"harm")
    await bob.do("post", to=to, kind="document", path=str(path), caption=BIDI)
    photo = folder / "photo.jpg"
    photo.write_bytes(image(400, 300))
    await bob.do("post", to=to, kind="photo", path=str(photo), caption=MARKUP + WORD[:900])
    who = {"phone": "+33600000000", "first": NAME, "last": WORD}
    await bob.do("post", to=to, kind="contact", **who)
    await bob.do("post", to=to, kind="venue", lat=1.0, long=2.0, title=MARKUP, address=WORD)
    options = [MARKUP[:90], NAME, "w" * 90, "😀" * 40]
    await bob.do(
        "make_poll", to=to, question=MARKUP + BIDI, options=options, correct=None, public=True
    )
    await bob.do("send", to=to, text=f"http://{site.address}/evil")
    await bob.do("send", to=to, text="an answer", reply_to=sent[MARKUP])
    await bob.do("send", to=to, text="another", reply_to=sent[WORD])
    for text in (WORD, f"{BIDI} {MARKUP}"):
        await bob.do("set_pinned", to=to, id=sent[text], pinned=True)
    return sent


async def test_what_is_made_to_do_harm_is_only_shown(
    town: Town, browser: Browser, site: Site, tmp_path: Path
) -> None:
    """In every view, on a phone and on a desktop: nothing of it runs, leads away, turns or stretches."""
    page = browser.page
    wrong: dict[str, list[str]] = {}

    async def looked(view: str, at: Locator | None = None) -> None:
        for size in SIZES:
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            if at is not None:
                await at.scroll_into_view_if_needed()
            await page.evaluate(
                "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
            )
            if found := await page.evaluate(HARM):
                wrong[f"{view}, {size[0]}"] = found
            if PICTURES:
                await browser.picture(Path(PICTURES) / f"harm-{view}-{size[0]}.png")

    await page.add_init_script(
        "window.told = []; document.hasFocus = () => window.away !== true"
        "; localStorage.getItem('notifications') ?? localStorage.setItem('notifications', 'on')"
        "; window.Notification = class { static permission = 'granted'"
        "; constructor(title, said) { window.told.push([title, said.body]) } close() {} }"
    )
    await page.reload()
    bob = await town.person("telethon", NAME)
    phone = town.phone()
    await browser.sign_up(phone, "Ada")
    ada = (await bob.do("find_phone", phone=phone, first="Ada"))["id"]
    await bob.do("introduce", about=MARKUP[:60])
    group = (await bob.do("create_channel", title=MARKUP, broadcast=False))["id"]
    await bob.do("invite", to=group, users=[ada])
    await harmful(bob, group, tmp_path, site)
    await bob.do("send", to=ada, text=f"{BIDI}{WORD[:1000]}")
    await expect(browser.chats.locator(".chat-row")).to_have_count(2)
    await looked("chats")
    assert wrong == {}
    await look_at_chat(browser, looked)
    await look_at_panels(browser, looked)
    assert wrong == {}
    await page.evaluate("window.away = true")
    await bob.do("send", to=group, text=f"{BIDI} {WORD[:900]}")
    await browser.eventually(lambda: page.evaluate("window.told.length"), 1)
    ((title, words),) = await page.evaluate("window.told")
    assert (CONTROLS.search(title), len(words) < 200) == (None, True)
    await page.evaluate("localStorage.setItem('notifications', 'off')")
    await look_at_invitation(browser, bob, looked)
    assert wrong == {}


def evil_chat(browser: Browser) -> Locator:
    """The group whose name is markup, in the list."""
    name = browser.page.locator(".chat-name", has_text="<img src=x")
    return browser.chats.locator(".chat-row", has=name)


async def look_at_chat(browser: Browser, looked: Callable[..., Awaitable[None]]) -> None:
    """Look at its messages, and at what is done with them."""
    page = browser.page
    await evil_chat(browser).click()
    log = browser.history
    photo = log.get_by_role("button", name="Photo")
    await looked("conversation, its beginning")
    await looked("conversation, what is pressed", browser.message("press me").last)
    await looked("conversation, files", photo)
    await looked("conversation, cards", log.get_by_role("radio").first)
    await looked("conversation, the end", browser.message("another"))
    await browser.message("press me").nth(1).click()
    await photo.click()
    await page.get_by_role("dialog").get_by_role("note").wait_for()
    await looked("viewer")
    await page.keyboard.press("Escape")
    await browser.history.evaluate("box => box.scrollTo(0, 0)")
    evil = (
        browser.history.get_by_role("article")
        .filter(has=page.locator(".text", has_text="<img src=x"))
        .first
    )
    await evil.click(button="right", position={"x": 60, "y": 12})
    await page.get_by_role("menuitem", name="Reply", exact=True).click()
    await looked("an answer to it")
    await browser.write("w" * 10_000)
    await expect(browser.field).to_have_text("")
    await looked("a word of mine that is too long")
    await evil.click(button="right", position={"x": 60, "y": 12})
    await page.get_by_role("menuitem", name="Forward", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Search").wait_for()
    await looked("whom to forward to")
    await dialog.get_by_role("button", name="Saved Messages").click()
    await looked("about to be forwarded")
    await browser.field.press("Enter")
    await browser.history.get_by_text("Forwarded from").first.wait_for()
    await looked("forwarded")


async def look_at_panels(browser: Browser, looked: Callable[..., Awaitable[None]]) -> None:
    """Look at what stands beside the messages, and at what is found."""
    page, groups = browser.page, Groups(browser)
    await evil_chat(browser).click()
    await browser.press("All pinned messages")
    await groups.titled("Pinned messages")
    await looked("pinned")
    await groups.back()
    await groups.profile()
    await looked("profile of the group")
    await groups.back()
    await page.keyboard.press("Control+f")
    await groups.panel.get_by_role("searchbox").fill("img")
    await expect(groups.panel.get_by_role("status")).to_have_text(re.compile("message"))
    await looked("found in the chat")
    await groups.back()
    await browser.chats.get_by_role("searchbox").fill("img")
    await browser.chats.locator(".message-row").first.wait_for()
    await looked("found everywhere")
    await page.keyboard.press("Escape")


async def look_at_invitation(
    browser: Browser, bob: Device, looked: Callable[..., Awaitable[None]]
) -> None:
    """Follow a link into a forum of such names."""
    page, groups = browser.page, Groups(browser)
    hall = (await bob.do("create_channel", title=f"{BIDI}{MARKUP}", broadcast=False))["id"]
    await bob.do("forum", to=hall)
    for name in (MARKUP, NAME + WORD[:60]):
        await bob.do("topic", to=hall, title=name)
    link = (await bob.do("invite_link", to=hall))["link"]
    await page.goto(browser.url + link.split("/", 3)[3])
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Join").wait_for()
    await looked("invitation")
    await dialog.get_by_role("button", name="Join").click()
    await expect(groups.panel.locator(".topic-row")).to_have_count(3)
    await looked("topics")
