"""People who live through crashes: what they do, and everything that must be true afterwards."""

import asyncio
import random
from typing import Any, NamedTuple

from bench.client import AuthKey, Refused

from chappe.crypto import kdf
from chappe.mtproto import NewAuthKey
from chappe.ports import EngineError
from chappe.tl import api

from .app import App
from .crashing import Machine

FOREVER = float("inf")
PAUSE_S_MAX = 2.0  # simulated seconds between two things somebody does
ASK_AGAIN_S = 30.0  # simulated seconds until somebody asks for a code again
AWAY_S_MAX = 30.0  # simulated seconds somebody is away


class Said(NamedTuple):
    """Something somebody wrote."""

    number: int
    by: int
    place: Any  # ("user", person) | ("group", id) | ("channel", id)
    random_id: int
    at: float


class Circle:
    """Everybody, and all they ever did."""

    def __init__(self, machine: Machine, seed: int, people: int, acts: int) -> None:
        self.machine = machine
        self.chance = random.Random(seed)
        self.acts = acts
        self.said: dict[int, Said] = {}
        self.kept: dict[int, tuple[int, float]] = {}  # number → message id, when it was told
        self.refused: set[int] = set()
        self.edits: dict[int, list[str]] = {}  # number → texts it was asked to have
        self.deleted: set[int] = set()
        # by title: a group asked for again after a crash may be there twice
        self.joined: dict[str, list[tuple[int, float]]] = {}
        self.departed: dict[Any, list[tuple[int, float]]] = {}
        self.made = 0
        self.people = [Person(self, number) for number in range(people)]

    def now(self) -> float:
        """Return the simulated seconds since the beginning."""
        return asyncio.get_running_loop().time()

    def joins(self, title: str, who: int) -> None:
        """Note that somebody may be in a place from now on."""
        self.joined.setdefault(title, []).append((who, self.now()))

    def left(self, place: Any, who: int) -> None:
        """Note that somebody is surely out from now on."""
        self.departed.setdefault(place, []).append((who, self.now()))

    def times_in(self, place: Any, who: int) -> list[tuple[float, float]]:
        """Return from when until when somebody may have been in a place."""
        out = [at for w, at in self.departed.get(place, ()) if w == who]
        since = [at for w, at in self.joined[self.machine.titles[place]] if w == who]
        return [(start, min((at for at in out if at > start), default=FOREVER)) for start in since]

    def may_see(self, who: int, said: Said) -> bool:
        """Whether somebody may ever be shown what was said."""
        kind, where = said.place
        if kind == "user":
            return who in (said.by, where)
        until = FOREVER  # who comes later reads a supergroup's history, but not a basic group's
        if kind == "group":
            until = self.kept.get(said.number, (0, FOREVER))[1]
        times = self.times_in(said.place, who)
        return any(start <= until and said.at <= end for start, end in times)

    def number_of(self, text: str) -> int | None:
        """Return which of the things said a text is, whatever edit of it."""
        return int(text[1:].partition("e")[0]) if text[:1] == "m" and text[1:2].isdigit() else None


