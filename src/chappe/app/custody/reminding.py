"""A reminder, once a day, while some custodian has not shown for long that their share is at hand."""

from pathlib import Path
from typing import Final, Protocol

from chappe.core import Clock
from chappe.updates import Observer, Periodic

from .office import overdue

REMIND_EVERY_S: Final = 86_400.0  # seconds between two reminders


class RehearsalObserver(Observer, Protocol):
    """Told what an operator should see in the log."""

    def rehearsal_due(self, count: int) -> None:
        """So many custodians have not rehearsed for long."""
        ...


class RehearsalReminder(Periodic):
    """Reminds the operator: a share that nobody has tried is found to be lost at the start that needs it."""

    def __init__(self, data: Path, clock: Clock, observer: RehearsalObserver) -> None:
        super().__init__("rehearsals", REMIND_EVERY_S, observer, at_once=True)
        self._data = data
        self._clock = clock
        self._told = observer

    async def run(self) -> None:
        """See `Periodic`."""
        late = overdue(self._data, int(self._clock.now()))
        if late:
            self._told.rehearsal_due(len(late))
