"""How far a channel is read, and how it stands: what clients are told belongs to one moment."""

import os
from typing import Any

from chappe.tl import api

from .post import ADA, CLAUDE, Post, open_post


async def supergroup(post: Post) -> tuple[Any, Any]:
    """Let Ada make a supergroup and put Claude in; return how each names it."""
    made = await post.ask(ADA, api.ChannelsCreateChannel(title="Tours", about="", megagroup=True))
    chat = made.chats[0]
    mine = api.InputChannel(channel_id=chat.id, access_hash=chat.access_hash)
    claude = api.InputUser(user_id=CLAUDE, access_hash=post.peer(ADA, CLAUDE).access_hash)
    await post.ask(ADA, api.ChannelsInviteToChannel(channel=mine, users=[claude]))
    await post.house.relay.settle()
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
    await post.house.relay.settle()


async def test_a_channels_page_is_of_one_moment() -> None:
    """Somebody writes while the page is put together: its count is of the pts it names."""
    post = await open_post()
    mine, his = await supergroup(post)
    before = (await post.ask(CLAUDE, api.ChannelsGetFullChannel(channel=his))).full_chat
    services = dict(post.house.services)

    async def interrupted(*given: Any) -> Any:
        await write(post, mine, "just now")
        return await services["newest_pin"](*given)

    post.house.services["newest_pin"] = interrupted
    page = (await post.ask(CLAUDE, api.ChannelsGetFullChannel(channel=his))).full_chat
    post.house.services["newest_pin"] = services["newest_pin"]
    assert (page.unread_count, page.pts) == (before.unread_count, before.pts)
    after = (await post.ask(CLAUDE, api.ChannelsGetFullChannel(channel=his))).full_chat
    assert (after.unread_count, after.pts) == (before.unread_count + 1, before.pts + 1)


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
    (read,) = [
        u for u in difference.other_updates if isinstance(u, api.UpdateReadChannelInbox)
    ]  # fmt: skip
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
    asked["pts"] = stands.dialog.pts - 1
    last = await post.ask(CLAUDE, api.UpdatesGetChannelDifference(**asked, limit=1))
    assert [m.message for m in last.new_messages] == ["no 11"]
