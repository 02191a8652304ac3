"""Messages that vanish by themselves: who may have them do so, and that they do, for everybody."""

from typing import Any

import pytest

from chappe.tl import api, errors

from .village import Person, village

DAY = 86_400


async def live(person: Person, of: Any, period: int = DAY) -> Any:
    """Set how long messages of a conversation live."""
    answer = await person(api.MessagesSetHistoryTTL(peer=person.peer(of), period=period))
    await person.village.settle()
    return answer


async def test_messages_of_two_vanish_for_both() -> None:
    """Those written since it was set; word of that itself, and older ones, stay."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await ada.say(claude, "before")
        answer = await live(ada, claude)
        assert answer.updates[0].ttl_period == DAY
        assert claude.told(api.UpdatePeerHistoryTTL)[-1].ttl_period == DAY
        said = await ada(
            api.MessagesSendMessage(peer=ada.peer(claude), message="mine", random_id=v.number())
        )
        assert said.ttl_period == DAY
        await v.wait(60)
        await claude.say(ada, "yours")
        assert [m.ttl_period for m in await claude.history(ada)] == [DAY, DAY, None, None]
        await v.wait(DAY - 60)
        assert await ada.texts(claude) == await claude.texts(ada) == ["before", "yours"]
        await v.wait(60)
        assert await ada.texts(claude) == await claude.texts(ada) == ["before"]
        await live(claude, ada, 0)
        await ada.say(claude, "after")
        await v.wait(2 * DAY)
        assert await claude.texts(ada) == ["before", "after"]


async def test_messages_of_groups_vanish_for_all() -> None:
    """In a basic group, a supergroup and a channel."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        for chat in (
            await ada.group("G", bob),
            await ada.supergroup("S", bob),
            await ada.supergroup("N", bob, broadcast=True),
        ):
            await live(ada, chat)
            for text in ("one", "two"):
                await ada.say(chat, text)
            assert (await bob.dialog(chat)).ttl_period == DAY
            await v.wait(DAY)
            assert await ada.texts(chat) == await bob.texts(chat) == []


async def test_who_may_not_change_a_group_cannot_make_it_forget() -> None:
    """A member where members may not, a reader of a channel, a former member."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        channel = await ada.supergroup("N", bob, broadcast=True)
        chat = await ada.supergroup("S", bob)
        await ada(
            api.MessagesEditChatDefaultBannedRights(
                peer=ada.peer(chat),
                banned_rights=api.ChatBannedRights(change_info=True, until_date=0),
            )
        )
        group = await ada.group("G", bob)
        await ada(api.MessagesDeleteChatUser(chat_id=group.id, user_id=ada.user(bob)))
        for where in (channel, chat, group):
            with pytest.raises(errors.ChatAdminRequired):
                await live(bob, where)
            await live(ada, where)
        with pytest.raises(errors.ChatNotModified):
            await live(ada, chat)
        full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(chat)))
        assert full.full_chat.ttl_period == DAY


@pytest.mark.parametrize("period", [-1, 1, DAY - 1, 366 * DAY + 1])
async def test_messages_live_between_a_day_and_a_year(period: int) -> None:
    """However it is asked for."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        for ask in (
            api.MessagesSetHistoryTTL(peer=ada.peer(claude), period=period),
            api.MessagesSetDefaultHistoryTTL(period=period),
            api.MessagesCreateChat(users=[], title="G", ttl_period=period),
            api.ChannelsCreateChannel(title="S", about="", megagroup=True, ttl_period=period),
        ):
            with pytest.raises(errors.TtlPeriodInvalid):
                await ada(ask)


async def test_a_default_holds_for_chats_begun_from_then_on() -> None:
    """Not for those there are, not for Saved Messages, not for what others begin; both read why."""
    async with village() as v:
        ada, bob, cid, dan = await v.people_named("Ada", "Bob", "Cid", "Dan")
        await ada.say(bob, "old friends")
        await ada(api.MessagesSetDefaultHistoryTTL(period=7 * DAY))
        assert (await ada(api.MessagesGetDefaultHistoryTTL())).period == 7 * DAY
        for other in (bob, cid, ada):
            await ada.say(other, "hello")
        await dan.say(ada, "hello")
        await ada.say(dan, "hello")
        for reader, of in ((ada, cid), (cid, ada)):
            said, word = await reader.history(of)
            assert (said.ttl_period, word.ttl_period) == (7 * DAY, None)
            assert isinstance(word.action, api.MessageActionSetMessagesTTL)
            assert (word.action.period, word.action.auto_setting_from) == (7 * DAY, ada.id)
            assert word.out is (reader is ada)
        assert (await cid(api.UsersGetFullUser(id=cid.user(ada)))).full_user.ttl_period == 7 * DAY
        await ada.say(cid, "once is enough")
        assert len(await ada.history(cid)) == 3
        for other in (bob, ada, dan):
            assert {m.ttl_period for m in await ada.history(other)} == {None}
        await v.wait(7 * DAY)
        assert await ada.texts(cid) == []


async def test_who_was_blocked_cannot_make_the_other_forget() -> None:
    """What they set holds in their own box only."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await eve.say(ada, "evidence")
        await ada(api.ContactsBlock(id=ada.peer(eve)))
        await live(eve, ada)
        assert (await ada.dialog(eve)).ttl_period is None
        await v.wait(2 * DAY)
        assert await ada.texts(eve) == ["evidence"]


async def test_a_pinned_or_edited_message_vanishes_all_the_same() -> None:
    """And one that somebody deleted before leaves nothing to be done."""
    async with village() as v:
        ada, claude = await v.people_named("Ada", "Claude")
        await live(ada, claude)
        numbers = [await ada.say(claude, text) for text in ("pinned", "edited", "deleted")]
        await ada(
            api.MessagesUpdatePinnedMessage(peer=ada.peer(claude), id=numbers[0], pm_oneside=True)
        )
        await ada(api.MessagesEditMessage(peer=ada.peer(claude), id=numbers[1], message="edited!"))
        await ada(api.MessagesDeleteMessages(id=[numbers[2]], revoke=True))
        await v.wait(DAY)
        assert await ada.texts(claude) == await claude.texts(ada) == []
