"""The web client in Debian's Chromium, used by what stands on the page and is read out."""

import asyncio
import io
import re
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Literal, Protocol, Self
from urllib.parse import urlsplit

import zxingcpp
from PIL import Image
from playwright.async_api import (
    ConsoleMessage,
    Locator,
    Page,
    Request,
    async_playwright,
    expect,
)

from .system import debian

SEEN_S = 20.0  # seconds until what was done must be seen
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # tests run as root, where its sandbox does not start
    "--use-fake-device-for-media-stream",  # a microphone that beeps
)
READ_OUT = ("--force-renderer-accessibility",)  # tells screen readers what is on its pages
# what a browser says of itself at the warning level
BENIGN = (
    r"GPU stall|WebGL|swiftshader",
    # while a server starts again
    r"net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|SOCKET_NOT_CONNECTED|NETWORK_CHANGED|INTERNET_DISCONNECTED)",
    r"WebSocket connection to .* failed",
)
expect.set_options(timeout=SEEN_S * 1000)

Scheme = Literal["light", "dark"]


class Served(Protocol):
    """A server, as far as a browser needs to know it."""

    port: int

    def code(self, phone: str) -> str:
        """Return the newest login code sent to a number."""
        ...


class Browser:
    """One browser with a profile of its own, and a page of the client in it."""

    def __init__(
        self,
        server: Served,
        *,
        locale: str = "en-GB",
        scheme: Scheme = "light",
        size: tuple[int, int] = (1280, 800),
        touch: bool = False,
        port: int = 0,  # of what leads to the server; 0: its own
        profile: Path | None = None,
        desktop: dict[str, str] | None = None,
    ) -> None:
        """`profile`: a directory with settings of the browser. `desktop`: the environment of a screen.

        On such a screen it opens its window, and tells a screen reader what is in it.
        """
        self._profile = profile
        self._desktop = desktop
        self.server = server
        self.url = f"http://localhost:{port or server.port}/"
        self._options: dict[str, Any] = {
            "locale": locale,
            "color_scheme": scheme,
            "viewport": {"width": size[0], "height": size[1]},
            "has_touch": touch,
            "reduced_motion": "reduce",
            "permissions": ["clipboard-read", "clipboard-write", "microphone"],
        }
        self._stack = AsyncExitStack()
        self.said: list[str] = []  # warnings and errors of the page
        self.requests: list[str] = []
        self.phone = ""
        self.flags: tuple[str, ...] = ()  # of the program, beside ours
        self.opens = True  # the client in a page, at once

    async def __aenter__(self) -> Self:
        debian("chromium")
        playwright = await self._stack.enter_async_context(async_playwright())
        program: dict[str, Any] = {
            "executable_path": debian("chromium"),
            "args": [*FLAGS, *self.flags],
        }
        if self._desktop is not None:
            program |= {"headless": False, "env": self._desktop, "args": [*FLAGS, *READ_OUT]}
        if self._profile is None:
            chromium = await playwright.chromium.launch(**program)
            self._stack.push_async_callback(chromium.close)
            self.context = await chromium.new_context(**self._options)
        else:
            self.context = await playwright.chromium.launch_persistent_context(
                self._profile, **program, **self._options
            )
            self._stack.push_async_callback(self.context.close)
        self.context.on("request", self._requested)
        if self.opens:
            self.page = await self.new_page()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._stack.aclose()

    async def new_page(self, path: str = "") -> Page:
        """Open the client in a further tab of the same profile."""
        page = await self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.said.append(f"error {error}"))
        await page.goto(self.url + path)
        return page

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("warning", "error") and not re.search("|".join(BENIGN), message.text):
            self.said.append(f"{message.type} {message.text}")

    @property
    def elsewhere(self) -> list[str]:
        """Requests that left the server."""
        return away_from(self.url, self.requests)

    # -- logging in ----------------------------------------------------------------------------

    async def sign_up(self, phone: str, first: str) -> None:
        """Sign up by a number and its code."""
        await self.log_in(phone)
        await self.page.get_by_label("First name").fill(first)
        await self.press("Start chatting")
        await self.chats.wait_for()

    async def log_in(self, phone: str) -> None:
        """Give a number and the code that comes."""
        self.phone = phone
        await self.page.get_by_label("Phone number or e-mail address").fill(phone)
        await self.press("Next")
        field = self.page.get_by_label("Code", exact=True)
        await field.wait_for()
        await field.fill(self.server.code(phone))
        await self.press("Log in")

    # -- looking -------------------------------------------------------------------------------

    @property
    def chats(self) -> Locator:
        """The list of chats."""
        return self.page.get_by_role("navigation", name="Chats")

    @property
    def history(self) -> Locator:
        """The messages of the open chat."""
        return self.page.get_by_role("log")

    @property
    def field(self) -> Locator:
        """Where a message is written."""
        return self.page.get_by_role("textbox", name="Message to")

    def message(self, text: str) -> Locator:
        """A message of the open chat by what it says."""
        words = re.escape(text).replace("/", "[/]")  # a bare one would end the selector
        said = re.compile(rf": {words}, \d")  # as it is read out: who, what, when
        return self.history.get_by_role("article", name=said)

    async def sees(self, text: str) -> Locator:
        """Wait until the open chat shows a message once."""
        found = self.message(text)
        await expect(found).to_have_count(1)
        return found

    async def texts(self) -> list[str]:
        """Return the words of the messages that are shown, the oldest first."""
        return await self.history.locator(".text").all_inner_texts()

    async def eventually(self, what: Callable[[], Any], wanted: object) -> None:
        """Wait until something is as wanted."""
        deadline = asyncio.get_running_loop().time() + SEEN_S
        while (found := await what()) != wanted:
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{found!r} is not {wanted!r}")
            await asyncio.sleep(0.05)

    async def forgets(self) -> None:
        """Clear the data of this site, as the settings of browsers do, and open it anew."""
        for page in self.context.pages:  # what is in use would stay
            await (page.goto("about:blank") if page is self.page else page.close())
        devtools = await self.context.new_cdp_session(self.page)
        everything = {"origin": self.url.rstrip("/"), "storageTypes": "all"}
        async with asyncio.timeout(SEEN_S):
            await devtools.send("Storage.clearDataForOrigin", everything)
        await self.page.close()
        self.page = await self.new_page()

    async def picture(self, path: Path) -> None:
        """Keep what is seen."""
        await self.page.screenshot(path=path)

    # -- doing ---------------------------------------------------------------------------------

    async def press(self, name: str) -> None:
        """Press the button of this name."""
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def open_chat(self, name: str) -> None:
        """Open a chat of the list by its name."""
        await self.chats.get_by_role("button", name=name).first.click()
        await self.history.wait_for()

    async def find(self, username: str) -> None:
        """Look for somebody by their public name and open the chat with them."""
        await self.chats.get_by_role("searchbox").fill(f"@{username}")
        await self.chats.get_by_role("button", name=f"@{username}").first.click()
        await self.history.wait_for()

    async def write(self, text: str) -> None:
        """Write a message and send it by the key for it."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def choose(self, text: str, item: str) -> None:
        """Open the menu of a message and choose something."""
        await self.message(text).click(button="right")
        await self.page.get_by_role("menuitem", name=item, exact=True).click()

    async def attach(self, what: Literal["Photo or video", "File"], *paths: Path) -> Locator:
        """Choose files to send; return the dialog in which they are sent."""
        await self.press("Attach a file")
        async with self.page.expect_file_chooser() as chooser:
            await self.page.get_by_role("menuitem", name=what, exact=True).click()
        await (await chooser.value).set_files([*paths])
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Send", exact=True).wait_for()
        return dialog

    async def saved(self, button: Locator) -> bytes:
        """Press what saves a file; return what came onto the disk."""
        async with self.page.expect_download() as download:
            await button.click()
        return await asyncio.to_thread(Path(await (await download.value).path()).read_bytes)

    async def drop(self, on: Locator, *paths: Path) -> None:
        """Drag files from the desktop over the open chat, and let them fall where that is offered."""
        session = await self.context.new_cdp_session(self.page)
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}

        async def drag(how: str, over: Locator) -> None:
            box = await over.bounding_box()
            if box is None:
                raise AssertionError("nothing to drop on")
            at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
            await session.send("Input.dispatchDragEvent", {"type": how, "data": data, **at})

        await drag("dragEnter", self.history)
        await drag("dragOver", self.history)
        await on.wait_for()
        for how in ("dragOver", "drop"):
            await drag(how, on)
        await session.detach()

    async def settings(self, *panels: str) -> None:
        """Open a panel of the settings by the names on the way there."""
        await self.press("Menu")
        await self.page.get_by_role("menuitem", name="Settings", exact=True).click()
        for panel in panels:
            await self.page.get_by_role("button", name=panel).last.click()
            await self.page.get_by_role("heading", name=panel, exact=True, level=2).wait_for()

    async def log_out(self) -> None:
        """Log out by the settings, from wherever in them one is."""
        panels = self.page.locator(".pane-left > .pane-over")
        while open_ones := await panels.count():
            await panels.last.get_by_role("button", name="Back", exact=True).click()
            await expect(panels).to_have_count(open_ones - 1)
        await self.settings()
        await self.page.get_by_role("button", name="Log out").click()
        await self.page.get_by_role("dialog").get_by_role("button", name="Log out").click()

    async def scanned(self) -> str:
        """Return what the QR code on the page says, as a camera would read it."""
        code = self.page.get_by_role("img", name="A QR code that logs this browser in")
        await code.wait_for()
        return await asyncio.to_thread(read_qr, await code.screenshot())


def away_from(home: str, requests: list[str]) -> list[str]:
    """Return those addresses that are not of a server."""
    inside = ("blob:", "data:")
    return [
        url
        for url in requests
        if not url.startswith(inside) and urlsplit(url).netloc != urlsplit(home).netloc
    ]


def read_qr(picture: bytes) -> str:
    """Return the text of a QR code."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return str(found.text)
