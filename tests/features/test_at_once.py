"""What is done at once: a group becomes one supergroup, limits hold, and nobody comes in twice."""

import asyncio
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.features.chats import Joined
from chappe.features.groups import migrating
from chappe.tl import api, errors

from .village import Person, Village, village


async def supergroups(v: Village) -> list[int]:
    """Return the channels there are."""
    return [owner.id for owner in await v.context.store.engine.owners(Kind.CHANNEL, limit=100)]


async def dialogs(who: Person) -> dict[int, Any]:
    """Return the chats in somebody's list."""
    found = await who(
        api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=20, hash=0
        )
    )
    return {chat.id: chat for chat in found.chats}


async def test_two_devices_that_ask_at_once_make_one_supergroup() -> None:
    """The other is refused; nobody is in two."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        group = await ada.group("Duo", bob)
        asked = [ada(api.MessagesMigrateChat(chat_id=group.id)) for _ in range(10)]
        results = await asyncio.gather(*asked, return_exceptions=True)
        refused = [r for r in results if isinstance(r, errors.ChatIdInvalid)]
        assert len(refused) == 9
        await v.settle()
        assert len(await supergroups(v)) == 1
        await v.wait(migrating.RESUMED_S)
        assert len(await supergroups(v)) == 1


async def test_what_was_not_finished_is_finished_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server stopped after the group had said what it becomes, and before anybody was in it."""
    async with village(twins=False) as v:
        ada, bob, cid = await v.people_named("Ada", "Bob", "Cid")
        group = await ada.group("Trio", bob, cid)
        await ada(api.MessagesEditChatAdmin(chat_id=group.id, user_id=ada.user(bob), is_admin=True))
        await cid(api.MessagesDeleteChatUser(chat_id=group.id, user_id=cid.user(cid)))
        await v.settle()

        async def stopped(*_: Any) -> bool:
            raise asyncio.CancelledError

        with monkeypatch.context() as patched:
            patched.setattr(migrating, "_carry_over", stopped)
            with pytest.raises(errors.RpcError):
                await ada(api.MessagesMigrateChat(chat_id=group.id))
        v.bugs.clear()
        assert await supergroups(v) == []
        with pytest.raises(errors.ChatWriteForbidden):
            await bob.say(group, "too late")
        with pytest.raises(errors.ChatIdInvalid):
            await ada(api.MessagesMigrateChat(chat_id=group.id))
        await v.wait(migrating.RESUMED_S)
        (number,) = await supergroups(v)
        for who in (ada, bob):
            there = await dialogs(who)
            assert there[group.id].migrated_to.channel_id == number
            assert not there[number].left
        assert number not in await dialogs(cid)
        shown = (await dialogs(bob))[number]
        assert shown.admin_rights is not None
        (first,) = await bob.history(shown)
        assert first.action.chat_id == group.id
        await bob.say(shown, "here we are")
        assert await ada.texts(shown) == ["here we are"]


async def test_a_link_of_what_became_a_supergroup_lets_nobody_into_the_old_group() -> None:
    """Nor does anybody put people there."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        group = await ada.group("Duo", bob)
        link = (await ada(api.MessagesExportChatInvite(peer=ada.peer(group)))).link
        await ada(api.MessagesMigrateChat(chat_id=group.id))
        await v.settle()
        with pytest.raises(errors.InviteHashExpired):
            await eve(api.MessagesImportChatInvite(hash=link))
        with pytest.raises(errors.ChatIdInvalid):
            await ada(api.MessagesAddChatUser(chat_id=group.id, user_id=ada.user(eve), fwd_limit=0))


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_of_fifty_who_come_at_once_as_many_get_in_as_there_is_room_for(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are told that it is full, and the link counts those who came."""
    monkeypatch.setattr("chappe.features.groups.membership.BASIC_MEMBERS_MAX", 10)
    monkeypatch.setattr("chappe.features.groups.membership.CHANNEL_MEMBERS_MAX", 10)
    async with village(twins=False) as v:
        ada, bob = await v.people_named("Ada", "Bob")
        crowd = [await v.person(f"Guest {n}") for n in range(50)]
        chat = await (ada.group if kind == "group" else ada.supergroup)("Small room", bob)
        link = await ada(api.MessagesExportChatInvite(peer=ada.peer(chat), title="door"))
        asked = [who(api.MessagesImportChatInvite(hash=link.link)) for who in crowd]
        results = await asyncio.gather(*asked, return_exceptions=True)
        await v.settle()
        got_in = [r for r in results if isinstance(r, api.MessagesChatInviteJoinResultOk)]
        full = [r for r in results if isinstance(r, errors.UsersTooMuch)]
        assert (len(got_in), len(full)) == (8, 42)
        shown = await ada(api.MessagesGetExportedChatInvite(peer=ada.peer(chat), link=link.link))
        assert shown.invite.usage == 8
        in_it = [who for who in crowd if chat.id in await dialogs(who)]
        assert len(in_it) == 8


