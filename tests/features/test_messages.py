"""Two people talk: what each may do to messages, and what the other learns of it."""

import pytest

from chappe.core import Kind
from chappe.features import accounts
from chappe.tl import api, errors

from .village import village


async def test_a_message_arrives_once_however_often_it_is_sent() -> None:
    """The same random_id gives the same message, also for another text."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for text in ("hello", "hello", "something else"):
            await ada(api.MessagesSendMessage(peer=ada.peer(claude), message=text, random_id=77))
        await v.settle()
        assert await claude.texts(ada) == ["hello"]
        assert [u.message.message for u in claude.told(api.UpdateNewMessage)] == ["hello"]


async def test_an_edit_reaches_the_other_and_only_its_author_may_make_it() -> None:
    """Claude cannot alter what Ada wrote."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        number = await ada.say(claude, "helo")
        await ada(api.MessagesEditMessage(peer=ada.peer(claude), id=number, message="hello"))
        await v.settle()
        assert await claude.texts(ada) == ["hello"]
        theirs = (await claude.history(ada))[0].id
        with pytest.raises(errors.MessageAuthorRequired):
            await claude(api.MessagesEditMessage(peer=claude.peer(ada), id=theirs, message="never"))
        assert await ada.texts(claude) == ["hello"]


async def test_three_in_a_group_and_in_a_channel_know_the_same() -> None:
    """Posts, edits, pins, deletions; each twin agrees."""
    async with village() as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        group = await ada.group("Trio", bob, cid)
        await bob.say(group, "one")
        two = await cid.say(group, "two")
        await cid(api.MessagesDeleteMessages(id=[two], revoke=True))
        await v.settle()
        assert await ada.texts(group) == await bob.texts(group) == ["one"]
        sup = await ada.supergroup("Super", bob, cid)
        first = await bob.say(sup, "first")
        await cid.say(sup, "second")
        await bob(api.MessagesEditMessage(peer=bob.peer(sup), id=first, message="first!"))
        await ada(api.MessagesUpdatePinnedMessage(peer=ada.peer(sup), id=first))
        await v.settle()
        assert await cid.texts(sup) == ["first!", "second"]


async def test_a_device_that_has_just_come_in_leaves_what_the_service_wrote() -> None:
    """It says that the device came; those that were there before may delete it, and so may it a day later."""
    async with village() as v:
        ada = await v.person("Ada")
        v.clock.time += 7 * 86_400
        thief = await ada.log_in()
        await v.settle()
        service = api.InputPeerUser(
            user_id=777000,
            access_hash=accounts.access_hash(v.context, ada.id, Kind.USER, 777000),
        )
        (told, *_) = await ada.history(api.PeerUser(user_id=777000))
        assert "New login" in told.message
        one = api.MessagesDeleteMessages(id=[told.id])
        everything = api.MessagesDeleteHistory(peer=service, max_id=0, revoke=True)
        cleared = api.MessagesDeleteHistory(peer=service, max_id=0, just_clear=True)
        mine = await ada.say(ada, "a note")
        for forbidden in (one, everything, cleared, api.MessagesDeleteMessages(id=[mine, told.id])):
            with pytest.raises(errors.MessageDeleteForbidden):
                await thief(forbidden)
        assert len(await ada.history(api.PeerUser(user_id=777000))) > 1
        await thief(api.MessagesDeleteMessages(id=[mine]))
        await ada(one)
        v.clock.time += 86_400
        await thief(everything)
        assert await ada.history(api.PeerUser(user_id=777000)) == []
