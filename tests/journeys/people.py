"""People and their devices: each device is a driver process running one unmodified client library."""

import asyncio
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .server import RealServer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENTS = ROOT / ".journeys"
ANSWER_S_MAX = 40.0  # seconds a request may take; libraries retry on their own
EVENT_S_MAX = 15.0  # seconds until something sent must have arrived

# Telethon, GramJS and mtcute drop the leading zeros of one key in 256 and then find its hash wrong
SHORT_KEY = r"new nonce hash|invalid nonce hash"
# GramJS says first that an attempt failed, then why, then where in its own code
FAILED_ATTEMPT = r"connection failed attempt: \d"
TRACE = r"^at "

# what libraries say at the warning level without anything being wrong
BENIGN = (
    # what Telethon says before it makes another key
    r"Attempt \d at new auth_key failed",
    # this interpreter's own words about the libraries' code
    r"DeprecationWarning|ExperimentalWarning|node --trace|punycode",
    # GramJS says at the warning level that it does what it was told
    r"warn Disconnecting",
    # mtcute forgets a ping under way when a call begins, and then wonders at its pong
    r"received pong to unknown ping",
    # TDLib takes links of Telegram's hosts only: it means to know another, and keeps that with a slash
    r"Unsupported invite link http://localhost:",
    # TDLib reads a channel's difference while its own message is under way: it hears of a later one first
    r"Attach server message .* from updateNewChannelMessage with an awaited message",
    # Telethon knows another kind of proxy that it has no library for; that of a link is its own
    r"proxy argument will be ignored",
    # Pyrogram without its optional C extension; each start says so
    r"TgCrypto",
)


def at_telegrams_host(link: str) -> str:
    """Return a link of the server as apps take it that know Telegram's hosts only: the path is the same."""
    return "https://t.me" + urlsplit(link).path


@dataclass(frozen=True)
class Library:
    """A client library and how it is run."""

    name: str
    command: tuple[str, ...]
    layer: int
    options: tuple[str, ...] = ()
    catches_up: bool = True  # whether it asks for what it missed
    hands_on_all: bool = True  # also updates it has no class for: who has read, who is typing
    id_shift: int = 0  # bits its message ids are shifted to the left


def _python(environment: str, driver: str) -> tuple[str, ...]:
    return (str(ENVIRONMENTS / environment / "bin/python"), str(HERE / "drivers" / driver))


def _node(driver: str) -> tuple[str, ...]:
    return ("node", str(HERE / "drivers" / driver))


LIBRARIES = {
    x.name: x
    for x in (
        Library("telethon", _python("telethon", "telethon_driver.py"), 229),
        Library("telethon140", _python("telethon140", "telethon_driver.py"), 201),
        Library("kurigram", _python("kurigram", "pyrogram_driver.py"), 229),
        Library("pyrogram", _python("pyrogram", "pyrogram_driver.py"), 158, (), catches_up=False),
        Library(
            "hydrogram",
            _python("hydrogram", "hydrogram_driver.py"),
            181,
            (),
            catches_up=False,
            hands_on_all=False,
        ),
        Library("tdlib", _python("tdlib", "tdlib_driver.py"), 229, id_shift=20),
        Library("tdlib-newest", _python("tdlib_newest", "tdlib_driver.py"), 232, id_shift=20),
        Library("mtcute", _node("mtcute_driver.mjs"), 227),
        Library("mtcute-pfs", _node("mtcute_driver.mjs"), 227, ("--pfs",)),
        Library(
            "gramjs-ws", _node("gramjs_driver.mjs"), 198, ("--transport", "ws"), catches_up=False
        ),
        Library("gramjs", _node("gramjs_driver.mjs"), 198, (), catches_up=False),
    )
}


def complaints(said: list[str]) -> list[str]:
    """Return the lines of a library's log that say something is wrong."""
    left: list[str] = []
    excused = False  # whether what follows is the trace of an excused failure
    for text in said:
        if re.search(SHORT_KEY, text):
            excused = True
            if left and re.search(FAILED_ATTEMPT, left[-1]):
                left.pop()
            continue
        excused = excused and bool(re.search(TRACE, text))
        if text and not excused and not any(re.search(pattern, text) for pattern in BENIGN):
            left.append(text)
    return left


class RefusedError(Exception):
    """The library answered with an error."""


