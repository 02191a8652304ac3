"""What the desk of orders works with on a real server: its public log, files of the vault, its custodians."""

import asyncio
import base64
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from chappe import __version__
from chappe.desks import orders
from chappe.trust.custody import ClaimedBuild, CustodyTable

from .custody.kept import note_seen, notes_of, table_in_force
from .custody.reminding import RehearsalReminder
from .installation.layout import VAULT
from .public_log import PublicLogWriter
from .vault_files import FolderVault


class WrittenLog:
    """See `orders.OrderLog`: the log that this server writes."""

    def __init__(self, writer: PublicLogWriter, data: Path) -> None:
        self._writer = writer
        self._data = data

    @property
    def origin(self) -> str:
        """See `OrderLog`."""
        return self._writer.origin

    @property
    def size(self) -> int:
        """See `OrderLog`."""
        return self._writer.size

    @property
    def is_witnessed(self) -> bool:
        """See `OrderLog`."""
        return self._writer.is_witnessed

    async def enter(self, groups: Sequence[orders.EntryGroup]) -> list[int]:
        """See `OrderLog`."""
        return await self._writer.enter(groups)

    async def entry(self, position: int) -> bytes:
        """See `OrderLog`."""
        return await asyncio.to_thread(self._writer.entry, position)

    async def proof(self, position: int) -> bytes | None:
        """See `OrderLog`."""
        return await asyncio.to_thread(self._writer.proof, position)

    async def continues(self, seen: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """See `OrderLog`."""
        known = notes_of(self._data).seen.values()  # at starts and rehearsals
        found = await asyncio.to_thread(
            lambda: {one: self._writer.continues(one) for one in {*seen, *known}}
        )
        return {
            size: tuple(base64.b64encode(one).decode("ascii") for one in way)
            for size, way in found.items()
        }


class ServerOutside:
    """See `orders.Outside`."""

    def __init__(self, writer: PublicLogWriter, data: Path) -> None:
        self.log = WrittenLog(writer, data)
        self.files = FolderVault(data / VAULT)
        self.build = ClaimedBuild(__version__)
        self._data = data

    def custodians(self) -> CustodyTable | None:
        """See `Outside`: read each time, since custodians change while the server runs."""
        kept = table_in_force(self._data)
        return kept.table if kept is not None else None

    def saw(self, approver: str, size: int) -> None:
        """See `Outside`."""
        note_seen(self._data, approver, size)


def take_orders(server: Any, log: PublicLogWriter) -> ExitStack:
    """Take orders from now on, on a `Server` of the composition root that has a log to say so in.

    And remind its operator of rehearsals. What is returned ends both when it is closed.
    """
    server.context.give(orders.OUTSIDE, ServerOutside(log, server.data))
    keeper = orders.OrderKeeper(server.context, server.metrics)
    reminder = RehearsalReminder(server.data, server.context.clock, server.metrics)
    ending = ExitStack()
    for job in (keeper, reminder):
        job.start()
        ending.callback(job.stop)
    return ending
