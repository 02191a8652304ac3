"""Reactions: put, counted, seen, looked at, taken away; by whom, and to whom they are told."""

import asyncio
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features.conversations import Reacted
from chappe.tl import api, errors
from chappe.updates import hub
from chappe.updates.relay import Relay

from .village import Person, village


def emoji(*words: str) -> list[Any]:
    """Return reactions."""
    return [api.ReactionEmoji(emoticon=w) for w in words]


async def react(who: Person, chat: Any, number: int, *words: str, **how: Any) -> Any:
    """React to a message."""
    answer = await who(
        api.MessagesSendReaction(peer=who.peer(chat), msg_id=number, reaction=emoji(*words), **how)
    )
    await who.village.settle()
    return answer


async def shown(who: Person, chat: Any, number: int) -> dict[str, int]:
    """Return how a message was reacted to, as somebody sees it."""
    message = next(m for m in await who.history(chat) if m.id == number)
    results = message.reactions.results if message.reactions else ()
    return {r.reaction.emoticon: r.count for r in results}


@pytest.mark.parametrize("kind", ["private", "group", "supergroup"])
async def test_a_reaction_is_counted_for_everybody_and_new_to_the_author(kind: str) -> None:
    """Ada is told that Bob reacted; when she has looked, no device of hers says it is new."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        chat: Any = bob
        if kind != "private":
            chat = await (ada.group if kind == "group" else ada.supergroup)("Club", bob)
        number = await ada.say(chat, "a poem")
        there = ada if kind == "private" else chat
        theirs = (await bob.history(there))[0].id
        await react(bob, there, theirs, "❤", "🔥", big=True, add_to_recent=True)
        assert await shown(ada, chat, number) == {"❤": 1, "🔥": 1}
        assert (await ada.dialog(chat)).unread_reactions_count == 1
        assert (await bob.dialog(there)).unread_reactions_count == 0
        unread = await ada(
            api.MessagesGetUnreadReactions(
                peer=ada.peer(chat), offset_id=0, add_offset=0, limit=10, max_id=0, min_id=0
            )
        )
        assert [m.id for m in unread.messages] == [number]
        listed = await ada(
            api.MessagesGetMessageReactionsList(peer=ada.peer(chat), id=number, limit=10)
        )
        assert [(r.peer_id.user_id, r.big) for r in listed.reactions] == [(bob.id, True)] * 2
        only = await ada(
            api.MessagesGetMessageReactionsList(
                peer=ada.peer(chat), id=number, limit=1, reaction=emoji("🔥")[0]
            )
        )
        assert (only.count, only.reactions[0].reaction.emoticon) == (1, "🔥")
        await ada(api.MessagesReadReactions(peer=ada.peer(chat)))
        await v.settle()
        assert (await ada.dialog(chat)).unread_reactions_count == 0
        with pytest.raises(errors.MessageNotModified):
            await react(bob, there, theirs, "❤", "🔥")
        await react(bob, there, theirs, "👍")
        assert await shown(ada, chat, number) == {"👍": 1}
        await react(bob, there, theirs)
        assert await shown(ada, chat, number) == {}
        assert (await ada.dialog(chat)).unread_reactions_count == 0
        recent = await bob(api.MessagesGetRecentReactions(limit=5, hash=0))
        assert [r.emoticon for r in recent.reactions] == ["❤", "🔥"]


async def test_who_looks_at_a_message_has_looked_at_its_reactions() -> None:
    """Opening the message is enough, in a person's box and in a channel's."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await ada.say(bob, "hm")
        await react(bob, ada, (await bob.history(ada))[0].id, "👍")
        await ada(api.MessagesReadMessageContents(id=[number]))
        sup = await ada.supergroup("Club", bob)
        post = await ada.say(sup, "hm")
        await react(bob, sup, post, "👍")
        await ada(api.ChannelsReadMessageContents(channel=ada.channel(sup), id=[post]))
        other = await ada.say(bob, "hum")
        await react(bob, ada, (await bob.history(ada))[0].id, "👍")
        await ada(api.MessagesReadReactions(peer=ada.peer(bob)))
        assert other
        await v.settle()
        for chat in (bob, sup):
            assert (await ada.dialog(chat)).unread_reactions_count == 0


