"""A push service in memory, and people whose browsers subscribe to it and are closed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

from tests.contracts.push_service import Browser as Subscribed

from chappe.features.notifications.rules import GAP_S
from chappe.ports import PushAddress, PushOutcome, PushResult
from chappe.tl import api

from .village import Device, Person, Village, village

TAKEN = PushResult(PushOutcome.TAKEN)
SECRET: Final = b"the secret of an app"
FOREVER: Final = 2**31 - 1


class Service:
    """A push service in memory: takes messages, and answers as it is told to."""

    def __init__(self, push: Any) -> None:
        self._push = push
        self.public_key = push.public_key
        self.answer = TAKEN
        self.told: list[tuple[PushAddress, bytes, str]] = []
        self.began = asyncio.Event()  # something was sent
        self.gate = asyncio.Event()  # and is answered
        self.gate.set()

    def read_token(self, token: str) -> PushAddress:
        """See `ports.Push`."""
        return self._push.read_token(token)  # type: ignore[no-any-return]

    async def send(self, to: PushAddress, payload: bytes, topic: str) -> PushResult:
        """See `ports.Push`."""
        self.told.append((to, payload, topic))
        self.began.set()
        await self.gate.wait()
        return self.answer


class Away:
    """A server, a push service, and browsers that are away."""

    def __init__(self, v: Village) -> None:
        self.v = v
        self.service = Service(v.server.push)
        v.context.ports = replace(v.context.ports, push=self.service)
        self._read = 0

    async def browser(self, person: Person, name: str = "") -> Device:
        """Log somebody in in a browser that subscribes, and close it."""
        device = await person.log_in()
        endpoint = f"https://push.example/{name or person.id}"
        await device(
            api.AccountRegisterDevice(
                token_type=10,
                token=Subscribed(endpoint).token(),
                app_sandbox=False,
                secret=SECRET,
                other_uids=[],
            )
        )
        await self.v.settle()
        device.disconnect()
        person.devices.remove(device)
        await self.drain()
        return device

    async def drain(self) -> None:
        """Have everything told that waits, and forget it."""
        while await self.heard():
            pass

    async def settle(self) -> None:
        """Wait until what happened was told."""
        await self.v.settle()
        await self.v.server.notifier.settle()
        await self.v.settle()

    async def later(self, seconds: float) -> None:
        """Let time pass."""
        await self.settle()
        self.v.clock.time += seconds
        await self.v.server.notifier.run()
        await self.settle()

    async def heard(self) -> list[str]:
        """Return what browsers were told since this was last asked, and let the gap after it pass."""
        await self.settle()
        new, self._read = self.service.told[self._read :], len(self.service.told)
        await self.later(GAP_S)
        said = [json.loads(payload) for _, payload, _ in new]
        assert all(one["v"] == 1 and one["a"] for one in said)
        return [one["n"] + ", silent" * one.get("s", 0) for one in said]


@asynccontextmanager
async def away(**settings: Any) -> AsyncIterator[Away]:
    """Open a server whose push service is in memory."""
    async with village(**settings) as v:
        made = Away(v)
        yield made
        made.service.gate.set()
        await made.settle()


async def set_loudness(person: Person, peer: Any, **how: Any) -> None:
    """Say how loud something may be."""
    settings = api.InputPeerNotifySettings(**how)
    assert await person(api.AccountUpdateNotifySettings(peer=peer, settings=settings))


def of(person: Person, other: Any) -> Any:
    """Return a dialog, as its settings are named."""
    return api.InputNotifyPeer(peer=person.peer(other))
