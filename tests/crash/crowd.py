"""Six people at real sockets who write to each other, and hold the server to every word it gave.

They share a basic group, a supergroup, and a channel whose posts come into a group to be talked about. They
send photos and files as well as texts, and react to what they read.
"""

import asyncio
import io
import itertools
import random
from collections import Counter
from typing import Any, Final

from bench.client import AuthKey, Client, Place, Refused, find, log_in, read_modulus
from PIL import Image

from chappe.tl import api
from tests.journeys.server import RealServer

PEOPLE: Final = 6
TALKS_AT_ONCE: Final = 3  # messages each of them has under way
AGAIN: Final = 0.5  # share of those never acknowledged that are sent again later
WITH_FILE: Final = 0.15  # share of messages that carry a file
WITH_PHOTO: Final = 0.05  # share of messages that carry a photo
REACTING: Final = 0.2  # share of acknowledged messages that somebody reacts to
FILE_BYTES: Final = 20_000
SETTLED_S_MAX: Final = 60  # seconds until lines left by a crash must be delivered
FIRST_MAX: Final = 2  # the id of the first message in a box
GROUP, CHANNEL, NEWS, TALK = -1, -2, -3, -4  # instead of a person, where somebody writes
LOGS: Final = {CHANNEL: "everybody else", NEWS: "the news", TALK: "the talk"}


def file_of(number: int) -> bytes:
    """Return the bytes of the file that a message carries."""
    return random.Random(number).randbytes(FILE_BYTES)


