"""Whose turn it is to have something done that takes long: one by one, and nobody twice before another."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from chappe.tl import errors

WAITING_EACH_MAX: Final = 24  # jobs of one person that wait: two albums and a bit
WAITING_MAX: Final = 512  # jobs of all that wait
BUSY_S: Final = 10  # seconds after which who was refused may try again


class FairQueue:
    """A line for each person, served in rotation; nobody has two turns at once."""

    def __init__(self, at_once: int) -> None:
        """`at_once` people have a turn at the same time."""
        self._at_once = at_once
        self._having: set[int] = set()
        self._lines: dict[int, deque[asyncio.Future[None]]] = {}  # who is served next comes first
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._waiting

    @asynccontextmanager
    async def turn(self, user: int) -> AsyncIterator[None]:
        """Wait for somebody's turn, and have it.

        Raises:
            errors.FloodWait: too many of theirs wait, or of everybody's.
        """
        if user in self._having or len(self._having) >= self._at_once:
            await self._wait(user)
        else:
            self._having.add(user)
        try:
            yield
        finally:
            self._pass_on(user)

    async def _wait(self, user: int) -> None:
        line = self._lines.setdefault(user, deque())
        if len(line) >= WAITING_EACH_MAX or self._waiting >= WAITING_MAX:
            if not line:
                del self._lines[user]
            raise errors.FloodWait(BUSY_S)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        self._waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on(user)  # it was ours already
            raise

    def _pass_on(self, user: int) -> None:
        """End somebody's turn; let those go on who are next and have none."""
        self._having.discard(user)
        if user in self._lines:
            self._lines[user] = self._lines.pop(user)  # behind the others
        for one in [u for u in self._lines if u not in self._having]:
            line = self._lines.pop(one)
            while line and len(self._having) < self._at_once and one not in self._having:
                turn = line.popleft()
                self._waiting -= 1
                if not turn.done():  # else who waited has gone
                    self._having.add(one)
                    turn.set_result(None)
            if line:
                self._lines[one] = line
            if len(self._having) >= self._at_once:
                break
