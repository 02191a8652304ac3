"""After the store has refused a change: trying whether it takes changes again, should nobody else try."""

import asyncio
from typing import Final

from chappe.core import Kind, Owner
from chappe.ports import EngineError

from .context import House
from .reporting import Observer, report

TRY_EVERY_S: Final = 2.0  # seconds between two tries while the store takes no changes
HOUSE_BOX: Final = Owner(Kind.HOUSE, 0)


class Mender:
    """Keeps a small change while the store is broken, until it is kept.

    Who watches the server may send people elsewhere while it is not ready. Then nobody writes any more,
    and nothing would show that the disk has room again.
    """

    def __init__(self, house: House, observer: Observer) -> None:
        self._house = house
        self._observer = observer
        self._task: asyncio.Task[None] | None = None
        self._was_broken = False

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.get_running_loop().create_task(self._work())

    def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()

    async def look(self) -> None:
        """Try once, if the store is broken; that it still is was told when it broke."""
        if not self._house.store.broken:
            self._mended()
            return
        self._was_broken = True
        try:
            async with self._house.change(HOUSE_BOX) as change:
                change.next("mended")
        except EngineError:
            return
        self._mended()

    def _mended(self) -> None:
        if self._was_broken:
            report(self._observer.works_again)
        self._was_broken = False

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(TRY_EVERY_S)
            await self.look()
