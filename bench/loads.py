"""The loads: people made, messages sent, calls made, keys made, connections left alone."""

import asyncio
import json
import random
import struct
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chappe import tl
from chappe.mtproto import Kind
from chappe.mtproto import service as s
from chappe.tl import api

from .calibration import Yardstick
from .client import AuthKey, Client, Link, find, log_in, make_key
from .machine import Server, settled

TEXT: Final = "Shall we meet at the station at nine, as last time?"
MAKING_AT_ONCE: Final = 8
PING_EVERY_S: Final = 60  # as client libraries do on a connection nobody uses
OBFUSCATED: Final = (Kind.PADDED, True)  # what apps on phones speak


@dataclass
class Measured:
    """What one load cost."""

    count: int
    seconds: float
    cpu_seconds: float
    took: list[float] = field(default_factory=list)  # seconds of each operation
    round_us: float = 0.0  # microseconds of `calibration.round_us` meanwhile

    @property
    def cpu_us(self) -> float:
        """Microseconds of the server's processor time for one operation."""
        return self.cpu_seconds / max(1, self.count) * 1e6

    def percentile(self, part: float) -> float:
        """Return the milliseconds that this part of the operations stayed below."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 if ordered else 0.0


@dataclass
class Person:
    """Somebody with an account, connected."""

    phone: str
    client: Client


async def connect(server: Server, auth: AuthKey | None = None) -> Client:
    """Connect as an app does."""
    kind, obfuscated = OBFUSCATED
    return await Client.connect(server.place, auth, kind, obfuscated=obfuscated)


async def at_once(limit: int, works: Sequence[Callable[[], Awaitable[Any]]]) -> list[Any]:
    """Do all of it, so many at a time."""
    gate = asyncio.Semaphore(limit)

    async def one(work: Callable[[], Awaitable[Any]]) -> Any:
        async with gate:
            return await work()

    return await asyncio.gather(*(one(work) for work in works))


async def timed(
    server: Server, workers: Sequence[Callable[[], Awaitable[None]]], seconds: float
) -> Measured:
    """Let every worker repeat its operation until the time is over."""
    took: list[float] = []
    until = 0.0

    async def repeat(work: Callable[[], Awaitable[None]]) -> None:
        while (started := time.perf_counter()) < until:
            await work()
            took.append(time.perf_counter() - started)

    until = time.perf_counter() + min(1.0, seconds / 4)
    await asyncio.gather(*(repeat(work) for work in workers))  # first uses are not what is measured
    await settled(server.pid)
    took.clear()
    yardstick = Yardstick()
    before, started = server.cpu, time.perf_counter()
    until = started + seconds
    await asyncio.gather(*(repeat(work) for work in workers))
    passed = time.perf_counter() - started
    await settled(server.pid)
    return Measured(len(took), passed, server.cpu - before, took, yardstick.end())


# -- keys and people --------------------------------------------------------------------------------


async def keys(server: Server, count: int) -> tuple[Measured, list[AuthKey]]:
    """Make keys, each on a connection of its own."""

    async def one() -> tuple[AuthKey, float]:
        link = await Link.open(server.place)
        started = time.perf_counter()
        auth = await make_key(link, server.place.modulus)
        passed = time.perf_counter() - started
        link.socket.abort()
        return auth, passed

    await one()
    yardstick = Yardstick()
    before, started = server.cpu, time.perf_counter()
    made = await at_once(MAKING_AT_ONCE, [one] * count)
    passed = time.perf_counter() - started
    took = [took for _, took in made]
    measured = Measured(count, passed, server.cpu - before, took, yardstick.end())
    return measured, [auth for auth, _ in made]


async def longest_hold(server: Server, count: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of pings with the server at rest, and while keys are made."""
    quiet = await _pinged(server, 0)
    return quiet, await _pinged(server, count)


async def _pinged(server: Server, making: int) -> list[float]:
    place = server.place
    auth = await make_key(await Link.open(place), place.modulus)
    probe = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.probe",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=1 << 26,
    )
    if probe.stdin is None:
        raise RuntimeError("a probe without input")
    given = {
        "process": server.pid,
        "host": place.host,
        "port": place.port,
        "key": auth.key.hex(),
        "salt": auth.salt,
    }
    probe.stdin.write(json.dumps(given).encode() + b"\n")
    await asyncio.sleep(1.0)

    async def one() -> None:
        link = await Link.open(place)
        await make_key(link, place.modulus)
        link.socket.abort()

    if making:
        await at_once(2, [one] * making)
    else:
        await asyncio.sleep(2.0)
    out, _ = await probe.communicate(b"end\n")
    took: list[float] = json.loads(out)
    return took[10:]


