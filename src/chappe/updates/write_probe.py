"""Write probe: finds out whether a store that refused a commit takes changes again."""

from typing import Final

from chappe.core import HOUSE
from chappe.ports import EngineError

from .context import Context
from .periodic import Periodic
from .reporting import Observer, report

TRY_EVERY_S: Final = 2.0  # seconds between two tries while the store takes no changes


class WriteProbe(Periodic):
    """Tries a small change every few seconds while the store is broken.

    A load balancer may send people elsewhere while the server is not ready. Then nobody writes any more,
    and nothing else would show that the disk has room again.
    """

    def __init__(self, context: Context, observer: Observer) -> None:
        super().__init__("mender", TRY_EVERY_S, observer)
        self._context = context
        self._was_broken = False

    async def run(self) -> None:
        """See `Periodic`. That the store still is broken was told when it broke."""
        if not self._context.store.broken:
            self._mended()
            return
        self._was_broken = True
        try:
            async with self._context.change(HOUSE) as change:
                change.next("mended")
        except EngineError:
            return
        self._mended()

    def _mended(self) -> None:
        if self._was_broken:
            report(self._observer.works_again)
        self._was_broken = False
