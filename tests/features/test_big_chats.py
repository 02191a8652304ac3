"""Groups of ten thousand: what people do in them reads no more of the store than it shows."""

from collections.abc import Sequence
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.features.chats import Member
from chappe.features.conversations import Dialog, Message
from chappe.tl import api, errors

from .village import Person, Village, village

MEMBERS = 10_000
POSTS = 20_000
FIRST_STRANGER = 5_000_000
COUNTED_MAX = 10_000  # rows one count may look at; it opens none
ROWS_MAX = 700  # rows one call may read; the bounds of its lists are below it


class Counting:
    """An engine that counts the rows it is asked for, in front of another."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.rows = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def read(self, cells: Sequence[Any]) -> Any:
        """See `ports.Engine`."""
        self.rows += len(cells)
        return await self.inner.read(cells)

    async def scan(self, *place: Any, **how: Any) -> Any:
        """See `ports.Engine`."""
        found = await self.inner.scan(*place, **how)
        self.rows += len(found)
        return found

    async def count(self, *place: Any, **how: Any) -> int:
        """See `ports.Engine`."""
        found: int = await self.inner.count(*place, **how)
        assert found <= COUNTED_MAX
        return found


async def crowd(v: Village, chat: Any) -> None:
    """Put ten thousand members into a chat, and twenty thousand messages, as records."""
    owner = Owner(Kind.CHANNEL, chat.id)
    peer = accounts.peer_id(owner)
    for start in range(0, MEMBERS, 2_500):
        async with v.context.change(owner) as change:
            for number in range(FIRST_STRANGER + start, FIRST_STRANGER + start + 2_500):
                change.put(Member(user=number, joined=1))
    for _ in range(0, POSTS, 5_000):
        async with v.context.change(owner) as change:
            for _ in range(5_000):
                number = change.next("message")
                change.put(
                    Message(
                        peer=peer,
                        id=number,
                        date=change.now,
                        sender=FIRST_STRANGER,
                        out=False,
                        text="words",
                        origin=number,
                    )
                )
            change.put(chats.Top(id=number, date=change.now))
    async with v.context.change(owner) as change:
        record = await change.get(chats.Chat)
        assert record is not None
        kept = {f: getattr(record, f) for f in record.__struct_fields__}
        change.put(chats.Chat(**{**kept, "members": record.members + MEMBERS}))


async def rows_of(v: Village, who: Person, request: Any) -> tuple[int, Any]:
    """Return how many rows a call reads that finds nothing in memory, and its answer."""
    store = v.context.store
    counting = Counting(store.engine)
    store.engine = counting
    try:
        answer = await who(request)
        await v.settle()
    finally:
        store.engine = counting.inner
    return counting.rows, answer


async def test_in_a_big_group_no_call_reads_all_members_or_all_messages() -> None:
    """Listing, looking, reading, writing, administering: each by its bound."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.supergroup("Crowd", bob)
        await crowd(v, group)
        me, channel = ada.peer(group), ada.channel(group)
        paging = {
            "offset_id": 0,
            "offset_date": 0,
            "add_offset": 0,
            "limit": 20,
            "max_id": 0,
            "min_id": 0,
            "hash": 0,
        }
        listing = {"channel": channel, "offset": 0, "limit": 100, "hash": 0}
        banned = api.ChatBannedRights(send_messages=True, until_date=0)
        state = await ada(api.UpdatesGetState())
        calls: list[Any] = [
            api.MessagesSendMessage(peer=me, message="hello", random_id=v.number()),
            api.MessagesGetHistory(peer=me, **paging),
            api.MessagesGetDialogs(
                offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=20, hash=0
            ),
            api.ChannelsGetParticipants(filter=api.ChannelParticipantsRecent(), **listing),
            api.ChannelsGetParticipants(filter=api.ChannelParticipantsAdmins(), **listing),
            api.ChannelsGetParticipants(filter=api.ChannelParticipantsKicked(q=""), **listing),
            api.ChannelsGetParticipants(filter=api.ChannelParticipantsContacts(q=""), **listing),
            api.ChannelsEditBanned(
                channel=channel, participant=ada.peer(bob), banned_rights=banned
            ),
            api.ChannelsEditAdmin(
                channel=channel,
                user_id=ada.user(bob),
                admin_rights=api.ChatAdminRights(ban_users=True),
            ),
            api.MessagesGetOnlines(peer=me),
            api.ChannelsReadHistory(channel=channel, max_id=0),
            api.UpdatesGetDifference(pts=state.pts, date=state.date, qts=0),
            api.ChannelsEditTitle(channel=channel, title="Throng"),
        ]
        read = {}
        for request in calls:
            rows, _ = await rows_of(v, ada, request)
            read[f"{type(request).__name__} {getattr(request, 'filter', '')}"] = rows
        assert {name: rows for name, rows in read.items() if rows > ROWS_MAX} == {}


