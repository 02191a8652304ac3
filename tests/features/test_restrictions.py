"""Accounts, groups and channels that are restricted, marked or closed: what everybody's app is told."""

from collections.abc import Callable
from typing import Any

import pytest

from chappe.core import HOUSE, Kind, Owner
from chappe.features import restrictions
from chappe.features.accounts import RESTRICTION_WORDS, NameMark, Restriction
from chappe.features.restrictions import BoxAct
from chappe.features.restrictions.acts import UNDONE_KEPT_S
from chappe.tl import api, errors

from .village import START, Person, Village, village

DAY_S = 86_400


async def act(v: Village, what: Callable[..., None], *given: Any) -> None:
    """Have staff do something to somebody, or undo it."""
    async with v.context.change(HOUSE) as change:
        what(change, *given)
    await v.wait(0)


async def seen(viewer: Person, whom: Person) -> api.User:
    """Return somebody as another sees them."""
    (user,) = await viewer(api.UsersGetUsers(id=[viewer.user(whom)]))
    assert isinstance(user, api.User)
    return user


async def chat_of(viewer: Person, chat: Any) -> Any:
    """Return a group or channel as somebody sees it."""
    page = await viewer(api.ChannelsGetChannels(id=[viewer.channel(chat)]))
    return page.chats[0]


def reasons(shown: Any) -> list[str]:
    """Return why something is restricted, as apps are told."""
    assert shown.restricted is bool(shown.restriction_reason)
    for one in shown.restriction_reason or ():
        assert (one.platform, one.text) == ("all", RESTRICTION_WORDS[Restriction(one.reason)])
    return [one.reason for one in shown.restriction_reason or ()]


async def test_everybody_and_the_person_see_why_an_account_is_restricted() -> None:
    """Two decisions add up, and who wins against one is restricted by the other still."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        await ada.say(bob, "hi")
        box = Owner.user(bob.id)
        await act(v, restrictions.restrict, box, 1, Restriction.SPAM)
        await act(v, restrictions.restrict, box, 2, Restriction.FRAUD)
        for viewer in (ada, bob):
            assert reasons(await seen(viewer, bob)) == ["fraud", "spam"]
            assert api.UpdateUser(user_id=bob.id) in viewer.told(api.UpdateUser)
        await act(v, restrictions.lift, box, 1)
        await act(v, restrictions.restrict, box, 1, Restriction.SPAM)  # too late
        assert reasons(await seen(ada, bob)) == ["fraud"]
        await act(v, restrictions.lift, box, 2)
        shown = await seen(ada, bob)
        assert (reasons(shown), shown.restriction_reason) == ([], None)
        assert reasons(await seen(bob, ada)) == []


async def test_a_mark_stands_beside_a_name_until_it_is_lifted_or_over() -> None:
    """Of two marks the graver is shown."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        news = await bob.supergroup("News", ada, broadcast=True)
        for box, show in (
            (Owner.user(bob.id), lambda: seen(ada, bob)),
            (Owner.channel(news.id), lambda: chat_of(ada, news)),
        ):
            await act(v, restrictions.mark, box, 1, NameMark.FAKE)
            shown = await show()
            assert (shown.scam, shown.fake) == (False, True)
            until = int(v.clock.now()) + DAY_S
            await act(v, restrictions.mark, box, 2, NameMark.SCAM, until)
            shown = await show()
            assert (shown.scam, shown.fake) == (True, False)
            await v.wait(DAY_S)
            shown = await show()
            assert (shown.scam, shown.fake) == (False, True)
            await act(v, restrictions.lift, box, 1)
            shown = await show()
            assert (shown.scam, shown.fake) == (False, False)


