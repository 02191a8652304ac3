"""A whole server without a wire, and people on it whose calls and pushes are real bytes.

Each person has a device they call with, a second that only listens, and a twin that sleeps: at the end of
every story what the listener was pushed and what the twin finds in the difference must lead to one state,
and that state must be what a fresh device reads.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from tests import homes
from tests.trust.hidden import found_in, keys_of

from chappe import tl
from chappe.app import Server
from chappe.app.installation.freshness import take_up_sums
from chappe.core import Kind
from chappe.core.configuration import Configuration
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.features import accounts
from chappe.ports import LinkSecret
from chappe.testing.device import KEYS_FROM, KEYS_STEP, key_ids
from chappe.testing.device import Device as WireDevice
from chappe.tl import api
from chappe.trust import sealing

from . import ground
from .replica import (
    Replica,
    channel_of,
    differences,
    fresh,
    hold_addressed,
    hold_whole,
    sleeper,
)

START = 1_800_000_000
T = TypeVar("T")


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = float(START)

    def now(self) -> float:
        """See `Clock`."""
        return self.time

    monotonic = now


class Device(WireDevice):
    """A device that notes what it was told, so that a story can be held to its end."""

    def __init__(self, village: "Village", layer: int = tl.LAYER) -> None:
        super().__init__(village.server, next(village.key_ids), layer)
        self.village = village
        self.heard: list[Any] = []  # every update it was pushed, oldest first
        self.peers: dict[int, Any] = {}  # users and chats the pushes carried, by id
        self.shown: list[Any] = []  # chats the pushes carried, oldest first
        self.counted: list[tuple[int, int, int]] = []  # box, pts and pts_count, pushed or answered
        self.was_away = False
        self.acknowledged = 0  # the highest qts it has named

    async def connect(self) -> "Device":
        """Make the key and open the session."""
        await super().connect()
        return self

    def disconnect(self) -> None:
        """Close the session; the key stays logged in."""
        self.was_away = True
        super().disconnect()

    def hear(self, pushed: Any) -> None:
        """Note what is pushed."""
        for peer in (*getattr(pushed, "users", ()), *getattr(pushed, "chats", ())):
            self.peers[peer.id] = peer
        self.shown += getattr(pushed, "chats", ())
        told = getattr(pushed, "updates", None) or [getattr(pushed, "update", pushed)]
        self.heard += told
        for update in told:
            self._count(update, None)

    def _count(self, said: Any, request: Any) -> None:
        """Note which pts something said has used."""
        pts, count = getattr(said, "pts", None), getattr(said, "pts_count", None)
        if pts is None or not count:
            return
        box = channel_of(said)
        if isinstance(said, api.MessagesAffectedMessages | api.MessagesAffectedHistory):
            named = getattr(request, "channel", None) or getattr(request, "peer", None)
            box = getattr(named, "channel_id", 0)
        self.counted.append((box, pts, count))

    async def __call__(self, request: Any) -> Any:
        """See `chappe.testing.device.Device`."""
        named = getattr(request, "max_qts", getattr(request, "qts", 0))
        self.acknowledged = max(self.acknowledged, named)
        result = await super().__call__(request)
        inside = getattr(result, "updates", [result])
        for said in getattr(inside, "updates", inside):
            self._count(said, request)
        return result

    def heard_qts(self) -> list[Any]:
        """Return the updates of its second log this device was pushed."""
        return [u for u in self.heard if getattr(u, "qts", 0)]

    def told(self, kind: type[T]) -> list[T]:
        """Return the updates of a kind this device was pushed."""
        return [u for u in self.heard if isinstance(u, kind)]


class Person:
    """Somebody who signed up. Calling them calls a method with the device in their hand."""

    def __init__(self, village: "Village", user: int, phone: str, device: Device) -> None:
        self.village = village
        self.id = user
        self.phone = phone
        self.device = device
        self.devices = [device]
        self.listener = device  # until `Village.person` gives them another
        self.since: Any = None  # the state their twin fell asleep with
        self.before = Replica(user, 0)  # what there was then

    async def __call__(self, request: Any) -> Any:
        """Call a method; see `Device.__call__`."""
        return await self.device(request)

    async def log_in(self, layer: int = tl.LAYER) -> Device:
        """Log in on another device and return it."""
        device = await Device(self.village, layer).connect()
        self.devices.append(device)
        sent = await device(
            api.AuthSendCode(
                phone_number=self.phone, api_id=1, api_hash="x", settings=api.CodeSettings()
            )
        )
        await device(
            api.AuthSignIn(
                phone_number=self.phone,
                phone_code_hash=sent.phone_code_hash,
                phone_code=self.village.code(self.phone),
            )
        )
        return device

    def peer(self, other: Any) -> Any:
        """Return how this person names somebody, or a chat as it was shown to them."""
        if other is self:
            return api.InputPeerSelf()
        if isinstance(other, Person):
            hashed = accounts.access_hash(self.village.context, self.id, Kind.USER, other.id)
            return api.InputPeerUser(user_id=other.id, access_hash=hashed)
        if isinstance(other, api.PeerUser):
            hashed = accounts.access_hash(self.village.context, self.id, Kind.USER, other.user_id)
            return api.InputPeerUser(user_id=other.user_id, access_hash=hashed)
        if isinstance(other, api.Chat | api.ChatForbidden | api.PeerChat):
            return api.InputPeerChat(chat_id=getattr(other, "id", 0) or other.chat_id)
        number = getattr(other, "id", 0) or other.channel_id
        hashed = accounts.access_hash(self.village.context, self.id, Kind.CHANNEL, number)
        return api.InputPeerChannel(channel_id=number, access_hash=hashed)

    def user(self, other: "Person") -> Any:
        """Return the InputUser by which this person names somebody."""
        if other is self:
            return api.InputUserSelf()
        peer = self.peer(other)
        return api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)

    def channel(self, other: Any) -> Any:
        """Return the InputChannel by which this person names a supergroup or channel."""
        peer = self.peer(other)
        return api.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)

    async def say(self, to: Any, text: str, **more: Any) -> int:
        """Send a text to a person or chat; return its number in the sender's box or the channel."""
        answer = await self(
            api.MessagesSendMessage(
                peer=self.peer(to), message=text, random_id=self.village.number(), **more
            )
        )
        await self.village.settle()
        if isinstance(answer, api.UpdateShortSentMessage):
            return int(answer.id)
        return int(next(u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)))

    async def history(self, of: Any, limit: int = 100) -> list[Any]:
        """Return the newest messages of a conversation, newest first."""
        answer = await self(
            api.MessagesGetHistory(
                peer=self.peer(of),
                offset_id=0,
                offset_date=0,
                add_offset=0,
                limit=limit,
                max_id=0,
                min_id=0,
                hash=0,
            )
        )
        return list(answer.messages)

    async def texts(self, of: Any) -> list[str]:
        """Return the texts of a conversation, oldest first; service messages aside."""
        return [m.message for m in reversed(await self.history(of)) if isinstance(m, api.Message)]

    async def dialog(self, of: Any) -> Any:
        """Return how a conversation stands in this person's list."""
        given = api.InputDialogPeer(peer=self.peer(of))
        return (await self(api.MessagesGetPeerDialogs(peers=[given]))).dialogs[0]

    def told(self, kind: type[T]) -> list[T]:
        """Return the updates of a kind the listening device was pushed."""
        return self.listener.told(kind)

    async def group(self, title: str, *members: "Person") -> Any:
        """Make a basic group; return it as its maker is shown it."""
        users = [self.user(m) for m in members]
        made = await self(api.MessagesCreateChat(users=users, title=title))
        await self.village.settle()
        return made.updates.chats[0]

    async def supergroup(self, title: str, *members: "Person", broadcast: bool = False) -> Any:
        """Make a supergroup, or with `broadcast` a channel, and invite people; return it."""
        made = await self(
            api.ChannelsCreateChannel(
                title=title, about="", broadcast=broadcast, megagroup=not broadcast
            )
        )
        chat = made.chats[0]
        if members:
            await self(
                api.ChannelsInviteToChannel(
                    channel=self.channel(chat), users=[self.user(m) for m in members]
                )
            )
        await self.village.settle()
        return chat