async def test_who_says_that_they_looked_is_told_that_nothing_is_new() -> None:
    """They may have been told that it is while they said so; what they know in the end is what is kept."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await ada.say(bob, "a poem")
        await react(bob, ada, (await bob.history(ada))[0].id, "👍")
        await ada(api.MessagesReadReactions(peer=ada.peer(bob)))
        await v.settle()
        told = ada.device.told(api.UpdateMessageReactions)
        assert [u.msg_id for u in told] == [number, number]
        assert [
            u.reactions.recent_reactions[0].unread for u in told if u.reactions.recent_reactions
        ] == [True, False]


async def test_word_of_a_reaction_that_was_looked_at_comes_too_late_to_be_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ada sees in the supergroup that Bob reacted, and says so, before her own box has heard of it."""
    held, work = asyncio.Event(), Relay._work

    async def late(relay: Relay, to: Owner) -> None:
        await held.wait()
        await work(relay, to)

    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Club", bob)
        number = await ada.say(sup, "a poem")
        await v.settle()
        monkeypatch.setattr(Relay, "_work", late)
        await bob(api.MessagesSendReaction(peer=bob.peer(sup), msg_id=number, reaction=emoji("👍")))
        assert await shown(ada, sup, number) == {"👍": 1}
        reading = asyncio.create_task(ada(api.MessagesReadReactions(peer=ada.peer(sup))))
        for _ in range(20):
            await asyncio.sleep(0.001)
        held.set()
        await reading
        await v.settle()
        assert (await ada.dialog(sup)).unread_reactions_count == 0


async def test_own_choices_are_in_the_order_they_were_made() -> None:
    """The bigger the number the newer; three of one person at most, eleven kinds in all."""
    async with village() as v:
        ada, *crowd = await v.people_named("Ada", *(f"P{i}" for i in range(5)))
        sup = await ada.supergroup("Club", *crowd)
        number = await ada.say(sup, "go")
        await react(ada, sup, number, "👍", "❤", "🔥")
        message = next(m for m in await ada.history(sup) if m.id == number)
        chosen = {r.reaction.emoticon: r.chosen_order for r in message.reactions.results}
        assert chosen["👍"] < chosen["❤"] < chosen["🔥"]
        theirs = next(m for m in await crowd[0].history(sup) if m.id == number)
        assert [r.chosen_order for r in theirs.reactions.results] == [None] * 3
        with pytest.raises(errors.ReactionsTooMany):
            await react(ada, sup, number, "👍", "❤", "🔥", "🎉")
        words = ["🎉", "😁", "🤔", "🤯", "😱", "🤬", "😢", "👏", "🙏"]
        for one, more in zip(crowd[:3], (words[:3], words[3:6], words[6:9]), strict=True):
            if one is crowd[2]:
                await react(one, sup, number, *more[:2])
                with pytest.raises(errors.ReactionsTooMany):
                    await react(one, sup, number, *more)
            else:
                await react(one, sup, number, *more)


