"""Saved Messages: sorted by whom they came from, pinned, tagged, and nobody else's business."""

from typing import Any

import pytest

from chappe.tl import api, errors

from .village import Person, village


async def save(person: Person, source: Any, number: int) -> int:
    """Forward a message to oneself; return the number it has there."""
    answer = await person(
        api.MessagesForwardMessages(
            from_peer=person.peer(source),
            id=[number],
            random_id=[person.village.number()],
            to_peer=api.InputPeerSelf(),
        )
    )
    await person.village.settle()
    return int(next(u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)))


async def saved(person: Person, **more: Any) -> list[tuple[int, bool]]:
    """Return whom Saved Messages came from, and whether they are pinned."""
    given = {"offset_date": 0, "offset_id": 0, "limit": 10, "hash": 0, **more}
    answer = await person(api.MessagesGetSavedDialogs(offset_peer=api.InputPeerEmpty(), **given))
    return [(d.peer.user_id, d.pinned) for d in answer.dialogs]


async def texts(person: Person, of: Person, **more: Any) -> list[str]:
    """Return what came from somebody, newest first."""
    given = {
        "offset_id": 0,
        "offset_date": 0,
        "add_offset": 0,
        "limit": 10,
        "max_id": 0,
        "min_id": 0,
        "hash": 0,
        **more,
    }
    answer = await person(api.MessagesGetSavedHistory(peer=person.peer(of), **given))
    return [m.message for m in answer.messages]


async def react(person: Person, number: int, *words: str) -> Any:
    """Tag a saved message."""
    reaction = [api.ReactionEmoji(emoticon=w) for w in words]
    answer = await person(
        api.MessagesSendReaction(peer=api.InputPeerSelf(), msg_id=number, reaction=reaction)
    )
    await person.village.settle()
    return answer.updates[0].reactions


async def tags(person: Person, **more: Any) -> list[tuple[str, int, str | None]]:
    """Return somebody's tags."""
    answer = await person(api.MessagesGetSavedReactionTags(hash=0, **more))
    return [(t.reaction.emoticon, t.count, t.title) for t in answer.tags]


async def test_saved_messages_are_sorted_by_whom_they_came_from() -> None:
    """The newest source first; one's own notes come from oneself."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        for friend in (bob, cid):
            for text in ("one", "two", "three"):
                await friend.say(ada, text)
            for message in reversed(await ada.history(friend)):
                await save(ada, friend, message.id)
        await ada.say(ada, "note")
        assert [who for who, _ in await saved(ada)] == [ada.id, cid.id, bob.id]
        assert await texts(ada, bob) == ["three", "two", "one"]
        assert await texts(ada, ada) == ["note"]
        ids = [
            m.id
            for m in (
                await ada(
                    api.MessagesGetSavedHistory(
                        peer=ada.peer(bob),
                        offset_id=0,
                        offset_date=0,
                        add_offset=0,
                        limit=10,
                        max_id=0,
                        min_id=0,
                        hash=0,
                    )
                )
            ).messages
        ]
        assert await texts(ada, bob, offset_id=ids[1]) == ["one"]
        assert await texts(ada, bob, offset_id=ids[1], add_offset=-1, limit=1) == ["two"]
        assert await texts(ada, bob, min_id=ids[2], max_id=ids[0]) == ["two"]
        by_id = await ada(api.MessagesGetSavedDialogsByID(ids=[ada.peer(bob), ada.peer(ada)]))
        assert [d.peer.user_id for d in by_id.dialogs] == [bob.id, ada.id]
        assert await saved(bob) == []


async def test_sources_are_pinned_in_an_order_of_ones_own() -> None:
    """Up to five; what is not there is not pinned for others."""
    async with village() as v:
        ada, *others = await v.people_named("Ada", *"BCDEFG")
        for other in others:
            await other.say(ada, "hello")
            await save(ada, other, (await ada.history(other))[0].id)

        async def pin(who: Person, *, pinned: bool = True) -> None:
            peer = api.InputDialogPeer(peer=ada.peer(who))
            await ada(api.MessagesToggleSavedDialogPin(peer=peer, pinned=pinned))

        for other in others[:5]:
            await pin(other)
        with pytest.raises(errors.PinnedDialogsTooMuch):
            await pin(others[5])
        await pin(others[0], pinned=False)
        order = [api.InputDialogPeer(peer=ada.peer(p)) for p in (others[5], others[1])]
        await ada(api.MessagesReorderPinnedSavedDialogs(force=True, order=order))
        pinned = await ada(api.MessagesGetPinnedSavedDialogs())
        assert [d.peer.user_id for d in pinned.dialogs] == [others[5].id, others[1].id]
        rest = await saved(ada, exclude_pinned=True)
        assert {who for who, _ in rest} == {others[i].id for i in (0, 2, 3, 4)}
        await v.settle()
        assert len(ada.told(api.UpdatePinnedSavedDialogs)[-1].order) == 2


async def test_what_came_from_one_source_is_deleted_alone() -> None:
    """All of it, or of some days."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for text in ("old", "new"):
            await bob.say(ada, text)
            await save(ada, bob, (await ada.history(bob))[0].id)
            await v.wait(86_400)
        await ada.say(ada, "note")
        given = {"peer": ada.peer(bob), "max_id": 0}
        late = int(v.clock.now()) - 86_400
        await ada(api.MessagesDeleteSavedHistory(**given, min_date=late))
        assert await texts(ada, bob) == ["old"]
        await ada(api.MessagesDeleteSavedHistory(**given))
        await v.settle()
        assert (await texts(ada, bob), await texts(ada, ada)) == ([], ["note"])
        assert await bob.texts(ada) == ["old", "new"]