class Gate:
    """Stands where connections would come in: knows which keys were cut off."""

    def __init__(self) -> None:
        self.cut: list[int] = []

    def cut_key(self, key_id: int) -> None:
        """See `Gateway`."""
        self.cut.append(key_id)

    drop_key = cut_key

    def admit_links(self, secrets: Iterable[LinkSecret]) -> None:
        """See `Gateway`."""

    def forget_key(self, key_id: int) -> None:
        """See `Gateway`."""


class Village:
    """A whole server, sealed, with time in one's hand."""

    def __init__(self, server: Server, clock: Clock) -> None:
        self.server = server
        self.context = server.context
        self.clock = clock
        self.people: list[Person] = []
        self.key_ids = key_ids()
        self._numbers = itertools.count(1)
        self.bugs: list[BaseException] = []
        self.keys: Any = None  # the keys everything is sealed with
        self.gate = Gate()
        server.connections.register(self.gate)

    def number(self) -> int:
        """Return a number not used before, for random ids."""
        return next(self._numbers)

    def code(self, to: str) -> str:
        """Return the newest code sent to a number or an address."""
        codes = [c["code"] for c in self.server.console.recent if c["to"] == to.lstrip("+")]
        return str(codes[-1])

    async def settle(self) -> None:
        """Wait until what was done has reached everybody."""
        for _ in range(3):
            await self.server.delivery.relay.settle()
            await self.context.store.settle()
            hub = self.server.delivery.hub
            while hub.tasks or self.server.dispatcher.tasks:  # noqa: ASYNC110  it ends at once
                await asyncio.sleep(0)

    async def wait(self, seconds: int) -> None:
        """Let time pass, and what is due by then be done."""
        await self.settle()
        self.clock.time += seconds
        for _ in range(2):  # what is done may have something else done at once
            await self.server.delivery.scheduler.tick()
            await self.settle()

    async def stranger(self, layer: int = tl.LAYER) -> Device:
        """Return a device on which nobody is logged in."""
        return await Device(self, layer).connect()

    async def person(self, name: str = "Ada", *, phone: str = "", layer: int = tl.LAYER) -> Person:
        """Sign somebody up from a new device; a second device of theirs listens."""
        phone = phone or f"3361000{next(self._numbers):04d}"
        device = await Device(self, layer).connect()
        sent = await device(
            api.AuthSendCode(
                phone_number=phone, api_id=1, api_hash="x", settings=api.CodeSettings()
            )
        )
        hashed = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
        await device(api.AuthSignIn(**hashed, phone_code=self.code(phone)))
        answer = await device(api.AuthSignUp(**hashed, first_name=name, last_name=""))
        person = Person(self, answer.user.id, phone, device)
        person.listener = await person.log_in(layer)
        await self.settle()
        for one in (device, person.listener):
            for list_ in (one.heard, one.shown, one.counted):
                list_.clear()
        person.since = await person(api.UpdatesGetState())
        person.before = await fresh(person)
        self.people.append(person)
        return person

    async def people_named(self, *names: str) -> list[Person]:
        """Sign several people up."""
        return [await self.person(name) for name in names]

    async def check(self) -> None:
        """Hold every listener to its twin, and both to a fresh device; the server may have no bugs."""
        await self.settle()
        assert self.bugs == []
        for person in self.people:
            if person.device.client.user != person.id or person.listener.client.user != person.id:
                continue  # logged out or deleted: nothing is owed to them
            for device in person.devices:
                if device.client.user == person.id:
                    await hold_addressed(device)
            listened = person.before.grown(person.since.pts)
            listened.hear(person.listener.heard)
            listened.know(person.listener.shown)
            if not person.device.was_away:
                hold_whole(person.device.counted, person.since.pts)
            slept = await sleeper(person)
            now = await fresh(person)
            right = now.facts(now)
            assert differences(listened.facts(now), right) == {}, f"pushed to {person.id}"
            assert differences(slept.facts(now), right) == {}, f"the twin of {person.id}"


