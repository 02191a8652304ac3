"""The web client in Debian's Firefox, over WebDriver BiDi, which Firefox speaks by itself.

https://www.w3.org/TR/webdriver-bidi/
"""

import asyncio
import itertools
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self, TypeVar

import aiohttp

from .browser import SEEN_S, away_from
from .server import RealServer
from .system import debian

LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
LOOK_S = 0.05  # seconds between two looks at the page
ENTER = "\ue006"  # keys of WebDriver: https://www.w3.org/TR/webdriver2/#keyboard-actions
WORDS = "document.body.innerText"
Handle = dict[str, str]  # a node of the page, as the protocol names it
T = TypeVar("T")


class Firefox:
    """One Firefox with a profile of its own, and a page of the client in it."""

    def __init__(self, server: RealServer, profile: Path) -> None:
        self.server = server
        self.url = f"http://localhost:{server.port}/"
        self.said: list[str] = []  # warnings and errors of the page
        self.requests: list[str] = []
        self._profile = profile
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def __aenter__(self) -> Self:
        self._profile.mkdir()
        self._process = await asyncio.create_subprocess_exec(
            debian("firefox-esr"),
            *("--headless", "--no-remote", "--remote-debugging-port", "0"),
            *("--profile", str(self._profile), "--width", "1280", "--height", "900"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        address = await asyncio.wait_for(self._address(), 60)
        self._reader = asyncio.create_task(self._drain())
        self._http = aiohttp.ClientSession()
        self._socket = await self._http.ws_connect(address + "/session", max_msg_size=0)
        self._listener = asyncio.create_task(self._listen())
        await self.ask("session.new", capabilities={})
        events = ["log.entryAdded", "network.beforeRequestSent"]
        await self.ask("session.subscribe", events=events)
        # a tab of its own has the focus, which is with the address at first
        self._page: str = (await self.ask("browsingContext.create", type="tab"))["context"]
        await self.go()
        return self

    async def __aexit__(self, *failure: object) -> None:
        try:
            await self.ask("browser.close")
            await asyncio.wait_for(self._process.wait(), SEEN_S)
        finally:
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()
            await self._http.close()
            await asyncio.gather(self._listener, self._reader)

    # -- the protocol --------------------------------------------------------------------------

    async def _address(self) -> str:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            if found := LISTENS.search(line.decode()):
                return found[1]
        raise RuntimeError("Firefox did not start")

    async def _drain(self) -> None:
        assert self._process.stderr is not None
        await self._process.stderr.read()

    async def _listen(self) -> None:
        async for message in self._socket:
            told = message.json()
            if told["type"] == "event":
                self._hear(told["method"], told["params"])
            elif waiting := self._waiting.pop(told.get("id"), None):
                waiting.set_result(told)

    def _hear(self, event: str, told: dict[str, Any]) -> None:
        if event == "log.entryAdded" and told["level"] in ("warn", "error"):
            self.said.append(f"{told['level']} {told['text']}")
        elif event == "network.beforeRequestSent":
            self.requests.append(told["request"]["url"])

    async def ask(self, method: str, **params: Any) -> Any:
        """Send a command and return what it brings."""
        number = next(self._ids)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        told = await asyncio.wait_for(self._waiting[number], 2 * SEEN_S)
        if told["type"] == "error":
            raise RuntimeError(f"{method}: {told['error']}: {told['message']}")
        return told["result"]

    @property
    def elsewhere(self) -> list[str]:
        """Requests that left the server."""
        return away_from(self.url, self.requests)

    # -- looking -------------------------------------------------------------------------------

    async def look(self, expression: str) -> Any:
        """Return what an expression of JavaScript, or its promise, is on the page: a plain value."""
        found = await self.ask(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then(JSON.stringify)",
            target={"context": self._page},
            awaitPromise=True,
        )
        if found["type"] != "success":
            raise RuntimeError(found["exceptionDetails"]["text"])
        return json.loads(found["result"].get("value", "null"))

    async def eventually(self, what: Callable[[], Awaitable[T]], enough: Callable[[T], bool]) -> T:
        """Look until something is as wanted; return it."""
        deadline = asyncio.get_running_loop().time() + SEEN_S
        while not enough(found := await what()):
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"still {found!r}; the page says {await self.look(WORDS)!r}")
            await asyncio.sleep(LOOK_S)
        return found

    async def sees(self, role: str, name: str) -> Handle:
        """Wait for what has this role and exactly this name to screen readers; return the last one."""
        return (
            await self._found({"type": "accessibility", "value": {"role": role, "name": name}})
        )[-1]

    async def sees_words(self, words: str) -> Handle:
        """Wait for a button that has these words in it; return the first one."""
        return (await self._found({"type": "xpath", "value": f"//button[contains(., '{words}')]"}))[
            0
        ]

    async def _found(self, locator: dict[str, Any]) -> list[Handle]:
        async def located() -> list[Handle]:
            found = await self.ask(
                "browsingContext.locateNodes", context=self._page, locator=locator
            )
            return [{"sharedId": node["sharedId"]} for node in found["nodes"]]

        return await self.eventually(located, bool)

    async def messages(self) -> list[str]:
        """Return the messages of the open chat as they are read out, the oldest first."""
        said: list[str] = await self.look(
            "[...document.querySelectorAll('[role=log] article')].map((one) => one.ariaLabel)"
        )
        return said

    async def hears(self, sentence: str) -> None:
        """Wait until a message of the open chat, as it is read out, is this one but for its time."""
        said = re.compile(re.escape(sentence) + r", \d[^,]*")

        async def found() -> int:
            return len([one for one in await self.messages() if said.fullmatch(one)])

        await self.eventually(found, lambda count: count == 1)

    # -- doing ---------------------------------------------------------------------------------

    async def go(self) -> None:
        """Open the page, or open it anew."""
        await self.ask(
            "browsingContext.navigate", context=self._page, url=self.url, wait="complete"
        )

    async def press(self, role: str, name: str, *, button: int = 0) -> None:
        """Press what has this role and name with the mouse."""
        await self._press(await self.sees(role, name), button)

    async def press_words(self, words: str) -> None:
        """Press the first button that has these words in it."""
        await self._press(await self.sees_words(words), 0)

    async def _press(self, where: Handle, button: int) -> None:
        await self.ask(
            "input.performActions",
            context=self._page,
            actions=[
                {
                    "type": "pointer",
                    "id": "mouse",
                    "actions": [
                        {
                            "type": "pointerMove",
                            "x": 0,
                            "y": 0,
                            "origin": {"type": "element", "element": where},
                        },
                        {"type": "pointerDown", "button": button},
                        {"type": "pointerUp", "button": button},
                    ],
                },
            ],
        )

    async def type(self, text: str) -> None:
        """Type on the keyboard, wherever the focus is."""
        strokes = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        await self.ask(
            "input.performActions",
            context=self._page,
            actions=[{"type": "key", "id": "keys", "actions": strokes}],
        )

    async def fill(self, name: str, text: str) -> None:
        """Write into the field of this name, and confirm it."""
        await self.press("textbox", name)
        await self.type(text + ENTER)

    async def sign_up(self, phone: str, first: str) -> None:
        """Sign up by a number and its code."""
        await self.fill("Phone number or e-mail address", phone)
        await self.sees("textbox", "Code")
        await self.fill("Code", self.server.code(phone))
        await self.fill("First name", first)
        await self.sees("navigation", "Chats")

    async def log_out(self) -> None:
        """Log out by the settings."""
        await self.press("button", "Menu")
        await self.press("menuitem", "Settings")
        await self.press("button", "Log out")
        await self.eventually(
            lambda: self.look("document.querySelector('dialog[open]') !== null"), bool
        )
        await self.press("button", "Log out")  # the last of that name: the question's
        await self.sees("textbox", "Phone number or e-mail address")
