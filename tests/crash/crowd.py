"""Six people at real sockets who write to each other, and hold the server to every word it gave.

They share a basic group and a supergroup, send files as well as texts, and react to what they read.
"""

import asyncio
import itertools
import random
from collections import Counter
from typing import Any, Final

from bench.client import AuthKey, Client, Place, Refused, find, log_in, read_modulus

from chappe.tl import api
from tests.journeys.server import RealServer

PEOPLE: Final = 6
TALKS_AT_ONCE: Final = 3  # messages each of them has under way
AGAIN: Final = 0.5  # share of those never acknowledged that are sent again later
WITH_FILE: Final = 0.15  # share of messages that carry a file
REACTING: Final = 0.2  # share of acknowledged messages that somebody reacts to
FILE_BYTES: Final = 20_000
SETTLED_S_MAX: Final = 60  # seconds until lines left by a crash must be delivered
FIRST_MAX: Final = 2  # the id of the first message in a box
GROUP, CHANNEL = -1, -2  # instead of a person, where somebody writes


def file_of(number: int) -> bytes:
    """Return the bytes of the file that a message carries."""
    return random.Random(number).randbytes(FILE_BYTES)


class Person:
    """Somebody with a key, what they were told, and what they caught up with."""

    def __init__(self, number: int) -> None:
        self.phone = f"49155530000{number}"
        self.auth: AuthKey | None = None
        self.client: Client | None = None
        self.peers: list[Any] = []
        self.pts, self.date = 0, 1
        self.box: list[tuple[int, str]] = []  # (message id, text), as the difference told
        self.channel: Any = None  # the supergroup, as this person names it
        self.channel_pts = 1  # of a channel in which nothing has happened yet
        self.posts: list[tuple[int, str]] = []  # likewise, in the supergroup
        self.pushed: set[str] = set()  # texts that came by themselves

    def on_update(self, updates: Any) -> None:
        """Note what the server tells by itself: it must have kept it."""
        for update in getattr(updates, "updates", ()):
            if isinstance(update, (api.UpdateNewMessage, api.UpdateNewChannelMessage)):
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
            found = await self.client.call(
                api.UpdatesGetDifference(pts=self.pts, date=self.date, qts=0)
            )
            if isinstance(found, api.UpdatesDifferenceEmpty):
                return
            last = isinstance(found, api.UpdatesDifference)
            state = found.state if last else found.intermediate_state
            counted = [getattr(u, "pts_count", 0) for u in found.other_updates]
            touched = len(found.new_messages) + sum(counted)
            assert state.pts - self.pts == touched, f"a hole between {self.pts} and {state.pts}"
            self.pts, self.date = state.pts, state.date
            self.box += [(m.id, getattr(m, "message", "")) for m in found.new_messages]
            if last:
                return

    async def catch_up_channel(self) -> None:
        """Follow the supergroup's difference likewise."""
        if self.client is None:
            raise RuntimeError("not connected")
        everything = api.ChannelMessagesFilterEmpty()
        while True:
            found = await self.client.call(
                api.UpdatesGetChannelDifference(
                    channel=self.channel, filter=everything, pts=self.channel_pts, limit=1000
                )
            )
            if isinstance(found, api.UpdatesChannelDifferenceEmpty):
                return
            counted = [getattr(u, "pts_count", 0) for u in found.other_updates]
            touched = len(found.new_messages) + sum(counted)
            gap = f"a hole between {self.channel_pts} and {found.pts} of the supergroup"
            assert found.pts - self.channel_pts == touched, gap
            self.channel_pts = found.pts
            self.posts += [(m.id, getattr(m, "message", "")) for m in found.new_messages]
            if found.final:
                return


