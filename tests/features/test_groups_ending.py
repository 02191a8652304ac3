"""Ownership of a group and its end: who inherits it, and what is left of it."""

from contextlib import nullcontext
from typing import Any

import pytest
from tests.features.running import participant, restrict

from chappe.features import auth
from chappe.features.accounts.names import NAME_REST_S
from chappe.tl import api, errors

from .village import Person, village

# -- ownership and the end ----------------------------------------------------------------------------------


async def test_ownership_wants_a_password_and_a_member() -> None:
    """Without two-step verification Ada cannot give her group away; Bob cannot take it."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        sup = await ada.supergroup("Town", bob)

        def give(by: Person, to: Person) -> Any:
            return api.MessagesEditChatCreator(
                peer=by.peer(sup), user_id=by.user(to), password=api.InputCheckPasswordEmpty()
            )

        with pytest.raises(errors.PasswordMissing):
            await ada(give(ada, bob))
        with pytest.raises(errors.ChatAdminRequired):
            await bob(give(bob, bob))
        with pytest.raises(errors.ChannelPrivate):
            await eve(give(eve, eve))
        heir = await ada(api.MessagesGetFutureChatCreatorAfterLeave(peer=ada.peer(sup)))
        assert isinstance(heir, api.UserEmpty)
        with pytest.raises(errors.ChatAdminRequired):
            await bob(api.MessagesGetFutureChatCreatorAfterLeave(peer=bob.peer(sup)))


async def test_the_heir_owns_and_the_giver_is_an_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    """With her password Ada gives the group to Bob: every device knows who owns it now."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        sup = await ada.supergroup("Town", bob)
        asked: list[Any] = []

        async def has(_context: Any, _user: int) -> bool:
            return True

        async def require(_call: Any, user: int, _password: Any) -> None:
            asked.append(user)

        monkeypatch.setattr(auth, "has_password", has)
        monkeypatch.setattr(auth, "require_password", require)
        password = api.InputCheckPasswordEmpty()
        for to, error in ((eve, errors.UserNotParticipant), (ada, errors.UserIdInvalid)):
            with pytest.raises(error):
                await ada(
                    api.MessagesEditChatCreator(
                        peer=ada.peer(sup), user_id=ada.user(to), password=password
                    )
                )
        await ada(
            api.MessagesEditChatCreator(
                peer=ada.peer(sup), user_id=ada.user(bob), password=password
            )
        )
        await v.settle()
        assert asked == [ada.id] * 3
        assert isinstance(await participant(ada, sup, bob), api.ChannelParticipantCreator)
        with pytest.raises(errors.ChatAdminRequired):
            await ada(api.ChannelsDeleteChannel(channel=ada.channel(sup)))
        await restrict(bob, sup, ada, send_messages=True)


async def test_an_old_client_hands_over_by_an_older_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before layer 223 only channels had a creator who could be another; Bob, who is none, is refused."""
    async with village() as v:
        ada, bob = await v.person("Ada", layer=198), await v.person("Bob", layer=198)
        sup = await ada.supergroup("Town", bob)

        async def fine(*_given: Any) -> bool:
            return True

        monkeypatch.setattr(auth, "has_password", fine)
        monkeypatch.setattr(auth, "require_password", fine)
        for giver, taker, error in ((bob, bob, errors.ChatAdminRequired), (ada, bob, None)):
            request = api.ChannelsEditCreator(
                channel=giver.channel(sup),
                user_id=giver.user(taker),
                password=api.InputCheckPasswordEmpty(),
            )
            with pytest.raises(error) if error else nullcontext():
                await giver(request)
        await v.settle()
        assert isinstance(await participant(ada, sup, bob), api.ChannelParticipantCreator)


async def test_a_creator_who_left_runs_nothing_until_back() -> None:
    """Ada leaves her own group: she may neither end it nor read it; by a link she is its creator again."""
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town", bob)
        link = (await ada(api.MessagesExportChatInvite(peer=ada.peer(sup)))).link
        await ada(api.ChannelsLeaveChannel(channel=ada.channel(sup)))
        await v.settle()
        with pytest.raises(errors.ChannelPrivate):
            await ada(api.ChannelsDeleteChannel(channel=ada.channel(sup)))
        await ada(api.MessagesImportChatInvite(hash=link.rpartition("+")[2]))
        assert isinstance(await participant(bob, sup, ada), api.ChannelParticipantCreator)
        group = await ada.group("Duo", bob)
        await ada(api.MessagesDeleteChatUser(chat_id=group.id, user_id=ada.user(ada)))
        for request in (
            api.MessagesDeleteChat(chat_id=group.id),
            api.MessagesMigrateChat(chat_id=group.id),
            api.MessagesEditChatAdmin(chat_id=group.id, user_id=ada.user(bob), is_admin=True),
        ):
            with pytest.raises(errors.ChatAdminRequired):
                await ada(request)


async def test_a_channel_that_ends_is_gone_for_everybody() -> None:
    """Nobody reads, joins, or finds it any more; its name is free once it has rested."""
    async with village(twins=False) as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        sup = await ada.supergroup("Town", bob)
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(sup), username="townhall"))
        await ada.say(sup, "farewell")
        with pytest.raises(errors.ChatAdminRequired):
            await bob(api.ChannelsDeleteChannel(channel=bob.channel(sup)))
        await ada(api.ChannelsDeleteChannel(channel=ada.channel(sup)))
        await v.settle()
        for one in (ada, bob, eve):
            with pytest.raises(errors.ChannelPrivate):
                await one.history(sup)
            with pytest.raises(errors.ChannelPrivate):
                await one(api.ChannelsJoinChannel(channel=one.channel(sup)))
            with pytest.raises(errors.UsernameNotOccupied):
                await one(api.ContactsResolveUsername(username="townhall"))
        assert [type(c) for c in bob.listener.shown][-1] is api.ChannelForbidden
        other = await bob.supergroup("New town")
        named = api.ChannelsUpdateUsername(channel=bob.channel(other), username="townhall")
        with pytest.raises(errors.UsernameOccupied):
            await bob(named)
        await v.wait(NAME_REST_S)
        await bob(named)
