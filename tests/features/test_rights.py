"""The rights matrix: every method that reads or changes a chat, by everybody who may and who may not.

Who may not is refused, learns nothing, and changes nothing: the box of the chat is the same afterwards.
"""

from typing import Any

import pytest

from chappe.app.slices import methods
from chappe.core import Kind, Owner
from chappe.features import chats
from chappe.features.conversations import Message
from chappe.features.conversations.annotations import Discussed
from chappe.tl import api, errors
from chappe.tl.schema import schema

from .rights import CHANNEL, ELSEWHERE, EVERYBODY, GROUP, PLACES, REFUSALS, ROWS, SUPERGROUP, fill
from .village import Person, Village, village

ALL_BUT_VIEW = {n: True for n in chats.rights.BANNED if n != "view_messages"}
SECRET = "the secret word"


class Town:
    """A chat of one kind, and somebody of every sort around it."""

    def __init__(self, v: Village, kind: str) -> None:
        self.village = v
        self.kind = kind
        self.people: dict[str, Person] = {}
        self.chat: Any = None
        self.link = ""
        self.spam = 1  # a message of the newest member
        self._posts: dict[int, int] = {}

    @property
    def owner(self) -> Owner:
        """Return whose box the chat is."""
        return Owner(Kind.CHAT if self.kind == GROUP else Kind.CHANNEL, self.chat.id)

    def peer(self, who: Person) -> Any:
        """Return how somebody names the chat; the guesser took another's access hash."""
        return (self.people["member"] if who is self.people["guesser"] else who).peer(self.chat)

    def channel(self, who: Person) -> Any:
        """Return the InputChannel by which somebody names the chat."""
        return (self.people["member"] if who is self.people["guesser"] else who).channel(self.chat)

    def post_of(self, who: Person) -> int:
        """Return the number of the creator's message as somebody has it, or would guess it."""
        return self._posts.get(who.id, self._posts[self.people["creator"].id])

    async def open(self) -> "Town":
        """Let everybody come, do what makes them what they are, and a secret be said."""
        v = self.village
        for role in sorted(EVERYBODY):
            self.people[role] = await v.person(role)
        self.target, self.outsider = await v.people_named("Zoe", "Otto")
        p = self.people
        ada = p["creator"]
        inside = [p[r] for r in ("admin", "member", "restricted", "banned", "former")]
        inside.append(self.target)
        if self.kind == GROUP:
            self.chat = await ada.group("Club", *inside)
        else:
            self.chat = await ada.supergroup("Club", *inside, broadcast=self.kind == CHANNEL)
        if self.kind == SUPERGROUP:
            self.spam = await self.target.say(self.chat, "buy this")
        number = await ada.say(self.chat, SECRET)
        for person in p.values():
            mine = [m.id for m in await self._history(person) if m.message == SECRET]
            self._posts[person.id] = mine[0] if mine else number
        link = await ada(api.MessagesExportChatInvite(peer=ada.peer(self.chat), title="t"))
        self.link = link.link
        await (self._sort_group() if self.kind == GROUP else self._sort_channel())
        await v.settle()
        return self

    async def _history(self, person: Person) -> list[Any]:
        try:
            found = await person.history(self.chat)
        except errors.RpcError:
            return []
        return [m for m in found if isinstance(m, api.Message)]

    async def _sort_group(self) -> None:
        p, number = self.people, self.chat.id
        ada = p["creator"]
        await ada(
            api.MessagesEditChatAdmin(chat_id=number, user_id=ada.user(p["admin"]), is_admin=True)
        )
        await ada(api.MessagesDeleteChatUser(chat_id=number, user_id=ada.user(p["banned"])))
        former = p["former"]
        await former(api.MessagesDeleteChatUser(chat_id=number, user_id=former.user(former)))

    async def _sort_channel(self) -> None:
        p = self.people
        ada, chat = p["creator"], p["creator"].channel(self.chat)
        every = {n: True for n in chats.rights.ADMIN if n != "anonymous"}
        await ada(
            api.ChannelsEditAdmin(
                channel=chat,
                user_id=ada.user(p["admin"]),
                admin_rights=api.ChatAdminRights(**every),
                rank="",
            )
        )
        for role, rights in (("restricted", ALL_BUT_VIEW), ("banned", {"view_messages": True})):
            await ada(
                api.ChannelsEditBanned(
                    channel=chat,
                    participant=ada.peer(p[role]),
                    banned_rights=api.ChatBannedRights(until_date=0, **rights),
                )
            )
        await p["former"](api.ChannelsLeaveChannel(channel=p["former"].channel(self.chat)))

    async def everything(self) -> list[Any]:
        """Return all that the chat's box keeps."""
        box = self.village.context.look(self.owner)
        kinds = (chats.Chat, chats.Member, chats.Top, chats.records.Member, Message, Discussed)
        found: list[Any] = [await box.counter("pts"), await box.counter("log")]
        for kind in kinds:
            found += await box.scan(kind)
        return found


def rows_of(kind: str) -> list[Any]:
    """Return the rows a kind of chat has."""
    return [row for row in ROWS if kind in row.who]


@pytest.mark.usefixtures("every_engine")
@pytest.mark.parametrize("kind", [GROUP, SUPERGROUP, CHANNEL])
async def test_who_may_not_is_refused_and_changes_nothing(kind: str) -> None:
    """Strangers, guessers, the banned, former members, the restricted, members: each in their bounds."""
    async with village(twins=False) as v:
        town = await Town(v, kind).open()
        before = await town.everything()
        wrong = []
        for row in rows_of(kind):
            for role in sorted(EVERYBODY - row.who[kind]):
                who = town.people[role]
                try:
                    answer = await who(fill(town, who, row))
                except REFUSALS:
                    continue
                except errors.RpcError as error:
                    wrong.append((row.request.tl_name, role, error.token))
                    continue
                wrong.append((row.request.tl_name, role, repr(answer)[:60]))
        assert wrong == [], "\n".join(map(str, wrong))
        await v.settle()
        assert await town.everything() == before


