"""How far a channel is read, and how it stands: what clients are told belongs to one moment."""

import os
from typing import Any

import pytest

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.features.conversations.copy_commands import Wrote
from chappe.tl import api

from .answering import answer
from .post import ADA, CLAUDE, Post, open_post
from .village import village


async def supergroup(post: Post) -> tuple[Any, Any]:
    """Let Ada make a supergroup and put Claude in; return how each names it."""
    made = await post.ask(ADA, api.ChannelsCreateChannel(title="Tours", about="", megagroup=True))
    chat = made.chats[0]
    mine = api.InputChannel(channel_id=chat.id, access_hash=chat.access_hash)
    claude = api.InputUser(user_id=CLAUDE, access_hash=post.peer(ADA, CLAUDE).access_hash)
    await post.ask(ADA, api.ChannelsInviteToChannel(channel=mine, users=[claude]))
    await post.server.delivery.relay.settle()
    dialogs = await post.ask(
        CLAUDE,
        api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=10, hash=0
        ),
    )
    his = api.InputChannel(channel_id=chat.id, access_hash=dialogs.chats[0].access_hash)
    return mine, his


async def write(post: Post, channel: Any, text: str) -> None:
    """Let Ada write."""
    peer = api.InputPeerChannel(channel_id=channel.channel_id, access_hash=channel.access_hash)
    number = int.from_bytes(os.urandom(7), "big")
    await post.ask(ADA, api.MessagesSendMessage(peer=peer, message=text, random_id=number))
    await post.server.delivery.relay.settle()


async def test_a_channels_page_is_of_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes while the page is put together: its count is of the pts it names."""
    post = await open_post()
    mine, his = await supergroup(post)
    before = (await post.ask(CLAUDE, api.ChannelsGetFullChannel(channel=his))).full_chat
    newest_pin = post.context.ask(accounts.hooks.newest_pin)

    async def interrupted(*given: Any) -> Any:
        await write(post, mine, "just now")
        return await newest_pin(*given)

    with monkeypatch.context() as patched:
        answer(patched, post.context, accounts.hooks.newest_pin, interrupted)
        page = (await post.ask(CLAUDE, api.ChannelsGetFullChannel(channel=his))).full_chat
    assert (page.unread_count, page.pts) == (before.unread_count, before.pts)
    after = (await post.ask(CLAUDE, api.ChannelsGetFullChannel(channel=his))).full_chat
    assert (after.unread_count, after.pts) == (before.unread_count + 1, before.pts + 1)


async def test_what_one_has_just_written_is_not_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ada's other device looks before her box has heard that she wrote, and when Claude has answered."""
    post = await open_post()
    mine, his = await supergroup(post)
    before = (await post.ask(ADA, api.ChannelsGetFullChannel(channel=mine))).full_chat

    async def not_yet(line: Wrote, change: Any, context: Any) -> None:
        pass

    monkeypatch.setattr(Wrote, "apply", not_yet)
    await write(post, mine, "a question")
    page = (await post.ask(ADA, api.ChannelsGetFullChannel(channel=mine))).full_chat
    assert (page.read_inbox_max_id, page.unread_count) == (before.read_inbox_max_id, 0)
    peer = api.InputPeerChannel(channel_id=his.channel_id, access_hash=his.access_hash)
    await post.ask(CLAUDE, api.MessagesSendMessage(peer=peer, message="an answer", random_id=3))
    page = (await post.ask(ADA, api.ChannelsGetFullChannel(channel=mine))).full_chat
    assert page.unread_count == 1


async def test_a_read_mark_tells_what_is_unread_when_it_is_told() -> None:
    """Claude reads all, then Ada writes: his other device hears of both at once, and counts one."""
    post = await open_post()
    mine, his = await supergroup(post)
    await write(post, mine, "first")
    top = (await post.ask(CLAUDE, api.ChannelsGetFullChannel(channel=his))).full_chat
    await post.ask(CLAUDE, api.ChannelsReadHistory(channel=his, max_id=0))
    await write(post, mine, "second")
    difference = await post.ask(
        CLAUDE, api.UpdatesGetDifference(pts=1, date=int(post.clock.time), qts=0)
    )
    (read,) = [u for u in difference.other_updates if isinstance(u, api.UpdateReadChannelInbox)]
    assert (read.still_unread_count, read.pts) == (1, top.pts + 1)