@asynccontextmanager
async def village(*, twins: bool = True, **settings: Any) -> AsyncIterator[Village]:
    """Open a fresh server; at the end every sleeping twin must agree with who listened.

    `settings` are those of `Configuration`.
    """
    entropy, clock = SystemEntropy(), Clock()
    here = await ground.open_ground()
    keys = sealing.KeyStore(here.keys, bytes(32), entropy)
    await keys.open()
    engine = sealing.seal(here.boxes, keys, entropy)
    await take_up_sums(engine, entropy, None, lambda _done, _of: None)
    given: dict[str, Any] = {
        "codes_console": False,
        "strict": True,
        "rate_scale": 1000.0,
        **settings,
    }
    server = Server(Configuration(**given), engine, keys, clock, entropy, here.blobs)
    homes.watch(server.dispatcher)
    made = Village(server, clock)
    made.keys = keys
    note: Callable[[str, BaseException], None] = lambda _, error: made.bugs.append(error)  # noqa: E731
    server.metrics.bug = note  # type: ignore[method-assign]  # what would be logged fails the test
    await server.delivery.start()
    yield made
    if twins:
        await made.check()
    assert made.bugs == []
    await _find_no_id(made, here)
    await server.stop()


async def _find_no_id(village: Village, here: ground.Ground) -> None:
    """See that of what a story left behind no cell says whose it is, and no key of one names anybody."""
    if isinstance(here.boxes, MemoryEngine) and isinstance(here.keys, MemoryEngine):
        ids = set(range(KEYS_FROM, next(village.key_ids), KEYS_STEP))
        for kind in (Kind.USER, Kind.CHAT, Kind.CHANNEL):
            ids |= {owner.id for owner in await village.context.store.engine.owners(kind)}
        assert found_in(keys_of(here.boxes, here.keys), ids) == set()
