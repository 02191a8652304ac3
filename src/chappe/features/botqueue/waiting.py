"""Who waits for a bot's next update, in memory: a long poll, or the sender of its webhook."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from chappe.core import Owner
from chappe.ports import EngineError
from chappe.updates import Context, PerServer


class Waiting:
    """The waiting programs of one server, by bot."""

    def __init__(self, context: Context) -> None:
        self._waiting: dict[Owner, set[asyncio.Event]] = {}

    @contextmanager
    def listen(self, bot: Owner) -> Iterator[asyncio.Event]:
        """Have an event set whenever something was queued for a bot."""
        told = asyncio.Event()
        self._waiting.setdefault(bot, set()).add(told)
        try:
            yield told
        finally:
            left = self._waiting[bot]
            left.discard(told)
            if not left:
                del self._waiting[bot]

    def is_waited_for(self, bot: Owner) -> bool:
        """Whether anybody waits for a bot's updates."""
        return bot in self._waiting

    def wake(self, bot: Owner) -> None:
        """Set the events of who waits."""
        for told in self._waiting.get(bot, ()):
            told.set()


WAITING: Final[PerServer[Waiting]] = PerServer(Waiting)


def wake_when_kept(context: Context, bot: Owner) -> None:
    """Wake who waits once the change that holds the bot's box is kept; if nobody waits, do nothing.

    Who begins to wait meanwhile looks into the box in a change of its own, and so sees what this one wrote.
    """
    if context.own(WAITING).is_waited_for(bot):
        context.delivery.begin(_wake(context, bot))


async def _wake(context: Context, bot: Owner) -> None:
    try:
        async with context.change(bot):
            pass  # it waits for the changes before it
    except EngineError:
        return  # nothing was kept, and nothing is to be told
    context.own(WAITING).wake(bot)
