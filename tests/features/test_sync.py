"""Somebody's devices sleep and wake: what happened comes back whole, in pages, or the device begins anew."""

import asyncio
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features.accounts.events import StatusChanged
from chappe.features.conversations import Message
from chappe.features.conversations.mailbox import EditMessage, remove_messages
from chappe.features.sync import handlers as sync
from chappe.tl import api, errors
from chappe.updates import EventRow, NoticeRow, Pruned, pruning

from .village import Person, village


async def difference(person: Person, **asked: Any) -> Any:
    """Ask for the difference since the person signed up, other things aside."""
    given = {"pts": person.since.pts, "date": person.since.date, "qts": 0, **asked}
    return await person(api.UpdatesGetDifference(**given))


async def channel_difference(person: Person, chat: Any, pts: int, limit: int = 100) -> Any:
    """Ask for what happened in a channel."""
    return await person(
        api.UpdatesGetChannelDifference(
            channel=person.channel(chat),
            filter=api.ChannelMessagesFilterEmpty(),
            pts=pts,
            limit=limit,
        )
    )


async def test_a_message_gone_before_it_is_told_leaves_no_hole() -> None:
    """Claude's phone hears of the pts of what is no more, so that it asks for no difference."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada.say(claude, "oops")
        async with v.context.change(Owner(Kind.USER, claude.id)) as change:
            (theirs,) = await change.scan(Message, ada.id)
            change.announce(EditMessage(peer=ada.id, id=theirs.id))
            await remove_messages(change, [theirs])
        await v.settle()
        (passed,) = claude.told(api.UpdateFolderPeers)
        assert (passed.folder_peers, passed.pts_count) == ([], 1)


async def test_who_came_later_counts_what_they_may_not_see() -> None:
    """An edit of what is hidden from Cid is a number to him, and nothing else."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Past", bob)
        first = await ada.say(sup, "before you")
        gone = await ada.say(sup, "this too")
        await ada(api.ChannelsTogglePreHistoryHidden(channel=ada.channel(sup), enabled=True))
        await ada(api.ChannelsInviteToChannel(channel=ada.channel(sup), users=[ada.user(cid)]))
        await v.settle()
        await ada.say(sup, "welcome")
        await ada(api.MessagesEditMessage(peer=ada.peer(sup), id=first, message="before Cid"))
        await ada(api.ChannelsDeleteMessages(channel=ada.channel(sup), id=[gone]))
        await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(sup), id=first, silent=True))
        await ada(
            api.MessagesSendReaction(
                peer=ada.peer(sup), msg_id=first, reaction=[api.ReactionEmoji(emoticon="👍")]
            )
        )
        await v.settle()
        assert [u.pts_count for u in cid.told(api.UpdateChannelWebPage)] == [1, 1, 1]
        hidden = (
            api.UpdateEditChannelMessage,
            api.UpdateDeleteChannelMessages,
            api.UpdatePinnedChannelMessages,
            api.UpdateMessageReactions,
        )
        assert [u for u in cid.listener.heard if isinstance(u, hidden)] == []
        assert len([u for u in bob.listener.heard if isinstance(u, hidden)]) == 4
        slept = await channel_difference(cid, sup, 1)
        assert "before" not in repr(slept)
        assert [u for u in slept.other_updates if isinstance(u, hidden)] == []


async def test_who_is_thrown_out_hears_nothing_more_not_even_numbers() -> None:
    """What is posted after a ban is owed to nobody who was banned."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Club", bob)
        await ada(
            api.ChannelsEditBanned(
                channel=ada.channel(sup),
                participant=ada.peer(bob),
                banned_rights=api.ChatBannedRights(view_messages=True, until_date=0),
            )
        )
        await v.settle()
        bob.listener.heard.clear()
        bob.listener.shown.clear()
        number = await ada.say(sup, "he is gone")
        await ada(api.ChannelsDeleteMessages(channel=ada.channel(sup), id=[number]))
        await v.settle()
        assert bob.listener.heard == []
        with pytest.raises(errors.ChannelPrivate):
            await channel_difference(bob, sup, 1)
        slept = await difference(bob)
        assert "he is gone" not in repr(slept)


async def test_more_notices_than_a_page_come_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one of many reactions is lost, and each page ends with a whole second."""
    monkeypatch.setattr(sync, "NOTICES_A_SLICE", 4)
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        numbers = [await ada.say(claude, f"no. {i}") for i in range(12)]
        for i, number in enumerate(numbers):
            v.clock.time += i % 3 == 0
            await ada(
                api.MessagesSendReaction(
                    peer=ada.peer(claude),
                    msg_id=number,
                    reaction=[api.ReactionEmoji(emoticon="🔥")],
                )
            )
        await v.settle()
        pts, date, seen, pages = ada.since.pts, ada.since.date, set(), 0
        while True:
            got = await difference(ada, pts=pts, date=date)
            pages += 1
            seen |= {
                u.msg_id for u in got.other_updates if isinstance(u, api.UpdateMessageReactions)
            }
            if isinstance(got, api.UpdatesDifference):
                break
            assert got.intermediate_state.date > date or got.intermediate_state.pts > pts
            pts, date = got.intermediate_state.pts, got.intermediate_state.date
        assert seen == set(numbers)
        assert pages > 2