async def people(server: Server, auths: Sequence[AuthKey]) -> list[Person]:
    """Sign up a person on each key."""

    async def one(index: int, auth: AuthKey) -> Person:
        person = Person(f"1555{index:07}", await connect(server, auth))
        await log_in(person.client, person.phone, server.codes)
        return person

    works = [lambda i=i, a=a: one(i, a) for i, a in enumerate(auths)]
    return await at_once(50, works)


# -- calls ------------------------------------------------------------------------------------------


async def calls(
    server: Server, who: Sequence[Client], request: Callable[[Client], tl.TlRequest], seconds: float
) -> Measured:
    """Make the same call again and again, each client one at a time."""

    def worker(client: Client) -> Callable[[], Awaitable[None]]:
        body = client.encode(request(client))

        async def work() -> None:
            await client.exchange(body)

        return work

    for client in who:  # proves that the call is served, and introduces who has not called yet
        await client.call(request(client))
    return await timed(server, [worker(client) for client in who], seconds)


class Conversation:
    """One sender and one recipient: a message is done when it was answered and has arrived."""

    def __init__(self, sender: Client, recipient: Client, peer: Any) -> None:
        self._sender = sender
        self._peer = peer
        self._arrived: asyncio.Event = asyncio.Event()
        self.arrivals = 0
        self.sent = 0
        recipient.on_push = self._on_push

    def _on_push(self, body: bytes) -> None:
        self.arrivals += 1
        self._arrived.set()

    async def send(self) -> None:
        """Send one message and wait for both ends."""
        self._arrived.clear()
        request = api.MessagesSendMessage(
            peer=self._peer, message=TEXT, random_id=random.getrandbits(63) + 1
        )
        await self._sender.call(request)
        self.sent += 1
        await self._arrived.wait()


async def converse(
    server: Server, senders: Sequence[Person], recipients: Sequence[Person], seconds: float
) -> tuple[Measured, list[Any]]:
    """Let every sender write to a recipient who is online; return also whom each wrote to."""
    pairs = list(zip(senders, recipients, strict=True))
    peers = await at_once(20, [lambda a=a, b=b: find(a.client, b.phone) for a, b in pairs])  # type: ignore[misc]
    talks = [
        Conversation(a.client, b.client, peer) for (a, b), peer in zip(pairs, peers, strict=True)
    ]
    measured = await timed(server, [talk.send for talk in talks], seconds)
    for talk in talks:
        if talk.sent != talk.arrivals:
            raise RuntimeError(f"{talk.sent} messages were sent and {talk.arrivals} arrived")
    return measured, peers


async def write(client: Client, peer: Any, count: int) -> None:
    """Send somebody some messages, one after the other."""
    for _ in range(count):
        random_id = random.getrandbits(63) + 1
        await client.call(api.MessagesSendMessage(peer=peer, message=TEXT, random_id=random_id))


async def befriend(person: Person, others: Sequence[Person]) -> None:
    """Give somebody a conversation with each of the others."""
    for other in others:
        await write(person.client, await find(person.client, other.phone), 1)


# -- nothing ----------------------------------------------------------------------------------------


@dataclass
class Idle:
    """What connections cost that nobody uses."""

    count: int
    bytes_each: float
    silent_share: float  # of a core
    pinging_share: float
    round_us: float


async def idle(server: Server, auths: Sequence[AuthKey], count: int, seconds: float) -> Idle:
    """Open connections of people who are logged in and leave them alone, but for their pings."""
    await settled(server.pid)
    before = server.resident
    clients: list[Client] = []

    async def one(auth: AuthKey) -> None:
        client = await connect(server, auth)
        await client.call(api.UpdatesGetState())
        clients.append(client)

    works = [lambda i=i: one(auths[i % len(auths)]) for i in range(count)]
    await at_once(50, works)
    await asyncio.sleep(2 * PING_EVERY_S / 10)
    await settled(server.pid, 2.0)
    grown = server.resident - before
    yardstick = Yardstick()
    started, used = time.perf_counter(), server.cpu
    await asyncio.sleep(seconds)
    silent = (server.cpu - used) / (time.perf_counter() - started)
    body = struct.pack("<Iqi", s.PING_DELAY, 1, PING_EVERY_S + 15)
    started, used = time.perf_counter(), server.cpu
    for number in range(int(seconds * count / PING_EVERY_S)):
        clients[number % count].tell(body)
        due = started + (number + 1) * PING_EVERY_S / count
        if (ahead := due - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
    pinging = (server.cpu - used) / (time.perf_counter() - started)
    lost = sum(client.closed.done() for client in clients)
    if lost:
        raise RuntimeError(f"{lost} idle connections were lost")
    for client in clients:
        client.close()
    return Idle(count, grown / count, silent, pinging, yardstick.end())