async def test_custom_emoji_react_where_they_may() -> None:
    """In private and in groups, whoever made them; in channels, and where some are chosen, they do not."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        drawn = api.InputStickerSetEmojiDefaultTopicIcons()
        shown = await ada(api.MessagesGetStickerSet(stickerset=drawn, hash=0))
        custom = api.ReactionCustomEmoji(document_id=shown.documents[0].id)
        group = await ada.supergroup("Cats", bob)
        for place in (bob, group):
            number = await ada.say(place, "go")
            await ada(
                api.MessagesSendReaction(
                    peer=ada.peer(place), msg_id=number, reaction=[custom], add_to_recent=True
                )
            )
            await v.settle()
            message = (await bob.history(ada if place is bob else group))[0]
            assert [r.reaction for r in message.reactions.results] == [custom]
        recent = await ada(api.MessagesGetRecentReactions(limit=9, hash=0))
        assert recent.reactions[0] == custom
        channel = await ada.supergroup("News", bob, broadcast=True)
        some = api.ChatReactionsSome(reactions=emoji("👍"))
        await ada(
            api.MessagesSetChatAvailableReactions(peer=ada.peer(group), available_reactions=some)
        )
        for place in (channel, group):
            number = await ada.say(place, "go")
            with pytest.raises(errors.ReactionInvalid):
                await ada(
                    api.MessagesSendReaction(peer=ada.peer(place), msg_id=number, reaction=[custom])
                )


async def test_what_cannot_be_put_is_refused_by_name() -> None:
    """No emoji that is in no set, none that cost money, none that are words, none that are not there."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await ada.say(bob, "go")

        async def put(*what: Any) -> None:
            await ada(
                api.MessagesSendReaction(peer=ada.peer(bob), msg_id=number, reaction=list(what))
            )

        with pytest.raises(errors.DocumentInvalid):
            await put(api.ReactionCustomEmoji(document_id=5))
        with pytest.raises(errors.ReactionInvalid):
            await put(api.ReactionPaid())
        with pytest.raises(errors.ReactionInvalid):
            await put(*emoji("hello"))
        with pytest.raises(errors.ReactionInvalid):
            await ada(api.MessagesSetDefaultReaction(reaction=emoji("hello")[0]))
        await ada(api.MessagesSetDefaultReaction(reaction=emoji("🔥")[0]))
        with pytest.raises(errors.MessageIdInvalid):
            await react(ada, bob, 9999, "👍")
        with pytest.raises(errors.MsgIdInvalid):
            await ada(api.MessagesGetMessageReactionsList(peer=ada.peer(bob), id=9999, limit=1))
        top = await ada(api.MessagesGetTopReactions(limit=3, hash=0))
        assert len(top.reactions) == 3
        await ada(api.MessagesClearRecentReactions())
        recent = await ada(api.MessagesGetRecentReactions(limit=5, hash=0))
        assert recent.reactions == []


async def test_a_chat_says_which_reactions_it_wants() -> None:
    """Some, none, all; who is not in reacts to nothing."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        news = await ada.supergroup("News", bob, broadcast=True)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(news), username="thenews"))
        number = await ada.say(news, "go")

        async def allow(what: Any) -> None:
            await ada(
                api.MessagesSetChatAvailableReactions(peer=ada.peer(news), available_reactions=what)
            )

        await allow(api.ChatReactionsSome(reactions=emoji("🔥")))
        with pytest.raises(errors.ReactionInvalid):
            await react(bob, news, number, "👍")
        await react(bob, news, number, "🔥")
        await allow(api.ChatReactionsNone())
        with pytest.raises(errors.ReactionInvalid):
            await react(bob, news, number, "🔥", "👍")
        await allow(api.ChatReactionsAll())
        await react(bob, news, number, "👍")
        with pytest.raises(errors.ChatWriteForbidden):
            await react(eve, news, number, "👍")
        with pytest.raises(errors.BroadcastForbidden):
            await bob(api.MessagesGetMessageReactionsList(peer=bob.peer(news), id=number, limit=10))
        message = next(m for m in await bob.history(news) if m.id == number)
        assert not message.reactions.recent_reactions


async def test_who_is_blocked_reacts_into_the_void() -> None:
    """Claude's reaction stays with Claude; Ada, who blocked them, hears nothing."""
    async with village(twins=False) as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await ada.say(claude, "leave me alone")
        theirs = (await claude.history(ada))[0].id
        await ada(api.ContactsBlock(id=ada.peer(claude)))
        ada.listener.heard.clear()
        await react(claude, ada, theirs, "👎")
        await claude(api.MessagesUpdatePinnedMessage(peer=claude.peer(ada), id=theirs))
        await v.settle()
        assert await shown(claude, ada, theirs) == {"👎": 1}
        assert await shown(ada, claude, number) == {}
        assert ada.listener.heard == []