async def test_pages_of_a_big_group_hold_each_member_once() -> None:
    """Page after page, to the bound; the count is the group's own."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        group = await ada.supergroup("Crowd")
        await crowd(v, group)
        seen: list[int] = []
        for offset in range(0, 1_000, 200):
            page = await ada(
                api.ChannelsGetParticipants(
                    channel=ada.channel(group),
                    filter=api.ChannelParticipantsRecent(),
                    offset=offset,
                    limit=200,
                    hash=0,
                )
            )
            seen += [p.user_id for p in page.participants]
            assert page.count == MEMBERS + 1
        assert len(seen) == len(set(seen)) == 1_000


async def test_pages_pass_over_who_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many did: a client that goes on behind what it got finds everybody who is in, once."""
    async with village(twins=False) as v:
        (ada,) = await v.people_named("Ada")
        group = await ada.supergroup("Crowd")
        await crowd(v, group)
        gone = range(FIRST_STRANGER, FIRST_STRANGER + 2_000)
        async with v.context.change(Owner(Kind.CHANNEL, group.id)) as change:
            for number in (*gone, *range(FIRST_STRANGER + 2_100, FIRST_STRANGER + 9_000, 3)):
                change.put(Member(user=number, joined=1, left=True))
        seen: list[int] = []
        while len(seen) < 1_000:
            page = await ada(
                api.ChannelsGetParticipants(
                    channel=ada.channel(group),
                    filter=api.ChannelParticipantsRecent(),
                    offset=len(seen),
                    limit=200,
                    hash=0,
                )
            )
            assert len(page.participants) == 200
            seen += [p.user_id for p in page.participants]
        assert len(seen) == len(set(seen))
        assert not set(seen) & set(gone)
        monkeypatch.setattr("chappe.features.groups.members.PASSED_MAX", 50)
        page = await ada(
            api.ChannelsGetParticipants(
                channel=ada.channel(group),
                filter=api.ChannelParticipantsRecent(),
                offset=0,
                limit=200,
                hash=0,
            )
        )
        assert len(page.participants) < 200  # how far one call looks is bounded


async def test_who_is_far_behind_in_a_channel_is_told_so() -> None:
    """Unread messages are counted up to a bound."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.supergroup("Crowd", bob)
        await crowd(v, group)
        asked = api.MessagesGetPeerDialogs(peers=[api.InputDialogPeer(peer=bob.peer(group))])
        rows, answer = await rows_of(v, bob, asked)
        assert answer.dialogs[0].unread_count == COUNTED_MAX
        assert rows < ROWS_MAX
        dialog = await v.context.look(Owner(Kind.USER, bob.id)).get(
            Dialog, accounts.peer_id(Owner(Kind.CHANNEL, group.id))
        )
        assert dialog is not None


async def test_a_big_channel_ends_for_all_of_its_members(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some hundreds in one change, the others after; each is told, and nobody can look any more."""
    monkeypatch.setattr("chappe.features.groups.disbanding.LET_GO_MAX", 2)
    async with village() as v:
        people = await v.people_named("Ada", "Bob", "Cid", "Dan", "Eve")
        ada, *others = people
        channel = await ada.supergroup("News", *others, broadcast=True)
        await ada.say(channel, "the end is near")
        await ada(api.ChannelsDeleteChannel(channel=ada.channel(channel)))
        for _ in range(3):
            await v.wait(1)
        for person in others:
            assert channel.id in [u.channel_id for u in person.told(api.UpdateChannel)]
            with pytest.raises(errors.ChannelPrivate):
                await person.history(channel)
            joined = await v.context.look(Owner(Kind.USER, person.id)).scan(chats.Joined)
            assert joined == []


async def test_a_discussion_says_what_its_post_says_and_goes_with_it() -> None:
    """Edits and deletions of a channel's posts are handed on, as the posts were."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.supergroup("Talk", bob)
        channel = await ada.supergroup("News", bob, broadcast=True)
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(channel), group=ada.channel(group))
        )
        kept, lost = await ada.say(channel, "extra"), await ada.say(channel, "a mistake")
        await v.settle()
        assert await bob.texts(group) == ["extra", "a mistake"]
        await ada(api.MessagesEditMessage(peer=ada.peer(channel), id=kept, message="extra!"))
        await ada(api.ChannelsDeleteMessages(channel=ada.channel(channel), id=[lost]))
        await v.settle()
        assert await bob.texts(group) == ["extra!"]
        told = bob.told(api.UpdateEditChannelMessage)
        assert group.id in [u.message.peer_id.channel_id for u in told]


async def test_comments_are_counted_down_when_they_are_deleted() -> None:
    """The post shows how many there are, and the newest there is."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.supergroup("Talk", bob)
        channel = await ada.supergroup("News", bob, broadcast=True)
        await ada(
            api.ChannelsSetDiscussionGroup(broadcast=ada.channel(channel), group=ada.channel(group))
        )
        post = await ada.say(channel, "extra")
        await v.settle()
        root = next(m.id for m in await bob.history(group) if isinstance(m, api.Message))
        to = api.InputReplyToMessage(reply_to_msg_id=root)
        first = await bob.say(group, "well", reply_to=to)
        second = await bob.say(group, "indeed", reply_to=to)

        async def replies() -> tuple[int, int]:
            shown = next(m for m in await bob.history(channel) if m.id == post)
            return shown.replies.replies, shown.replies.max_id

        assert await replies() == (2, second)
        await bob(api.ChannelsDeleteMessages(channel=bob.channel(group), id=[second]))
        assert await replies() == (1, first)
