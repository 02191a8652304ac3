"""One of two servers measured in turn: its people and chats.

They are made over the wire, as apps do, so that any version can be the other one.
"""

import asyncio
import itertools
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from chappe.tl import api

from .client import AuthKey, Client, Link, find, log_in, make_key
from .loads import OBFUSCATED, TEXT, Person, at_once, write
from .machine import Server, settled
from .ratios import Burst

MAKING_AT_ONCE: Final = 8
ASKING_AT_ONCE: Final = 20
REST_S: Final = 0.1  # at rest for so long, a server is done with what it was asked
TOLD_S_MAX: Final = 30.0
LETTERS: Final = {ord("0"): "i", ord("1"): "o"}


class Side:
    """A running server and everybody who was made there."""

    def __init__(
        self, server: Server, layer: int, link: type[Link] = Link, first_number: int = 1
    ) -> None:
        """Its people come by `link`; their numbers begin at `first_number`."""
        self.server = server
        self._layer = layer
        self._link = link
        self._people: list[Person] = []
        self._numbers = itertools.count(first_number)

    async def new_key(self) -> tuple[Link, AuthKey]:
        """Make a key."""
        kind, obfuscated = OBFUSCATED
        link = await self._link.open(self.server.place, kind, obfuscated=obfuscated)
        return link, await make_key(link, self.server.place.modulus)

    async def people(self, count: int) -> list[Person]:
        """Return so many people who are connected, always the same, signing up who is missing."""

        async def one() -> None:
            link, auth = await self.new_key()
            phone = f"1555{next(self._numbers):07}"
            person = Person(phone, Client(link, auth, self._layer))
            await log_in(person.client, phone, self.server.codes)
            self._people.append(person)

        await at_once(MAKING_AT_ONCE, [one] * (count - len(self._people)))
        return self._people[:count]

    async def somebody(self) -> Person:
        """Return somebody new, whose lists nobody else has filled."""
        have = len(self._people)
        await self.people(have + 1)
        return self._people.pop()

    async def know(self, who: Person, others: Sequence[Person]) -> list[Any]:
        """Return how somebody names each of the others."""
        works = [partial(find, who.client, other.phone) for other in others]
        return await at_once(ASKING_AT_ONCE, works)

    async def group(self, founder: Person, members: Sequence[Person]) -> Any:
        """Make a basic group; return how its members name it."""
        made = await founder.client.call(api.MessagesCreateChat(users=[], title="Friends"))
        peer = api.InputPeerChat(chat_id=made.updates.chats[0].id)
        await self._invite(founder, peer, members)
        return peer

    async def channel(self, founder: Person, members: Sequence[Person], *, broadcast: bool) -> Any:
        """Make a channel or supergroup that all are in; return how its founder names it."""
        asked = api.ChannelsCreateChannel(
            broadcast=broadcast, megagroup=not broadcast, title="Town", about=""
        )
        chat = (await founder.client.call(asked)).chats[0]
        peer = api.InputPeerChannel(channel_id=chat.id, access_hash=chat.access_hash)
        await self._invite(founder, peer, members)
        return peer

    async def _invite(self, founder: Person, peer: Any, members: Sequence[Person]) -> None:
        """Have people come by a link, so that nobody has anybody among their contacts."""
        link = await founder.client.call(api.MessagesExportChatInvite(peer=peer))
        invitation = link.link.rsplit("/", 1)[-1].removeprefix("+")
        works = [
            partial(member.client.call, api.MessagesImportChatInvite(hash=invitation))
            for member in members
        ]
        await at_once(ASKING_AT_ONCE, works)

    async def befriend(self, who: Person, others: Sequence[Person], each: int) -> None:
        """Have others write to somebody, one after the other, so many messages each."""
        for other in others:
            (peer,) = await self.know(other, [who])
            await write(other.client, peer, each)

    async def burst(self, run: Callable[[int], Any], units: int, each: int) -> Burst:
        """Do something so many times, and tell what it cost the server until it rests again."""
        await settled(self.server.pid, REST_S)
        before = self.server.cpu
        await run(units)
        await settled(self.server.pid, REST_S)
        return Burst(units * each, self.server.cpu - before)


class Crier:
    """Somebody who writes where others read: a message is done when each of them was told."""

    def __init__(self, writer: Client, peer: Any, readers: Sequence[Client]) -> None:
        self._writer = writer
        self._peer = peer
        self._readers = len(readers)
        self._told = 0
        self._all_told = asyncio.Event()
        self._text = b""
        for reader in readers:
            reader.on_push = self._on_push

    def _on_push(self, body: bytes) -> None:
        if self._text in body:  # and no notice of who is online
            self._told += 1
            if self._told >= self._readers:
                self._all_told.set()

    async def cry(self) -> None:
        """Write once."""
        random_id = random.getrandbits(63) + 1
        # a word of letters: what has digits might be a code, which is looked for
        text = f"{TEXT} {random.getrandbits(20):b}".translate(LETTERS)
        self._told, self._text = 0, text.encode()
        self._all_told.clear()
        await self._writer.call(
            api.MessagesSendMessage(peer=self._peer, message=text, random_id=random_id)
        )
        await asyncio.wait_for(self._all_told.wait(), TOLD_S_MAX)