async def test_admins_take_away_how_somebody_reacted() -> None:
    """One reaction, or all of Bob's; members may not, and of a private chat nobody."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        sup = await ada.supergroup("Club", bob, cid)
        numbers = [await cid.say(sup, f"no. {i}") for i in range(3)]
        for number in numbers:
            await react(bob, sup, number, "🖕")
        await react(ada, sup, numbers[0], "👍")

        async def one(by: Person, number: int, chat: Any = sup) -> Any:
            return await by(
                api.MessagesDeleteParticipantReaction(
                    peer=by.peer(chat), msg_id=number, participant=by.peer(bob)
                )
            )

        with pytest.raises(errors.ChatAdminRequired):
            await one(cid, numbers[0])
        with pytest.raises(errors.MessageIdInvalid):
            await one(ada, 9999)
        with pytest.raises(errors.PeerIdInvalid):
            await one(ada, numbers[0], bob)
        await one(ada, numbers[0])
        await v.settle()
        assert await shown(cid, sup, numbers[0]) == {"👍": 1}
        await ada(
            api.MessagesDeleteParticipantReactions(peer=ada.peer(sup), participant=ada.peer(bob))
        )
        await v.settle()
        assert [await shown(bob, sup, n) for n in numbers[1:]] == [{}, {}]
        assert (await cid.dialog(sup)).unread_reactions_count == 1


async def test_with_a_message_goes_how_people_reacted_to_it() -> None:
    """Nothing of it is kept, and nobody has unread reactions to what is gone."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        number = await ada.say(bob, "regret")
        await react(bob, ada, (await bob.history(ada))[0].id, "👍")
        await ada(api.MessagesDeleteMessages(id=[number], revoke=True))
        sup = await ada.supergroup("Club", bob)
        post = await ada.say(sup, "regret @nobody")
        await react(bob, sup, post, "👍")
        await ada(api.ChannelsDeleteMessages(channel=ada.channel(sup), id=[post]))
        await v.settle()
        for owner in (
            Owner(Kind.USER, ada.id),
            Owner(Kind.USER, bob.id),
            Owner(Kind.CHANNEL, sup.id),
        ):
            assert await v.context.look(owner).scan(Reacted) == []
        assert (await ada.dialog(sup)).unread_reactions_count == 0


async def test_a_channel_is_told_of_a_reaction_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendered once for all who have not reacted; who has sees their own beside the numbers."""
    async with village() as v:
        ada, *readers = await v.people_named("Ada", *(f"Reader {n}" for n in range(14)))
        news = await ada.supergroup("News", *readers, broadcast=True)
        post = await ada.say(news, "a poem")
        await react(readers[0], news, post, "🔥")
        rendered: list[int] = []
        render = hub.render

        async def counted(viewer: Any, *given: Any) -> Any:
            rendered.append(viewer.user)
            return await render(viewer, *given)

        monkeypatch.setattr(hub, "render", counted)
        await react(readers[1], news, post, "❤")
        assert len(rendered) < len(readers) - 2
        for who in readers:
            (results,) = [u.reactions.results for u in who.told(api.UpdateMessageReactions)[-1:]]
            found = {r.reaction.emoticon: (r.count, r.chosen_order) for r in results}
            own = {readers[0]: "🔥", readers[1]: "❤"}.get(who)
            assert found == {e: (1, 0 if e == own else None) for e in ("🔥", "❤")}


async def test_a_heart_is_a_heart_from_every_keyboard() -> None:
    """Those of phones write U+FE0F behind it; it counts as the same, where a chat allows some as well."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Club", bob)
        number = await ada.say(sup, "go")
        await react(ada, sup, number, "❤")
        await react(bob, sup, number, "❤\ufe0f")
        assert await shown(ada, sup, number) == {"❤": 2}
        await ada(
            api.MessagesSetChatAvailableReactions(
                peer=ada.peer(sup),
                available_reactions=api.ChatReactionsSome(reactions=emoji("❤\ufe0f", "🕊\ufe0f")),
            )
        )
        await react(bob, sup, number, "🕊")
        await react(bob, sup, number, "❤")
        with pytest.raises(errors.ReactionInvalid):
            await react(bob, sup, number, "👍")