def photo_of(number: int) -> bytes:
    """Return the picture that a message carries, one of its own."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (number % 256, number // 256 % 256, 7)).save(out, "PNG")
    return out.getvalue()


class Log:
    """A channel as one person follows it."""

    def __init__(self, channel: Any) -> None:
        self.channel = channel
        self.pts = 1  # of a channel in which nothing has happened yet
        self.posts: list[tuple[int, str]] = []

    @property
    def peer(self) -> Any:
        """Return how messages are sent there."""
        given = self.channel
        return api.InputPeerChannel(channel_id=given.channel_id, access_hash=given.access_hash)


class Person:
    """Somebody with a key, what they were told, and what they caught up with."""

    def __init__(self, number: int) -> None:
        self.phone = f"49155530000{number}"
        self.auth: AuthKey | None = None
        self.client: Client | None = None
        self.peers: list[Any] = []
        self.pts, self.date = 0, 1
        self.box: list[tuple[int, str]] = []  # (message id, text), as the difference told
        self.logs: dict[int, Log] = {}
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

    async def catch_up_channel(self, log: Log) -> None:
        """Follow a channel's difference likewise."""
        if self.client is None:
            raise RuntimeError("not connected")
        everything = api.ChannelMessagesFilterEmpty()
        while True:
            found = await self.client.call(
                api.UpdatesGetChannelDifference(
                    channel=log.channel, filter=everything, pts=log.pts, limit=1000
                )
            )
            if isinstance(found, api.UpdatesChannelDifferenceEmpty):
                return
            counted = [getattr(u, "pts_count", 0) for u in found.other_updates]
            touched = len(found.new_messages) + sum(counted)
            assert found.pts - log.pts == touched, f"a hole between {log.pts} and {found.pts}"
            log.pts = found.pts
            log.posts += [(m.id, getattr(m, "message", "")) for m in found.new_messages]
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
        for place, title in LOGS.items():
            await self._found(place, title, users[1:])
        news, talk = first.logs[NEWS].channel, first.logs[TALK].channel
        discuss = api.ChannelsSetDiscussionGroup(broadcast=news, group=talk)
        await first.client.call(discuss)  # type: ignore[union-attr]
        for user in users[1:]:
            post = api.ChatAdminRights(post_messages=True)
            admin = api.ChannelsEditAdmin(channel=news, user_id=user, admin_rights=post, rank="")
            await first.client.call(admin)  # type: ignore[union-attr]

    async def _found(self, place: int, title: str, users: list[Any]) -> None:
        """Make a supergroup or channel with everybody in it, and have each find it."""
        client: Any = self.people[0].client
        news = place == NEWS
        made = await client.call(
            api.ChannelsCreateChannel(title=title, about="", megagroup=not news, broadcast=news)
        )
        (chat,) = made.chats
        where = api.InputChannel(channel_id=chat.id, access_hash=chat.access_hash)
        await client.call(api.ChannelsInviteToChannel(channel=where, users=users))
        for person in self.people:
            await self._find(person, place, title)

    async def _find(self, person: Person, place: int, title: str) -> None:
        """Learn how somebody names a channel they were put into."""
        empty = api.InputPeerEmpty()
        while place not in person.logs:
            dialogs = await person.client.call(  # type: ignore[union-attr]
                api.MessagesGetDialogs(
                    offset_date=0, offset_id=0, offset_peer=empty, limit=100, hash=0
                )
            )
            for chat in dialogs.chats:
                if isinstance(chat, api.Channel) and chat.title == title:
                    person.logs[place] = Log(
                        api.InputChannel(channel_id=chat.id, access_hash=chat.access_hash)
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
                to = self.chance.choice([GROUP, CHANNEL, NEWS, *others])
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
        if to in LOGS:
            return person.logs[to].peer
        return self.group if to == GROUP else person.peers[to]

    def carries_file(self, number: int) -> bool:
        """Whether a message is one with a file."""
        return random.Random(number).random() < WITH_FILE

    def carries_photo(self, number: int) -> bool:
        """Whether a message is one with a photo."""
        return WITH_FILE <= random.Random(number).random() < WITH_FILE + WITH_PHOTO

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
        elif self.carries_photo(number):
            part = api.UploadSaveFilePart(file_id=number, file_part=0, bytes=photo_of(number))
            await client.call(part)
            file = api.InputFile(id=number, parts=1, name="p.png", md5_checksum="")
            photo = api.InputMediaUploadedPhoto(file=file)
            answer = await client.call(api.MessagesSendMedia(media=photo, **said))
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
        files = [n for n in self.acknowledged if self.carries_file(n)]
        photos = [n for n in self.acknowledged if self.carries_photo(n)]
        for number in self.chance.sample(files, min(len(files), 50)):
            shown = (await self._shown(number)).media.document
            assert await self._fetch(number, shown, "") == file_of(number), f"m{number} is another"
        for number in self.chance.sample(photos, min(len(photos), 50)):
            photo = (await self._shown(number)).media.photo
            (size,) = [s for s in photo.sizes if isinstance(s, api.PhotoSize)][-1:]
            got = await self._fetch(number, photo, size.type)
            assert len(got) == size.size
            with Image.open(io.BytesIO(got)) as opened:
                assert opened.size == (40, 30), f"the photo of m{number} is another one"

    async def _shown(self, number: int) -> Any:
        sender, to = self.asked[number]
        person = self.people[sender]
        given = api.InputMessageID(id=self.acknowledged[number])
        request: Any = api.MessagesGetMessages(id=[given])
        if to in LOGS:
            request = api.ChannelsGetMessages(channel=person.logs[to].channel, id=[given])
        return (await person.client.call(request)).messages[0]  # type: ignore[union-attr]

    async def _fetch(self, number: int, shown: Any, size: str) -> bytes:
        photo = isinstance(shown, api.Photo)
        kind = api.InputPhotoFileLocation if photo else api.InputDocumentFileLocation
        where = kind(
            id=shown.id,
            access_hash=shown.access_hash,
            file_reference=shown.file_reference,
            thumb_size=size,
        )
        client: Any = self.people[self.asked[number][0]].client
        got = await client.call(api.UploadGetFile(location=where, offset=0, limit=32_768))
        return bytes(got.bytes)

    async def catch_up(self) -> None:
        """Let everybody follow their difference."""
        await asyncio.gather(*(person.catch_up() for person in self.people))
        await asyncio.gather(
            *(
                person.catch_up_channel(log)
                for person in self.people
                for log in person.logs.values()
            )
        )

    def _holders(self, number: int) -> list[int]:
        sender, to = self.asked[number]
        return [sender, to] if to >= 0 else list(range(PEOPLE))

    def _texts(self) -> list[Counter[str]]:
        """Count the texts each of them has, wherever they were written."""
        logs = (CHANNEL, NEWS)
        return [
            Counter(
                text for _, text in (*p.box, *(post for at in logs for post in p.logs[at].posts))
            )
            for p in self.people
        ]

    def _talked_about(self) -> tuple[list[str], list[str]]:
        """Return the posts of the channel, and those that came into its group."""
        logs = self.people[0].logs
        posts = [text for _, text in logs[NEWS].posts if text]
        return posts, [text for _, text in logs[TALK].posts if text]

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
        posts, talked = self._talked_about()
        return gone + [f"{text} is not talked about" for text in set(posts) - set(talked)]

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
            followed = {
                "box": person.box,
                **{LOGS[at]: one.posts for at, one in person.logs.items()},
            }
            for what, log in followed.items():
                first = log[0][0]  # 1, or behind what the account began with
                wrong = [(at, *found) for at, found in enumerate(log, first) if found[0] != at]
                assert wrong[:3] == [], f"ids have a hole in the {what} of {person.phone}"
                assert first <= FIRST_MAX, f"the {what} of {person.phone} begins late"
            for at, one in person.logs.items():
                same = one.posts == self.people[0].logs[at].posts
                assert same, f"{LOGS[at]} is not the same for all"
        posts, talked = self._talked_about()
        assert posts == talked, "what is talked about is not what was posted, once and in order"
        texts = self._texts()
        for number in self.asked:
            for who, found in enumerate(texts):
                allowed = (0, 1) if who in self._holders(number) else (0,)
                times = found[f"m{number}"]
                assert times in allowed, f"m{number} is there {times} times with {who}"
        for number, message in self.acknowledged.items():
            sender, to = self.asked[number]
            person = self.people[sender]
            log = person.logs[to].posts if to in LOGS else person.box
            assert (message, f"m{number}") in log
        for person, found in zip(self.people, texts, strict=True):
            assert {text for text in person.pushed if not found[text]} == set()
