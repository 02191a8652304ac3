"""Delivery: what becomes of a change's events, lines and deeds once it is on its way or kept."""

from collections.abc import Coroutine, Iterable
from typing import Any

from chappe.core import Owner

from .boxes import Announced, Change
from .context import Context
from .drive import drive
from .hub import Asked, Hub
from .relay import OnItsWay, Relay
from .reporting import Observer
from .store import Waiting
from .timers import Timers


class Delivery:
    """The hub, the relay and the timers of one server, as its changes and features see them.

    It keeps the promise of `boxes.Keeper`, and puts itself into the context it is made for.
    """

    def __init__(self, context: Context, asked: Asked, observer: Observer) -> None:
        self.hub = Hub(context, asked, observer)
        self.relay = Relay(context, observer)
        self.timers = Timers(context, observer)
        context.delivery = self

    async def start(self) -> None:
        """Take up the lines and deeds that an earlier run left."""
        await self.relay.start()
        await self.timers.start()

    async def stop(self) -> None:
        """Begin no more deeds, and apply the lines that can be applied."""
        await self.timers.stop()
        await self.relay.stop()

    def told(self, change: Change) -> None:
        """See `Keeper`."""
        if change.put_off is not None:
            self.timers.expect(change.owner.shard, change.put_off)
        if change.announced or change.noticed or change.addressed:
            self.hub.tell(change)

    def carry(self, change: Change, waiting: Waiting) -> None:
        """See `Keeper`."""
        for to, line, number in change.posted:
            self.relay.accept(to, OnItsWay(change.owner.shard, number, line, waiting))

    async def delivered(self, to: Owner) -> None:
        """See `Keeper`."""
        await self.relay.delivered(to)

    def whisper(self, user: int, event: Announced, but: object = None, *, device: int = 0) -> None:
        """See `Keeper`."""
        self.hub.whisper(user, event, but, device=device)

    def murmur(self, channel: int, event: Announced, but: object = None) -> None:
        """See `Keeper`."""
        self.hub.murmur(channel, event, but)

    def online(self, user: int) -> bool:
        """See `Keeper`."""
        return self.hub.online(user)

    def watch(self, user: int, channels: Iterable[int]) -> None:
        """See `Keeper`."""
        self.hub.watch(user, channels)

    def unwatch(self, user: int, channel: int) -> None:
        """See `Keeper`."""
        self.hub.unwatch(user, channel)

    def watchers(self, channel: int) -> frozenset[int]:
        """See `Keeper`."""
        return self.hub.watchers(channel)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """See `Keeper`."""
        drive(work, lambda _: None, self.hub.failed, self.hub.tasks)
