"""What apps ask of a chat's list of names, of boosts and prices, before they keep what somebody meant."""

from typing import Any

import pytest

from chappe.tl import api, errors

from .village import Person, village


async def test_one_name_has_one_order_and_none_beside_it() -> None:
    """A private chat's empty list is agreed to, as Telegram Desktop needs it; a name stays on."""
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        club = await ada.supergroup("Club", bob)
        at = ada.channel(club)
        assert await ada(api.ChannelsDeactivateAllUsernames(channel=at))
        assert await ada(api.ChannelsReorderUsernames(channel=at, order=[]))
        await ada(api.ChannelsUpdateUsername(channel=at, username="The_club"))
        assert await ada(api.ChannelsReorderUsernames(channel=at, order=["the_club"]))
        for order in ([], ["another"], ["the_club", "another"]):
            with pytest.raises(errors.OrderInvalid):
                await ada(api.ChannelsReorderUsernames(channel=at, order=order))
        for name, active, refusal in (
            ("the_club", True, errors.UsernameNotModified),
            ("the_club", False, errors.UsernameInvalid),
            ("other", True, errors.UsernameInvalid),
        ):
            with pytest.raises(refusal):
                await ada(api.ChannelsToggleUsername(channel=at, username=name, active=active))
        assert await ada(api.ChannelsDeactivateAllUsernames(channel=at))
        shown = (await bob(api.ChannelsGetChannels(id=[bob.channel(club)]))).chats[0]
        assert shown.username == "The_club"  # only channels.updateUsername takes it away
        for request in (
            api.ChannelsDeactivateAllUsernames(channel=bob.channel(club)),
            api.ChannelsReorderUsernames(channel=bob.channel(club), order=["the_club"]),
            api.ChannelsToggleUsername(channel=bob.channel(club), username="x", active=True),
        ):
            with pytest.raises(errors.ChatAdminRequired):
                await bob(request)


def bought(who: Person, chat: Any, *, much: bool) -> list[Any]:
    """Return what apps ask of boosts, Stars and looks: as it is anyway, or as nobody can have it."""
    at = who.channel(chat)
    status = api.EmojiStatus(document_id=1) if much else api.EmojiStatusEmpty()
    return [
        api.ChannelsSetBoostsToUnblockRestrictions(channel=at, boosts=int(much)),
        api.ChannelsUpdatePaidMessagesPrice(channel=at, send_paid_messages_stars=int(much)),
        api.ChannelsUpdatePaidMessagesPrice(
            channel=at, send_paid_messages_stars=0, broadcast_messages_allowed=much or None
        ),
        api.ChannelsUpdateColor(channel=at, color=5 if much else None),
        api.ChannelsUpdateEmojiStatus(channel=at, emoji_status=status),
        api.ChannelsToggleAutotranslation(channel=at, enabled=much),
    ]


@pytest.mark.parametrize("broadcast", [False, True])
async def test_what_boosts_and_stars_would_buy_is_as_it_is(broadcast: bool) -> None:
    """Apps send it with every permission: who may is agreed with; more than nothing is refused."""
    async with village() as v:
        ada, bob, eve = await v.people_named("Ada", "Bob", "Eve")
        chat = await ada.supergroup("Town", bob, broadcast=broadcast)
        for request in bought(ada, chat, much=False):
            answer = await ada(request)
            assert [type(u) for u in answer.updates] == [api.UpdateChannel]
            assert [c.id for c in answer.chats] == [chat.id]
        refusals = (errors.BoostsRequired, errors.StarsAmountInvalid, errors.MethodInvalid)
        for request in bought(ada, chat, much=True):
            with pytest.raises(refusals):
                await ada(request)
        off = api.ChannelsRestrictSponsoredMessages(channel=ada.channel(chat), restricted=True)
        assert (await ada(off)).chats
        for who, refusal in ((bob, errors.ChatAdminRequired), (eve, errors.ChannelPrivate)):
            for much in (False, True):
                for request in bought(who, chat, much=much):
                    with pytest.raises(refusal):
                        await who(request)
            off = api.ChannelsRestrictSponsoredMessages(channel=who.channel(chat), restricted=True)
            with pytest.raises(refusal):
                await who(off)


async def test_too_many_public_chats_are_said_before_a_name_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Android asks for the name "1" to learn it. What is public already may get another name."""
    monkeypatch.setattr("chappe.features.groups.usernames.PUBLIC_CHATS_MAX", 1)
    async with village() as v:
        ada, bob = await v.people_named("Ada", "Bob")
        first, second = await ada.supergroup("First"), await ada.supergroup("Second")
        check, nowhere = api.ChannelsCheckUsername, api.InputChannelEmpty()
        for who in (ada, bob):
            with pytest.raises(errors.UsernameInvalid):
                await who(check(channel=nowhere, username="1"))
        at = ada.channel(first)
        await ada(api.ChannelsUpdateUsername(channel=at, username="the_first"))
        for channel, name in (
            (nowhere, "1"),
            (nowhere, "another"),
            (ada.channel(second), "another"),
        ):
            with pytest.raises(errors.ChannelsAdminPublicTooMuch):
                await ada(check(channel=channel, username=name))
        assert await ada(check(channel=at, username="another"))
        assert await ada(api.ChannelsUpdateUsername(channel=at, username="another"))
        with pytest.raises(errors.UsernameInvalid):
            await bob(check(channel=nowhere, username="1"))
        with pytest.raises(errors.ChannelPrivate):
            await bob(check(channel=bob.channel(second), username="another"))
