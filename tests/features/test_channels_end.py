"""A channel ends while others are in the midst of it: a clear word to each, and nothing of it is left."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.engines.memory import MemoryEngine
from chappe.features import chats
from chappe.features.chats.records import LogEntry
from chappe.features.conversations import Message
from chappe.ports import Cell, WriteSet
from chappe.tl import api, errors
from chappe.trust import sealing

from .test_reactions import emoji
from .village import Person, Village, village

Asking = Callable[[Person, Any], Any]


def _text(who: Person, chat: Any) -> Any:
    return api.MessagesSendMessage(
        peer=who.peer(chat), message="too late", random_id=who.village.number()
    )


def _history(who: Person, chat: Any) -> Any:
    return api.MessagesGetHistory(
        peer=who.peer(chat),
        offset_id=0,
        offset_date=0,
        add_offset=0,
        limit=20,
        max_id=0,
        min_id=0,
        hash=0,
    )


MEMBERS_DO: tuple[Asking, ...] = (
    _text,
    _history,
    lambda w, c: api.MessagesSendReaction(peer=w.peer(c), msg_id=2, reaction=emoji("👍")),
    lambda w, c: api.MessagesUpdatePinnedMessage(peer=w.peer(c), id=2),
    lambda w, c: api.MessagesEditMessage(peer=w.peer(c), id=3, message="otherwise"),
    lambda w, c: api.ChannelsDeleteMessages(channel=w.channel(c), id=[3]),
    lambda w, c: api.ChannelsReadHistory(channel=w.channel(c), max_id=0),
    lambda w, c: api.MessagesGetMessagesViews(peer=w.peer(c), id=[2], increment=True),
    lambda w, c: api.ChannelsLeaveChannel(channel=w.channel(c)),
    lambda w, c: api.ChannelsGetFullChannel(channel=w.channel(c)),
    lambda w, c: api.ChannelsDeleteHistory(channel=w.channel(c), max_id=0),
    lambda w, c: api.UpdatesGetChannelDifference(
        channel=w.channel(c), filter=api.ChannelMessagesFilterEmpty(), pts=1, limit=100
    ),
)
ADMINS_DO: tuple[Asking, ...] = (
    lambda w, c: api.ChannelsEditTitle(channel=w.channel(c), title="Ghost"),
    lambda w, c: api.MessagesExportChatInvite(peer=w.peer(c)),
    lambda w, c: api.ChannelsToggleSlowMode(channel=w.channel(c), seconds=10),
    lambda w, c: api.MessagesEditChatAbout(peer=w.peer(c), about="nothing"),
    lambda w, c: api.ChannelsDeleteHistory(channel=w.channel(c), for_everyone=True, max_id=0),
    lambda w, c: api.ChannelsUpdateUsername(channel=w.channel(c), username="ghosttown"),
    lambda w, c: api.ChannelsDeleteChannel(channel=w.channel(c)),
)


async def settled(v: Village, asked: list["asyncio.Task[Any]"]) -> list[Any]:
    """Return what became of calls; only refusals may have come of those that failed."""
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert v.bugs == []
    for result in results:
        if isinstance(result, BaseException):
            assert isinstance(result, errors.RpcError), result
            assert result.code in (400, 403, 420), result
    return list(results)


async def rows(v: Village, owner: Owner) -> dict[str, int]:
    """Return how many rows of each table a box has."""
    found: dict[str, int] = {}
    walked = await v.context.store.engine.walk(owner, ("", b""), limit=10_000)
    for table, _, _ in walked:
        found[table] = found.get(table, 0) + 1
    return found


@pytest.mark.parametrize("broadcast", [False, True])
async def test_whoever_is_in_the_midst_of_something_is_refused(*, broadcast: bool) -> None:
    """Everybody has passed the gates when the channel ends: each gets a refusal that was declared."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        place = await ada.supergroup("Place", bob, broadcast=broadcast)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(place), username="openhouse"))
        await ada.say(place, "welcome")
        await (ada if broadcast else bob).say(place, "thanks")
        owner = Owner(Kind.CHANNEL, place.id)
        async with v.context.change(owner) as change:
            asked = [asyncio.create_task(bob(make(bob, place))) for make in MEMBERS_DO]
            asked += [asyncio.create_task(ada(make(ada, place))) for make in ADMINS_DO]
            join = api.ChannelsJoinChannel(channel=eve.channel(place))
            asked.append(asyncio.create_task(eve(join)))
            put_in = api.ChannelsInviteToChannel(channel=ada.channel(place), users=[ada.user(eve)])
            asked.append(asyncio.create_task(ada(put_in)))
            for _ in range(30):
                await asyncio.sleep(0)
            chat = await change.get(chats.Chat)
            assert chat is not None
            ended = {f: getattr(chat, f) for f in chat.__struct_fields__}
            change.put(chats.Chat(**{**ended, "deleted": True, "username": ""}))
        await settled(v, asked)
        await v.settle()
        assert await v.context.look(Owner(Kind.USER, eve.id)).scan(chats.Joined) == []
        assert "too late" not in repr(await v.context.look(owner).scan(Message))
        for who in (ada, bob, eve):
            for make in MEMBERS_DO:
                with pytest.raises(errors.ChannelPrivate):
                    await who(make(who, place))