async def test_links_made_at_once_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As those that are made one after the other."""
    monkeypatch.setattr("chappe.features.groups.links.LINKS_MAX", 5)
    async with village() as v:
        (ada,) = await v.people_named("Ada")
        sup = await ada.supergroup("Town")
        asked = [
            ada(api.MessagesExportChatInvite(peer=ada.peer(sup), title=f"{n}")) for n in range(20)
        ]
        results = await asyncio.gather(*asked, return_exceptions=True)
        made = [r for r in results if isinstance(r, api.ChatInviteExported)]
        refused = [r for r in results if isinstance(r, errors.InvitesTooMuch)]
        assert (len(made), len(refused)) == (5, 15)


async def test_somebody_who_comes_into_fifty_chats_at_once_comes_into_as_many_as_they_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By links and by names; who is in as many is put into no other, and what they leave makes room."""
    monkeypatch.setattr("chappe.features.groups.membership.CHANNELS_JOINED_MAX", 30)
    async with village(twins=False) as v:
        hosts = [await v.person(f"Host {n}") for n in range(2)]
        guest = await v.person("Guest")
        doors: list[Any] = []
        for number in range(50):
            host = hosts[number % 2]
            chat = await host.supergroup(f"Room {number}")
            if number % 2 and number // 2 < 10:  # one may own so many public ones
                await host(
                    api.ChannelsUpdateUsername(
                        channel=host.channel(chat), username=f"room_number_{number}"
                    )
                )
                doors.append(api.ChannelsJoinChannel(channel=guest.channel(chat)))
            else:
                link = await host(api.MessagesExportChatInvite(peer=host.peer(chat)))
                doors.append(api.MessagesImportChatInvite(hash=link.link))
        results = await asyncio.gather(*map(guest, doors), return_exceptions=True)
        await v.settle()
        came = [r for r in results if isinstance(r, api.MessagesChatInviteJoinResultOk)]
        refused = [r for r in results if isinstance(r, errors.ChannelsTooMuch)]
        assert (len(came), len(refused)) == (30, 20)
        assert await v.context.look(Owner(Kind.USER, guest.id)).count(Joined) == 30
        last = await hosts[0].supergroup("One more")
        put = await hosts[0](
            api.ChannelsInviteToChannel(
                channel=hosts[0].channel(last), users=[hosts[0].user(guest)]
            )
        )
        assert [m.user_id for m in put.missing_invitees] == [guest.id]
        left = came[0].updates.chats[0]
        await guest(api.ChannelsLeaveChannel(channel=guest.channel(left)))
        put = await hosts[0](
            api.ChannelsInviteToChannel(
                channel=hosts[0].channel(last), users=[hosts[0].user(guest)]
            )
        )
        assert put.missing_invitees == []


async def test_who_joins_ten_times_at_once_is_in_once() -> None:
    """And one message says so."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        sup = await ada.supergroup("Town")
        await ada(api.ChannelsUpdateUsername(channel=ada.channel(sup), username="townhall"))
        asked = [bob(api.ChannelsJoinChannel(channel=bob.channel(sup))) for _ in range(10)]
        results = await asyncio.gather(*asked, return_exceptions=True)
        refused = [r for r in results if isinstance(r, errors.UserAlreadyParticipant)]
        assert len(refused) == 9
        await v.settle()
        said = [m for m in await ada.history(sup) if isinstance(m, api.MessageService)]
        assert [type(m.action).__name__ for m in said] == [
            "MessageActionChatAddUser",
            "MessageActionChannelCreate",
        ]
        full = await ada(api.ChannelsGetFullChannel(channel=ada.channel(sup)))
        assert full.full_chat.participants_count == 2