@pytest.mark.usefixtures("every_engine")
@pytest.mark.parametrize("kind", [GROUP, SUPERGROUP, CHANNEL])
async def test_who_may_is_not_refused(kind: str) -> None:
    """The other side of the table; what ends a chat is tried elsewhere."""
    async with village(twins=False) as v:
        town = await Town(v, kind).open()
        wrong = []
        for row in rows_of(kind):
            for role in sorted(row.who[kind]) if not row.ends else ():
                who = town.people[role]
                v.clock.time += 1
                try:
                    await who(fill(town, who, row))
                except REFUSALS as error:
                    wrong.append((row.request.tl_name, role, error.token))
                except errors.RpcError:
                    pass  # nothing to do with rights: it is so already
                await restore(town)
        assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.usefixtures("every_engine")
@pytest.mark.parametrize("kind", [GROUP, SUPERGROUP, CHANNEL])
async def test_who_is_not_in_hears_of_nothing(kind: str) -> None:
    """What is said and done after they went reaches nobody outside, by push or by difference."""
    async with village(twins=False) as v:
        town = await Town(v, kind).open()
        outside = [town.people[r] for r in ("banned", "former", "stranger", "guesser")]
        states = {p.id: await p(api.UpdatesGetState()) for p in outside}
        v.clock.time += 100
        for person in outside:
            person.listener.heard.clear()
            person.listener.shown.clear()
        ada = town.people["creator"]
        number = await ada.say(town.chat, "a later secret")
        for request in later(town, ada, number):
            await ada(request)
            await v.settle()
        for person in outside:
            assert person.listener.heard == []
            assert person.listener.shown == []
            state = states[person.id]
            got = await person(api.UpdatesGetDifference(pts=state.pts, date=state.date + 50, qts=0))
            assert isinstance(got, api.UpdatesDifferenceEmpty), got
            listed = await person(
                api.MessagesGetDialogs(
                    offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=100, hash=0
                )
            )
            found = await person(
                api.MessagesSearchGlobal(
                    q="secret",
                    filter=api.InputMessagesFilterEmpty(),
                    min_date=0,
                    max_date=0,
                    offset_rate=0,
                    offset_peer=api.InputPeerEmpty(),
                    offset_id=0,
                    limit=10,
                )
            )
            assert "later" not in repr((listed, found))
        assert "later" in repr(town.people["member"].listener.heard)


def later(town: Town, ada: Person, number: int) -> list[Any]:
    """Return what the creator does when the others are gone."""
    peer = ada.peer(town.chat)
    thumb = [api.ReactionEmoji(emoticon="👍")]
    done = [
        api.MessagesEditMessage(peer=peer, id=number, message="a later secret, edited"),
        api.MessagesUpdatePinnedMessage(peer=peer, id=number),
        api.MessagesSendReaction(peer=peer, msg_id=number, reaction=thumb),
        api.MessagesEditChatAbout(peer=peer, about="about later things"),
        api.MessagesSetTyping(peer=peer, action=api.SendMessageTypingAction()),
    ]
    if town.kind == GROUP:
        done += [
            api.MessagesEditChatTitle(chat_id=town.chat.id, title="The club"),
            api.MessagesAddChatUser(
                chat_id=town.chat.id, user_id=ada.user(town.outsider), fwd_limit=0
            ),
            api.MessagesDeleteMessages(id=[number], revoke=True),
        ]
    else:
        channel = ada.channel(town.chat)
        done += [
            api.ChannelsEditTitle(channel=channel, title="The club"),
            api.ChannelsInviteToChannel(channel=channel, users=[ada.user(town.outsider)]),
            api.ChannelsDeleteMessages(channel=channel, id=[number]),
        ]
    return done


async def restore(town: Town) -> None:
    """Put what a call may have altered back, so that the next caller finds the same chat."""
    context = town.village.context
    async with context.change(town.owner) as change:
        chat = await change.get(chats.Chat)
        assert chat is not None
        change.put(_as_made(chat))
        target = await change.get(chats.Member, town.target.id)
        if target is not None:
            change.put(chats.Member(user=target.user, joined=target.joined, inviter=target.inviter))
    if town.kind == GROUP:
        return
    async with context.change(town.owner) as change:
        peer = -(1 << 41) - town.chat.id
        number = town.post_of(town.people["creator"])
        if await change.get(Message, peer, number) is None:
            change.put(Message(peer=peer, id=number, date=0, sender=peer, out=True, text=SECRET))


def _as_made(chat: Any) -> Any:
    kept = {
        f: getattr(chat, f) for f in ("id", "created", "creator", "broadcast", "members", "version")
    }
    return chats.Chat(title="Club", default_banned=0, **kept)


def test_every_method_that_names_a_chat_is_placed() -> None:
    """A new method has to say who may call it."""
    placed = {row.request.tl_name for row in ROWS}
    found = set()
    for request, method in methods().items():
        slice_ = method.serve.__module__.split(".")[2]
        fields = schema().newest(request.tl_name).fields
        names = any(
            f.name == "chat_id"
            or f.type.strip("Vector<>") in ("InputPeer", "InputChannel", "InputDialogPeer")
            for f in fields
        )
        if slice_ in PLACES and names:
            found.add(request.tl_name)
    assert found - placed - set(ELSEWHERE) == set()