@pytest.mark.usefixtures("every_engine")
async def test_readers_at_the_same_time_get_pages_or_a_refusal_and_nothing_between() -> None:
    """Thirty of them turn pages while the channel ends, and is erased."""
    async with village(twins=False) as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        news = await ada.supergroup("News", bob, cid, broadcast=True)
        for number in range(5):
            await ada.say(news, f"post {number}")

        async def read(who: Person) -> list[int]:
            lengths = []
            for _ in range(20):
                try:
                    page = await who(_history(who, news))
                except errors.ChannelPrivate:
                    lengths.append(0)
                    continue
                lengths.append(len([m for m in page.messages if isinstance(m, api.Message)]))
            return lengths

        reading = [asyncio.create_task(read(who)) for who in (bob, cid) for _ in range(15)]
        await asyncio.sleep(0)
        await ada(api.ChannelsDeleteChannel(channel=ada.channel(news)))
        await v.wait(1)
        for lengths in await asyncio.gather(*reading):
            assert lengths == sorted(lengths, reverse=True)
            assert set(lengths) <= {0, 5}


async def test_what_was_in_a_channel_that_ended_is_erased_with_its_key() -> None:
    """A copy of the store made before does not open any more; of the channel only its end is left."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        news = await ada.supergroup("News", bob, broadcast=True)
        link = (await ada(api.MessagesExportChatInvite(peer=ada.peer(news)))).link
        await ada(api.ChannelsEditTitle(channel=ada.channel(news), title="Old news"))
        await ada.say(news, "for our eyes only")
        owner = Owner(Kind.CHANNEL, news.id)
        engine: Any = v.context.store.engine
        inner: MemoryEngine = engine.inner  # below the sealing
        before = await inner.walk(owner, ("", b""), limit=1000)
        assert len(await v.context.look(owner).scan(LogEntry)) > 0
        await ada(api.ChannelsDeleteChannel(channel=ada.channel(news)))
        await v.settle()
        await v.wait(1)
        assert await rows(v, owner) == {"chat": 1}
        chat = await v.context.look(owner).get(chats.Chat)
        assert chat is not None
        assert (chat.deleted, chat.title, chat.about, chat.creator) == (True, "", "", 0)
        (post,) = [row for row in before if row[0] == Message.table][-1:]
        copied = Cell(owner, post[0], post[1])
        await inner.commit([WriteSet({copied: post[2]})])
        with pytest.raises(sealing.SealBrokenError):
            await engine.read([copied])
        with pytest.raises(errors.InviteHashInvalid):
            await bob(api.MessagesCheckChatInvite(hash=link))
        with pytest.raises(errors.ChannelPrivate):
            await bob.history(news)
