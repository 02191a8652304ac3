"""getUpdates: a bot's program waits for its updates (core.telegram.org/bots/api#getupdates)."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import msgspec

from .caller import Caller
from .failures import Failure
from .params import Params
from .parts import HandedUpdates, Updates
from .shown.updates import show_updates

LIMIT_MAX: Final = 100  # updates at once
TIMEOUT_S_MAX: Final = 50  # seconds a poll waits at most
AGAIN_S: Final = 3.0  # seconds in which the same poll again waits as long
HASTY_S: Final = 0.5  # seconds in which the same poll again gets one update
GATHER_S: Final = 0.001  # seconds more are waited for once something came
ANSWER_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes of one answer
BOTS_REMEMBERED_MAX: Final = 10_000  # bots of which the last poll is remembered
RIVAL: Final = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


class GetUpdates(Params, frozen=True):
    """See the Bot API."""

    offset: int = 0
    limit: int = 100
    timeout: int = 0
    allowed_updates: list[str] | None = None


class _Asked(NamedTuple):
    """The last poll of a bot."""

    offset: int
    at: float


class Polls:
    """The polls that are open on one server: of each bot one."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self._open: dict[int, asyncio.Future[str]] = {}
        self._asked: dict[int, _Asked] = {}

    def end(self, bot: int, why: str = RIVAL) -> None:
        """End the poll of a bot that is open; it is told why."""
        ended = self._open.pop(bot, None)
        if ended is not None and not ended.done():
            ended.set_result(why)

    async def get(self, caller: Caller, given: GetUpdates) -> list[msgspec.Raw]:
        """Return updates that wait, or those that come within the timeout, each as JSON.

        Raises:
            Failure: another poll of this bot ended this one.
        """
        bot = caller.bot
        self.end(bot)
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[str] = loop.create_future()
        self._open[bot] = ended
        limit = min(max(given.limit, 1), LIMIT_MAX)
        timeout: float = min(max(given.timeout, 0), TIMEOUT_S_MAX)
        last, now = self._asked.get(bot), loop.time()
        if last is not None and last.offset == given.offset:
            if now < last.at + AGAIN_S:
                timeout = max(timeout, AGAIN_S)
            if now < last.at + HASTY_S:
                limit = 1
        self._remember(bot, _Asked(given.offset, now))
        await self._updates.note_use(bot, given.allowed_updates)
        try:
            handed = await self._wait(bot, given.offset, limit, now + timeout, ended)
        finally:
            if self._open.get(bot) is ended:
                del self._open[bot]
        shown = await show_updates(caller, handed) if handed.updates else []
        return _bounded(shown)

    def _remember(self, bot: int, asked: _Asked) -> None:
        self._asked.pop(bot, None)
        self._asked[bot] = asked
        if len(self._asked) > BOTS_REMEMBERED_MAX:
            del self._asked[next(iter(self._asked))]

    async def _wait(
        self, bot: int, offset: int, limit: int, until: float, ended: asyncio.Future[str]
    ) -> HandedUpdates:
        loop = asyncio.get_running_loop()
        take = self._updates.take
        handed = await take(bot, offset, limit)
        if handed.updates:
            return handed
        with self._updates.listen(bot) as told:
            while True:
                handed = await take(bot, offset, limit, settled=True)
                left = until - loop.time()
                if handed.updates or left <= 0:
                    return handed
                await _either(told, ended, left)
                if ended.done():
                    raise Failure(HTTPStatus.CONFLICT, ended.result())
                if told.is_set():
                    told.clear()
                    await asyncio.sleep(GATHER_S)


async def _either(told: asyncio.Event, ended: asyncio.Future[str], seconds: float) -> None:
    """Wait for news, for the end of the poll, or for the end of its time."""
    news = asyncio.ensure_future(told.wait())
    try:
        await asyncio.wait((news, ended), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        news.cancel()


def _bounded(shown: Sequence[Any]) -> list[msgspec.Raw]:
    """Return as many updates as one answer holds, as JSON; the rest comes with the next."""
    size = 0
    fitting: list[msgspec.Raw] = []
    for one in shown:
        written = msgspec.json.encode(one)
        size += len(written)
        if fitting and size > ANSWER_BYTES_MAX:
            break
        fitting.append(msgspec.Raw(written))
    return fitting