class Device:
    """One device: a running driver."""

    def __init__(
        self, library: Library, server: RealServer, session: Path, lib: str, proxy: str = ""
    ) -> None:
        """With a `proxy`, a link, it comes by that."""
        self.proxy = proxy
        self.library = library
        self.server = server
        self.session = session
        self._lib = lib
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self.events: list[dict[str, Any]] = []
        self._came = asyncio.Event()
        self.complaints: list[str] = []
        self.user = 0
        self.phone = ""
        self.is_here = False  # signed in and connected

    async def open(self) -> "Device":
        """Start the driver."""
        lib = ("--lib", self._lib) if self._lib else ()
        self._child = await asyncio.create_subprocess_exec(
            *self.library.command,
            "--host",
            self.server.host,
            "--port",
            str(self.server.port),
            "--pem",
            str(self.server.pem),
            "--session",
            str(self.session),
            *self.library.options,
            *lib,
            *(("--proxy", self.proxy) if self.proxy else ()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=1 << 24,
            cwd=HERE / "drivers",
        )
        self._readers = [
            asyncio.create_task(self._read()),
            asyncio.create_task(self._read_complaints()),
        ]
        return self

    async def _read(self) -> None:
        if self._child.stdout is None:
            raise RuntimeError("no output")
        while line := await self._child.stdout.readline():
            if not line.startswith(b"{"):
                continue
            message = json.loads(line)
            if "event" in message:
                self.events.append(message)
                self._came.set()
            elif (waiting := self._waiting.pop(message["n"], None)) and not waiting.done():
                if "error" in message:
                    waiting.set_exception(RefusedError(message["error"]))
                else:
                    waiting.set_result(message["ok"])

    async def _read_complaints(self) -> None:
        if self._child.stderr is None:
            raise RuntimeError("no errors' output")
        said = []
        while line := await self._child.stderr.readline():
            said.append(line.decode(errors="replace").strip())
            self.complaints = complaints(said)

    async def do(self, act: str, **given: Any) -> Any:
        """Ask the driver to do something; return its answer."""
        number = next(self._numbers)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        if self._child.stdin is None:
            raise RuntimeError("no input")
        self._child.stdin.write(json.dumps({"n": number, "do": act, **given}).encode() + b"\n")
        await self._child.stdin.drain()
        try:
            answer = await asyncio.wait_for(waiting, ANSWER_S_MAX)
        except TimeoutError:
            said = "\n".join(self.complaints[-20:])
            raise RefusedError(f"{self.library.name} did not answer {act}\n{said}") from None
        self._note(act, answer)
        return answer

    def _note(self, act: str, answer: Any) -> None:
        """Keep in mind whether this device is signed in and connected."""
        if act in ("disconnect", "log_out"):
            self.is_here = False
        elif act in ("start", "sign_in", "sign_in_bot", "sign_up", "check_password", "qr_wait"):
            self.is_here = bool(answer.get("authorized") or answer.get("user"))

    async def sign_up(self, phone: str, first: str, *, started: bool = False) -> None:
        """Sign up, or sign in where the number is known."""
        self.phone = phone
        if not started:
            await self.do("start")
        sent = await self.do("send_code", phone=phone)
        code = self.server.code(phone)
        answer = await self.do("sign_in", phone=phone, hash=sent["hash"], code=code)
        if "sign_up" in answer:
            answer = await self.do(
                "sign_up", phone=phone, hash=sent["hash"], first=first, last="Journey"
            )
        self.user = answer["user"]

    async def hear(self, event: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for an event; return it. What came before it stays to be heard."""
        deadline = asyncio.get_running_loop().time() + EVENT_S_MAX
        while True:
            for one in self.events:
                if one["event"] == event and wanted(one):
                    self.events.remove(one)
                    return one
            self._came.clear()
            left = deadline - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self._came.wait(), max(left, 0.001))
            except TimeoutError:
                raise AssertionError(
                    f"{self.library.name} did not hear {event}; it heard {self.events}"
                ) from None

    async def hear_text(self, text: str) -> dict[str, Any]:
        """Wait for a message with this text."""
        return await self.hear("message", lambda e: e["text"] == text)

    async def close(self) -> None:
        """End the driver."""
        if self._child.returncode is None:
            try:
                await asyncio.wait_for(self.do("quit"), 5)
                await asyncio.wait_for(self._child.wait(), 5)
            except (TimeoutError, RefusedError, ConnectionError, BrokenPipeError):
                self._child.kill()
                await self._child.wait()
        for reader in self._readers:
            reader.cancel()