async def test_channels_take_no_direct_messages() -> None:
    """What asks for theirs is refused."""
    async with village() as v:
        ada = await v.person("Ada")
        channel = await ada.supergroup("N", broadcast=True)
        parent = {"parent_peer": ada.peer(channel)}
        with pytest.raises(errors.ParentPeerInvalid):
            await saved(ada, **parent)
        with pytest.raises(errors.ParentPeerInvalid):
            await texts(ada, ada, **parent)
        for call in (
            api.MessagesGetSavedDialogsByID(ids=[], **parent),
            api.MessagesDeleteSavedHistory(peer=ada.peer(ada), max_id=0, **parent),
            api.MessagesReadSavedHistory(peer=ada.peer(ada), max_id=0, **parent),
        ):
            with pytest.raises(errors.ParentPeerInvalid):
                await ada(call)


async def test_reactions_to_saved_messages_are_tags() -> None:
    """They are counted, named and searched for; reactions elsewhere are none."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        one, two = await ada.say(ada, "one"), await ada.say(ada, "two")
        await bob.say(ada, "from Bob")
        three = await save(ada, bob, (await ada.history(bob))[0].id)
        assert (await react(ada, one, "🔥")).reactions_as_tags
        for number in (two, three):
            await react(ada, number, "🔥", "🎉")
        assert await tags(ada) == [("🔥", 3, None), ("🎉", 2, None)]
        assert await tags(ada, peer=ada.peer(bob)) == [("🔥", 1, None), ("🎉", 1, None)]
        named = api.ReactionEmoji(emoticon="🎉")
        await ada(api.MessagesUpdateSavedReactionTag(reaction=named, title="to celebrate a lot"))
        assert (await tags(ada))[1] == ("🎉", 2, "to celebrate")
        listed = await ada(api.MessagesGetSavedReactionTags(hash=0))
        assert listed.hash == -2678069573910225849  # as TDLib counts it
        again = await ada(api.MessagesGetSavedReactionTags(hash=listed.hash))
        assert isinstance(again, api.MessagesSavedReactionTagsNotModified)
        await v.settle()
        assert ada.told(api.UpdateSavedReactionTags)
        found = await ada(
            api.MessagesSearch(
                peer=api.InputPeerSelf(),
                q="",
                filter=api.InputMessagesFilterEmpty(),
                min_date=0,
                max_date=0,
                offset_id=0,
                add_offset=0,
                limit=10,
                max_id=0,
                min_id=0,
                hash=0,
                saved_reaction=[named],
            )
        )
        assert [m.id for m in found.messages] == [three, two]
        await ada(api.MessagesUpdateSavedReactionTag(reaction=named))
        assert (await tags(ada))[1] == ("🎉", 2, None)
        with pytest.raises(errors.ReactionInvalid):
            await ada(
                api.MessagesUpdateSavedReactionTag(
                    reaction=api.ReactionEmoji(emoticon="👎"), title="bad"
                )
            )
        assert await tags(bob) == []
        offered = await ada(api.MessagesGetDefaultTagReactions(hash=0))
        assert offered.reactions
        assert offered.hash == 3864230862771665112  # as TDLib counts it
        again = await ada(api.MessagesGetDefaultTagReactions(hash=offered.hash))
        assert isinstance(again, api.MessagesReactionsNotModified)


async def test_what_one_saves_goes_nowhere() -> None:
    """So it is not outgoing, on any road: apps log an error of one that is. Scheduled, it is."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        assert (await ada.history(ada)) == []
        answer = await ada(
            api.MessagesSendMessage(peer=ada.peer(ada), message="note", random_id=v.number())
        )
        assert not getattr(answer, "out", False)
        await v.settle()
        (told,) = [u.message for u in ada.told(api.UpdateNewMessage) if u.message.message == "note"]
        (read,) = await ada.history(ada)
        assert (told.out, read.out) == (False, False)
        assert (await ada.dialog(ada)).unread_count == 0
        await ada.say(bob, "letter")
        assert (await ada.history(bob))[0].out
        later = int(v.clock.now()) + 3600
        await ada(
            api.MessagesSendMessage(
                peer=ada.peer(ada), message="later", random_id=v.number(), schedule_date=later
            )
        )
        waiting = await ada(api.MessagesGetScheduledHistory(peer=ada.peer(ada), hash=0))
        assert waiting.messages[0].out
