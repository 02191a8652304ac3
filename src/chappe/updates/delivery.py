"""Delivery of what changes leave behind: events by the hub, commands by the relay, jobs by the scheduler."""

from collections.abc import Collection, Coroutine
from typing import Any

from chappe.core import Owner

from .boxes import Announced, Change
from .context import Context
from .drive import drive
from .hub import Hub, HubHooks
from .relay import InTransit, Relay
from .reporting import Observer
from .scheduler import Scheduler
from .store import PendingWrite


class Delivery:
    """The hub, the relay and the scheduler of one server behind one `DeliveryPort`.

    It becomes the `delivery` of the context it is made for.
    """

    def __init__(self, context: Context, hooks: HubHooks, observer: Observer) -> None:
        self.hub = Hub(context, hooks, observer)
        self.relay = Relay(context, observer)
        self.scheduler = Scheduler(context, observer)
        context.delivery = self

    async def start(self) -> None:
        """Take up the commands and jobs that earlier runs left."""
        await self.relay.start()
        await self.scheduler.start()

    async def stop(self) -> None:
        """Begin no more jobs, and apply the commands that can be applied."""
        await self.scheduler.stop()
        await self.relay.stop()

    def committed(self, change: Change) -> None:
        """See `DeliveryPort`."""
        if change.first_due is not None:
            self.scheduler.expect(change.owner.shard, change.first_due)
        if change.announced or change.without_pts or change.addressed:
            self.hub.publish(change)

    def dispatch(self, change: Change, pending: PendingWrite) -> None:
        """See `DeliveryPort`."""
        for to, command, cell, number in change.commands:
            self.relay.accept(to, InTransit(cell, number, command, pending))

    async def delivered(self, to: Owner) -> None:
        """See `DeliveryPort`."""
        await self.relay.delivered(to)

    def push_transient(
        self, to: Owner, event: Announced, but: object = None, *, device: int = 0
    ) -> None:
        """See `DeliveryPort`."""
        self.hub.push_transient(to, event, but, device=device)

    def online(self, user: int) -> bool:
        """See `DeliveryPort`."""
        return self.hub.online(user)

    def watch(self, user: int, channels: Collection[int]) -> None:
        """See `DeliveryPort`."""
        self.hub.watch(user, channels)

    def unwatch(self, user: int, channel: int) -> None:
        """See `DeliveryPort`."""
        self.hub.unwatch(user, channel)

    def watchers(self, channel: int) -> frozenset[int]:
        """See `DeliveryPort`."""
        return self.hub.watchers(channel)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """See `DeliveryPort`."""
        drive(work, lambda _: None, self.hub.failed, self.hub.tasks)