async def test_who_asks_for_one_event_of_many_is_shown_how_the_channel_stands() -> None:
    """Claude's app knows nothing of the channel; another asks for its log, and gets it in slices."""
    post = await open_post()
    mine, his = await supergroup(post)
    for i in range(12):
        await write(post, mine, f"no {i}")
    asked = {"channel": his, "filter": api.ChannelMessagesFilterEmpty(), "pts": 1}
    stands = await post.ask(CLAUDE, api.UpdatesGetChannelDifference(**asked, limit=1))
    assert isinstance(stands, api.UpdatesChannelDifferenceTooLong)
    assert stands.messages[0].id == stands.dialog.top_message
    assert (stands.messages[0].message, stands.final) == ("no 11", True)
    log = await post.ask(CLAUDE, api.UpdatesGetChannelDifference(**asked, limit=10))
    assert isinstance(log, api.UpdatesChannelDifference)
    assert (len(log.new_messages), log.pts, log.final) == (10, 11, False)
    asked["pts"] = (stands.dialog.pts or 0) - 1
    last = await post.ask(CLAUDE, api.UpdatesGetChannelDifference(**asked, limit=1))
    assert [m.message for m in last.new_messages] == ["no 11"]


async def test_what_came_after_a_read_mark_is_counted_in_it() -> None:
    """Claude reads, then another message comes: his laptop takes messages first, then the mark."""
    post = await open_post()
    for text, reads in (("one", True), ("two", False), ("three", False)):
        await post.ask(
            ADA,
            api.MessagesSendMessage(
                peer=post.peer(ADA, CLAUDE), message=text, random_id=hash(text)
            ),
        )
        await post.server.delivery.relay.settle()
        if reads:
            await post.ask(CLAUDE, api.MessagesReadHistory(peer=post.peer(CLAUDE, ADA), max_id=0))
    told = await post.ask(CLAUDE, api.UpdatesGetDifference(pts=1, date=int(post.clock.time), qts=0))
    assert [m.message for m in told.new_messages] == ["two", "three"]
    (mark,) = [u for u in told.other_updates if isinstance(u, api.UpdateReadHistoryInbox)]
    assert (mark.max_id, mark.still_unread_count) == (1, 2)


class Phone:
    """A device of Claude's that looks how a channel stands whenever it is told something."""

    user, layer, wants_updates = CLAUDE, tl.LAYER, True

    def __init__(self, post: Post) -> None:
        self.post = post
        self.saw: list[tuple[int, int]] = []  # a channel, and its newest message

    def push(self, body: bytes) -> None:
        """See `Subscriber`."""
        told: Any = tl.decode(body)
        for update in getattr(told, "updates", ()):  # others are of one update: a status
            if isinstance(update, api.UpdateChannel):
                owner = Owner(Kind.CHANNEL, update.channel_id)
                top = self.post.context.store.box(owner).kept[(chats.Top.table,)]
                self.saw.append((update.channel_id, top.id))


async def test_who_is_put_into_a_group_sees_it_with_the_message_that_says_so() -> None:
    """When Claude's phone hears of the group, he was added, and the service message is there."""
    post = await open_post()
    phone = Phone(post)
    post.server.delivery.hub.subscribe(CLAUDE, phone)
    mine, _ = await supergroup(post)
    assert phone.saw == [(mine.channel_id, 2)]


async def test_who_writes_has_read_and_all_their_devices_know() -> None:
    """Claude answers without reading: the answer says he has read so far, and his laptop hears it."""
    post = await open_post()
    mine, his = await supergroup(post)
    await write(post, mine, "a question")
    peer = api.InputPeerChannel(channel_id=his.channel_id, access_hash=his.access_hash)
    answer = await post.ask(
        CLAUDE, api.MessagesSendMessage(peer=peer, message="an answer", random_id=7)
    )
    (mark,) = [u for u in answer.updates if isinstance(u, api.UpdateReadChannelInbox)]
    (new,) = [u for u in answer.updates if isinstance(u, api.UpdateNewChannelMessage)]
    assert (mark.max_id, mark.still_unread_count, mark.pts) == (new.message.id, 0, new.pts)
    told = await post.ask(CLAUDE, api.UpdatesGetDifference(pts=1, date=int(post.clock.time), qts=0))
    marks = [u for u in told.other_updates if isinstance(u, api.UpdateReadChannelInbox)]
    assert [(m.max_id, m.still_unread_count) for m in marks] == [(new.message.id, 0)]
    more = await post.ask(
        CLAUDE, api.MessagesSendMessage(peer=peer, message="and more", random_id=8)
    )
    assert not [u for u in more.updates if isinstance(u, api.UpdateReadChannelInbox)]


async def test_what_one_wrote_since_is_not_told_as_unread() -> None:
    """Ada writes twice after Claude did: who slept learns that she has read it all, her own posts too."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        sup = await ada.supergroup("Tours", claude)
        await v.settle()
        since = await ada(api.UpdatesGetState())
        await claude.say(sup, "first")
        for text in ("second", "third"):
            last = await ada.say(sup, text)
            await v.settle()
        asked = api.UpdatesGetDifference(pts=since.pts, date=since.date, qts=since.qts)
        told = (await ada(asked)).other_updates
        (read,) = [u for u in told if isinstance(u, api.UpdateReadChannelInbox)]
        assert (read.max_id, read.still_unread_count) == (last, 0)
        assert (await ada.dialog(sup)).unread_count == 0
