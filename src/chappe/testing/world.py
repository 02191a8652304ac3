"""A test world's own side: the server in memory, what is open in it, and time that is moved."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from chappe.app import Server
from chappe.app.in_memory import open_in_memory
from chappe.core.configuration import Configuration
from chappe.core.system import SystemEntropy
from chappe.crypto import rsa

from .clock import MovedClock
from .device import key_ids
from .doing import Loop

RATE_SCALE: Final = (
    1e6  # times as much as on a server: a test meets a flood only where it asks for one
)
SETTINGS: Final[dict[str, Any]] = {
    "codes_console": False,
    "port": 0,
    "desk_port": 0,
    "push": False,
    "rate_scale": RATE_SCALE,
}


class World(Loop):
    """One server of one test, and the loop it runs on."""

    def __init__(self, loop: asyncio.AbstractEventLoop, key: rsa.ServerKey) -> None:
        super().__init__(loop)
        self.clock = MovedClock()
        self.server: Server
        self.key_ids: Iterator[int] = key_ids()
        self.bugs: list[BaseException] = []
        self._key = key
        self._numbers = 0
        self._address: tuple[str, int] | None = None

    async def open(self, **settings: Any) -> None:
        """Start the server; `settings` are those of `Configuration`."""
        config = Configuration(**{**SETTINGS, **settings})
        self.server = await open_in_memory(config, self.clock, SystemEntropy())
        setattr(self.server.metrics, "bug", self._bug)  # noqa: B010  what would be logged fails the test
        await self.server.start(self._key)

    def _bug(self, _where: str, error: BaseException) -> None:
        self.bugs.append(error)

    async def close(self) -> None:
        """Stop the server; what is in it is gone."""
        await self.server.stop()

    async def listen(self) -> tuple[str, int]:
        """Return the host and port that programs reach the server by; it listens from the first asking on."""
        if self._address is None:
            await self.server.listen()
            await self.server.load_rest()
            self._address = ("127.0.0.1", self.server.config.port)
        return self._address

    def number(self) -> int:
        """Return a number not used before."""
        self._numbers += 1
        return self._numbers

    def code(self, phone: str) -> str:
        """Return the newest code sent to a number."""
        return str(
            next(c["code"] for c in reversed(self.server.console.recent) if c["to"] == phone)
        )

    async def settle(self) -> None:
        """Wait until what was done has reached everybody."""
        delivery = self.server.delivery
        for _ in range(3):
            await delivery.relay.settle()
            await self.server.context.store.settle()
            while delivery.hub.tasks:  # noqa: ASYNC110  it ends at once
                await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Move time on, and have done what is due by then."""
        await self.settle()
        self.clock.moved_s += seconds
        for _ in range(2):  # what is done may have something else done at once
            await self.server.delivery.scheduler.tick()
            await self.settle()
