"""The queue of push messages: one at a time for each browser, tried again within bounds, kept in memory.

What comes while a message is under way, or too soon after one, becomes part of the next. A restart forgets
what waits: whoever was to be told finds it when they open a page, or is told of what comes then.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple, Protocol

from chappe.core import Clock
from chappe.ports import PushOutcome, PushResult
from chappe.updates import Notification, Observer, report

from .rules import FAILURES_MAX, gap_after, together, wait_after

AT_ONCE_MAX: Final = 64  # push messages under way
AT_ONCE_OF_ONE_MAX: Final = 2  # of them for one person: whose browsers are slow waits alone
BROWSERS_MAX: Final = 20_000  # browsers for which something waits or was sent lately, no others


class Browser(NamedTuple):
    """A browser that is told something: whose it is, and the key of its session."""

    user: int
    key_id: int


# tries once to have a browser told; None if there is nothing to tell any more, or nobody to be told
Attempt = Callable[[Browser, tuple[Notification, ...]], Awaitable[PushResult | None]]


class PushObserver(Observer, Protocol):
    """Counts what came of push messages, and hears of bugs."""

    def pushed(self, outcome: str) -> None:
        """One had this outcome."""
        ...


class _Waiting:
    """What waits for one browser, and since when it may be told."""

    __slots__ = ("busy", "due", "failures", "queued", "wanted")

    def __init__(self) -> None:
        self.wanted: tuple[Notification, ...] = ()
        self.due = 0.0  # seconds, monotonic: it is left alone before
        self.failures = 0  # in a row
        self.busy = False  # a message is under way
        self.queued = False  # it stands in line


class PushQueue:
    """See above. `tick` has to be called now and then: it takes up what was to be left alone for a while."""

    def __init__(self, clock: Clock, attempt: Attempt, observer: PushObserver) -> None:
        self._clock = clock
        self._attempt = attempt
        self._observer = observer
        self._browsers: dict[Browser, _Waiting] = {}
        self._line: deque[Browser] = deque()
        self._of_user: Counter[int] = Counter()  # messages under way
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, browser: Browser, notification: Notification, hold_s: float = 0.0) -> None:
        """Have a browser told that something came, as soon as that may be; not before so many seconds passed.

        What waits already is not held for longer by that.
        """
        waiting = self._browsers.get(browser)
        if waiting is None:
            if len(self._browsers) >= BROWSERS_MAX:
                self._observer.pushed("dropped")
                return
            waiting = self._browsers[browser] = _Waiting()
        if not waiting.wanted:
            waiting.due = max(waiting.due, self._clock.monotonic() + hold_s)
        waiting.wanted = together(waiting.wanted, (notification,))
        self._line_up(browser, waiting)
        self._fill()

    def _line_up(self, browser: Browser, waiting: _Waiting) -> None:
        """Put a browser in line if it is to be told something now."""
        ready = waiting.wanted and not waiting.busy and waiting.due <= self._clock.monotonic()
        if ready and not waiting.queued:
            waiting.queued = True
            self._line.append(browser)

    def _fill(self) -> None:
        """Begin with those who stand in line, as many as may be under way."""
        for _ in range(len(self._line)):
            if len(self._tasks) >= AT_ONCE_MAX:
                return
            browser = self._line.popleft()
            if self._of_user[browser.user] >= AT_ONCE_OF_ONE_MAX:
                self._line.append(browser)
                continue
            waiting = self._browsers[browser]
            waiting.queued, waiting.busy = False, True
            self._of_user[browser.user] += 1
            task = asyncio.get_running_loop().create_task(self._send(browser, waiting))
            self._tasks.add(task)

    async def _send(self, browser: Browser, waiting: _Waiting) -> None:
        """Try once, and know when to try again."""
        wanted, waiting.wanted = waiting.wanted, ()
        result, began = None, self._clock.monotonic()
        try:
            result = await self._attempt(browser, wanted)
        except Exception as error:  # noqa: BLE001  our bug or the store's; the others go on
            report(self._observer.bug, "push", error)
        finally:
            waiting.busy = False
            self._tasks -= {asyncio.current_task()}
            self._of_user[browser.user] -= 1
            if not self._of_user[browser.user]:
                del self._of_user[browser.user]
        if result is not None:
            self._settle(waiting, wanted, result, self._clock.monotonic() - began)
        self._line_up(browser, waiting)
        self._fill()

    def _settle(
        self,
        waiting: _Waiting,
        wanted: tuple[Notification, ...],
        result: PushResult,
        took_s: float,
    ) -> None:
        now = self._clock.monotonic()
        if result.outcome is PushOutcome.TAKEN or result.outcome is PushOutcome.GONE:
            waiting.failures, waiting.due = 0, max(waiting.due, now + gap_after(took_s))
            return
        waiting.failures += 1
        waiting.due = max(waiting.due, now + wait_after(waiting.failures, result.after_s))
        if result.outcome is PushOutcome.LATER and waiting.failures <= FAILURES_MAX:
            waiting.wanted = together(wanted, waiting.wanted)
        else:
            self._observer.pushed("given up")

    def tick(self) -> None:
        """Take up what may be told now, and forget whom nothing is known of any more."""
        now = self._clock.monotonic()
        for browser, waiting in tuple(self._browsers.items()):
            if waiting.wanted:
                self._line_up(browser, waiting)
            elif not waiting.busy and waiting.due <= now:
                del self._browsers[browser]
        self._fill()

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Send no more, and give up what is under way."""
        self._line.clear()
        self._browsers.clear()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
