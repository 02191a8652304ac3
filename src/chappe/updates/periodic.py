"""Periodic jobs: what a server does again and again by itself, each in a task of its own."""

import asyncio
import contextlib
from abc import ABC, abstractmethod

from .reporting import Observer, report


class Periodic(ABC):
    """A job that runs every so many seconds. A run that fails is reported, and the next one comes."""

    def __init__(
        self, name: str, every_s: float, observer: Observer, *, at_once: bool = False
    ) -> None:
        """`at_once` begins with a run, not with a wait; `name` is where its errors are said to come from."""
        self._name = name
        self._every_s = every_s
        self._observer = observer
        self._at_once = at_once
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()

    @abstractmethod
    async def run(self) -> None:
        """Do the job once."""

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._work())

    def stop(self) -> None:
        """Run no more. A change that is under way is kept or lost as a whole."""
        if self._task is not None:
            self._task.cancel()

    def wake(self) -> None:
        """Do the job as soon as no run is under way."""
        self._woken.set()

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), self._every_s)
        self._woken.clear()

    async def _work(self) -> None:
        if not self._at_once:
            await self._wait()
        while True:
            try:
                await self.run()
            except Exception as error:  # noqa: BLE001  our bug or the store's, reported; the next run comes
                report(self._observer.bug, self._name, error)
            await self._wait()
