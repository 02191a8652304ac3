"""The hub: what waits to be told is bounded, for a person and for a channel."""

import asyncio
from typing import Any

from chappe.core import Kind, Owner
from chappe.engines.memory import MemoryEngine
from chappe.updates import Event, Store
from chappe.updates.hub import PUBLICATIONS_QUEUED_MAX, SHARED_MIN

from .kernel import kernel

CHANNEL = Owner(Kind.CHANNEL, 1)
GATE = asyncio.Event()


class Slow(Event, frozen=True):
    """Something that is told once somebody lets it be."""

    name = "test.slow"

    async def audience(self, context: Any) -> Any:
        """See `Event`."""
        await GATE.wait()

    async def render(self, viewer: Any, pts: int) -> Any:
        """See `Event`."""
        await GATE.wait()


class Device:
    """Somebody's device, which hears whatever it is told."""

    def __init__(self, user: int) -> None:
        self.user: int | None = user
        self.layer = 0
        self.wants_updates = True

    def push(self, body: bytes) -> None:
        """See `Subscriber`."""


async def test_what_waits_to_be_told_is_bounded() -> None:
    """A channel as well as a person: whoever hears too late asks for the difference."""
    delivery = kernel(Store(MemoryEngine()), Slow).delivery
    for user in range(SHARED_MIN + 2):
        delivery.hub.subscribe(user, Device(user))
        delivery.hub.watch(user, [CHANNEL.id])
    for _ in range(PUBLICATIONS_QUEUED_MAX + 500):
        delivery.hub.push_transient(CHANNEL, Slow())
        delivery.hub.push_transient(Owner.user(1), Slow())
    assert len(delivery.hub._channel_queues[CHANNEL.id]) == PUBLICATIONS_QUEUED_MAX
    assert len(delivery.hub._queues[1]) == PUBLICATIONS_QUEUED_MAX
    GATE.set()
    for _ in range(100):
        if not delivery.hub._channel_queues and not delivery.hub._queues:
            break
        await asyncio.sleep(0.05)
    assert delivery.hub._channel_queues == delivery.hub._queues == {}