async def test_a_restricted_channel_says_so_to_its_readers_and_to_who_finds_it() -> None:
    """And is read as before by apps that do not care: hiding it is theirs."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        news = await bob.supergroup("News", ada, broadcast=True)
        await bob.say(news, "today")
        box = Owner.channel(news.id)
        await act(v, restrictions.restrict, box, 1, Restriction.COPYRIGHT)
        assert reasons(await chat_of(ada, news)) == ["copyright"]
        assert ada.told(api.UpdateChannel)
        assert "today" in await ada.texts(news)
        await act(v, restrictions.lift, box, 1)
        assert reasons(await chat_of(ada, news)) == []


async def test_nobody_reads_or_writes_in_a_closed_channel_and_all_are_in_when_it_opens() -> None:
    """Its admins neither; who follows a link or its name does not come in."""
    async with village() as v:
        ada, bob, cleo = await v.people_named("Ada", "Bob", "Cleo")
        for broadcast in (False, True):
            name = f"open_hall_{broadcast:d}"
            hall = await ada.supergroup("Hall", bob, broadcast=broadcast)
            await ada(api.ChannelsUpdateUsername(channel=ada.channel(hall), username=name))
            await ada.say(hall, "before")
            box = Owner.channel(hall.id)
            await act(v, restrictions.close_chat, box, 1)
            for person in (ada, bob):
                with pytest.raises(errors.ChannelPrivate):
                    await person.history(hall)
                with pytest.raises(errors.ChannelPrivate):
                    await person.say(hall, "still here?")
                with pytest.raises(errors.ChannelPrivate):
                    await person(api.ChannelsGetFullChannel(channel=person.channel(hall)))
                listed = await person(
                    api.MessagesGetDialogs(
                        offset_date=0,
                        offset_id=0,
                        offset_peer=api.InputPeerEmpty(),
                        limit=100,
                        hash=0,
                    )
                )
                assert hall.id not in [getattr(d.peer, "channel_id", 0) for d in listed.dialogs]
            found = await cleo(api.ContactsResolveUsername(username=name, referer=None))
            (shown,) = found.chats
            assert isinstance(shown, api.ChannelForbidden)
            place = api.InputChannel(channel_id=shown.id, access_hash=shown.access_hash)
            with pytest.raises(errors.ChannelPrivate):
                await cleo(api.ChannelsJoinChannel(channel=place))
            await act(v, restrictions.lift, box, 1)
            assert "before" in await bob.texts(hall)
            await ada.say(hall, "after")
            assert "after" in await bob.texts(hall)
            assert (await chat_of(bob, hall)).participants_count == 2


async def test_a_closed_basic_group_takes_no_more_messages_and_no_more_members() -> None:
    """What its members have is theirs."""
    async with village() as v:
        ada, bob, cleo = await v.people_named("Ada", "Bob", "Cleo")
        group = await ada.group("Duo", bob)
        await bob.say(group, "before")
        box = Owner(Kind.CHAT, group.id)
        await act(v, restrictions.close_chat, box, 1)
        assert ada.told(api.UpdateChat)
        for person in (ada, bob):
            with pytest.raises(errors.ChatWriteForbidden):
                await person.say(group, "still here?")
            assert "before" in await person.texts(group)
        with pytest.raises(errors.RpcError):
            await ada(
                api.MessagesAddChatUser(chat_id=group.id, user_id=ada.user(cleo), fwd_limit=0)
            )
        with pytest.raises(errors.ChatAdminRequired):
            await ada(api.MessagesMigrateChat(chat_id=group.id))
        await act(v, restrictions.lift, box, 1)
        await bob.say(group, "after")
        assert "after" in await ada.texts(group)


async def test_acts_that_the_protocol_cannot_show_are_refused() -> None:
    """A basic group has no marks, and an account is suspended, not closed."""
    async with village(twins=False) as v, v.context.change(HOUSE) as change:
        with pytest.raises(ValueError, match="close it instead"):
            restrictions.restrict(change, Owner(Kind.CHAT, 1), 1, Restriction.LAW)
        with pytest.raises(ValueError, match="close it instead"):
            restrictions.mark(change, Owner(Kind.CHAT, 1), 1, NameMark.SCAM)
        with pytest.raises(ValueError, match="suspend an account"):
            restrictions.close_chat(change, Owner.user(1), 1)


async def test_an_undone_act_is_remembered_for_a_while_and_then_forgotten() -> None:
    """So that a repeated job does nothing, and nothing is kept for ever."""
    async with village() as v:
        ada = await v.person("Ada")
        box = Owner.user(ada.id)
        await act(v, restrictions.mark, box, 1, NameMark.SCAM)
        await act(v, restrictions.lift, box, 1)
        assert (await v.context.look(box).get(BoxAct, 1)) is not None
        await v.wait(UNDONE_KEPT_S)
        assert await v.context.look(box).scan(BoxAct) == []
        assert v.clock.now() == START + UNDONE_KEPT_S
