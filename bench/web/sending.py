"""From one browser to the other: a message is typed, sent, and painted; with the way it takes."""

import asyncio
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from .calibration import ping_ms
from .devtools import Session
from .rows import Row, ms_row
from .stage import Host, Watched

PROBE: Final = Path(__file__).with_name("probe.js")
MESSAGES: Final = 40
LOOKS_AT_CLOCK: Final = 25
REST_S: Final = 0.5  # between two messages, so that both browsers and the server are at rest
P50_MS_MAX: Final = 120
WAY: Final = (
    "key → page asks its worker",
    "worker: encrypt, to the socket",
    "server: in, kept, out to the other",
    "worker: decrypt, look, tell the page",
    "from worker to page",
    "page: apply, draw",
    "until the frame is painted",
)
Noted = list[tuple[str, str, float]]


async def behind_ms(session: Session) -> float:
    """Return how far the clock there is behind ours, by the quickest of some questions.

    Browsers read the time of day when they start, and then count: two may differ by more than is measured.
    """
    quickest, behind = float("inf"), 0.0
    for _ in range(LOOKS_AT_CLOCK):
        began = time.perf_counter()
        there = float(await session.value("performance.timeOrigin + performance.now()"))
        took = time.perf_counter() - began
        if took < quickest:
            quickest, behind = took, (began + took / 2) * 1000 - there
    return behind


class Listener:
    """What is noted in a page and in its worker, by our clock."""

    def __init__(self, person: Watched) -> None:
        self._sessions = (person.page, person.worker)
        self._behind: list[float] = []

    async def set_clocks(self) -> None:
        """Compare their clocks with ours."""
        self._behind = [await behind_ms(session) for session in self._sessions]

    async def notes(self) -> tuple[Noted, Noted]:
        """Return what was noted since the last time."""
        found = []
        for session, behind in zip(self._sessions, self._behind, strict=True):
            noted = await session.value("globalThis.benchLog.splice(0)")
            found.append([(what, about, at + behind) for what, about, at in noted])
        return found[0], found[1]


def first(noted: Noted, what: str, about: str = "", after: float = 0.0) -> float:
    """Return when something was noted first, after a moment.

    Raises:
        StopIteration: it was not.
    """
    return next(at for name, of, at in noted if name == what and about in of and at >= after)


def way(ada: tuple[Noted, Noted], bob: tuple[Noted, Noted]) -> list[float]:
    """Return the moments a message passed, from the key to the picture."""
    key = first(ada[0], "key")
    asked = first(ada[0], "post", "messages.sendMessage", key)
    out = first(ada[1], "out", after=asked)
    told = first(bob[1], "post", "updateNewMessage", out)
    came = max(at for name, _, at in bob[1] if name == "in" and out <= at <= told)
    got = first(bob[0], "got", "updateNewMessage", told)
    drawn = first(bob[0], "drawn", after=got)
    return [key, asked, out, came, told, got, drawn, first(bob[0], "painted", after=drawn)]


async def met(ada: Watched, bob: Watched) -> None:
    """Sign two people up and open their conversation in both browsers."""
    await ada.browser.sign_up(ada.phone, "Ada")
    await bob.browser.sign_up(bob.phone, "Bob")
    for name, person in (("ada", ada), ("bob", bob)):
        await person.page.value(named(f"bench_{name}"))
    await ada.browser.find("bench_bob")
    await ada.browser.write("hello")
    await bob.browser.open_chat("Ada")
    await bob.browser.sees("hello")


def named(username: str) -> str:
    """Return the script by which somebody takes a public name."""
    call = f"{{ _: 'account.updateUsername', username: '{username}' }}"
    return f"globalThis.chappe['source/api.ts#call']({call}).then(() => 1)"


async def sent(host: Host) -> list[Row]:
    """Send at rest; the list of chats and the conversation are open on both sides."""
    probe = PROBE.read_text("utf-8")
    async with Watched(host, probe) as ada, Watched(host, probe) as bob:
        await met(ada, bob)
        ways: list[list[float]] = []
        by_ada, by_bob = Listener(ada), Listener(bob)
        for number in range(MESSAGES):
            await asyncio.sleep(REST_S)
            text = f"number {number}."
            await ada.browser.field.fill(text)
            await asyncio.sleep(REST_S)
            for listener in (by_ada, by_bob):
                await listener.set_clocks()
                await listener.notes()
            await asyncio.sleep(REST_S)
            painted = asyncio.ensure_future(bob.page.value(f"benchAwait({text!r})"))
            await ada.browser.field.press("Enter")
            await painted
            ways.append(way(await by_ada.notes(), await by_bob.notes()))
    return told(ways, await ping_ms(host.port))


def told(ways: list[list[float]], ping: float) -> list[Row]:
    """Return the lines of messages and the parts of their way."""
    whole = [moments[-1] - moments[0] for moments in ways]
    parts = [median(moments[at + 1] - moments[at] for moments in ways) for at in range(len(WAY))]
    return [
        ms_row("sent in one browser → painted in the other, p50", median(whole), P50_MS_MAX),
        ms_row("… p90", quantiles(whole, n=10)[-1]),
        *(ms_row(f"… {name}", part) for name, part in zip(WAY, parts, strict=True)),
        ms_row("(a ping of a bare WebSocket, there and back, at rest)", ping),
    ]