class Person:
    """Somebody with an app."""

    def __init__(self, circle: Circle, number: int) -> None:
        self.circle = circle
        self.number = number
        self.phone = f"49155530000{number}"
        self.key = random.Random(1_000 + number).randbytes(256)
        self.app = App(circle.machine, AuthKey(self.key, 0))
        self.user = 0
        self.contacts: dict[int, Any] = {}
        self.mine: list[int] = []  # numbers of what was said and told to be kept

    # -- coming in -----------------------------------------------------------------------------

    async def sign_up(self) -> None:
        """Make a key and an account, whatever it takes."""
        machine = self.circle.machine
        new = NewAuthKey(self.key, kdf.key_id(self.key), 0, None, b"", b"")
        while True:
            await machine.up.wait()
            keep = asyncio.ensure_future(machine.server.auth_keys.keep(new))  # type: ignore[union-attr]
            try:
                await keep  # False says that it is kept already
                break
            except (EngineError, asyncio.CancelledError):
                continue
        while not self.user:
            try:
                await self._log_in()
            except Refused as refusal:
                assert refusal.name in ("PHONE_CODE_EXPIRED", "PHONE_NUMBER_OCCUPIED"), refusal.name
            if (
                not self.user
            ):  # the code went down with a server: another comes once that one is too old
                await asyncio.sleep(ASK_AGAIN_S)

    async def _log_in(self) -> None:
        call = self.app.call
        sent = await call(
            api.AuthSendCode(
                phone_number=self.phone, api_id=1, api_hash="", settings=api.CodeSettings()
            )
        )
        who = {"phone_number": self.phone, "phone_code_hash": sent.phone_code_hash}
        server = self.circle.machine.server
        codes = (
            [c["code"] for c in server.console.recent if c["to"] == self.phone] if server else []
        )
        if not codes:
            return
        done = await call(api.AuthSignIn(**who, phone_code=codes[-1]))
        if isinstance(done, api.AuthAuthorizationSignUpRequired):
            done = await call(api.AuthSignUp(**who, first_name=f"P{self.number}", last_name=""))
        self.user = done.user.id

    async def meet(self) -> None:
        """Learn how to name the others."""
        for other in self.circle.people:
            while not other.user:  # noqa: ASYNC110  simulated
                await asyncio.sleep(1)
            contact = api.InputPhoneContact(
                client_id=1, phone=other.phone, first_name="F", last_name="L"
            )
            found = (await self.app.call(api.ContactsImportContacts(contacts=[contact]))).users[0]
            self.contacts[other.number] = (found.id, found.access_hash)

    async def live(self) -> None:
        """Do this and that."""
        await self.sign_up()
        await self.app.catch_up()
        await self.meet()
        doing = [self.say] * 8 + [
            self.edit,
            self.edit,
            self.delete,
            self.read,
            self.read,
            self.go_away,
            self.make_group,
            self.make_channel,
            self.invite,
            self.leave,
            self.say_again,
        ]
        for _ in range(self.circle.acts):
            await asyncio.sleep(self.circle.chance.random() * PAUSE_S_MAX)
            try:
                await self.circle.chance.choice(doing)()
            except Refused as refusal:
                assert refusal.name in EXPECTED, refusal.name
            if self.app.client is None or self.app.client.closed.done():
                await self.app.catch_up()

    # -- what people do ------------------------------------------------------------------------

    def _user(self, number: int) -> Any:
        user, hashed = self.contacts[number]
        return api.InputUser(user_id=user, access_hash=hashed)

    def peer(self, place: Any) -> Any:
        """Return how this person names a place."""
        kind, where = place
        if kind == "user":
            user, hashed = self.contacts[where]
            return api.InputPeerUser(user_id=user, access_hash=hashed)
        if kind == "group":
            return api.InputPeerChat(chat_id=where)
        return api.InputPeerChannel(channel_id=where, access_hash=self.app.hashes[where])

    def _places(self) -> list[Any]:
        return [
            *(("user", n) for n in self.contacts if n != self.number),
            *(("group", g) for g in sorted(self.app.groups)),
            *(("channel", c) for c in sorted(self.app.channels)),
        ]

    async def say(self) -> None:
        """Write something somewhere."""
        circle = self.circle
        place = circle.chance.choice(self._places())
        said = Said(
            len(circle.said) + 1, self.number, place, circle.chance.getrandbits(62), circle.now()
        )
        circle.said[said.number] = said
        try:
            given = await self._say(said)
        except Refused:
            circle.refused.add(said.number)
            raise
        circle.kept[said.number] = (given, circle.now())
        self.mine.append(said.number)

    async def _say(self, said: Said) -> int:
        answer = await self.app.call(
            api.MessagesSendMessage(
                peer=self.peer(said.place), message=f"m{said.number}", random_id=said.random_id
            )
        )
        if isinstance(answer, api.UpdateShortSentMessage):
            if not answer.pts:
                await self.app.catch_up()
            elif answer.id not in self.app.box.texts:
                self.app.box.texts[answer.id] = f"m{said.number}"
            return int(answer.id)
        (given,) = [u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)]
        return int(given)

    async def say_again(self) -> None:
        """Send something once more under its random_id: it is one message all the same."""
        if self.mine:
            said = self.circle.said[self.circle.chance.choice(self.mine)]
            assert await self._say(said) == self.circle.kept[said.number][0]

    async def edit(self) -> None:
        """Change the text of something of one's own."""
        if self.mine:
            said = self.circle.said[self.circle.chance.choice(self.mine)]
            texts = self.circle.edits.setdefault(said.number, [f"m{said.number}"])
            texts.append(f"m{said.number}e{len(texts)}")
            await self.app.call(
                api.MessagesEditMessage(
                    peer=self.peer(said.place),
                    id=self.circle.kept[said.number][0],
                    message=texts[-1],
                )
            )
            del texts[:-1]  # it has this text now, and no other

    async def delete(self) -> None:
        """Take something of one's own back."""
        if self.mine:
            said = self.circle.said[self.circle.chance.choice(self.mine)]
            self.circle.deleted.add(said.number)
            ids = [self.circle.kept[said.number][0]]
            if said.place[0] == "channel":
                peer = self.peer(said.place)
                where = api.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)
                await self.app.call(api.ChannelsDeleteMessages(channel=where, id=ids))
            else:
                await self.app.call(api.MessagesDeleteMessages(revoke=True, id=ids))

    async def read(self) -> None:
        """Read a dialog to its end."""
        kind, where = place = self.circle.chance.choice(self._places())
        if kind == "channel":
            peer = self.peer(place)
            channel = api.InputChannel(channel_id=where, access_hash=peer.access_hash)
            await self.app.call(api.ChannelsReadHistory(channel=channel, max_id=0x7FFFFFFF))
        else:
            await self.app.call(api.MessagesReadHistory(peer=self.peer(place), max_id=0x7FFFFFFF))

    async def go_away(self) -> None:
        """Be away for a while; then know everything again."""
        self.app.away()
        await asyncio.sleep(self.circle.chance.random() * AWAY_S_MAX)
        await self.app.catch_up()

    def _others(self) -> list[int]:
        others = [n for n in self.contacts if n != self.number]
        return self.circle.chance.sample(others, self.circle.chance.randint(1, len(others)))

    async def make_group(self) -> None:
        """Make a basic group with some of the others."""
        others = self._others()
        users = [self._user(n) for n in others]
        title = self._title([self.number, *others])
        await self.app.call(api.MessagesCreateChat(users=users, title=title))

    async def make_channel(self) -> None:
        """Make a supergroup, and let some of the others in."""
        title = self._title([self.number])
        await self.app.call(api.ChannelsCreateChannel(title=title, about="", megagroup=True))

    def _title(self, who: list[int]) -> str:
        """Return the title of something new, and note who may be in it."""
        self.circle.made += 1
        title = f"place {self.circle.made}"
        for number in who:
            self.circle.joins(title, number)
        return title

    async def invite(self) -> None:
        """Put others into a channel."""
        if self.app.channels:
            place = ("channel", self.circle.chance.choice(sorted(self.app.channels)))
            peer, others = self.peer(place), self._others()
            for number in others:
                self.circle.joins(self.circle.machine.titles[place], number)
            await self.app.call(
                api.ChannelsInviteToChannel(
                    channel=api.InputChannel(
                        channel_id=peer.channel_id, access_hash=peer.access_hash
                    ),
                    users=[self._user(n) for n in others],
                )
            )

    async def leave(self) -> None:
        """Leave a group or channel."""
        places = [p for p in self._places() if p[0] != "user"]
        if not places or self.circle.chance.random() < 0.5:
            return
        kind, where = place = self.circle.chance.choice(places)
        peer, since = self.peer(place), self.circle.now()
        try:
            if kind == "group":
                me = api.InputUserSelf()
                await self.app.call(api.MessagesDeleteChatUser(chat_id=where, user_id=me))
            else:
                channel = api.InputChannel(channel_id=where, access_hash=peer.access_hash)
                await self.app.call(api.ChannelsLeaveChannel(channel=channel))
        finally:
            if all(start < since for start, _ in self.circle.times_in(place, self.number)):
                self.circle.left(place, self.number)


EXPECTED = {
    "MESSAGE_ID_INVALID",
    "MESSAGE_NOT_MODIFIED",
    "CHANNEL_PRIVATE",
    "CHAT_WRITE_FORBIDDEN",
    "USER_NOT_PARTICIPANT",
    "CHAT_ADMIN_REQUIRED",
    "MESSAGE_AUTHOR_REQUIRED",
    "PEER_ID_INVALID",
    "CHAT_ID_INVALID",
    "MESSAGE_DELETE_FORBIDDEN",
    "CHANNEL_INVALID",
}
