"""A population: people, groups, channels and what they wrote, put into a store before a server starts.

Everything goes through the sealed engine, many cells a commit, as the records of the slices that would
have written it. What a client would need minutes for is there in seconds.
"""

import struct
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final, Self

from chappe.app import installation
from chappe.core import HOUSE, Kind, Owner
from chappe.core.configuration import Configuration
from chappe.core.system import SystemEntropy
from chappe.crypto import kdf
from chappe.features import accounts, chats
from chappe.features.auth.keys import key_box
from chappe.features.auth.records import AuthKey as KeyRecord
from chappe.features.conversations import Dialog, Message
from chappe.features.conversations.channel import NewPost
from chappe.features.conversations.mailbox import NewMessage
from chappe.ports import Cell, Record, WriteSet
from chappe.trust import sealing
from chappe.updates import Event, EventRow
from chappe.updates.boxes import where_of
from chappe.updates.rows import Counters
from chappe.updates.store import cell_of, encode_record

from .client import AuthKey

CELLS_A_COMMIT: Final = 20_000
SHARDS: Final = 4096
TEXT: Final = "Shall we meet at the station at nine, as last time?"


@dataclass
class Resident:
    """Somebody of the population."""

    user: int
    auth: AuthKey
    joined: list[int] = field(default_factory=list)  # the numbers of dialogs

    @property
    def box(self) -> Owner:
        """Their box."""
        return Owner(Kind.USER, self.user)


class Population:
    """A data directory being filled. Open it, add to it, close it; then start a server on it."""

    def __init__(self, engine: sealing.SealedEngine, keys: sealing.KeyStore) -> None:
        self._engine = engine
        self._keys = keys
        self._cells: dict[Cell, bytes | None] = {}
        self._token = SystemEntropy().token
        self._people = 0
        self._chats = 0
        self.now = int(time.time())

    @classmethod
    async def open(cls, data: Path) -> Self:
        """Make a data directory."""
        entropy = SystemEntropy()
        root = installation.open_root(data, None, entropy)
        engine, keys = await installation.open_store(Configuration(), data, root, entropy)
        return cls(engine, keys)

    async def close(self) -> None:
        """Write what is left."""
        numbers = {"users": self._people + 1, "chats": self._chats + 1}
        await self.put(HOUSE, [Counters(numbers=numbers)])
        await self._flush()
        await self._engine.close()

    async def put(self, owner: Owner, records: Iterable[Record]) -> None:
        """Keep records in a box."""
        for record in records:
            self._cells[cell_of(owner, where_of(record))] = encode_record(record)
        if len(self._cells) >= CELLS_A_COMMIT:
            await self._flush()

    async def _flush(self) -> None:
        cells, self._cells = self._cells, {}
        await self._engine.commit([WriteSet(cells)])

    def hashes(self) -> Callable[[int, Kind, int], int]:
        """Return what makes the number by which one may name another, as the server makes it."""
        secret = self._keys.secret("access_hash")

        def made(viewer: int, kind: Kind, target: int) -> int:
            hashed = blake2b(digest_size=8, key=secret)
            hashed.update(struct.pack(">3q", viewer, kind, target))
            return int.from_bytes(hashed.digest(), "big") >> 1

        return made

    # -- people --------------------------------------------------------------------------------

    async def people(self, count: int) -> list[Resident]:
        """Add people, each with a key of their own that is logged in."""
        return [await self.person() for _ in range(count)]

    async def person(self) -> Resident:
        """Add somebody."""
        self._people += 1
        number = self._people
        user = number * SHARDS + number % SHARDS
        key = self._token(256)
        resident = Resident(user, AuthKey(key, 0))
        key_id = kdf.key_id(key)
        await self.put(
            key_box(key_id), [KeyRecord(key_id=key_id, key_bytes=key, created=self.now, user=user)]
        )
        await self.put(
            resident.box,
            [
                accounts.User(id=user, first_name=f"Person {number}", created=self.now),
                accounts.LastSeen(until=self.now),
                Counters(numbers={"pts": 1}),
            ],
        )
        return resident

    async def dialogs(self, who: Resident, partners: Sequence[tuple[int, int]], each: int) -> None:
        """Give somebody conversations, each of so many messages; only in their box.

        A conversation is the number of its dialog, and who writes there besides its owner.
        """
        pts = 1
        for peer, other in partners:
            written: list[Record] = []
            for turn in range(each):
                pts += 1
                sender = who.user if turn % 2 else other
                written += _message(pts, peer, sender, self.now, out=bool(turn % 2))
            written.append(Dialog(peer=peer, top=pts, date=self.now, unread=each // 2))
            await self.put(who.box, written)
        await self.put(who.box, [Counters(numbers={"pts": pts})])

    # -- chats ---------------------------------------------------------------------------------

    async def chat(
        self, kind: Kind, members: Sequence[Resident], posts: int = 0, *, broadcast: bool = False
    ) -> Owner:
        """Add a group or channel; its first member made it."""
        self._chats += 1
        owner = Owner(kind, self._chats * SHARDS + self._chats % SHARDS)
        peer = accounts.peer_id(owner)
        creator = members[0].user
        chat = chats.Chat(
            id=owner.id,
            title=f"Chat {self._chats}",
            created=self.now,
            creator=creator,
            broadcast=broadcast,
            members=len(members),
        )
        await self.put(owner, [chat, Counters(numbers={"pts": posts + 1, "message": posts})])
        if kind is Kind.CHANNEL:
            await self.put(owner, [chats.Top(id=posts, date=self.now)])
        for number in range(1, posts + 1):
            sender = peer if broadcast else members[number % len(members)].user
            post = Message(
                peer=peer,
                id=number,
                date=self.now,
                sender=sender,
                out=True,
                text=TEXT,
                origin=number,
            )
            event = NewPost(channel=owner.id, id=number)
            await self.put(owner, [post, _row(number + 1, event, self.now)])
        for member in members:
            member.joined.append(peer)
            joined = chats.Member(user=member.user, joined=self.now, creator=member.user == creator)
            await self.put(owner, [joined])
            await self.put(
                member.box,
                [chats.Joined(peer=peer, date=self.now), Dialog(peer=peer, date=self.now)],
            )
        return owner


def _row(pts: int, event: Event, date: int) -> EventRow:
    return EventRow(pts=pts, name=event.name, body=encode_record(event), date=date)


def _message(number: int, peer: int, sender: int, date: int, *, out: bool) -> list[Record]:
    """Return what a message leaves in a person's box."""
    message = Message(
        peer=peer,
        id=number,
        date=date,
        sender=sender,
        out=out,
        text=TEXT,
        origin=number,
    )
    return [message, _row(number, NewMessage(peer=peer, id=number), date)]
