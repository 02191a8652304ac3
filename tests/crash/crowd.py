"""Six people at real sockets who write to each other, and hold the server to every word it gave."""

import asyncio
import itertools
import random
from collections import Counter
from typing import Any, Final

from bench.client import AuthKey, Client, Place, find, log_in, read_modulus

from chappe.tl import api
from tests.journeys.server import RealServer

PEOPLE: Final = 6
TALKS_AT_ONCE: Final = 3  # messages each of them has under way
AGAIN: Final = 0.5  # share of those never acknowledged that are sent again later
SETTLED_S_MAX: Final = 30  # seconds until lines left by a crash must be delivered


class Person:
    """Somebody with a key, what they were told, and what they caught up with."""

    def __init__(self, number: int) -> None:
        self.phone = f"49155530000{number}"
        self.auth: AuthKey | None = None
        self.client: Client | None = None
        self.peers: list[Any] = []
        self.pts = 0
        self.box: list[tuple[int, str]] = []  # (message id, text), as the difference told
        self.pushed: set[str] = set()  # texts that came by themselves

    def on_update(self, updates: Any) -> None:
        """Note what the server tells by itself: it must have kept it."""
        for update in getattr(updates, "updates", ()):
            if isinstance(update, api.UpdateNewMessage):
                text = getattr(update.message, "message", "")
                if text:
                    self.pushed.add(text)

    async def connect(self, place: Place) -> Client:
        """Connect with the key this person has, or make one."""
        self.client = await Client.connect(place, self.auth)
        self.auth = self.client.auth
        self.client.on_update = self.on_update
        return self.client

    async def catch_up(self) -> None:
        """Follow the difference to its end, and check that it has no hole and no repetition."""
        if self.client is None:
            raise RuntimeError("not connected")
        while True:
            found = await self.client.call(api.UpdatesGetDifference(pts=self.pts, date=0, qts=0))
            if isinstance(found, api.UpdatesDifferenceEmpty):
                return
            last = isinstance(found, api.UpdatesDifference)
            state = found.state if last else found.intermediate_state
            counted = [getattr(u, "pts_count", 0) for u in found.other_updates]
            touched = len(found.new_messages) + sum(counted)
            assert state.pts - self.pts == touched, f"a hole between {self.pts} and {state.pts}"
            self.pts = state.pts
            self.box += [(m.id, getattr(m, "message", "")) for m in found.new_messages]
            if last:
                return


class Crowd:
    """Everybody, and every message anybody asked for."""

    def __init__(self, server: RealServer, seed: int) -> None:
        self.server = server
        self.chance = random.Random(seed)
        self.people = [Person(number) for number in range(PEOPLE)]
        self.group: Any = None
        self.asked: dict[int, tuple[int, int]] = {}  # random_id → sender, receiver (-1: the group)
        self.acknowledged: dict[int, int] = {}  # random_id → message id in the sender's box
        self._numbers = itertools.count(1)
        self._open: list[int] = []  # never acknowledged, and not sent again yet

    def place(self) -> Place:
        """Return where the server listens now."""
        return Place("127.0.0.1", self.server.port, read_modulus(self.server.data))

    async def sign_up(self) -> None:
        """Let everybody in, and make the group they share."""
        for person in self.people:
            client = await person.connect(self.place())
            await log_in(client, person.phone, self.server.codes)
            person.pts = (await client.call(api.UpdatesGetState())).pts
            assert person.pts <= 1, "a box that holds nothing has begun to count"
        for person in self.people:
            for other in self.people:
                person.peers.append(await find(person.client, other.phone))  # type: ignore[arg-type]
        first = self.people[0]
        users = [api.InputUser(user_id=p.user_id, access_hash=p.access_hash) for p in first.peers]
        made = await first.client.call(  # type: ignore[union-attr]
            api.MessagesCreateChat(users=users[1:], title="everybody")
        )
        self.group = api.InputPeerChat(chat_id=made.updates.chats[0].id)

    async def come_back(self) -> None:
        """Connect again after a crash, each with the key they had."""
        await asyncio.gather(*(person.connect(self.place()) for person in self.people))

    async def talk(self) -> None:
        """Send at random until the connections end."""
        await asyncio.gather(*(self._talk(n) for n in range(PEOPLE) for _ in range(TALKS_AT_ONCE)))

    async def _talk(self, sender: int) -> None:
        while True:
            mine = [number for number in self._open if self.asked[number][0] == sender]
            if mine and self.chance.random() < AGAIN:
                number = mine[0]
                self._open.remove(number)
                to = self.asked[number][1]
            else:
                number = next(self._numbers)
                to = self.chance.choice([-1, *(n for n in range(PEOPLE) if n != sender)])
                self.asked[number] = (sender, to)
            try:
                self.acknowledged[number] = await self._send(sender, to, number)
            except (ConnectionError, OSError):
                self._open.append(number)
                return

    async def _send(self, sender: int, to: int, number: int) -> int:
        person = self.people[sender]
        peer = self.group if to < 0 else person.peers[to]
        answer = await person.client.call(  # type: ignore[union-attr]
            api.MessagesSendMessage(peer=peer, message=f"m{number}", random_id=number)
        )
        if isinstance(answer, api.UpdateShortSentMessage):
            return int(answer.id)
        (given,) = [u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)]
        return int(given)

    async def catch_up(self) -> None:
        """Let everybody follow their difference."""
        await asyncio.gather(*(person.catch_up() for person in self.people))

    def _holders(self, number: int) -> list[int]:
        sender, to = self.asked[number]
        return list(range(PEOPLE)) if to < 0 else [sender, to]

    def missing(self) -> list[str]:
        """Return what should be in a box and is not (yet)."""
        texts = [Counter(text for _, text in person.box) for person in self.people]
        gone = []
        for number in self.asked:
            times = [texts[holder][f"m{number}"] for holder in self._holders(number)]
            if number in self.acknowledged and 0 in times:
                gone.append(f"m{number} was acknowledged and is in {times}")
            elif 0 in times and any(times):
                gone.append(f"m{number} is in {times} of its boxes")
        return gone

    async def settle(self) -> None:
        """Wait until what a crash left on its way has arrived."""
        async with asyncio.timeout(SETTLED_S_MAX):
            while self.missing():
                await asyncio.sleep(0.1)
                await self.catch_up()

    def check(self) -> None:
        """Hold every box against what was asked, acknowledged and told."""
        assert self.missing() == []
        for person in self.people:
            ids = [message for message, _ in person.box]
            assert ids == list(range(1, len(ids) + 1)), "message ids have a hole"
        texts = [Counter(text for _, text in person.box) for person in self.people]
        for number in self.asked:
            for who, found in enumerate(texts):
                allowed = (0, 1) if who in self._holders(number) else (0,)
                assert found[f"m{number}"] in allowed, f"m{number} is {found} times with {who}"
        for number, message in self.acknowledged.items():
            assert (message, f"m{number}") in self.people[self.asked[number][0]].box
        for person, found in zip(self.people, texts, strict=True):
            assert {text for text in person.pushed if not found[text]} == set()