async def test_many_events_leave_the_notices_for_the_last_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A draft saved amid many messages is still told when the last of them is."""
    monkeypatch.setattr(sync, "EVENTS_A_SLICE", 5)
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await claude(api.MessagesSaveDraft(peer=claude.peer(ada), message="I was going to"))
        for i in range(12):
            v.clock.time += 60
            await ada.say(claude, f"no. {i}")
        first = await difference(claude)
        assert isinstance(first, api.UpdatesDifferenceSlice)
        assert len(first.new_messages) == 5


async def test_a_gap_is_mended_by_one_event() -> None:
    """TDLib asks for one pts at a time and takes exactly one update."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada.say(claude, "one")
        await ada.say(claude, "two")
        got = await difference(claude, date=2**31 - 1, pts_limit=1)
        assert isinstance(got, api.UpdatesDifferenceSlice)
        assert [u.message.message for u in got.other_updates] == ["one"]
        assert got.intermediate_state.pts == claude.since.pts + 1
        far = await difference(claude, pts_total_limit=1)
        assert isinstance(far, api.UpdatesDifferenceTooLong)


async def test_nothing_new_is_said_so() -> None:
    """Somebody who missed nothing is told that, and somebody ahead is not confused."""
    async with village() as v:
        ada = await v.person()
        v.clock.time += sync.COMMIT_S_MAX + 5
        state = await ada(api.UpdatesGetState())
        got = await difference(ada, pts=state.pts, date=state.date)
        assert isinstance(got, api.UpdatesDifferenceEmpty)


async def test_news_that_were_being_kept_while_somebody_asked_are_told_the_next_time() -> None:
    """Dated in one second, kept in another: the date a client was given in between hides nothing."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Late", bob)
        v.clock.time += 100
        state = await bob(api.UpdatesGetState())
        engine, gate = v.context.store.engine, asyncio.Event()
        commit = engine.commit

        async def slowly(batch: Any) -> None:
            await gate.wait()
            await commit(batch)

        engine.commit = slowly
        asked = api.MessagesSendMessage(peer=ada.peer(sup), message="late", random_id=5)
        sending = asyncio.create_task(ada(asked))
        while not v.context.store.box(Owner(Kind.CHANNEL, sup.id)).under_way:  # noqa: ASYNC110
            await asyncio.sleep(0)
        v.clock.time += 2
        between = await difference(bob, pts=state.pts, date=state.date)
        assert isinstance(between, api.UpdatesDifferenceEmpty)
        gate.set()
        await sending
        engine.commit = commit
        v.clock.time += 60
        got = await difference(bob, pts=state.pts, date=between.date)
        told = [u.channel_id for u in got.other_updates if isinstance(u, api.UpdateChannelTooLong)]
        assert told == [sup.id]


async def test_pages_of_notices_come_to_an_end_though_each_looks_back() -> None:
    """More in a few seconds than one page holds."""
    async with village(twins=False) as v:
        ada = await v.person()
        v.clock.time += 100
        since = int(v.clock.time)
        for _ in range(4):
            async with v.context.change(Owner(Kind.USER, ada.id)) as change:
                for _ in range(sync.NOTICES_A_SLICE // 2):
                    change.announce_without_pts(StatusChanged(user=v.number()))
            v.clock.time += 1
        date, told = since, 0
        for _ in range(6):
            got = await difference(ada, pts=ada.since.pts, date=date)
            told += len(got.other_updates)
            if isinstance(got, api.UpdatesDifference):
                break
            assert got.intermediate_state.date > date
            date = got.intermediate_state.date
        assert isinstance(got, api.UpdatesDifference)


async def test_switches_of_a_channel_reach_who_slept() -> None:
    """Slow mode is set without a word: the sleeping twin learns of it all the same."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Slow", bob)
        state = await bob(api.UpdatesGetState())
        v.clock.time += 100
        await ada(api.ChannelsToggleSlowMode(channel=ada.channel(sup), seconds=10))
        await v.settle()
        got = await difference(bob, pts=state.pts, date=state.date + 50)
        assert [c.slowmode_enabled for c in got.chats] == [True]
        nothing = await difference(bob, pts=state.pts, date=state.date + 200)
        assert isinstance(nothing, api.UpdatesDifferenceEmpty)