class Crowd:
    """Everybody, and every message anybody asked for."""

    def __init__(self, server: RealServer, seed: int) -> None:
        self.server = server
        self.chance = random.Random(seed)
        self.people = [Person(number) for number in range(PEOPLE)]
        self.group: Any = None
        self.asked: dict[int, tuple[int, int]] = {}  # random_id → sender, receiver or place
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
        made = await first.client.call(  # type: ignore[union-attr]
            api.ChannelsCreateChannel(title="everybody else", about="", megagroup=True)
        )
        channel = made.chats[0]
        where = api.InputChannel(channel_id=channel.id, access_hash=channel.access_hash)
        await first.client.call(  # type: ignore[union-attr]
            api.ChannelsInviteToChannel(channel=where, users=users[1:])
        )
        for person in self.people:
            await self._find_channel(person)

    async def _find_channel(self, person: Person) -> None:
        """Learn how somebody names the supergroup they were put into."""
        empty = api.InputPeerEmpty()
        while person.channel is None:
            dialogs = await person.client.call(  # type: ignore[union-attr]
                api.MessagesGetDialogs(
                    offset_date=0, offset_id=0, offset_peer=empty, limit=100, hash=0
                )
            )
            for chat in dialogs.chats:
                if isinstance(chat, api.Channel):
                    person.channel = api.InputChannel(
                        channel_id=chat.id, access_hash=chat.access_hash
                    )

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
                others = [n for n in range(PEOPLE) if n != sender]
                to = self.chance.choice([GROUP, CHANNEL, CHANNEL, *others])
                self.asked[number] = (sender, to)
            try:
                self.acknowledged[number] = await self._send(sender, to, number)
                if self.chance.random() < REACTING:
                    await self._react(sender, to, self.acknowledged[number])
            except (ConnectionError, OSError):
                self._open.append(number)
                return

    def _peer(self, sender: int, to: int) -> Any:
        person = self.people[sender]
        if to == CHANNEL:
            where = person.channel
            return api.InputPeerChannel(channel_id=where.channel_id, access_hash=where.access_hash)
        return self.group if to == GROUP else person.peers[to]

    def carries_file(self, number: int) -> bool:
        """Whether a message is one with a file."""
        return random.Random(number).random() < WITH_FILE

    async def _send(self, sender: int, to: int, number: int) -> int:
        client, peer = self.people[sender].client, self._peer(sender, to)
        said = {"peer": peer, "message": f"m{number}", "random_id": number}
        if client is None:
            raise ConnectionResetError("not connected")
        if self.carries_file(number):
            part = api.UploadSaveFilePart(file_id=number, file_part=0, bytes=file_of(number))
            await client.call(part)
            file = api.InputFile(id=number, parts=1, name=f"{number}.bin", md5_checksum="")
            medium = api.InputMediaUploadedDocument(
                file=file, mime_type="application/octet-stream", attributes=[], force_file=True
            )
            answer = await client.call(api.MessagesSendMedia(media=medium, **said))
        else:
            answer = await client.call(api.MessagesSendMessage(**said))
        if isinstance(answer, api.UpdateShortSentMessage):
            return int(answer.id)
        (given,) = [u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)]
        return int(given)

    async def _react(self, sender: int, to: int, message: int) -> None:
        heart = [api.ReactionEmoji(emoticon=self.chance.choice("👍🔥🎉"))]
        try:
            await self.people[sender].client.call(  # type: ignore[union-attr]
                api.MessagesSendReaction(
                    peer=self._peer(sender, to), msg_id=message, reaction=heart
                )
            )
        except Refused as refusal:
            assert refusal.name == "MESSAGE_NOT_MODIFIED", refusal.name

    async def check_files(self) -> None:
        """Download files that were acknowledged, as those who got them, and compare their bytes."""
        numbers = [n for n in self.acknowledged if self.carries_file(n)]
        for number in self.chance.sample(numbers, min(len(numbers), 50)):
            sender, to = self.asked[number]
            person = self.people[sender]
            given = api.InputMessageID(id=self.acknowledged[number])
            request: Any = api.MessagesGetMessages(id=[given])
            if to == CHANNEL:
                request = api.ChannelsGetMessages(channel=person.channel, id=[given])
            found = await person.client.call(request)  # type: ignore[union-attr]
            shown = found.messages[0].media.document
            where = api.InputDocumentFileLocation(
                id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference,
                thumb_size="",
            )  # fmt: skip
            got = await person.client.call(  # type: ignore[union-attr]
                api.UploadGetFile(location=where, offset=0, limit=32_768)
            )
            assert got.bytes == file_of(number), f"the file of m{number} is another one"

    async def catch_up(self) -> None:
        """Let everybody follow their difference."""
        await asyncio.gather(*(person.catch_up() for person in self.people))
        await asyncio.gather(*(person.catch_up_channel() for person in self.people))

    def _holders(self, number: int) -> list[int]:
        sender, to = self.asked[number]
        return list(range(PEOPLE)) if to in (GROUP, CHANNEL) else [sender, to]

    def _texts(self) -> list[Counter[str]]:
        """Count the texts each of them has, wherever."""
        return [Counter(text for _, text in (*p.box, *p.posts)) for p in self.people]

    def missing(self) -> list[str]:
        """Return what should be in a box and is not (yet)."""
        texts = self._texts()
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
            for what, log in (("box", person.box), ("supergroup", person.posts)):
                first = log[0][0]  # 1, or behind what the account began with
                wrong = [(at, *found) for at, found in enumerate(log, first) if found[0] != at]
                assert wrong[:3] == [], f"ids have a hole in the {what} of {person.phone}"
                assert first <= FIRST_MAX, f"the {what} of {person.phone} begins late"
            assert person.posts == self.people[0].posts, "a supergroup is not the same for all"
        texts = self._texts()
        for number in self.asked:
            for who, found in enumerate(texts):
                allowed = (0, 1) if who in self._holders(number) else (0,)
                times = found[f"m{number}"]
                assert times in allowed, f"m{number} is there {times} times with {who}"
        for number, message in self.acknowledged.items():
            sender, to = self.asked[number]
            person = self.people[sender]
            assert (message, f"m{number}") in (person.posts if to == CHANNEL else person.box)
        for person, found in zip(self.people, texts, strict=True):
            assert {text for text in person.pushed if not found[text]} == set()
