"""Twelve people who go on as people do for as long as one likes: texts, changes, deletions, files."""

import asyncio
import itertools
import random
from collections import deque
from typing import Any, Final

from bench.client import Client, Place, find, log_in, read_modulus

from chappe.tl import api
from tests.journeys.server import RealServer

PEOPLE: Final = 12
OWN_KEPT: Final = 30  # of their newest messages each still changes or deletes
FILE_BYTES: Final = 9_000
EVERYBODY: Final = -1  # instead of a person: the group they share
TURN: Final = 20  # things each does before the load is paused, if it is to be


class Person:
    """Somebody with an app that is open all the time."""

    def __init__(self, number: int) -> None:
        self.phone = f"49155540000{number:02d}"
        self.client: Any = None
        self.peers: list[Any] = []
        self.own: deque[tuple[int, Any]] = deque(maxlen=OWN_KEPT)  # message, and where it is
        self.came: tuple[int, int] = (0, 0)  # the newest message that came, and from whom
        self.files = 0

    def on_update(self, updates: Any) -> None:
        """Note what came: it is read now and then."""
        for update in getattr(updates, "updates", ()):
            if isinstance(update, api.UpdateNewMessage) and isinstance(update.message, api.Message):
                peer = update.message.peer_id
                if isinstance(peer, api.PeerUser):
                    self.came = (update.message.id, peer.user_id)


class Steady:
    """Everybody, and how often anything was done."""

    def __init__(self, server: RealServer, seed: int = 1) -> None:
        self.server = server
        self.chance = random.Random(seed)
        self.people = [Person(number) for number in range(PEOPLE)]
        self.group: Any = None
        self.done = 0
        self._numbers = itertools.count(1)

    async def sign_up(self) -> None:
        """Let everybody in, and make the group they share."""
        place = Place("127.0.0.1", self.server.port, read_modulus(self.server.data))
        for person in self.people:
            person.client = await Client.connect(place)
            person.client.on_update = person.on_update
            await log_in(person.client, person.phone, self.server.codes)
        for person in self.people:
            person.peers = [await find(person.client, other.phone) for other in self.people]
        first = self.people[0]
        users = [api.InputUser(user_id=p.user_id, access_hash=p.access_hash) for p in first.peers]
        made = await first.client.call(api.MessagesCreateChat(users=users[1:], title="all"))
        self.group = api.InputPeerChat(chat_id=made.updates.chats[0].id)

    async def go_on(self, operations: int) -> None:
        """Let everybody do something, so often in all."""
        each = -(-operations // PEOPLE)
        await asyncio.gather(*(self._live(person, each) for person in self.people))

    async def _live(self, person: Person, operations: int) -> None:
        for _ in range(operations):
            await self._do(person)
            self.done += 1

    async def _do(self, person: Person) -> None:
        """Do one of the things people do."""
        what = self.chance.random()
        if what < 0.5 or not person.own:
            await self._write(person)
        elif what < 0.65:
            message, peer = self.chance.choice(person.own)
            text = f"changed {next(self._numbers)}"
            await person.client.call(api.MessagesEditMessage(peer=peer, id=message, message=text))
        elif what < 0.8:
            message, _ = person.own.popleft()
            await person.client.call(api.MessagesDeleteMessages(id=[message], revoke=True))
        elif what < 0.85:
            await self._send_file(person)
        elif what < 0.95:
            await self._read(person)
        else:
            peer = self._somebody(person)
            await person.client.call(
                api.MessagesGetHistory(
                    peer=peer,
                    offset_id=0,
                    offset_date=0,
                    add_offset=0,
                    limit=30,
                    max_id=0,
                    min_id=0,
                    hash=0,
                )
            )

    def _somebody(self, person: Person) -> Any:
        if self.chance.random() < 0.2:
            return self.group
        return self.chance.choice(person.peers)

    async def _write(self, person: Person) -> None:
        number = next(self._numbers)
        peer = self._somebody(person)
        text = f"{number}: " + "shall we meet at the station? " * self.chance.randrange(1, 4)
        request = api.MessagesSendMessage(peer=peer, message=text, random_id=number)
        self._note(person, peer, await person.client.call(request))

    def _note(self, person: Person, peer: Any, answer: Any) -> None:
        if isinstance(answer, api.UpdateShortSentMessage):
            person.own.append((answer.id, peer))
            return
        (given,) = [u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)]
        person.own.append((given, peer))

    async def _send_file(self, person: Person) -> None:
        number = next(self._numbers)
        peer = self._somebody(person)
        data = random.Random(number).randbytes(FILE_BYTES)
        part = api.UploadSaveFilePart(file_id=number, file_part=0, bytes=data)
        await person.client.call(part)
        medium = api.InputMediaUploadedDocument(
            file=api.InputFile(id=number, parts=1, name=f"{number}.bin", md5_checksum=""),
            mime_type="application/octet-stream",
            attributes=[],
            force_file=True,
        )
        answer = await person.client.call(
            api.MessagesSendMedia(peer=peer, media=medium, message="", random_id=number)
        )
        self._note(person, peer, answer)
        shown = [
            u.message.media.document
            for u in getattr(answer, "updates", ())
            if isinstance(u, api.UpdateNewMessage)
        ]
        for document in shown:
            where = api.InputDocumentFileLocation(
                id=document.id,
                access_hash=document.access_hash,
                file_reference=document.file_reference,
                thumb_size="",
            )
            got = await person.client.call(
                api.UploadGetFile(location=where, offset=0, limit=32_768)
            )
            assert bytes(got.bytes) == data

    async def _read(self, person: Person) -> None:
        message, user = person.came
        if not message:
            return
        (peer,) = [p for p in person.peers if p.user_id == user] or [None]
        if peer is not None:
            await person.client.call(api.MessagesReadHistory(peer=peer, max_id=message))