# -- what is forgotten -------------------------------------------------------------------------------


async def test_what_is_three_months_old_is_forgotten_and_who_slept_begins_anew() -> None:
    """Ada's old phone is told to begin anew; her new one goes on as before."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await claude.say(ada, "long ago")
        regretted = await claude.say(ada, "forget it")
        await claude(api.MessagesDeleteMessages(id=[regretted], revoke=True))
        await ada(api.MessagesSaveDraft(peer=ada.peer(claude), message="well"))
        assert await v.server.pruner.once() == 0
        v.clock.time += pruning.EVENT_LIFETIME_S + 1
        await claude.say(ada, "now")
        box = v.context.look(Owner(Kind.USER, ada.id))
        assert await v.server.pruner.once() > 2
        kept = [r for r in await box.scan(EventRow) if r.date < int(v.clock.time)]
        codes = await ada.history(api.PeerUser(user_id=777000))
        # by which messages that are still there are found
        assert [r.name for r in kept] == ["messages.new"] * (len(codes) + 1)
        (old,) = [m for m in await ada.history(claude) if m.message == "long ago"]
        found = await ada(api.MessagesGetMessages(id=[api.InputMessageID(id=old.id)]))
        assert found.messages[0].message == "long ago"
        assert await box.scan(NoticeRow) == []
        mark = await box.get(Pruned)
        assert mark is not None
        got = await difference(ada)
        assert isinstance(got, api.UpdatesDifferenceTooLong)
        awake = await difference(ada, pts=mark.pts, date=int(v.clock.time))
        assert [m.message for m in awake.new_messages] == ["now"]
        assert await ada.texts(claude) == ["long ago", "now"]


async def test_no_box_keeps_more_events_than_anybody_may_ask_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A channel that is written in all day forgets its oldest posts' tale, not the posts."""
    monkeypatch.setattr(pruning, "CHANNEL_BEHIND_MAX", 3)
    monkeypatch.setattr(pruning, "NOTICES_KEPT_MAX", 2)
    async with village() as v:
        ada = await v.person()
        sup = await ada.supergroup("Busy")
        for i in range(6):
            await ada.say(sup, f"no. {i}")
            await ada(api.MessagesSaveDraft(peer=ada.peer(sup), message=f"draft {i}"))
        await v.settle()
        await v.server.pruner.once()
        assert len(await v.context.look(Owner(Kind.CHANNEL, sup.id)).scan(EventRow)) == 3
        assert len(await v.context.look(Owner(Kind.USER, ada.id)).scan(NoticeRow)) == 2
        got = await channel_difference(ada, sup, 1)
        assert isinstance(got, api.UpdatesChannelDifferenceTooLong)
        assert len(await ada.texts(sup)) == 6


# -- channels -----------------------------------------------------------------------------------------


async def test_a_channel_is_told_in_slices_and_refused_to_strangers() -> None:
    """Bob catches up page by page; Eve, with his address of it, gets nothing."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        sup = await ada.supergroup("Talk", bob)
        for i in range(15):
            await ada.say(sup, f"no. {i}")
        first = await channel_difference(bob, sup, 1, limit=10)
        assert (first.final, len(first.new_messages)) == (False, 10)
        last = await channel_difference(bob, sup, first.pts)
        assert last.final
        assert last.new_messages[-1].message == "no. 14"
        nothing = await channel_difference(bob, sup, last.pts)
        assert isinstance(nothing, api.UpdatesChannelDifferenceEmpty)
        with pytest.raises(errors.PersistentTimestampInvalid):
            await channel_difference(bob, sup, -1)
        with pytest.raises(errors.ChannelPrivate):
            await channel_difference(eve, sup, 1)
        with pytest.raises(errors.ChannelInvalid):
            await eve(
                api.UpdatesGetChannelDifference(
                    channel=bob.channel(sup),
                    filter=api.ChannelMessagesFilterEmpty(),
                    pts=1,
                    limit=10,
                )
            )


async def test_who_is_ahead_of_a_channel_is_shown_it_as_it_stands() -> None:
    """After a restored backup a client may know a later pts than the server."""
    async with village() as v:
        ada = await v.person()
        sup = await ada.supergroup("Talk")
        await ada.say(sup, "here")
        got = await channel_difference(ada, sup, 5000)
        assert isinstance(got, api.UpdatesChannelDifferenceTooLong)
        assert got.messages[0].message == "here"
        assert got.dialog.top_message == got.messages[0].id
