"""The web client in Debian's WebKit, which stands for Safari, driven over WebDriver.

https://www.w3.org/TR/webdriver2/
"""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self, TypeVar

import aiohttp

from .browser import SEEN_S
from .screen import open_screen
from .server import RealServer, free_port
from .system import debian

PROGRAM = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"  # comes with the driver
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # how the protocol marks a node of the page
LOOK_S = 0.05  # seconds between two looks at the page
ENTER = "\ue007"
# where each role may be; what a node is and is called is asked of the browser
CANDIDATES = {
    "button": "button, [role=button]",
    "menuitem": "[role=menuitem]",
    "navigation": "nav",
    "searchbox": "input[type=search]",
    "textbox": "input, textarea, [contenteditable]",
    "article": "article",
    "heading": "h1, h2",
}
SEEN = """return [...document.querySelectorAll(arguments[0])].filter((one) =>
  one.checkVisibility({ checkVisibilityCSS: true }) && one.closest('[inert]') === null
  && (document.querySelector('dialog[open]')?.contains(one) ?? true))"""
PROMISED = """const done = arguments[arguments.length - 1]
Promise.resolve({}).then(done, (error) => done(String(error)))"""
# reduced motion: where no graphics card is, its films may hold up the whole page
STILL = "[Settings]\ngtk-enable-animations=0\n"
# what the page says, as the browser writes it to its output; what libraries say there is another thing
SAID = re.compile(r"^CONSOLE \S+ (?:WARN|ERROR) .*$", re.MULTILINE)
GONE = "stale element reference"
T = TypeVar("T")


class GoneError(Exception):
    """A node has left the page meanwhile."""


class WebKit:
    """One WebKit with a private window, and a page of the client in it."""

    def __init__(self, server: RealServer, directory: Path, path: str = "") -> None:
        self.server = server
        self.url = f"http://localhost:{server.port}/"
        self._path = path
        self._directory = directory

    async def __aenter__(self) -> Self:
        driver = debian("WebKitWebDriver")
        settings = self._directory / "gtk-3.0" / "settings.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text(STILL)
        self._screen, display = await asyncio.to_thread(open_screen, 1400, 1000)
        port = free_port()
        self._output = self._directory / "said"
        with self._output.open("wb") as output:
            self._driver = await asyncio.create_subprocess_exec(
                *(driver, f"--port={port}"),
                stdout=output,
                stderr=output,
                env=os.environ
                | {name: str(self._directory) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
                | {"DISPLAY": display, "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"},
            )
        self._http = aiohttp.ClientSession(
            f"http://127.0.0.1:{port}", timeout=aiohttp.ClientTimeout(2 * SEEN_S)
        )
        self._base = ""
        options = {
            "binary": PROGRAM,
            "args": ["--automation", "--enable-write-console-messages-to-stdout=true"],
        }
        await self._listens()
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        made = await self.ask("POST", "/session", capabilities=wanted)
        self._base = f"/session/{made['sessionId']}"
        await self.ask("POST", "/window/rect", width=1280, height=860)
        await self.ask("POST", "/url", url=self.url + self._path)
        await self._focus(display)
        return self

    async def __aexit__(self, *failure: object) -> None:
        try:
            await self.ask("DELETE", "")
        finally:
            await self._http.close()
            self._driver.terminate()
            await self._driver.wait()
            self._screen.terminate()
            await asyncio.to_thread(self._screen.wait)

    async def _listens(self) -> None:
        async def status() -> bool:
            try:
                await self.ask("GET", "/status")
            except aiohttp.ClientConnectionError:
                return False
            return True

        await self.eventually(status, bool)

    async def _focus(self, display: str) -> None:
        """Give the window the keyboard: on this screen there is nobody who does."""
        names = ("search", "--sync", "--onlyvisible", "--class", "MiniBrowser", "windowfocus")
        to_it = await asyncio.create_subprocess_exec(
            debian("xdotool"), *names, env=os.environ | {"DISPLAY": display}
        )
        await to_it.wait()

    # -- the protocol --------------------------------------------------------------------------

    async def ask(self, how: str, path: str, **given: Any) -> Any:
        """Send a command and return what it brings."""
        body = given if how == "POST" else None
        async with self._http.request(how, self._base + path, json=body) as answer:
            said = (await answer.json())["value"]
        if answer.status != 200:
            if said["error"] == GONE:
                raise GoneError
            raise RuntimeError(f"{path}: {said['error']}: {said['message']}")
        return said

    @property
    def said(self) -> list[str]:
        """Warnings and errors of the page."""
        return SAID.findall(self._output.read_text(errors="replace"))

    # -- looking -------------------------------------------------------------------------------

    async def look(self, expression: str) -> Any:
        """Return what an expression of JavaScript, or its promise, is on the page: a plain value."""
        script = PROMISED.format(expression)
        return await self.ask("POST", "/execute/async", script=script, args=[])

    async def eventually(self, what: Callable[[], Awaitable[T]], enough: Callable[[T], bool]) -> T:
        """Look until something is as wanted; return it."""
        deadline = asyncio.get_running_loop().time() + SEEN_S
        while not enough(found := await what()):
            if asyncio.get_running_loop().time() > deadline:
                words = await self.look("document.body.innerText")
                raise AssertionError(f"still {found!r}; the page says {words!r}")
            await asyncio.sleep(LOOK_S)
        return found

    async def sees(self, role: str, name: str) -> str:
        """Wait for what has this role, and a name with these words in it, to screen readers."""

        async def found() -> list[str]:
            try:
                nodes = await self.ask(
                    "POST", "/execute/sync", script=SEEN, args=[CANDIDATES[role]]
                )
                return [one[ELEMENT] for one in nodes if await self._is(one[ELEMENT], role, name)]
            except GoneError:
                return []

        return (await self.eventually(found, bool))[0]

    async def _is(self, node: str, role: str, name: str) -> bool:
        if name not in await self.ask("GET", f"/element/{node}/computedlabel"):
            return False
        return bool(await self.ask("GET", f"/element/{node}/computedrole") == role)

    # -- doing ---------------------------------------------------------------------------------

    async def press(self, role: str, name: str) -> None:
        """Press what has this role and name with the mouse."""
        await self.ask("POST", f"/element/{await self.sees(role, name)}/click")

    async def type(self, name: str, text: str, role: str = "textbox") -> None:
        """Type into the field of this name."""
        field = await self.sees(role, name)
        await self.ask("POST", f"/element/{field}/value", text=text)

    async def attach(self, path: Path) -> None:
        """Choose a photo to send, as the dialog of the system would."""
        (field, *_) = await self.ask(
            "POST",
            "/execute/sync",
            script="return [...document.querySelectorAll('input[type=file]')]",
            args=[],
        )
        await self.ask("POST", f"/element/{field[ELEMENT]}/value", text=str(path))

    async def violations(self, axe: str) -> list[str]:
        """Return what axe finds on the page as it is, with where."""
        await self.ask("POST", "/execute/sync", script=axe, args=[])
        found = await self.look(
            "axe.run({resultTypes: ['violations']}).then((all) => JSON.stringify(all.violations))"
        )
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in json.loads(found)]
